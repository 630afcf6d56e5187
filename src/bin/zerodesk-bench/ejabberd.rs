//! Debian's ejabberd as a process of its own: rooms (MUC) whose archive (MAM) is in a database of the same PostgreSQL, anonymous accounts,
//! no limits on how much is sent.

use crate::process::bound;
use crate::server_process::cpu_seconds;
use crate::socket::failed;
use crate::xmpp::HOST;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use zerodesk::app::App;
use zerodesk::cli::CliError;
use zerodesk::core::Problem;

/// The name of its database and of its role.
const NAME: &str = "ejabberd";
/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The tables in which `mod_mam` keeps its archive, with the indexes that ejabberd's own schema has.
const TABLES: &str = "
    CREATE TABLE archive (
        username text NOT NULL, timestamp bigint NOT NULL, peer text NOT NULL, bare_peer text NOT NULL, xml text NOT NULL, txt text,
        id bigserial, kind text, nick text, origin_id text NOT NULL DEFAULT '', created_at timestamp NOT NULL DEFAULT now()
    );
    CREATE INDEX archive_by_time ON archive (username, timestamp);
    CREATE INDEX archive_by_peer ON archive (username, peer);
    CREATE INDEX archive_by_bare_peer ON archive (username, bare_peer);
    CREATE INDEX archive_by_day ON archive (timestamp);
    CREATE TABLE archive_prefs (
        username text NOT NULL PRIMARY KEY, def text NOT NULL, always text NOT NULL, never text NOT NULL,
        created_at timestamp NOT NULL DEFAULT now()
    );";

/// A running ejabberd.
pub(crate) struct Ejabberd {
    child: Child,
    /// Its settings, logs and tables in memory; removed at the end.
    folder: TempDir,
    pub(crate) address: SocketAddr,
    /// A connection to its database.
    archive: PgConnection,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

impl Ejabberd {
    /// Makes its database, starts it on a free port and waits until it answers.
    pub(crate) fn start(app: &App, postgres: SocketAddr) -> Result<Self, CliError> {
        let programs = programs()?;
        let password = uuid::Uuid::new_v4().simple().to_string();
        let mut conn = app.conn()?;
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {NAME}")).map_err(Problem::from)?;
        conn.batch_execute(&format!(
            "DROP ROLE IF EXISTS {NAME}; CREATE ROLE {NAME} LOGIN PASSWORD '{password}'"
        ))
        .map_err(Problem::from)?;
        conn.batch_execute(&format!("CREATE DATABASE {NAME} OWNER {NAME}")).map_err(Problem::from)?;
        let url = format!("postgresql://{NAME}:{password}@{postgres}/{NAME}");
        let mut archive = PgConnection::establish(&url).map_err(failed)?;
        archive.batch_execute(TABLES).map_err(Problem::from)?;

        let folder = tempfile::tempdir().map_err(CliError::io("a folder for ejabberd"))?;
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let address = free.map_err(CliError::io("no free port"))?;
        let settings = folder.path().join("ejabberd.yml");
        std::fs::write(&settings, config(address, postgres, &password))
            .map_err(CliError::io("ejabberd.yml"))?;
        let log =
            std::fs::File::create(folder.path().join("output")).map_err(CliError::io("ejabberd's output"))?;
        let errors = log.try_clone().map_err(CliError::io("ejabberd's output"))?;
        let child = bound("erl")
            .args(["+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir"])
            .arg(format!("\"{}\"", folder.path().join("mnesia").display()))
            .arg("-pa")
            .arg(programs)
            .args(["-s", "ejabberd"])
            .env("HOME", folder.path())
            .env("EJABBERD_CONFIG_PATH", &settings)
            .env("EJABBERD_LOG_PATH", folder.path().join("ejabberd.log"))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(CliError::io("can't start ejabberd (script/bootstrap peers installs it)"))?;
        let mut started = Self { child, folder, address, archive };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            let ended = started.child.try_wait().map_err(CliError::io("can't wait for ejabberd"))?;
            if ended.is_some() || Instant::now() > end {
                return Err(failed(format!("ejabberd does not answer: {}", started.said())));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(started)
    }

    /// The end of what it wrote.
    fn said(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        let text = read("output") + &read("ejabberd.log");
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }

    /// How many messages its archive holds.
    pub(crate) fn archived(&mut self) -> Result<i64, CliError> {
        let count: Count = diesel::sql_query("SELECT count(*) AS count FROM archive")
            .get_result(&mut self.archive)
            .map_err(Problem::from)?;
        Ok(count.count)
    }

    /// The processor time it has used, seconds.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.child.id().to_string())
    }
}

impl Drop for Ejabberd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder of its compiled modules, as Debian's package lays it.
fn programs() -> Result<PathBuf, CliError> {
    let libraries = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = libraries.flat_map(|library| std::fs::read_dir(library).into_iter().flatten().flatten());
    let mut found = folders
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("ejabberd-"))
        .map(|entry| entry.path().join("ebin"))
        .filter(|path| path.join("ejabberd.app").exists());
    found.next().ok_or_else(|| failed("ejabberd is missing: script/bootstrap peers installs it"))
}

/// Its settings: only what the measurement needs.
fn config(address: SocketAddr, postgres: SocketAddr, password: &str) -> String {
    format!(
        r#"hosts: ["{HOST}"]
loglevel: error
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    starttls: false
    max_stanza_size: 65536
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
default_db: mnesia
sql_type: pgsql
sql_server: "127.0.0.1"
sql_port: {database_port}
sql_database: "{NAME}"
sql_username: "{NAME}"
sql_password: "{password}"
sql_pool_size: 10
modules:
  mod_disco: {{}}
  mod_mam:
    db_type: sql
    default: never
    cache_size: 10000
  mod_muc:
    host: "conference.{HOST}"
    access: all
    access_create: all
    max_users: 10
    default_room_options:
      mam: true
      public: false
      anonymous: false
    min_message_interval: 0
    history_size: 0
"#,
        port = address.port(),
        database_port = postgres.port(),
    )
}
