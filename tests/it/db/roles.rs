//! The role as which the service works: it owns nothing, changes nothing that was written for good, and reads keys without being able to
//! change them. What is tried here is tried on the database itself, under the program's own rules.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use zerodesk::ROOMS;
use zerodesk::db::embedded::PrivateCluster;

use crate::support::{Database, Http, TestApp};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[track_caller]
fn refused(conn: &mut PgConnection, sql: &str) {
    let tried = conn.transaction(|conn| {
        conn.batch_execute(sql)?;
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    let text = tried.unwrap_err().to_string();
    let said = ["permission denied", "must be owner", "must be able to SET ROLE", "must be superuser"];
    assert!(said.iter().any(|words| text.contains(words)), "{sql}: {text}");
}

#[test]
fn the_services_role_owns_nothing_and_changes_nothing_written_for_good() {
    let app = TestApp::start();
    app.small_world();
    let mut conn = app.database().connect_as_service();
    let owned = "SELECT (SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER'))
        + (SELECT count(*) FROM pg_proc WHERE pg_has_role(current_user, proowner, 'MEMBER'))
        + (SELECT count(*) FROM pg_namespace WHERE pg_has_role(current_user, nspowner, 'MEMBER'))
        + (SELECT count(*) FROM pg_database WHERE pg_has_role(current_user, datdba, 'MEMBER')) AS n";
    assert_eq!(diesel::sql_query(owned).get_result::<Count>(&mut conn).unwrap().n, 0);
    for sql in [
        "CREATE TABLE mine (x integer)",
        "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "ALTER TABLE account ADD COLUMN mine integer",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TABLE audit_entry",
        "DROP TRIGGER audit_entry_refuse_change ON audit_entry",
        "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "SET session_replication_role = replica",
        "SET ROLE pg_write_all_data",
        "UPDATE audit_entry SET data = '{}'",
        "UPDATE published.audit_entry SET data = '{}'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "SELECT 1 FROM audit_entry FOR UPDATE",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head (lane, seq, hash) VALUES (3, 0, '')",
        "UPDATE audit_head SET lane = 15 - lane",
        "SELECT * FROM installation FOR UPDATE",
        "UPDATE installation SET fanout_key = 'x'",
        "DELETE FROM installation",
        "INSERT INTO installation (id, fanout_key) VALUES (gen_random_uuid(), 'x')",
        "UPDATE case_event SET note = 'x'",
        "UPDATE published.case_event SET case_id = case_id",
        "DELETE FROM case_event",
        "TRUNCATE case_event CASCADE",
        "DELETE FROM consultation_event",
        "UPDATE chat_message SET body = 'x'",
        "DELETE FROM remediation_case",
        "DELETE FROM nonconformity",
        "UPDATE region SET name = 'x'",
        "UPDATE replaceable_schema SET sha256 = sha256",
        "DELETE FROM __diesel_schema_migrations",
        "SELECT rolpassword FROM pg_authid",
        "COPY account TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ] {
        refused(&mut conn, sql);
    }
    // What it needs, it can: the application of every test works as this role.
    conn.batch_execute("SELECT fanout_key FROM installation; SELECT * FROM audit_head FOR UPDATE").unwrap();
}

#[test]
fn rights_are_declared_of_tables_that_exist_and_every_table_has_some() {
    for room in ROOMS {
        for (table, _) in room.rights {
            assert!(room.tables.contains(table), "{}: {table} is no table of the room", room.name);
        }
    }
    let database = Database::new();
    let mut conn = database.connect_as_service();
    let unreadable = "SELECT count(*) AS n FROM pg_class c
        WHERE c.relnamespace IN ('public'::regnamespace, 'published'::regnamespace) AND c.relkind IN ('r', 'v')
            AND NOT has_table_privilege(c.oid, 'SELECT')";
    assert_eq!(diesel::sql_query(unreadable).get_result::<Count>(&mut conn).unwrap().n, 0);
}

fn zerodesk(args: &[&str], env: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .args(args)
        .current_dir(folder.path())
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn a_service_without_the_owners_address_takes_the_database_only_as_it_must_be() {
    let database = Database::new();
    let (service, owner) = (database.service_url(), database.url());
    let alone = [("DATABASE_URL", service.as_str())];
    let both = [("DATABASE_URL", service.as_str()), ("ZERODESK_DATABASE__MIGRATION_URL", owner.as_str())];
    let (well, said) = zerodesk(&["migrate"], &both);
    assert!(well && said.contains("the database is up to date"), "{said}");
    let (well, said) = zerodesk(&["audit", "heads"], &alone);
    assert!(well, "{said}");
    // The owner's address alone takes no rights from the service.
    let (well, said) = zerodesk(&["migrate"], &[("DATABASE_URL", owner.as_str())]);
    assert!(well && said.contains("the database is up to date"), "{said}");
    database.connect().batch_execute("UPDATE replaceable_schema SET sha256 = sha256('old')").unwrap();
    let (well, said) = zerodesk(&["audit", "heads"], &alone);
    assert!(!well && said.contains("run `zerodesk migrate` with database.migration_url first"), "{said}");
    let (well, said) = zerodesk(&["migrate"], &both);
    assert!(well && said.contains("replaced functions"), "{said}");
    assert!(zerodesk(&["audit", "heads"], &alone).0);
}

/// Every file and folder below, without following links.
fn walk(folder: &Path, found: &mut dyn FnMut(&Path, &std::fs::Metadata)) {
    found(folder, &std::fs::metadata(folder).unwrap());
    // PostgreSQL's own files come and go.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => walk(&entry.path(), found),
            Ok(meta) if !meta.is_symlink() => found(&entry.path(), &meta),
            _ => {}
        }
    }
}

#[derive(QueryableByName)]
struct Role {
    #[diesel(sql_type = Bool)]
    strong: bool,
}

#[test]
fn what_stands_under_the_data_folder_is_the_owners_alone_and_the_service_is_no_superuser() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().join("var");
    // As an earlier version made it.
    std::fs::create_dir_all(data.join("attachments")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .arg("serve")
        .current_dir(base.path())
        .env("ZERODESK_SERVER__PORT", "0")
        .env("ZERODESK_LOG_FILTER", "error")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let url = loop {
        let line = said.next().expect("the program ended").unwrap();
        if let Some((_, url)) = line.split_once(" serves ") {
            break url.trim_end_matches('/').to_owned();
        }
    };
    std::thread::spawn(move || said.for_each(drop));
    let http = Http::new(&url);
    let password = serde_json::json!({ "username": "admin-guangdong", "password": "zerodesk-demo" });
    let token = http.post("/api/v1/auth/login", &password).expect(200);
    let officer = http.with_token(token["access_token"].as_str().unwrap());
    officer.upload("/api/v1/attachments", "a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", &[]).expect(201);

    let mut open = Vec::new();
    let mut seen = 0;
    let mut look = |path: &Path, meta: &std::fs::Metadata| {
        seen += 1;
        if meta.mode() & 0o077 != 0 {
            open.push(format!("{:o} {}", meta.mode() & 0o777, path.display()));
        }
    };
    walk(&data, &mut look);
    let home = data.join("postgres").canonicalize().unwrap();
    walk(&home, &mut look);
    assert!(seen > 100, "only {seen} files were seen");
    assert!(open.is_empty(), "open to others: {open:#?}");

    let options = zerodesk::db::embedded::ClusterOptions::new(data.join("postgres"));
    let cluster = PrivateCluster::attach_or_start(options).unwrap();
    assert!(!cluster.is_owner());
    let mut conn = PgConnection::establish(&cluster.service_url()).unwrap();
    let asked = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS strong
        FROM pg_roles WHERE rolname = current_user";
    assert!(!diesel::sql_query(asked).get_result::<Role>(&mut conn).unwrap().strong);
    for sql in [
        "CREATE TABLE mine (x integer)",
        "DELETE FROM audit_entry",
        "UPDATE installation SET fanout_key = 'x'",
    ] {
        refused(&mut conn, sql);
    }
    let elsewhere = cluster.service_url().replace("/zerodesk", "/postgres");
    assert!(PgConnection::establish(&elsewhere).is_err(), "the service is let into another database");
    drop(conn);
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap()),
        nix::sys::signal::Signal::SIGTERM,
    )
    .unwrap();
    assert!(child.wait().unwrap().success());
    if home.starts_with("/var/lib/zerodesk") {
        std::fs::remove_dir_all(home).unwrap();
    }
}
