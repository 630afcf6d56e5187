//! The thread that reads from the database what other servers did, twice a second and whenever NATS or a socket
//! wakes it.
//!
//! It has a connection of its own, which holds the lock by which other servers know that this one runs. Each
//! round writes who is connected here and, without NATS, who is typing; reads the feed of events; and, while
//! other servers run, compares the log with what was delivered to the subscribers here. A stream with undelivered messages is
//! reported to its subscribers only if the round before found some already: a message that was just stored is
//! still on its way, and reading the log for it would cost more than it helps.
//!
//! While the database is unavailable, each round tries again. If that takes longer than events are kept, all
//! sockets are closed so that the clients resume.

use crate::chat::fanout::Fanout;
use crate::chat::kernel::Stream;
use crate::chat::port::ConsultationPort;
use crate::core::Problem;
use crate::core::event::EventKind;
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::feed::{self, Place};
use crate::jobs::{self, Stop};
use crate::presence::{connections, report};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The time between two rounds if nothing wakes the thread.
const POLL: Duration = Duration::from_millis(500);
/// The least time between two checks of the log: two of them in a row find lost messages.
const LOG_POLL: Duration = Duration::from_millis(400);
/// How long the log is checked after the last other server ended.
const LINGER: Duration = Duration::from_secs(5);
/// The time between two clean-ups.
const CLEAN_UP: Duration = Duration::from_secs(60);
/// Consultations that are compared with the log by one statement.
const CHUNK: usize = 20_000;
/// How long events may go unread. They are kept a little longer.
const MAX_UNREAD: Duration = Duration::from_secs(60 * (feed::KEEP_MINUTES as u64 - 1));

/// Starts the thread. `kinds` are the events that are read from the feed. The place in the feed is taken before, so that
/// no socket is older than it.
///
/// # Errors
/// When the database is unavailable or the system gives no thread.
pub fn spawn(
    fanout: Fanout,
    port: Arc<dyn ConsultationPort>,
    kinds: Vec<EventKind>,
    stop: Arc<Stop>,
) -> Result<JoinHandle<()>, Problem> {
    let mut reader = Reader::new(&fanout, port, kinds)?;
    let wake = Arc::clone(fanout.hub().log_reader_signal());
    jobs::spawn("log-reader", fanout, stop, wake, POLL, move |fanout| {
        // Not reported as a failed round, after which the pause would grow: once the database is back, other servers
        // wait for this one.
        if let Err(problem) = reader.round(fanout)
            && reader.link.take().is_some()
        {
            tracing::warn!(%problem, "the log reader lost its database connection");
        }
        Ok(false)
    })
}

struct Reader {
    port: Arc<dyn ConsultationPort>,
    kinds: Vec<EventKind>,
    link: Option<PgConnection>,
    place: Place,
    read_at: Instant,
    checked_at: Instant,
    cleaned_at: Instant,
    others_at: Option<Instant>,
}

#[derive(QueryableByName)]
struct Advanced {
    #[diesel(sql_type = SqlUuid)]
    consultation_id: ConsultationId,
    #[diesel(sql_type = Text)]
    stream: Stream,
    #[diesel(sql_type = BigInt)]
    last_seq: i64,
}

impl Reader {
    fn new(fanout: &Fanout, port: Arc<dyn ConsultationPort>, kinds: Vec<EventKind>) -> Result<Self, Problem> {
        let mut link = connect(fanout)?;
        let place = Place::end(&mut link)?;
        let now = Instant::now();
        let link = Some(link);
        let (read_at, checked_at, cleaned_at) = (now, now, now);
        Ok(Self { port, kinds, link, place, read_at, checked_at, cleaned_at, others_at: None })
    }

    fn round(&mut self, fanout: &Fanout) -> Result<(), Problem> {
        let is_new = self.link.is_none();
        let port = Arc::clone(&self.port);
        let shown_in =
            |conn: &mut PgConnection, accounts: &[AccountId]| -> QueryResult<Vec<(AccountId, Uuid)>> {
                let open = port.open_consultations(conn, accounts)?;
                Ok(open.into_iter().map(|(account, id)| (account, id.0)).collect())
            };
        let server = fanout.0.server;
        let link = match &mut self.link {
            Some(link) => link,
            none => none.insert(connect(fanout)?),
        };
        for event in report::write_changes(link, server, fanout.hub().presence(), is_new, &shown_in)? {
            fanout.publish(&event);
        }
        feed::write(link, server, &fanout.take_typing())?;
        for event in self.place.read(link, server, &self.kinds)? {
            fanout.hub().publish(&event);
        }
        if self.read_at.elapsed() > MAX_UNREAD {
            tracing::warn!(
                "events of other servers were missed; all sockets are closed so that clients resume"
            );
            fanout.hub().close_all();
        }
        self.read_at = Instant::now();
        if self.checked_at.elapsed() >= LOG_POLL {
            self.checked_at = Instant::now();
            if connections::has_others(link, server)? {
                self.others_at = Some(Instant::now());
            }
            let others = self.others_at.is_some_and(|at| at.elapsed() < LINGER);
            fanout.0.others.store(others, Ordering::Relaxed);
            if others {
                compare(link, fanout)?;
            }
            for event in report::delete_dead_servers(link, server, &shown_in)? {
                fanout.publish(&event);
            }
        }
        if self.cleaned_at.elapsed() >= CLEAN_UP {
            self.cleaned_at = Instant::now();
            feed::prune(link)?;
        }
        Ok(())
    }
}

fn connect(fanout: &Fanout) -> Result<PgConnection, Problem> {
    let mut link = PgConnection::establish(fanout.0.pool.url()).map_err(Problem::unavailable)?;
    // The lock of a host that vanishes without closing its connection must end, too.
    link.batch_execute(
        "SET TIME ZONE 'UTC'; SET client_encoding = 'UTF8'; SET statement_timeout = '5s';
         SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3",
    )?;
    connections::register_server(&mut link, fanout.0.server)?;
    Ok(link)
}

/// Compares the log with what was delivered to the subscribers here.
fn compare(link: &mut PgConnection, fanout: &Fanout) -> Result<(), Problem> {
    let positions = fanout.hub().positions();
    let chunks = positions.consultations.chunks(CHUNK);
    let chunks = chunks.zip(positions.talk.chunks(CHUNK)).zip(positions.notes.chunks(CHUNK));
    for ((consultations, talk), notes) in chunks {
        for row in advanced(link, consultations, talk, notes)? {
            if fanout.hub().found_in_log(row.consultation_id, row.stream, row.last_seq) {
                fanout.figures().caught_up.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}

fn advanced(
    link: &mut PgConnection,
    ids: &[Uuid],
    talk: &[i64],
    notes: &[i64],
) -> QueryResult<Vec<Advanced>> {
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
