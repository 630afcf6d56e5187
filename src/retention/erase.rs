//! The job that erases what is due, and the command of one batch of it.

use crate::accounts;
use crate::app::App;
use crate::attachments;
use crate::chat;
use crate::core::{Actor, Caller, Problem};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::jobs::Stop;
use crate::knowledge;
use crate::notifications::outbox::expired;
use crate::people;
use crate::retention::due::{self, Place};
use crate::retention::holds::lock_holds;
use crate::retention::ids::RunId;
use crate::retention::rules::{Kind, due_before};
use crate::retention::settings::RetentionSettings;
use crate::search;
use crate::web::room::Job;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How often is looked for what is due.
const POLL: std::time::Duration = std::time::Duration::from_secs(3600);
/// Messages of a batch.
const MESSAGES: i64 = 1_000;
/// Consultations of a batch, or inspections.
const CONSULTATIONS: i64 = 50;
/// People, log-ins or mails of a batch.
const ROWS: i64 = 500;

/// Erases a batch of what is due of one kind, by the period in force. Only the platform itself may give it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseExpired {
    /// The kind.
    pub kind: Kind,
    /// Where an earlier batch has ended.
    pub after: Option<Place>,
}

/// What a batch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Rows that were erased.
    pub rows: i64,
    /// Their bytes, where they are counted.
    pub bytes: i64,
    /// Where the next batch goes on.
    pub after: Option<Place>,
    /// Whether more may be due.
    pub more: bool,
}

/// The periods of a batch: before which moment something is due, and the day.
type Until = (DateTime<Utc>, NaiveDate);

impl Command for EraseExpired {
    type Output = Erased;
    const NAME: &'static str = "erase_expired";

    fn run(&self, tx: &mut Tx) -> Result<Erased, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let period = tx.settings.section::<RetentionSettings>().period(self.kind);
        let Some(before) = due_before(self.kind, period, tx.now) else { return Ok(Erased::default()) };
        let until = (before, tx.today());
        // No hold is set until this batch is stored, and those that were set are seen by every statement behind this one.
        lock_holds(&mut tx.conn)?;
        let erased = match self.kind {
            Kind::Messages => messages(tx, until, self.after)?,
            Kind::Files => files(tx, until, self.after)?,
            Kind::Accounts => accounts(tx, until)?,
            Kind::Sessions => sessions(tx, until)?,
            Kind::Mails => mails(tx, until)?,
            Kind::RecordingsPassed | Kind::RecordingsFailed => recordings(tx, self.kind, until)?,
            Kind::Conduct => conduct(tx, until)?,
        };
        if erased.rows > 0 {
            let run = note(tx, self.kind, period, &erased)?;
            let data = json!({ "kind": format!("expired_{}", self.kind), "rows": erased.rows, "bytes": erased.bytes });
            tx.audit(Self::NAME, Subject::new("retention_run", run.0), data)?;
        }
        Ok(erased)
    }
}

fn messages(tx: &mut Tx, until: Until, after: Option<Place>) -> Result<Erased, Problem> {
    let mut done = Erased { after, ..Erased::default() };
    let next = due::next_consultations(&mut tx.conn, Kind::Messages, until, after, CONSULTATIONS)?;
    let found = i64::try_from(next.len()).unwrap_or(i64::MAX);
    done.more = found == CONSULTATIONS;
    for place in next {
        let left = MESSAGES - done.rows;
        let said = chat::erasure::erase(&mut tx.conn, place.1, left, tx.now)?;
        let texts: Vec<_> = said.iter().map(|m| (m.stream.as_str(), m.seq, m.body.as_str())).collect();
        search::erasure::forget(&mut tx.conn, place.1, &texts)?;
        knowledge::erasure::forget(&mut tx.conn, place.1)?;
        let rows = i64::try_from(said.len()).unwrap_or(i64::MAX);
        done.rows += rows;
        if rows == left {
            // There may be more in this one, with which the next batch begins.
            done.more = true;
            return Ok(done);
        }
        done.after = Some(place);
    }
    Ok(done)
}

fn files(tx: &mut Tx, until: Until, after: Option<Place>) -> Result<Erased, Problem> {
    let mut done = Erased { after, ..Erased::default() };
    let next = due::next_consultations(&mut tx.conn, Kind::Files, until, after, CONSULTATIONS)?;
    done.more = i64::try_from(next.len()).is_ok_and(|found| found == CONSULTATIONS);
    for place in next {
        let sizes = attachments::erasure::mark(tx, place.1)?;
        done.rows += i64::try_from(sizes.len()).unwrap_or(i64::MAX);
        done.bytes += sizes.iter().sum::<i64>();
        done.after = Some(place);
    }
    Ok(done)
}

fn accounts(tx: &mut Tx, until: Until) -> Result<Erased, Problem> {
    let ids = due::next_people(&mut tx.conn, until, ROWS)?;
    let erased = accounts::erasure::erase(tx, &ids)?;
    people::erasure::forget_invitations(&mut tx.conn, &ids)?;
    let rows = i64::try_from(erased).unwrap_or(i64::MAX);
    Ok(Erased { rows, more: rows == ROWS, ..Erased::default() })
}

fn sessions(tx: &mut Tx, (before, today): Until) -> Result<Erased, Problem> {
    let kept = due::held_accounts(&mut tx.conn, today)?;
    let deleted = accounts::erasure::delete_ended(&mut tx.conn, before, &kept, ROWS)?;
    let rows = i64::try_from(deleted).unwrap_or(i64::MAX);
    Ok(Erased { rows, more: rows == ROWS, ..Erased::default() })
}

fn mails(tx: &mut Tx, (before, today): Until) -> Result<Erased, Problem> {
    let kept = due::held_addresses(&mut tx.conn, today)?;
    let gone = expired::delete(&mut tx.conn, before, &kept, ROWS)?;
    Ok(Erased { rows: gone.rows, bytes: gone.bytes, after: None, more: gone.rows == ROWS })
}

fn recordings(tx: &mut Tx, kind: Kind, until: Until) -> Result<Erased, Problem> {
    let next = due::next_inspections(&mut tx.conn, kind, until, CONSULTATIONS)?;
    let more = i64::try_from(next.len()).is_ok_and(|found| found == CONSULTATIONS);
    let mut done = Erased { more, ..Erased::default() };
    for inspection in next {
        let gone = crate::recordings::erasure::erase(tx, inspection)?;
        done.rows += gone.recordings;
        done.bytes += gone.bytes;
    }
    Ok(done)
}

fn conduct(tx: &mut Tx, until: Until) -> Result<Erased, Problem> {
    let next = due::next_conduct(&mut tx.conn, until, ROWS)?;
    let more = i64::try_from(next.len()).is_ok_and(|found| found == ROWS);
    let gone = crate::conduct::erasure::erase(tx, &next)?;
    // What was contested meanwhile is left for another day.
    Ok(Erased { rows: gone.entries, bytes: gone.bytes, after: None, more: more && gone.entries > 0 })
}

#[derive(QueryableByName)]
struct Noted {
    #[diesel(sql_type = SqlUuid)]
    id: RunId,
}

/// Adds a batch to what was erased of the kind on this day.
fn note(tx: &mut Tx, kind: Kind, period: u32, erased: &Erased) -> Result<RunId, Problem> {
    let noted: Noted = diesel::sql_query(
        "INSERT INTO retention_run (id, day, kind, period, rows, bytes, began_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
         ON CONFLICT (day, kind) DO UPDATE SET
             rows = retention_run.rows + excluded.rows, bytes = retention_run.bytes + excluded.bytes,
             period = excluded.period, ended_at = excluded.ended_at
         RETURNING id",
    )
    .bind::<SqlUuid, _>(RunId::new())
    .bind::<Date, _>(tx.today())
    .bind::<Text, _>(kind.as_str())
    .bind::<Integer, _>(i32::try_from(period).unwrap_or(i32::MAX))
    .bind::<BigInt, _>(erased.rows)
    .bind::<BigInt, _>(erased.bytes)
    .bind::<Timestamptz, _>(tx.now)
    .get_result(&mut *tx.conn)?;
    Ok(noted.id)
}

/// Erases all that is due now, batch by batch.
///
/// # Errors
/// When the database is unavailable; the next round goes on.
pub fn sweep(app: &App, stop: Option<&Stop>) -> Result<(), Problem> {
    for kind in Kind::ALL {
        if app.settings().section::<RetentionSettings>().period(*kind) == 0 {
            continue;
        }
        let (mut after, mut rows) = (None, 0);
        loop {
            if stop.is_some_and(Stop::is_set) {
                return Ok(());
            }
            let done = app.execute(&Caller::system(), &EraseExpired { kind: *kind, after })?;
            (after, rows) = (done.after, rows + done.rows);
            if !done.more {
                break;
            }
        }
        if rows > 0 {
            tracing::info!(%kind, rows, "erased what was due");
        }
    }
    Ok(())
}

/// Erases what is due, once an hour.
pub const JOB: Job = Job {
    name: "retention",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = std::sync::Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, Some(&stop)).map(|()| false)))
    },
};
