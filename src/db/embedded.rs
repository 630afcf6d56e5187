//! The private PostgreSQL cluster of a machine that has no other.
//!
//! The libraries for this (`postgresql_embedded`, `pgtemp`, and `pg-embed-setup-unpriv` on top of the first)
//! download their own server binaries or keep clusters that a test deletes, and none recovers an owner
//! that was killed. What is needed here is the distribution's PostgreSQL with its security updates, data that
//! are kept, and one owner at a time, so it is here.
//!
//! Rules:
//! - **One owner.** The process that serves holds a file lock (`<dir>.lock`) for its life; a second start is
//!   refused. The kernel drops the lock with the process, so after `kill -9` nothing needs to be cleared by
//!   hand.
//! - **Never on the network.** The server listens on a Unix socket in a folder with mode 0700 and wants a
//!   password besides.
//! - **Never as root.** For root, the server and its files belong to `postgres` or `nobody`.
//! - **Nothing half-made.** A new cluster is made aside and renamed; a running server that was left over is
//!   stopped first.
//! - **Two roles.** `zerodesk` owns the database and migrates; `zerodesk_service`, as which the service works, owns nothing
//!   ([`crate::db::grants`]).
//! - `fsync` and `synchronous_commit` stay on: a message that was acknowledged survives the machine.
//!
//! In `<dir>`: `data/`, `log/`, `run/` (the socket), `password` and `service_password` of the two roles, and, while it runs, `connection.json`. All
//! calls here block; from async code they go through `spawn_blocking`. Linux only: left-over servers are
//! found through `/proc`.

mod error;
mod identity;
mod init;
mod lock;
mod place;
mod programs;
mod server;

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

pub use error::ClusterError;
pub use programs::{find_client, find_program};

use crate::db::settings::{DatabaseSettings, PostgresSettings};
use crate::settings::{ProcessSettings, Settings};
use error::io;
use lock::OwnerLock;
use place::{Connection, Place};
use server::Server;

/// Connections beside those of the pool: the writers of the chat, log readers, and the pool of a command.
/// And the three that PostgreSQL keeps for its superuser.
const CONNECTIONS_BESIDE: usize = 24;

/// What the caller may choose.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The cluster's folder, such as `var/postgres`; made if it is absent.
    pub dir: PathBuf,
    /// Folder of PostgreSQL's programs; `None`: searched.
    pub bin_dir: Option<PathBuf>,
    /// Names the socket; 0 means 5432. No TCP port is opened.
    pub port: u16,
    /// Further PostgreSQL settings as name and value; they win over those made here.
    pub extra: Vec<(String, String)>,
    /// Whether it ends with the thread that starts it, however that ends; by util-linux's `setpriv`. For what is measured or
    /// tried: `serve` leaves it running when it is killed, and finds it again.
    pub bound: bool,
    /// How long a start may take, recovery after a crash included.
    pub start_limit: Duration,
    /// How long an orderly stop may take before the server is ended at once.
    pub stop_limit: Duration,
}

impl ClusterOptions {
    /// The defaults for a cluster in `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            bin_dir: None,
            port: 0,
            extra: Vec::new(),
            bound: false,
            start_limit: Duration::from_secs(120),
            stop_limit: Duration::from_secs(30),
        }
    }

    /// `<data_dir>/postgres`, sized for all connections that the settings allow one process and a command
    /// beside it.
    pub fn from_settings(settings: &Settings) -> Self {
        let connections = settings.section::<DatabaseSettings>().pool_size as usize + CONNECTIONS_BESIDE;
        let postgres = settings.section::<PostgresSettings>();
        Self {
            bin_dir: postgres.bin_dir(),
            port: postgres.port,
            extra: vec![("max_connections".to_owned(), connections.max(100).to_string())],
            ..Self::new(settings.section::<ProcessSettings>().data_dir.join("postgres"))
        }
    }
}

/// A running private cluster. The owner stops the server when this is dropped; [`PrivateCluster::stop`] also
/// tells how it went.
#[derive(Debug)]
pub struct PrivateCluster {
    connection: Connection,
    service: Connection,
    is_new: bool,
    // `None` for one that another process owns. Declared before the lock, which must be the last to go.
    owned: Option<Owned>,
    _lock: Option<OwnerLock>,
}

#[derive(Debug)]
struct Owned {
    server: Server,
    connection_file: PathBuf,
    stop_limit: Duration,
}

impl PrivateCluster {
    /// Starts the cluster, making it first if there is none, and waits until the database `zerodesk` takes
    /// connections.
    ///
    /// # Errors
    /// [`ClusterError::Locked`] when another process owns it; else what is missing, in the way, or refused by
    /// the server.
    pub fn start(options: ClusterOptions) -> Result<Self, ClusterError> {
        let options = prepared(options)?;
        let lock = OwnerLock::take(&options.dir)?;
        Self::start_locked(options, lock)
    }

    /// For the command line: the cluster of a running `serve`, without owning it, or, when there is none, a
    /// start for as long as the command takes.
    ///
    /// # Errors
    /// As [`PrivateCluster::start`]; [`ClusterError::NotReady`] when the owner's server does not answer
    /// within the limit.
    pub fn attach_or_start(options: ClusterOptions) -> Result<Self, ClusterError> {
        let options = prepared(options)?;
        let deadline = Instant::now() + options.start_limit;
        loop {
            match OwnerLock::take(&options.dir) {
                Ok(lock) => return Self::start_locked(options, lock),
                Err(ClusterError::Locked { .. }) => {}
                Err(error) => return Err(error),
            }
            // The owner may still be starting, or be about to end.
            let refusal = match attach(&options.dir) {
                Ok(connection) => {
                    let (connection, service) = connection;
                    return Ok(Self { connection, service, is_new: false, owned: None, _lock: None });
                }
                Err(error @ ClusterError::NotOwner { .. }) => return Err(error),
                Err(error) => error.to_string(),
            };
            if Instant::now() >= deadline {
                return Err(ClusterError::NotReady {
                    seconds: options.start_limit.as_secs(),
                    reason: refusal,
                });
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The database `zerodesk` as a libpq URI, for the role that owns it. It holds the password: not for logs.
    pub fn url(&self) -> String {
        self.connection.url(init::NAME)
    }

    /// The database `zerodesk` as a libpq URI for the role that owns nothing, as which the service works. It holds the password: not
    /// for logs.
    pub fn service_url(&self) -> String {
        self.service.url(init::NAME)
    }

    /// Another database of the cluster as a libpq URI, whether or not it exists.
    pub fn url_of(&self, database: &str) -> String {
        self.connection.url(database)
    }

    /// Whether the database was made by this start, so that it holds no data yet.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether this process runs the server, rather than only using it.
    pub fn is_owner(&self) -> bool {
        self.owned.is_some()
    }

    /// Stops the server if this process owns it: open sessions are ended, everything committed is on disk.
    ///
    /// # Errors
    /// [`ClusterError::NotStopped`] when it ends neither in time nor at once.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        self.stop_owned()
    }

    fn stop_owned(&mut self) -> Result<(), ClusterError> {
        match self.owned.take() {
            Some(owned) => {
                let _ = std::fs::remove_file(&owned.connection_file);
                owned.server.stop(owned.stop_limit)
            }
            None => Ok(()),
        }
    }

    fn start_locked(options: ClusterOptions, lock: OwnerLock) -> Result<Self, ClusterError> {
        let programs = programs::find(options.bin_dir.as_deref(), &options.dir.join("data"))?;
        let place = Place::prepare(&options.dir)?;
        init::ensure(&place, &programs)?;
        let socket_dir = place.socket_dir(options.port)?;
        server::clear_remains(&place, &socket_dir, options.stop_limit)?;
        let connection_file = connection_file(&place.home);
        let _ = std::fs::remove_file(&connection_file);
        place.identity.private_dir(&place.log_dir())?;
        let compression = programs.wal_compression(&place);
        let settings = settings_text(&place, &socket_dir, compression, &options)?;
        place.identity.write(&place.data().join(init::SETTINGS_FILE), &settings)?;
        let connection = Connection {
            socket_dir,
            port: options.port,
            user: init::NAME.to_owned(),
            password: read(&place.password_file())?,
        };
        if !place.service_password_file().exists() {
            place.identity.write(&place.service_password_file(), &init::random_hex()?)?;
        }
        let service = service_connection(&place, &connection)?;
        // From here on `cluster` stops the server however this ends.
        let mut cluster = Self {
            connection,
            service,
            is_new: false,
            owned: Some(Owned {
                server: Server::spawn(&place, &programs, options.bound)?,
                connection_file,
                stop_limit: options.stop_limit,
            }),
            _lock: Some(lock),
        };
        if let Some(owned) = &mut cluster.owned {
            owned.server.wait_ready(&place, &cluster.connection, options.start_limit)?;
            cluster.is_new = ensure_database(&cluster.connection)?;
            ensure_service(&cluster.connection, &cluster.service)?;
            let text = serde_json::to_string(&cluster.connection)
                .map_err(|error| ClusterError::Database(error.to_string()))?;
            place.identity.write(&owned.connection_file, &text)?;
        }
        tracing::info!(
            dir = %place.home.display(),
            user = place.identity.name,
            version = programs.major,
            new = cluster.is_new,
            "the private PostgreSQL is running"
        );
        Ok(cluster)
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        if let Err(error) = self.stop_owned() {
            tracing::error!(%error, "the private PostgreSQL did not stop");
        }
    }
}

/// With an absolute folder whose parent exists.
fn prepared(mut options: ClusterOptions) -> Result<ClusterOptions, ClusterError> {
    options.dir = std::path::absolute(&options.dir).map_err(io("can't find", &options.dir))?;
    if let Some(parent) = options.dir.parent() {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(io("can't make", parent))?;
        // So that two ways to one folder are one lock and one place.
        let parent = parent.canonicalize().map_err(io("can't find", parent))?;
        if let Some(name) = options.dir.file_name() {
            options.dir = parent.join(name);
        }
    }
    if options.port == 0 {
        options.port = 5432;
    }
    Ok(options)
}

/// How the service reaches the cluster of a connection.
fn service_connection(place: &Place, owner: &Connection) -> Result<Connection, ClusterError> {
    let password = read(&place.service_password_file())?;
    Ok(Connection { user: init::SERVICE.to_owned(), password, ..owner.clone() })
}

fn attach(dir: &Path) -> Result<(Connection, Connection), ClusterError> {
    let place = Place::of_running(dir)?;
    let text = read(&connection_file(&place.home))?;
    let mut connection: Connection =
        serde_json::from_str(&text).map_err(|error| ClusterError::Database(error.to_string()))?;
    connection.password = read(&place.password_file())?;
    server::connect(&connection, init::NAME).map_err(ClusterError::Database)?;
    let service = service_connection(&place, &connection)?;
    Ok((connection, service))
}

fn connection_file(home: &Path) -> PathBuf {
    home.join("connection.json")
}

fn read(path: &Path) -> Result<String, ClusterError> {
    std::fs::read_to_string(path).map_err(io("can't read", path))
}

/// Makes the database `zerodesk` unless it is there; whether it was made.
fn ensure_database(connection: &Connection) -> Result<bool, ClusterError> {
    let failed = |error: diesel::result::Error| ClusterError::Database(error.to_string());
    let mut postgres = server::connect(connection, "postgres").map_err(ClusterError::Database)?;
    let found = diesel::sql_query("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind::<diesel::sql_types::Text, _>(init::NAME)
        .execute(&mut postgres)
        .map_err(failed)?;
    if found > 0 {
        return Ok(false);
    }
    diesel::sql_query(format!("CREATE DATABASE {}", init::NAME)).execute(&mut postgres).map_err(failed)?;
    Ok(true)
}

/// Makes the role of the service unless it is there, and lets it, and nobody else, into the database. What it may do there is granted when
/// the database is migrated.
fn ensure_service(connection: &Connection, service: &Connection) -> Result<(), ClusterError> {
    let (name, database) = (&service.user, init::NAME);
    // Ours, hexadecimal; doubled all the same.
    let password = service.password.replace('\'', "''");
    let mut postgres = server::connect(connection, database).map_err(ClusterError::Database)?;
    postgres
        .batch_execute(&format!(
            "DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name}; END IF;
            END $$;
            ALTER ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{password}';
            REVOKE ALL ON DATABASE {database} FROM PUBLIC;
            REVOKE ALL ON DATABASE postgres FROM PUBLIC;
            GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {name}"
        ))
        .map_err(|error| ClusterError::Database(error.to_string()))
}

/// The server's settings for a small service. Written at every start, so that a new version's take effect.
fn settings_text(
    place: &Place,
    socket_dir: &Path,
    compression: &str,
    options: &ClusterOptions,
) -> Result<String, ClusterError> {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let fixed = [
        ("listen_addresses", String::new()),
        // Quoted within, as it is a list and could be split.
        ("unix_socket_directories", format!("\"{}\"", path(socket_dir))),
        ("unix_socket_permissions", "0700".to_owned()),
        ("port", options.port.to_string()),
        ("password_encryption", "scram-sha-256".to_owned()),
        ("max_connections", "100".to_owned()),
        ("shared_buffers", "256MB".to_owned()),
        ("effective_cache_size", "1GB".to_owned()),
        ("maintenance_work_mem", "64MB".to_owned()),
        ("random_page_cost", "1.1".to_owned()),
        ("jit", "off".to_owned()),
        ("wal_compression", compression.to_owned()),
        // As much as a busy time needs: a new piece of the log is filled with zeros first, and all commits wait for it.
        ("min_wal_size", "512MB".to_owned()),
        ("max_wal_size", "1GB".to_owned()),
        ("fsync", "on".to_owned()),
        ("full_page_writes", "on".to_owned()),
        ("synchronous_commit", "on".to_owned()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
        ("logging_collector", "on".to_owned()),
        ("log_directory", path(&place.log_dir())),
        // A week of logs, each day over that of a week ago.
        ("log_filename", "postgresql-%a.log".to_owned()),
        ("log_rotation_age", "1d".to_owned()),
        ("log_rotation_size", "0".to_owned()),
        ("log_truncate_on_rotation", "on".to_owned()),
    ];
    let mut text = "# Written by zerodesk at every start; changes here are lost.\n".to_owned();
    let extra = options.extra.iter().map(|(name, value)| (name.as_str(), value.clone()));
    for (name, value) in fixed.into_iter().chain(extra) {
        let named = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.'));
        if !named || value.contains(['\n', '\r', '\0']) {
            return Err(ClusterError::BadSetting(name.to_owned()));
        }
        let value = value.replace('\\', "\\\\").replace('\'', "''");
        text.push_str(&format!("{name} = '{value}'\n"));
    }
    Ok(text)
}
