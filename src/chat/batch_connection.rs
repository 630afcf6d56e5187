//! The database connection of a writer, and what a failed batch means.

use crate::chat::append::{Entry, Outcome, append};
use crate::core::database::is_for_another;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why a batch was not stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The connection is lost, or the statement must be repeated.
    #[error("{0}")]
    Unavailable(String),
    /// Another transaction stored one of the `client_id`s in the meantime.
    #[error("another server stored one of the client_ids at the same time")]
    Race,
    /// The statement itself is at fault.
    #[error("{0}")]
    Statement(String),
}

/// A connection that is opened again after a failure.
pub(super) struct BatchConnection {
    url: String,
    conn: Option<PgConnection>,
}

impl BatchConnection {
    /// A connection that is opened at the first batch.
    pub(super) fn new(url: String) -> Self {
        Self { url, conn: None }
    }

    /// Stores a batch.
    ///
    /// # Errors
    /// None of the batch is stored, or, if the connection is lost, perhaps all of it.
    pub(super) fn append(
        &mut self,
        entries: &[Entry<'_>],
        now: DateTime<Utc>,
    ) -> Result<Vec<Outcome>, Failure> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => connect(&self.url).map_err(Failure::Unavailable)?,
        };
        let error = match append(&mut conn, entries, now) {
            Ok(outcomes) => {
                self.conn = Some(conn);
                return Ok(outcomes);
            }
            Err(error) => error,
        };
        // A connection that still works shows that the statement was at fault.
        let alive = conn.batch_execute("SELECT 1").is_ok();
        if alive {
            self.conn = Some(conn);
        }
        let text = error.to_string();
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) if alive => Err(Failure::Race),
            error if alive && !is_for_another(&error) => Err(Failure::Statement(text)),
            _ => Err(Failure::Unavailable(text)),
        }
    }
}

fn connect(url: &str) -> Result<PgConnection, String> {
    let mut conn = PgConnection::establish(url).map_err(|error| error.to_string())?;
    conn.batch_execute("SET TIME ZONE 'UTC'; SET client_encoding = 'UTF8'")
        .map_err(|error| error.to_string())?;
    Ok(conn)
}
