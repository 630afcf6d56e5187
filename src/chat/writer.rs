//! Group commit: waiting messages of all consultations are stored together, by one statement for
//! each batch, acknowledged after its commit and then fanned out.
//!
//! Each writer is a thread with a connection of its own. A consultation always goes to the same
//! writer, so its messages are announced in the order of their numbers. While the database is
//! away the batch is kept and tried again; a batch whose commit went through without our learning
//! of it is told by its `client_id`s and answered as a duplicate, which loses nothing and doubles
//! nothing.
//!
//! What was stored is told by a second thread, the writer's teller, while the next batch is being stored.
//!
//! The queue is bounded in bytes, but [`Writer::submit`] never refuses and never blocks: whoever
//! takes messages off a socket asks [`Flow::poll_ready`] first and stops reading while it is full.

use crate::chat::append::{Entry, Outcome, append};
use crate::chat::flow::Flow;
use crate::chat::protocol::Draft;
use crate::chat::session::Origin;
use crate::chat::teller::{Teller, teller};
use crate::core::actor::Person;
use crate::core::clock::Clock;
use crate::core::database::is_for_another;
use crate::core::{Event, Problem};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryResult, RunQueryDsl, connection::SimpleConnection};
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The answer to a message.
#[derive(Debug)]
pub enum Sent {
    /// Stored now.
    Stored {
        /// Under this number.
        seq: i64,
        /// For this audience; see [`crate::chat::store::Standing::audience`].
        audience: i64,
        /// When.
        at: DateTime<Utc>,
    },
    /// Stored before, under this number.
    Duplicate(i64),
    /// Not stored, and why.
    Refused(Problem),
}

/// Whom the answer goes to.
pub enum Reply {
    /// To whoever waits for it; called on a thread that tells others, too, so it must not block.
    Call(Box<dyn FnOnce(Sent) + Send>),
    /// To a socket, under the `ref` that it gave.
    Socket(Origin),
}

/// A message with its answer.
pub struct Answer {
    /// The message.
    pub draft: Draft,
    /// Who sent it.
    pub sender: Arc<Person>,
    /// Whom to tell.
    pub reply: Reply,
    /// What.
    pub sent: Sent,
}

/// How often a batch is tried again at once when another server was faster with one of its `client_id`s.
const MOST_RACES: u32 = 3;

struct Waiting {
    draft: Draft,
    sender: Arc<Person>,
    reply: Reply,
}

/// What a message counts in the queues, until it is told.
fn bytes(draft: &Draft) -> usize {
    draft.body.len() + draft.attachments.len() * size_of::<Uuid>() + 256
}

/// The writers of a server. Cheap to clone.
#[derive(Clone)]
pub struct Writer(Arc<Shared>);

struct Shared {
    lanes: Vec<Lane>,
    queued_bytes: AtomicUsize,
    most_bytes: usize,
    batch: usize,
    /// The senders that wait for room.
    slowed: Mutex<Vec<Arc<Flow>>>,
    announce: Announce,
    figures: Figures,
}

/// What the metrics show of the writers.
#[derive(Debug, Default)]
pub struct Figures {
    /// Messages stored.
    pub stored: AtomicU64,
    /// Messages answered as duplicates.
    pub duplicates: AtomicU64,
    /// Messages refused.
    pub refused: AtomicU64,
    /// Batches committed.
    pub batches: AtomicU64,
    /// Batches that failed and were tried again.
    pub retries: AtomicU64,
    /// Messages of the greatest batch.
    pub largest: AtomicU64,
    /// Microseconds that the database took for the batches.
    pub storing_us: AtomicU64,
    /// How often a sender had to wait for room.
    pub slowed: AtomicU64,
}

#[derive(Default)]
struct Lane {
    queue: Mutex<Queue>,
    bell: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    closed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the writers are started with.
pub struct Start {
    /// The database.
    pub url: String,
    /// The clock that stamps messages.
    pub clock: Arc<dyn Clock>,
    /// Threads, each with a connection.
    pub writers: usize,
    /// Most messages of a batch.
    pub batch: usize,
    /// Bytes in all queues above which senders are slowed.
    pub most_bytes: usize,
    /// Tells the answers of a batch to those who asked, and what was stored to those who listen.
    pub announce: Announce,
    /// Tells of what was stored unheard.
    pub publish: Arc<dyn Fn(Event) + Send + Sync>,
}

/// Tells the answers of a batch, while the next one is stored: it must not block.
pub type Announce = Arc<dyn Fn(Vec<Answer>) + Send + Sync>;

impl Writer {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(start: Start) -> Result<(Self, Vec<JoinHandle<()>>), Problem> {
        let lanes = (0..start.writers.max(1)).map(|_| Lane::default()).collect();
        let writer = Self(Arc::new(Shared {
            lanes,
            queued_bytes: AtomicUsize::new(0),
            most_bytes: start.most_bytes,
            batch: start.batch.max(1),
            slowed: Mutex::default(),
            announce: Arc::clone(&start.announce),
            figures: Figures::default(),
        }));
        let start = Arc::new(start);
        let mut threads = Vec::new();
        for at in 0..writer.0.lanes.len() {
            let (teller, batches) = teller();
            let (writing, telling, start) = (writer.clone(), writer.clone(), Arc::clone(&start));
            threads.push(spawn(format!("chat-writer-{at}"), move || writing.run(at, &start, &teller))?);
            threads.push(spawn(format!("chat-teller-{at}"), move || {
                batches.run(|answers| telling.tell(answers));
            })?);
        }
        Ok((writer, threads))
    }

    /// Queues a message. Its reply is called once, after the commit or the refusal.
    pub fn submit(&self, sender: Arc<Person>, draft: Draft, reply: Reply) {
        let shared = &self.0;
        let mut hasher = DefaultHasher::new();
        draft.consultation.hash(&mut hasher);
        let lanes = u64::try_from(shared.lanes.len()).unwrap_or(1).max(1);
        let at = usize::try_from(hasher.finish() % lanes).unwrap_or(0);
        let waiting = Waiting { draft, sender, reply };
        let Some(lane) = shared.lanes.get(at) else { return };
        let mut queue = lock(&lane.queue);
        if queue.closed {
            drop(queue);
            let problem = Problem::unavailable("the writers have stopped");
            return (shared.announce)(refused(vec![waiting], &problem));
        }
        shared.queued_bytes.fetch_add(bytes(&waiting.draft), Ordering::Relaxed);
        queue.waiting.push_back(waiting);
        if queue.waiting.len() == 1 {
            lane.bell.notify_one();
        }
    }

    /// Whether the queues have room; else the sender is woken once they have.
    pub fn has_room(&self, sender: &Arc<Flow>) -> bool {
        if !self.is_full() {
            return true;
        }
        if sender.slow() {
            self.0.figures.slowed.fetch_add(1, Ordering::Relaxed);
            lock(&self.0.slowed).push(Arc::clone(sender));
        }
        // It may have drained between the look and the note.
        !self.is_full()
    }

    /// Senders that wait for room.
    pub fn senders_waiting(&self) -> usize {
        lock(&self.0.slowed).len()
    }

    fn is_full(&self) -> bool {
        self.0.queued_bytes.load(Ordering::Relaxed) >= self.0.most_bytes
    }

    /// Bytes that wait in all queues.
    pub fn queued_bytes(&self) -> usize {
        self.0.queued_bytes.load(Ordering::Relaxed)
    }

    /// The figures for the metrics.
    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// Lets the threads end once their queues are empty. What comes later is refused.
    pub fn close(&self) {
        for lane in &self.0.lanes {
            lock(&lane.queue).closed = true;
            lane.bell.notify_all();
        }
    }

    fn run(&self, at: usize, start: &Start, teller: &Teller) {
        let Some(lane) = self.0.lanes.get(at) else { return };
        let mut database = Database { url: start.url.clone(), conn: None };
        while let Some(batch) = self.next_batch(lane) {
            self.store(&mut database, batch, start, lane, &|answers| {
                let hurry = !lock(&lane.queue).waiting.is_empty();
                teller.tell(answers, hurry, |answers| self.tell(answers));
            });
        }
    }

    /// Tells answers and gives their room back.
    fn tell(&self, answers: Vec<Answer>) {
        let room: usize = answers.iter().map(|answer| bytes(&answer.draft)).sum();
        (self.0.announce)(answers);
        self.0.queued_bytes.fetch_sub(room, Ordering::Relaxed);
        if !self.is_full() {
            let slowed = std::mem::take(&mut *lock(&self.0.slowed));
            slowed.iter().for_each(|sender| sender.go_on());
        }
    }

    fn next_batch(&self, lane: &Lane) -> Option<Vec<Waiting>> {
        let mut queue = lock(&lane.queue);
        while queue.waiting.is_empty() {
            if queue.closed {
                return None;
            }
            queue = lane.bell.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        let count = queue.waiting.len().min(self.0.batch);
        Some(queue.waiting.drain(..count).collect())
    }

    fn store(
        &self,
        database: &mut Database,
        batch: Vec<Waiting>,
        start: &Start,
        lane: &Lane,
        tell: &dyn Fn(Vec<Answer>),
    ) {
        let mut pause = Duration::from_millis(50);
        let (mut again, mut races) = (false, 0);
        loop {
            let now = start.clock.now();
            match database.append(&batch, now, &self.0.figures) {
                Ok(outcomes) => {
                    let mut answers = Vec::with_capacity(batch.len());
                    for (waiting, outcome) in batch.into_iter().zip(outcomes) {
                        // An earlier try may have stored it unheard: then nobody was told yet.
                        if let (true, Outcome::Duplicate(seq)) = (again, outcome) {
                            let Draft { consultation, stream, .. } = waiting.draft;
                            (start.publish)(Event::Behind(consultation, stream.as_str().to_owned(), seq));
                        }
                        answers.push(self.answer(waiting, outcome, now));
                    }
                    return tell(answers);
                }
                Err(Failure::Away(error)) => {
                    self.0.figures.retries.fetch_add(1, Ordering::Relaxed);
                    tracing::warn!(%error, "the database is away; the batch is kept");
                    if lock(&lane.queue).closed {
                        return tell(refused(batch, &Problem::unavailable(error)));
                    }
                    again = true;
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                // Another server stored the same `client_id` at the same moment. The next look sees it.
                Err(Failure::Race) if races < MOST_RACES => {
                    self.0.figures.retries.fetch_add(1, Ordering::Relaxed);
                    races += 1;
                }
                // One of them is at fault: each is stored for itself, and only that one fails.
                Err(failure @ (Failure::Race | Failure::Data(_))) if batch.len() > 1 => {
                    tracing::warn!(%failure, "a batch failed; its messages are stored one by one");
                    for waiting in batch {
                        self.store(database, vec![waiting], start, lane, tell);
                    }
                    return;
                }
                Err(failure) => return tell(refused(batch, &Problem::internal(failure))),
            }
        }
    }

    fn answer(&self, waiting: Waiting, outcome: Outcome, at: DateTime<Utc>) -> Answer {
        let figures = &self.0.figures;
        let (count, sent) = match outcome {
            Outcome::Stored { seq, audience } => (&figures.stored, Sent::Stored { seq, audience, at }),
            Outcome::Duplicate(seq) => (&figures.duplicates, Sent::Duplicate(seq)),
            Outcome::Refused(refusal) => (&figures.refused, Sent::Refused(refusal.into())),
        };
        count.fetch_add(1, Ordering::Relaxed);
        let Waiting { draft, sender, reply } = waiting;
        Answer { draft, sender, reply, sent }
    }
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Problem> {
    std::thread::Builder::new().name(name).spawn(run).map_err(Problem::internal)
}

/// The answers to messages of which none is stored.
fn refused(batch: Vec<Waiting>, problem: &Problem) -> Vec<Answer> {
    let answer = |Waiting { draft, sender, reply }| Answer {
        draft,
        sender,
        reply,
        sent: Sent::Refused(problem.clone()),
    };
    batch.into_iter().map(answer).collect()
}

fn entry(waiting: &Waiting) -> Entry<'_> {
    Entry {
        consultation: waiting.draft.consultation,
        stream: waiting.draft.stream,
        sender: waiting.sender.account,
        client_id: waiting.draft.client_id,
        kind: "text",
        body: &waiting.draft.body,
        attachments: &waiting.draft.attachments,
    }
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The connection is gone, or the statement must be repeated.
    #[error("{0}")]
    Away(String),
    /// What is unique was stored by another transaction in the meantime.
    #[error("a client_id was stored elsewhere at the same moment")]
    Race,
    /// The statement itself is at fault.
    #[error("{0}")]
    Data(String),
}

/// How long the server lets a statement of this connection take; nothing where it sets no limit.
fn statement_timeout(conn: &mut PgConnection) -> QueryResult<Option<Duration>> {
    let setting = sql::<BigInt>("SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'");
    let milliseconds: i64 = setting.get_result(conn)?;
    Ok(u64::try_from(milliseconds).ok().filter(|limit| *limit > 0).map(Duration::from_millis))
}

struct Database {
    url: String,
    conn: Option<PgConnection>,
}

impl Database {
    fn append(
        &mut self,
        batch: &[Waiting],
        now: DateTime<Utc>,
        figures: &Figures,
    ) -> Result<Vec<Outcome>, Failure> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                let mut conn =
                    PgConnection::establish(&self.url).map_err(|e| Failure::Away(e.to_string()))?;
                conn.batch_execute("SET TIME ZONE 'UTC'; SET client_encoding = 'UTF8'")
                    .map_err(|e| Failure::Away(e.to_string()))?;
                conn
            }
        };
        let entries: Vec<_> = batch.iter().map(entry).collect();
        let began = Instant::now();
        match append(&mut conn, &entries, now) {
            Ok(outcomes) => {
                self.conn = Some(conn);
                let size = u64::try_from(batch.len()).unwrap_or(u64::MAX);
                let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                figures.batches.fetch_add(1, Ordering::Relaxed);
                figures.largest.fetch_max(size, Ordering::Relaxed);
                figures.storing_us.fetch_add(took, Ordering::Relaxed);
                Ok(outcomes)
            }
            Err(error) => {
                let took = began.elapsed();
                // Whether the link still works is the surest sign of whose fault it was.
                let limit = statement_timeout(&mut conn);
                let alive = limit.is_ok();
                let timed_out = limit.is_ok_and(|limit| limit.is_some_and(|limit| took >= limit));
                let again = timed_out || is_for_another(&error);
                let text = error.to_string();
                if alive {
                    self.conn = Some(conn);
                }
                match error {
                    DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) if alive => {
                        Err(Failure::Race)
                    }
                    _ if alive && !again => Err(Failure::Data(text)),
                    _ => Err(Failure::Away(text)),
                }
            }
        }
    }
}
