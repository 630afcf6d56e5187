//! One moment of the database: what is in it, and a name by which `pg_dump` sees the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::attachments::housekeeping::BACK_UP;
use crate::attachments::store::{Stored, stored};
use crate::audit::verify::{RecordedHead, heads};
use crate::cli::CliError;
use crate::core::Problem;
use crate::db::migrate;

/// A moment of the database.
pub(super) struct Taken {
    pub(super) at: DateTime<Utc>,
    /// The name of the snapshot, valid while the transaction lasts.
    pub(super) snapshot: String,
    pub(super) migrations: Vec<String>,
    pub(super) counts: BTreeMap<String, i64>,
    pub(super) heads: Vec<RecordedHead>,
    pub(super) files: Vec<Stored>,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Lets no uploaded file be deleted while this connection lives. Waits for a deletion that runs.
pub(super) fn keep_files(conn: &mut PgConnection) -> Result<(), CliError> {
    let sql = format!("SET statement_timeout = 0; SET TIME ZONE 'UTC'; SELECT pg_advisory_lock({BACK_UP})");
    Ok(conn.batch_execute(&sql)?)
}

/// What is in the database now; in a transaction that repeats its reads.
pub(super) fn take(conn: &mut PgConnection) -> Result<Taken, CliError> {
    let snapshot = diesel::sql_query("SELECT pg_export_snapshot() AS word").get_result::<Word>(conn)?.word;
    let at = Utc::now();
    if !counts(conn)?.contains_key("audit_head") {
        return Err(CliError::Other("the database is empty: there is nothing to back up".to_owned()));
    }
    Ok(Taken {
        at,
        snapshot,
        migrations: migrate::ran(conn)?,
        counts: counts(conn)?,
        heads: heads(conn)?,
        files: stored(conn)?,
    })
}

/// The tables, with how many rows each has.
pub(super) fn counts(conn: &mut PgConnection) -> Result<BTreeMap<String, i64>, CliError> {
    let tables = diesel::sql_query(
        "SELECT c.relname::text AS word FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1",
    )
    .load::<Word>(conn)?;
    let mut counts = BTreeMap::new();
    for Word { word } in tables {
        let query = format!("SELECT count(*) AS n FROM public.\"{}\"", word.replace('"', "\"\""));
        let Count { n } = diesel::sql_query(query).get_result(conn)?;
        counts.insert(word, n);
    }
    Ok(counts)
}

impl From<diesel::result::Error> for CliError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Problem(Problem::from(error))
    }
}
