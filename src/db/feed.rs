//! Events for the other servers on the same database, kept in it for some minutes.
//!
//! An event is written in the transaction that it is about, so it exists exactly when that committed. A reader keeps
//! the snapshot of its last look and asks for what that did not show: a transaction that took long is not passed
//! over, as it would be if one asked for "ids above the last".

use crate::core::event::EventKind;
use crate::core::{Event, Problem};
use crate::db::schema::shared_event;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text};
use serde_json::{Map, Value};

/// How long events are kept, minutes.
pub const KEEP_MINUTES: i32 = 10;

/// Writes the events that concern other servers; `server` is who writes.
///
/// # Errors
/// When the database refuses.
pub fn write(conn: &mut PgConnection, server: i64, events: &[Event]) -> Result<(), Problem> {
    let rows = events
        .iter()
        .filter_map(|event| Some((event.kind(), event.to_feed()?)))
        .map(|(kind, payload)| {
            let event = Value::Object(Map::from_iter([(kind.to_owned(), payload?)]));
            Ok((shared_event::server.eq(server), shared_event::event.eq(event)))
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    if !rows.is_empty() {
        diesel::insert_into(shared_event::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// A reader's place in the feed: what it has seen is what this snapshot shows.
#[derive(Debug, Clone)]
pub struct Place(String);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    snapshot: String,
    #[diesel(sql_type = Nullable<Jsonb>)]
    event: Option<Value>,
}

impl Place {
    /// The present end of the feed.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub fn end(conn: &mut PgConnection) -> QueryResult<Self> {
        let row: Row =
            diesel::sql_query("SELECT pg_current_snapshot()::text AS snapshot, NULL::jsonb AS event")
                .get_result(conn)?;
        Ok(Self(row.snapshot))
    }

    /// Reads what other servers wrote since, in order, and moves on. Events that are none of `kinds`, as a
    /// later version may write them, are left out.
    ///
    /// # Errors
    /// When the database is unavailable; the place stays.
    pub fn read(
        &mut self,
        conn: &mut PgConnection,
        server: i64,
        kinds: &[EventKind],
    ) -> QueryResult<Vec<Event>> {
        let rows: Vec<Row> = diesel::sql_query(
            "SELECT s.snapshot, e.event
             FROM (SELECT pg_current_snapshot()::text AS snapshot) AS s
             LEFT JOIN shared_event e
                 ON e.tx >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
                AND NOT pg_visible_in_snapshot(e.tx::text::xid8, $1::pg_snapshot)
                AND e.server <> $2
             ORDER BY e.id",
        )
        .bind::<Text, _>(&self.0)
        .bind::<BigInt, _>(server)
        .load(conn)?;
        if let Some(row) = rows.first() {
            self.0.clone_from(&row.snapshot);
        }
        Ok(rows.into_iter().filter_map(|row| decode(row.event?, kinds)).collect())
    }
}

/// An event from its JSON, an object with the kind as its only key.
fn decode(event: Value, kinds: &[EventKind]) -> Option<Event> {
    let Value::Object(fields) = event else { return None };
    let (name, payload) = fields.into_iter().next()?;
    let Some(kind) = kinds.iter().find(|kind| kind.name == name) else {
        tracing::warn!(kind = name, "unknown kind of event from another server");
        return None;
    };
    (kind.decode)(payload)
        .inspect_err(|error| tracing::warn!(%error, kind = name, "unreadable event from another server"))
        .ok()
}

/// Deletes what every server has read long ago.
///
/// # Errors
/// When the database is unavailable.
pub fn prune(conn: &mut PgConnection) -> QueryResult<usize> {
    // The database's clock: it is not a moment of the domain, and no other is the same for all servers.
    diesel::sql_query(format!(
        "DELETE FROM shared_event WHERE at < clock_timestamp() - interval '{KEEP_MINUTES} minutes'"
    ))
    .execute(conn)
}
