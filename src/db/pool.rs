//! The pool of connections.

use crate::core::Problem;
use diesel::connection::{AnsiTransactionManager, Connection as _, SimpleConnection, TransactionManager};
use diesel::r2d2::{self, ConnectionManager, CustomizeConnection, PooledConnection};
use diesel::sql_types::Integer;
use diesel::{IntoSql, PgConnection, RunQueryDsl};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// A connection on loan.
pub type Connection = PooledConnection<ConnectionManager<PgConnection>>;

/// A connection on loan, in a transaction that can't write and reads the database as it was at its first statement. So an answer made by
/// several statements says nothing that was never true at one moment.
pub struct Snapshot(Connection);

impl Deref for Snapshot {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // A connection that can't end its transaction is broken, and the pool drops it.
        if let Err(error) = AnsiTransactionManager::rollback_transaction(&mut *self.0) {
            tracing::debug!(%error, "the end of a reading transaction");
        }
    }
}

/// How a transaction begins that only reads. Its snapshot is taken by the first statement after it.
const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// Connections to one database.
#[derive(Clone)]
pub struct Pool {
    inner: r2d2::Pool<ConnectionManager<PgConnection>>,
    url: String,
    statement_timeout_ms: u64,
}

#[derive(Debug)]
struct Prepare {
    statement_timeout_ms: u64,
}

impl CustomizeConnection<PgConnection, r2d2::Error> for Prepare {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), r2d2::Error> {
        conn.batch_execute(&format!(
            "SET TIME ZONE 'UTC'; SET statement_timeout = {}; SET client_encoding = 'UTF8'",
            self.statement_timeout_ms
        ))
        .map_err(r2d2::Error::QueryError)
    }
}

impl Pool {
    /// Opens a pool of at most `size` connections; each gives up a statement after
    /// `statement_timeout_ms` milliseconds.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub fn open(url: &str, size: u32, statement_timeout_ms: u64) -> Result<Self, Problem> {
        let inner = r2d2::Pool::builder()
            .max_size(size)
            // None is opened ahead of its use. A command that ended while one was being opened in the background would take the TLS
            // library down under it: the process died of a segmentation fault after its work was done.
            .min_idle(Some(0))
            .connection_timeout(Duration::from_secs(5))
            .connection_customizer(Box::new(Prepare { statement_timeout_ms }))
            .build(ConnectionManager::new(url))
            .map_err(Problem::unavailable)?;
        let pool = Self { inner, url: url.to_owned(), statement_timeout_ms };
        pool.get()?;
        Ok(pool)
    }

    /// A connection on loan.
    ///
    /// # Errors
    /// 503 when none is free within five seconds or the database is unavailable.
    pub fn get(&self) -> Result<Connection, Problem> {
        self.inner.get().map_err(Problem::unavailable)
    }

    /// A connection on loan that reads one state of the database.
    ///
    /// # Errors
    /// 503 when none is free within five seconds or the database is unavailable.
    pub fn snapshot(&self) -> Result<Snapshot, Problem> {
        let mut conn = self.get()?;
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, BEGIN_SNAPSHOT)?;
        Ok(Snapshot(conn))
    }

    /// A connection beside those of the pool, in a transaction that reads the database as it is now until the connection is dropped. For
    /// who reads longer than others should wait for a connection.
    ///
    /// # Errors
    /// 503 when the database is unavailable.
    pub fn long_snapshot(&self) -> Result<PgConnection, Problem> {
        let mut conn = PgConnection::establish(&self.url).map_err(Problem::unavailable)?;
        Prepare { statement_timeout_ms: self.statement_timeout_ms }
            .on_acquire(&mut conn)
            .map_err(Problem::unavailable)?;
        AnsiTransactionManager::begin_transaction_sql(&mut conn, BEGIN_SNAPSHOT)?;
        diesel::select(1.into_sql::<Integer>()).execute(&mut conn)?;
        Ok(conn)
    }

    /// The address, for those who need a connection of their own (the chat's writers).
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connections open, and those of them that are idle.
    pub fn usage(&self) -> (u32, u32) {
        let state = self.inner.state();
        (state.connections, state.idle_connections)
    }
}
