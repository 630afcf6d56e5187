//! Brings a database to the state that this program works with: tables by migrations, and functions, triggers and views
//! as the `functions.sql` files have them.
//!
//! - Migrations (`migrations/`, one folder for each domain) hold tables, indexes and constraints. They are built into the
//!   program and run once, in the order of their names.
//! - Functions, triggers and views are defined once, in their present form, in `src/<domain>/functions.sql`. When any of these
//!   files has changed or a migration is to run, all of them are dropped, then the migrations run, then all are made again, in one
//!   transaction: a migration may change what a view shows, and needs no copy of the view. Which state the database has is
//!   a hash in `replaceable_schema`; where it is the same and no migration is to run, nothing is touched.
//!
//! The rights of the program's own role ([`crate::db::grants`]) are made behind them, and belong to the same hash.
//!
//! Two programs that start at once take turns by an advisory lock. Replacing locks every table that has a trigger until
//! the transaction ends: other servers wait for it.

use chrono::Utc;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use sha2::{Digest, Sha256};

use crate::core::{Code, Problem, Text};
use crate::db::schema::replaceable_schema;

/// All of `migrations/`.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// The advisory lock under which a database is migrated.
pub const LOCK: i64 = 0x7a65_726f_6465_736b;

/// The functions, triggers and views of one domain: its name and the text of its `functions.sql`.
pub type Functions = (&'static str, &'static str);

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Names of the migrations that ran.
    pub migrations: Vec<String>,
    /// Whether functions, triggers and views were replaced.
    pub replaced: bool,
}

/// A migration takes as long as there are rows, and who waits for another server's waits as long.
const TAKE_TIME: &str =
    "SELECT set_config('zerodesk.statement_timeout', current_setting('statement_timeout'), false);
     SET statement_timeout = 0";
const AS_BEFORE: &str =
    "SELECT set_config('statement_timeout', current_setting('zerodesk.statement_timeout'), false)";

/// Drops what `functions.sql` files make: the schema `published`, the triggers, then the functions. Without CASCADE for
/// the functions: an index or a check that used one would make this fail, and not disappear.
const DROP_ALL: &str = "
    DROP SCHEMA IF EXISTS published CASCADE;
    DO $$
    DECLARE
        v_statement text;
    BEGIN
        FOR v_statement IN
            SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
            ORDER BY t.tgrelid::regclass::text, t.tgname
        LOOP
            EXECUTE v_statement;
        END LOOP;
        SELECT 'DROP ROUTINE ' || string_agg(p.oid::regprocedure::text, ', ') INTO v_statement
        FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');
        IF v_statement IS NOT NULL THEN
            EXECUTE v_statement;
        END IF;
    END $$;";

/// Brings the database up to the newest migration and to these functions, triggers and views (in the order in which they
/// can be made), in what time it takes.
///
/// # Errors
/// [`Code::DatabaseOfAnotherVersion`] for a database that another version of the program made; the migration or the domain that failed,
/// and why.
pub fn up(conn: &mut PgConnection, functions: &[Functions]) -> Result<Migrated, Problem> {
    up_from(conn, &MIGRATIONS, functions, "")
}

/// The same, and gives the program's own role its rights by these statements, in the same transaction.
///
/// # Errors
/// As [`up`].
pub fn up_with_grants(
    conn: &mut PgConnection,
    functions: &[Functions],
    grants: &str,
) -> Result<Migrated, Problem> {
    up_from(conn, &MIGRATIONS, functions, grants)
}

/// For a role that owns nothing: refuses to go on unless the database is as [`up_with_grants`] leaves it.
///
/// # Errors
/// 503 where what migrates has to run first.
pub fn check(conn: &mut PgConnection, functions: &[Functions], grants: &str) -> Result<(), Problem> {
    if !lacks_migrations(conn)? && present(conn)?.is_some_and(|present| present == hash(functions, grants)) {
        return Ok(());
    }
    Err(Problem::unavailable(
        "the database is not up to date, and this role may not change it: run `zerodesk migrate` with \
         database.migration_url first",
    ))
}

/// The same with other migrations, and with statements that grant rights behind them.
///
/// # Errors
/// As [`up`].
pub fn up_from(
    conn: &mut PgConnection,
    migrations: &dyn MigrationSource<Pg>,
    functions: &[Functions],
    grants: &str,
) -> Result<Migrated, Problem> {
    let mut migrations = migrations.migrations().map_err(Problem::internal)?;
    migrations.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    conn.batch_execute(TAKE_TIME)?;
    conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    let done = locked(conn, migrations, functions, grants);
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    conn.batch_execute(AS_BEFORE)?;
    done
}

type Migrations = Vec<Box<dyn Migration<Pg>>>;

/// A migration may change a column that a view shows or a trigger reads, so these are dropped before the migrations and made again after
/// them, in one transaction.
fn locked(
    conn: &mut PgConnection,
    migrations: Migrations,
    functions: &[Functions],
    grants: &str,
) -> Result<Migrated, Problem> {
    let ran = conn.applied_migrations().map_err(Problem::internal)?;
    refuse_other_versions(&migrations, &ran)?;
    let pending: Migrations =
        migrations.into_iter().filter(|one| !ran.contains(&one.name().version())).collect();
    let sha256 = hash(functions, grants);
    if pending.is_empty() && present(conn)?.is_some_and(|present| present == sha256) {
        return Ok(Migrated { migrations: Vec::new(), replaced: false });
    }
    conn.transaction(|conn| {
        drop_all(conn)?;
        let mut migrations = Vec::new();
        for one in &pending {
            migrations.push(conn.run_migration(one).map_err(Problem::internal)?.to_string());
        }
        make_all(conn, functions, &sha256)?;
        if !grants.is_empty() {
            conn.batch_execute(grants)
                .map_err(|error| Problem::internal(format!("the rights of the service's role: {error}")))?;
        }
        Ok(Migrated { migrations, replaced: true })
    })
}

/// Refuses a database on which migrations ran that this program does not have.
fn refuse_other_versions(migrations: &Migrations, ran: &[MigrationVersion<'_>]) -> Result<(), Problem> {
    let is_known =
        |version: &&MigrationVersion<'_>| migrations.iter().any(|one| one.name().version() == **version);
    match ran.iter().find(|version| !is_known(version)) {
        None => Ok(()),
        Some(version) => Err(Problem::new(
            Code::DatabaseOfAnotherVersion,
            Text::new(
                format!(
                    "该数据库由本程序的另一版本建立（含本版本没有的迁移 {version}），本版本无法使用。\
                     请改用空数据库，或删除数据目录（data_dir）后重新启动；如需保留其中的数据，请先用建立它的版本导出"
                ),
                format!(
                    "this database was made by another version of the program (it has the migration {version}, which this \
                     version does not know); use an empty database, or remove the data folder (data_dir) and start again; \
                     what is to be kept must be exported with the version that made it first"
                ),
            ),
        )),
    }
}

/// The hash of the functions, triggers and views that are in the database; none before the first time.
fn present(conn: &mut PgConnection) -> QueryResult<Option<Vec<u8>>> {
    replaceable_schema::table.select(replaceable_schema::sha256).first(conn).optional()
}

/// SHA-256 over the names and texts, each with its length before it.
fn hash(functions: &[Functions], grants: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(DROP_ALL);
    for part in functions.iter().flat_map(|(name, sql)| [name, sql]) {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.update(grants);
    hash.finalize().to_vec()
}

/// Drops all functions, triggers and views.
fn drop_all(conn: &mut PgConnection) -> QueryResult<()> {
    // Dropping reports each view that is dropped with its schema.
    conn.batch_execute("SET LOCAL client_min_messages = warning")?;
    conn.batch_execute(DROP_ALL)
}

/// Makes functions, triggers and views, and writes down which they are.
fn make_all(conn: &mut PgConnection, functions: &[Functions], sha256: &[u8]) -> Result<(), Problem> {
    for (domain, sql) in functions {
        conn.batch_execute(sql)
            .map_err(|error| Problem::internal(format!("{domain}/functions.sql: {error}")))?;
    }
    let row = (replaceable_schema::sha256.eq(sha256), replaceable_schema::replaced_at.eq(Utc::now()));
    diesel::insert_into(replaceable_schema::table)
        .values(row)
        .on_conflict(replaceable_schema::single)
        .do_update()
        .set(row)
        .execute(conn)?;
    Ok(())
}

/// Drops all functions, triggers and views. To be done before migrations are reverted; [`up`] makes them again.
///
/// # Errors
/// When a table needs one of them.
pub fn drop_functions(conn: &mut PgConnection) -> Result<(), Problem> {
    conn.transaction(|conn| {
        drop_all(conn)?;
        diesel::delete(replaceable_schema::table).execute(conn)?;
        Ok(())
    })
}

/// Whether the database lacks a migration. Only reads: diesel's own question makes its table first, which not every role may.
///
/// # Errors
/// When the database can't be asked.
pub fn lacks_migrations(conn: &mut PgConnection) -> Result<bool, Problem> {
    let ran = ran(conn)?;
    Ok(known()?.iter().any(|one| !ran.contains(one)))
}

/// The names of the migrations that ran on a database, in their order.
///
/// # Errors
/// When the database can't be asked.
pub fn ran(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    let query = "SELECT version::text AS version FROM __diesel_schema_migrations ORDER BY version";
    Ok(diesel::sql_query(query).load::<Ran>(conn)?.into_iter().map(|row| row.version).collect())
}

/// The names of the migrations that this program has.
///
/// # Errors
/// None of these that are built in.
pub fn known() -> Result<Vec<String>, Problem> {
    let all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(Problem::internal)?;
    Ok(all.iter().map(|one| one.name().version().to_string()).collect())
}

#[derive(QueryableByName)]
struct Ran {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}
