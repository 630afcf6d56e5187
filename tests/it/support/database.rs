//! A database for each test, copied from a template that is made once for each state of the
//! migrations and the reference data.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use uuid::Uuid;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::Language;
use zerodesk::core::actor::{Actor, Person, Proof, Scope};
use zerodesk::core::ids::{AccountId, SessionId};
use zerodesk::db::schema::account;
use zerodesk::db::{Pool, migrate, reference};
use zerodesk::server::rooms;

use super::cluster::{admin_url, is_private};

const TEMPLATE: &str = "zerodesk_template_";
const TEST: &str = "zerodesk_test_";
/// The role as which the services of tests work: it owns nothing.
const SERVICE: &str = "zerodesk_test_service";
/// Its password, on servers that only tests reach.
const SERVICE_PASSWORD: &str = "service";

/// A migrated database with the reference data, dropped with its owner.
#[derive(Debug)]
pub struct Database {
    /// The server's address, ending in the name of a database to connect to for administration.
    server: String,
    name: String,
}

impl Database {
    /// A fresh one.
    pub fn new() -> Self {
        static MADE: OnceLock<String> = OnceLock::new();
        let template = MADE.get_or_init(make_template);
        Self::create(&format!("TEMPLATE {template}"))
    }

    /// An empty one, without any table.
    pub fn empty() -> Self {
        Self::create("TEMPLATE template0")
    }

    /// A fresh one on another server, for a test that does to the server what others could not
    /// bear.
    pub fn on(server: &str) -> Self {
        let database = Self::create_on(server, "TEMPLATE template0");
        prepare(&database.url());
        database
    }

    fn create(how: &str) -> Self {
        Self::create_on(admin_url(), how)
    }

    fn create_on(server: &str, how: &str) -> Self {
        let name = format!("{TEST}{}", Uuid::new_v4().simple());
        let mut conn = PgConnection::establish(server).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name} {how}")).unwrap();
        Self { server: server.to_owned(), name }
    }

    /// Its address.
    pub fn url(&self) -> String {
        url_of(&self.server, &self.name)
    }

    /// Its address for the role as which a service works.
    pub fn service_url(&self) -> String {
        let (scheme, rest) = self.server.split_once("://").unwrap();
        let (_, place) = rest.rsplit_once('@').unwrap_or(("", rest));
        url_of(&format!("{scheme}://{SERVICE}:{SERVICE_PASSWORD}@{place}"), &self.name)
    }

    /// A connection to it, as its owner.
    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }

    /// A connection to it, as a service.
    pub fn connect_as_service(&self) -> PgConnection {
        PgConnection::establish(&self.service_url()).unwrap()
    }

    /// A pool of connections to it, as a service.
    pub fn pool(&self, size: u32) -> Pool {
        Pool::open(&self.service_url(), size, 30_000).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut conn) = PgConnection::establish(&self.server) {
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

fn admin() -> PgConnection {
    PgConnection::establish(admin_url()).unwrap()
}

fn url_of(admin: &str, database: &str) -> String {
    let (server, _) = admin.rsplit_once('/').unwrap();
    format!("{server}/{database}")
}

/// Whether a server answers at this address.
pub fn connects(url: &str) -> bool {
    PgConnection::establish(url).is_ok_and(|mut conn| conn.batch_execute("SELECT 1").is_ok())
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn words(conn: &mut PgConnection, query: &str) -> Vec<String> {
    diesel::sql_query(query).load::<Word>(conn).unwrap().into_iter().map(|row| row.word).collect()
}

/// A setting of a connection.
pub fn setting_of(conn: &mut PgConnection, name: &str) -> String {
    words(conn, &format!("SELECT current_setting('{name}') AS word")).remove(0)
}

/// A setting of the server.
pub fn setting(name: &str) -> String {
    setting_of(&mut admin(), name)
}

/// Drops the databases of tests that were killed. For a server that nobody uses yet.
pub fn drop_left_over(admin: &str) {
    let mut conn = PgConnection::establish(admin).unwrap();
    let like = format!("SELECT datname AS word FROM pg_database WHERE datname LIKE '{TEST}%'");
    for name in words(&mut conn, &like.replace('_', "\\_").replace("pg\\_database", "pg_database")) {
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
    }
}

/// Makes the template unless it is there, and gives its name.
fn make_template() -> String {
    let (wanted, hash) = wanted();
    let name = format!("{TEMPLATE}{hash}");
    let mut conn = admin();
    // Held until the connection ends: other processes wait here for the template.
    conn.batch_execute(&format!("SELECT pg_advisory_lock({})", i64::from_str_radix(&hash, 16).unwrap()))
        .unwrap();
    let all = words(&mut conn, "SELECT datname::text AS word FROM pg_database");
    if all.contains(&name) {
        return name;
    }
    // A template of another time is of no more use, and a half-made one of none.
    for old in all.iter().filter(|old| old.starts_with(TEMPLATE) && is_private()) {
        let _ = conn.batch_execute(&format!("DROP DATABASE {old}"));
    }
    let unfinished = format!("{name}_new");
    conn.batch_execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).unwrap();
    conn.batch_execute(&format!("CREATE DATABASE {unfinished} TEMPLATE template0")).unwrap();
    assert_eq!(
        prepare(&url_of(admin_url(), &unfinished)),
        wanted,
        "the program was built before a migration came: touch src/db/migrate.rs"
    );
    conn.batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {name}")).unwrap();
    name
}

/// Migrates an empty database and fills in the reference data. Gives how many migrations ran.
fn prepare(url: &str) -> usize {
    let mut fresh = PgConnection::establish(url).unwrap();
    fresh
        .batch_execute(&format!(
            "DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE}') THEN
                    CREATE ROLE {SERVICE} LOGIN PASSWORD '{SERVICE_PASSWORD}';
                END IF;
            END $$"
        ))
        .unwrap();
    let grants = rooms::grants(SERVICE);
    let ran = migrate::up_with_grants(&mut fresh, &rooms::FUNCTIONS, &grants).unwrap().migrations.len();
    reference::mirror(&mut fresh, &Catalogue::builtin().unwrap()).unwrap();
    fresh.batch_execute("VACUUM ANALYZE").unwrap();
    ran
}

/// How many migrations there are, and a hash of all that makes the template, 15 digits of it, so
/// that it is a positive `bigint`, too.
fn wanted() -> (usize, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = Vec::new();
    let list = |dir: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let migrations: Vec<_> = list(&root.join("migrations")).into_iter().filter(|p| p.is_dir()).collect();
    files.extend(migrations.iter().flat_map(|dir| list(dir)));
    files.extend(list(&root.join("config")));
    files.push(root.join("src/db/reference.rs"));
    files.push(root.join("src/db/migrate.rs"));
    files.extend(
        rooms::FUNCTIONS.iter().map(|(domain, _)| root.join("src").join(domain).join("functions.sql")),
    );
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.strip_prefix(root).unwrap().as_os_str().as_encoded_bytes());
        hash.update(std::fs::read(&file).unwrap());
    }
    hash.update(rooms::grants(SERVICE));
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    (migrations.len(), hex[..15].to_owned())
}

/// Stores an active account with a scope, and gives who acts with it. Nobody can log in with it.
pub fn insert_account(conn: &mut PgConnection, scope: Scope, now: DateTime<Utc>) -> Actor {
    let id = AccountId::new();
    let (mut region, mut of_enterprise, mut of_expert, mut of_body) = (None, None, None, None);
    match &scope {
        Scope::Admin(code) => region = Some(code.clone()),
        Scope::Enterprise(id) => of_enterprise = Some(*id),
        Scope::Expert(id) => of_expert = Some(*id),
        Scope::Sampler(id) | Scope::Laboratory(id) => of_body = Some(*id),
        Scope::Operator => {}
    }
    diesel::insert_into(account::table)
        .values((
            account::id.eq(id),
            account::username.eq(id.to_string()),
            account::password_hash.eq("x"),
            account::role.eq(scope.role()),
            account::name.eq("x"),
            account::language.eq("zh-CN"),
            account::region.eq(region),
            account::enterprise_id.eq(of_enterprise),
            account::expert_id.eq(of_expert),
            account::laboratory_id.eq(of_body),
            account::active.eq(true),
            account::created_at.eq(now),
        ))
        .execute(conn)
        .unwrap();
    let (name, language, session) = ("x".to_owned(), Language::Zh, SessionId::new());
    Actor::Person(Person { account: id, session, name, language, scope, proof: Proof::default() })
}
