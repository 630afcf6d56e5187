//! The thread that reads the database for what other servers did, twice a second and whenever NATS or a socket
//! says that there is something.
//!
//! It has a connection of its own, which holds the lock by which other servers know that this one lives. Each
//! look: writes which experts are connected here and, without NATS, who types; reads the feed of events, and, while others live, compares
//! the log with what the subscribers here were told of. A stream that is further is only hinted at when the look
//! before had found the same: what was stored a moment ago is on its way by itself, and reading the log
//! for it would cost more than it helps.
//!
//! While the database is away it tries again at each look, and beyond the time that events are kept, it sends all
//! sockets away to resume.

use crate::accounts::connections::{self, Said};
use crate::chat::fanout::Fanout;
use crate::chat::protocol::Stream;
use crate::core::actor::Role;
use crate::core::event::{PresenceChange, Sender};
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Event, Problem};
use crate::db::feed::{self, Place};
use crate::jobs::{self, Stop};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Between two looks, when nothing calls for one.
const POLL: Duration = Duration::from_millis(500);
/// Between two looks at the log at least: two of them find what was lost.
const LOG_POLL: Duration = Duration::from_millis(400);
/// How long the log is looked at after the last other server ended.
const LINGER: Duration = Duration::from_secs(5);
/// Between two sweeps.
const SWEEP: Duration = Duration::from_secs(60);
/// Consultations asked for at a time.
const CHUNK: usize = 20_000;
/// How long events may go unread. They are kept a little longer.
const LOST: Duration = Duration::from_secs(60 * (feed::KEEP_MINUTES as u64 - 1));

/// Starts the thread. The place in the feed is taken before, so that no socket is older than it.
///
/// # Errors
/// When the database is away or the system gives no thread.
pub fn spawn(fanout: Fanout, stop: Arc<Stop>) -> Result<JoinHandle<()>, Problem> {
    let mut reader = Reader::new(&fanout)?;
    jobs::spawn(
        "log-reader",
        fanout,
        stop,
        |fanout| fanout.hub().bell(),
        POLL,
        move |fanout| {
            // Not by a failed round's growing pause: once the database is back, others wait for its news.
            if let Err(problem) = reader.round(fanout)
                && reader.link.take().is_some()
            {
                tracing::warn!(%problem, "the log reader has lost the database");
            }
            Ok(false)
        },
    )
}

struct Reader {
    link: Option<PgConnection>,
    place: Place,
    read_at: Instant,
    looked_at: Instant,
    swept_at: Instant,
    others_at: Option<Instant>,
}

#[derive(QueryableByName)]
struct Further {
    #[diesel(sql_type = SqlUuid)]
    consultation_id: ConsultationId,
    #[diesel(sql_type = Text)]
    stream: Stream,
    #[diesel(sql_type = BigInt)]
    last_seq: i64,
}

impl Reader {
    fn new(fanout: &Fanout) -> Result<Self, Problem> {
        let mut link = connect(fanout)?;
        let place = Place::end(&mut link)?;
        let now = Instant::now();
        let link = Some(link);
        Ok(Self { link, place, read_at: now, looked_at: now, swept_at: now, others_at: None })
    }

    fn round(&mut self, fanout: &Fanout) -> Result<(), Problem> {
        let fresh = self.link.is_none();
        let link = match &mut self.link {
            Some(link) => link,
            none => none.insert(connect(fanout)?),
        };
        write_experts(link, fanout, fresh)?;
        feed::write(link, fanout.0.server, &fanout.take_typing())?;
        for event in self.place.read(link, fanout.0.server)? {
            fanout.hub().publish(event);
        }
        if self.read_at.elapsed() > LOST {
            tracing::warn!("events of other servers were missed; all sockets are sent away to resume");
            fanout.hub().drain();
        }
        self.read_at = Instant::now();
        if self.looked_at.elapsed() >= LOG_POLL {
            self.looked_at = Instant::now();
            if connections::has_others(link, fanout.0.server)? {
                self.others_at = Some(Instant::now());
            }
            let others = self.others_at.is_some_and(|at| at.elapsed() < LINGER);
            fanout.0.others.store(others, Ordering::Relaxed);
            if others {
                compare(link, fanout)?;
            }
            bury(link, fanout)?;
        }
        if self.swept_at.elapsed() >= SWEEP {
            self.swept_at = Instant::now();
            feed::prune(link)?;
            fanout.hub().sweep();
        }
        Ok(())
    }
}

fn connect(fanout: &Fanout) -> Result<PgConnection, Problem> {
    let mut link = PgConnection::establish(fanout.0.pool.url()).map_err(Problem::unavailable)?;
    // A host that vanishes says no goodbye: its lock must end all the same.
    link.batch_execute(
        "SET TIME ZONE 'UTC'; SET client_encoding = 'UTF8'; SET statement_timeout = '5s';
         SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3",
    )?;
    connections::live(&mut link, fanout.0.server)?;
    Ok(link)
}

/// Writes which experts are connected here, all of them where `all` says so, and tells what they said.
fn write_experts(link: &mut PgConnection, fanout: &Fanout, all: bool) -> Result<(), Problem> {
    let changes = fanout.hub().experts().take(all);
    if changes.connections.is_empty() {
        changes.done();
        return Ok(());
    }
    let server = fanout.0.server;
    let written = tell(link, fanout, |link| connections::write(link, server, &changes.connections));
    match written {
        Ok(()) => changes.done(),
        Err(_) => fanout.hub().experts().give_back(changes),
    }
    written
}

fn bury(link: &mut PgConnection, fanout: &Fanout) -> Result<(), Problem> {
    tell(link, fanout, connections::bury)
}

/// Changes who is connected, and tells all servers how those stand now of whom it is news.
fn tell(
    link: &mut PgConnection,
    fanout: &Fanout,
    change: impl FnOnce(&mut PgConnection) -> QueryResult<Vec<AccountId>>,
) -> Result<(), Problem> {
    let events = link.transaction(|link| {
        let news = change(link)?;
        if news.is_empty() {
            return Ok(Vec::new());
        }
        let events: Vec<_> = connections::said(link, &news)?.into_iter().map(presence).collect();
        feed::write(link, fanout.0.server, &events)?;
        Ok::<_, Problem>(events)
    })?;
    for event in events {
        fanout.publish(event);
    }
    Ok(())
}

/// The event that says how an expert stands.
fn presence(said: Said) -> Event {
    Event::Presence(change(said))
}

/// How an expert stands, as it is told.
pub fn change(said: Said) -> PresenceChange {
    PresenceChange {
        user: Sender { id: said.account, name: said.name, role: Role::Expert },
        state: said.state,
        consultations: said.consultations.into_iter().map(ConsultationId).collect(),
    }
}

/// Compares the log with what the subscribers here were told of.
fn compare(link: &mut PgConnection, fanout: &Fanout) -> Result<(), Problem> {
    let told = fanout.hub().told();
    let chunks = told.consultations.chunks(CHUNK).zip(told.talk.chunks(CHUNK)).zip(told.notes.chunks(CHUNK));
    for ((consultations, talk), notes) in chunks {
        for row in further(link, consultations, talk, notes)? {
            if fanout.hub().found(row.consultation_id, row.stream, row.last_seq) {
                fanout.figures().caught_up.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}

fn further(link: &mut PgConnection, ids: &[Uuid], talk: &[i64], notes: &[i64]) -> QueryResult<Vec<Further>> {
    diesel::sql_query(
        "SELECT s.consultation_id, s.stream, s.last_seq
         FROM unnest($1, $2, $3) AS told(id, talk, notes)
         JOIN chat_stream s ON s.consultation_id = told.id
         WHERE s.last_seq > CASE s.stream WHEN 'talk' THEN told.talk ELSE told.notes END",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<BigInt>, _>(talk)
    .bind::<Array<BigInt>, _>(notes)
    .load(link)
}
