//! Every migration goes up, down and up again, and functions, triggers and views are those of the `functions.sql` files.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use zerodesk::db::migrate::{self, MIGRATIONS, Migrated};
use zerodesk::server::rooms::FUNCTIONS;

use crate::support::Database;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub fn lines(conn: &mut PgConnection, query: &str) -> Vec<String> {
    diesel::sql_query(query).load::<Line>(conn).unwrap().into_iter().map(|row| row.line).collect()
}

/// All that migrations and `functions.sql` files make: tables, columns, constraints, indexes, statistics, functions, triggers,
/// views.
const EVERYTHING: &str = "
    SELECT format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  a.attstorage, pg_get_expr(d.adbin, d.adrelid)) AS line
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> '__diesel_schema_migrations'
    UNION ALL
    SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '__diesel_schema_migrations'
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'
    UNION ALL
    SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT 1 FROM pg_depend p WHERE p.objid = pg_proc.oid AND p.deptype = 'e')
    UNION ALL
    SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
    UNION ALL
    SELECT format('%s.%s %s', schemaname, viewname, definition) FROM pg_views
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
    UNION ALL
    SELECT format('%s %s', relname, reloptions) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL
    ORDER BY line";

#[test]
fn every_migration_goes_up_down_and_up_again() {
    let database = Database::empty();
    let conn = &mut database.connect();
    // diesel's own, which makes its table.
    let pending = conn.pending_migrations(MIGRATIONS).unwrap();
    assert!(pending.len() >= 15);
    for migration in &pending {
        let name = migration.name().to_string();
        let before = lines(conn, EVERYTHING);
        conn.run_migration(migration).unwrap_or_else(|e| panic!("{name} up: {e}"));
        let after = lines(conn, EVERYTHING);
        assert_ne!(after, before, "{name} does something");
        conn.revert_migration(migration).unwrap_or_else(|e| panic!("{name} down: {e}"));
        assert_eq!(lines(conn, EVERYTHING), before, "{name} down leaves what was there before");
        conn.run_migration(migration).unwrap_or_else(|e| panic!("{name} up again: {e}"));
        assert_eq!(lines(conn, EVERYTHING), after, "{name} up again comes to the same");
    }
    // The whole way, with functions, and with data in the tables on the way down.
    assert_eq!(migrate::up(conn, &FUNCTIONS).unwrap(), Migrated { migrations: Vec::new(), replaced: true });
    let all = lines(conn, EVERYTHING);
    let catalogue = zerodesk::catalogue::Catalogue::builtin().unwrap();
    zerodesk::db::reference::mirror(conn, &catalogue).unwrap();
    migrate::drop_functions(conn).unwrap();
    conn.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(lines(conn, EVERYTHING), [] as [&str; 0]);
    migrate::up(conn, &FUNCTIONS).unwrap();
    assert_eq!(lines(conn, EVERYTHING), all);
}

/// The identities of all functions, triggers and views, and of the row that says which they are: they differ once anything
/// was made again.
const IDENTITIES: &str = "
    SELECT format('%s %s', oid, xmin) AS line FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s', oid, xmin) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('%s %s', oid, xmin) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'published'::regnamespace
    UNION ALL SELECT format('%s %s', ctid, xmin) FROM replaceable_schema
    ORDER BY line";

#[test]
fn functions_are_replaced_only_when_they_change() {
    let database = Database::empty();
    let conn = &mut database.connect();
    let first = migrate::up(conn, &FUNCTIONS).unwrap();
    assert!(first.replaced && first.migrations.len() >= 15, "{first:?}");
    let (all, identities) = (lines(conn, EVERYTHING), lines(conn, IDENTITIES));

    let nothing = Migrated { migrations: Vec::new(), replaced: false };
    assert_eq!(migrate::up(conn, &FUNCTIONS).unwrap(), nothing, "nothing has changed");
    assert_eq!(lines(conn, IDENTITIES), identities, "and nothing was touched");

    let mut more = FUNCTIONS.to_vec();
    more.push((
        "more",
        "CREATE FUNCTION one_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER one_more AFTER INSERT ON region FOR EACH ROW EXECUTE FUNCTION one_more();
         CREATE VIEW published.one_more AS SELECT code FROM region;",
    ));
    assert!(migrate::up(conn, &more).unwrap().replaced);
    let with = lines(conn, EVERYTHING);
    assert_eq!(with.len(), all.len() + 3);

    let mut wrong = more.clone();
    wrong.push(("wrong", "CREATE VIEW published.wrong AS SELECT nothing FROM region;"));
    let refused = migrate::up(conn, &wrong).unwrap_err();
    assert!(refused.cause.as_deref().is_some_and(|cause| cause.contains("wrong/functions.sql")), "{refused}");
    assert_eq!(lines(conn, EVERYTHING), with, "all or nothing");

    assert!(migrate::up(conn, &FUNCTIONS).unwrap().replaced);
    assert_eq!(lines(conn, EVERYTHING), all, "what no file has is gone");
}

/// The migrations of the program, and one more.
struct WithOneMore(PathBuf);

impl MigrationSource<Pg> for WithOneMore {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<Pg>>>> {
        let mut all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations()?;
        all.extend(MigrationSource::<Pg>::migrations(&FileBasedMigrations::from_path(&self.0)?)?);
        Ok(all)
    }
}

#[test]
fn a_migration_may_take_a_column_away_from_under_a_view() {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("99991231235959_one");
    std::fs::create_dir(&one).unwrap();
    let write = |up: &str| std::fs::write(one.join("up.sql"), up).unwrap();
    let migrations = WithOneMore(folder.path().to_owned());
    let with = |sql| {
        let mut functions = FUNCTIONS.to_vec();
        functions.push(("more", sql));
        functions
    };

    let database = Database::empty();
    let conn = &mut database.connect();
    migrate::up(conn, &with("CREATE VIEW published.one AS SELECT code, name FROM region;")).unwrap();
    let before = lines(conn, EVERYTHING);

    // A migration that fails leaves the views where they were.
    write("ALTER TABLE region DROP COLUMN name; SELECT nothing;");
    let renamed = with("CREATE VIEW published.one AS SELECT code, title FROM region;");
    assert!(migrate::up_from(conn, &migrations, &renamed, "").is_err());
    assert_eq!(lines(conn, EVERYTHING), before);

    write(
        "ALTER TABLE region RENAME COLUMN name TO title; ALTER TABLE region ALTER COLUMN title TYPE varchar(99);",
    );
    // And so does one after which a view can't be made.
    let stale = with("CREATE VIEW published.one AS SELECT code, name FROM region;");
    assert!(migrate::up_from(conn, &migrations, &stale, "").is_err());
    assert_eq!(lines(conn, EVERYTHING), before);

    let ran = migrate::up_from(conn, &migrations, &renamed, "").unwrap();
    assert_eq!(ran, Migrated { migrations: vec!["99991231235959".to_owned()], replaced: true });
    assert!(
        lines(conn, EVERYTHING).iter().any(|line| line.starts_with("region.title character varying(99)"))
    );
    let again = migrate::up_from(conn, &migrations, &renamed, "").unwrap();
    assert_eq!(again, Migrated { migrations: Vec::new(), replaced: false });
}

#[test]
fn a_function_that_a_table_needs_is_not_dropped_with_what_needs_it() {
    let database = Database::empty();
    let conn = &mut database.connect();
    let mut more = FUNCTIONS.to_vec();
    more.push((
        "more",
        "CREATE FUNCTION first_letter(word text) RETURNS text LANGUAGE sql IMMUTABLE RETURN left(word, 1);",
    ));
    migrate::up(conn, &more).unwrap();
    conn.batch_execute("CREATE INDEX by_first_letter ON region (first_letter(name))").unwrap();
    let before = lines(conn, EVERYTHING);
    assert!(migrate::up(conn, &FUNCTIONS).is_err());
    assert_eq!(lines(conn, EVERYTHING), before);
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The names after `CREATE <what>` in a text without comments, in small letters.
pub fn created(text: &str, what: &str) -> Vec<String> {
    let text: Vec<_> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let words: Vec<String> = text.join("\n").to_lowercase().split_whitespace().map(str::to_owned).collect();
    let name = |word: &String| word.split('(').next().unwrap_or_default().to_owned();
    let found = words.windows(3).filter(|w| w[0] == "create" && w[1] == what).map(|w| name(&w[2]));
    found.collect()
}

#[test]
fn migrations_hold_tables_only() {
    let mut seen = 0;
    for dir in std::fs::read_dir(root().join("migrations")).unwrap() {
        for file in ["up.sql", "down.sql"] {
            let path = dir.as_ref().unwrap().path().join(file);
            let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
            seen += created(&text, "table").len();
            for what in ["function", "procedure", "trigger", "view", "rule", "or", "materialized"] {
                assert!(created(&text, what).is_empty(), "{} creates a {what}", path.display());
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn every_function_is_defined_in_one_file_and_every_file_is_applied() {
    let mut files = Vec::new();
    for dir in std::fs::read_dir(root().join("src")).unwrap() {
        let dir = dir.unwrap();
        if dir.path().join("functions.sql").is_file() {
            files.push(dir.file_name().into_string().unwrap());
        }
    }
    files.sort();
    let mut applied: Vec<_> = FUNCTIONS.iter().map(|(domain, _)| (*domain).to_owned()).collect();
    applied.sort();
    assert_eq!(files, applied);

    let database = Database::new();
    let conn = &mut database.connect();
    for (what, present) in [
        ("function", "SELECT proname::text AS line FROM pg_proc WHERE pronamespace = 'public'::regnamespace"),
        ("trigger", "SELECT tgname::text AS line FROM pg_trigger WHERE NOT tgisinternal"),
        (
            "view",
            "SELECT format('%s.%s', schemaname, viewname) AS line FROM pg_views
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
        ),
    ] {
        let mut made: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (domain, sql) in FUNCTIONS.iter() {
            for name in created(sql, what) {
                made.entry(name).or_default().push(domain);
            }
            assert!(created(sql, "or").is_empty(), "{domain} replaces something: it is made twice");
        }
        let twice: Vec<_> = made.iter().filter(|(_, domains)| domains.len() > 1).collect();
        assert!(twice.is_empty(), "made more than once: {twice:?}");
        let mut present = lines(conn, present);
        present.sort();
        assert_eq!(present, made.into_keys().collect::<Vec<_>>(), "{what}s of the database and of the files");
        assert!(present.len() > 20, "{what}: {}", present.len());
    }
}

#[test]
fn a_database_of_another_version_is_refused_with_instructions() {
    let database = Database::empty();
    let conn = &mut database.connect();
    // As the version before the migrations were folded left it: its first migration ran, and this program does not have it.
    conn.pending_migrations(MIGRATIONS).unwrap();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20261128000100')").unwrap();
    let refused = migrate::up(conn, &FUNCTIONS).unwrap_err();
    assert_eq!(refused.code, zerodesk::core::Code::DatabaseOfAnotherVersion);
    assert_eq!(lines(conn, EVERYTHING), [] as [&str; 0], "nothing was done");

    let folder = tempfile::tempdir().unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .arg("migrate")
        .current_dir(folder.path())
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    let said = String::from_utf8(program.stderr).unwrap();
    assert!(!program.status.success(), "{said}");
    for part in ["20261128000100", "删除数据目录", "remove the data folder", "export"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_migration_is_exempt_from_the_statement_timeout() {
    let database = Database::empty();
    let (mut other, mut watch) = (database.connect(), database.connect());
    let lock = migrate::LOCK;
    other.batch_execute(&format!("SELECT pg_advisory_lock({lock})")).unwrap();
    let mine = std::thread::spawn({
        let mut conn = database.connect();
        move || {
            conn.batch_execute("SET statement_timeout = '1s'").unwrap();
            let ran = migrate::up(&mut conn, &FUNCTIONS).unwrap();
            (ran.migrations.len(), lines(&mut conn, "SELECT current_setting('statement_timeout') AS line"))
        }
    });
    // Another server migrates, and for longer than a statement may take.
    let waits = "SELECT query AS line FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event = 'advisory' AND query_start < now() - interval '1500 ms'";
    while lines(&mut watch, waits).is_empty() {
        assert!(!mine.is_finished(), "it gave up");
        std::thread::yield_now();
    }
    other.batch_execute(&format!("SELECT pg_advisory_unlock({lock})")).unwrap();
    let (ran, timeout) = mine.join().unwrap();
    assert!(ran >= 15, "{ran}");
    assert_eq!(timeout, ["1s"], "what comes after has the connection's own time again");
}
