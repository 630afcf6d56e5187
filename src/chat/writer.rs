//! Group commit: waiting messages of all consultations are stored together, by one statement for
//! each batch, acknowledged after its commit and then fanned out.
//!
//! Each writer is a thread with a connection of its own. A consultation always goes to the same
//! writer, so its messages are announced in the order of their numbers. While the database is
//! away the batch is kept and tried again; a batch whose commit went through without our learning
//! of it is told by its `client_id`s and answered as a duplicate, which loses nothing and doubles
//! nothing.
//!
//! The queue is bounded in bytes, but [`Writer::submit`] never refuses and never blocks: whoever
//! takes messages off a socket asks [`Writer::poll_ready`] first and stops reading while it is full.

use crate::chat::protocol::Draft;
use crate::chat::store::{NewMessage, Outcome, Refusal, append};
use crate::core::actor::Person;
use crate::core::clock::Clock;
use crate::core::event::{Sender, StoredMessage};
use crate::core::{Event, Problem};
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;
use std::time::Duration;

/// The answer to a message.
#[derive(Debug)]
pub enum Sent {
    /// Stored now.
    Stored(Box<StoredMessage>),
    /// Stored before, under this number.
    Duplicate(i64),
    /// Not stored, and why.
    Refused(Problem),
}

/// What is told the answer, on the writer's thread: it must not block.
pub type Reply = Box<dyn FnOnce(Draft, Sent) + Send>;

struct Waiting {
    draft: Draft,
    sender: Arc<Person>,
    reply: Reply,
}

impl Waiting {
    fn bytes(&self) -> usize {
        self.draft.body.len() + 256
    }
}

/// The writers of a server. Cheap to clone.
#[derive(Clone)]
pub struct Writer(Arc<Shared>);

struct Shared {
    lanes: Vec<Lane>,
    queued_bytes: AtomicUsize,
    most_bytes: usize,
    batch: usize,
    blocked: Mutex<Vec<Waker>>,
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
    /// Who is told of what was stored, after the replies.
    pub publish: Arc<dyn Fn(Event) + Send + Sync>,
}

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
            blocked: Mutex::default(),
            figures: Figures::default(),
        }));
        let start = Arc::new(start);
        let mut threads = Vec::new();
        for at in 0..writer.0.lanes.len() {
            let (writer, start) = (writer.clone(), Arc::clone(&start));
            let thread = std::thread::Builder::new()
                .name(format!("chat-writer-{at}"))
                .spawn(move || writer.run(at, &start))
                .map_err(Problem::internal)?;
            threads.push(thread);
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
            return (waiting.reply)(waiting.draft, Sent::Refused(problem));
        }
        shared.queued_bytes.fetch_add(waiting.bytes(), Ordering::Relaxed);
        queue.waiting.push_back(waiting);
        if queue.waiting.len() == 1 {
            lane.bell.notify_one();
        }
    }

    /// Ready while the queues have room; else wakes the task once they have.
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_full() {
            return Poll::Ready(());
        }
        lock(&self.0.blocked).push(cx.waker().clone());
        // It may have drained between the look and the note.
        if self.is_full() { Poll::Pending } else { Poll::Ready(()) }
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

    fn run(&self, at: usize, start: &Start) {
        let Some(lane) = self.0.lanes.get(at) else { return };
        let mut database = Database { url: start.url.clone(), conn: None };
        while let Some(batch) = self.next_batch(lane) {
            let bytes: usize = batch.iter().map(Waiting::bytes).sum();
            self.store(&mut database, batch, start, lane);
            self.0.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
            if !self.is_full() {
                for waker in std::mem::take(&mut *lock(&self.0.blocked)) {
                    waker.wake();
                }
            }
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

    fn store(&self, database: &mut Database, batch: Vec<Waiting>, start: &Start, lane: &Lane) {
        let messages: Vec<NewMessage> = batch.iter().map(new_message).collect();
        let mut pause = Duration::from_millis(50);
        let mut again = false;
        loop {
            let now = start.clock.now();
            match database.append(&messages, now) {
                Ok(outcomes) => {
                    self.0.figures.batches.fetch_add(1, Ordering::Relaxed);
                    for (waiting, outcome) in batch.into_iter().zip(outcomes) {
                        // An earlier try may have stored it unheard: then nobody was told yet.
                        if let (true, Outcome::Duplicate(seq)) = (again, outcome) {
                            let Draft { consultation, stream, .. } = waiting.draft;
                            (start.publish)(Event::Behind(consultation, stream.as_str(), seq));
                        }
                        self.answer(waiting, outcome, now, start);
                    }
                    return;
                }
                Err(Failure::Away(error)) => {
                    self.0.figures.retries.fetch_add(1, Ordering::Relaxed);
                    tracing::warn!(%error, "the database is away; the batch is kept");
                    if lock(&lane.queue).closed {
                        return refuse(batch, &Problem::unavailable(error));
                    }
                    again = true;
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                // One of them is at fault: each is stored for itself, and only that one fails.
                Err(Failure::Data(error)) if batch.len() > 1 => {
                    tracing::warn!(%error, "a batch failed; its messages are stored one by one");
                    for waiting in batch {
                        self.store(database, vec![waiting], start, lane);
                    }
                    return;
                }
                Err(Failure::Data(error)) => return refuse(batch, &Problem::internal(error)),
            }
        }
    }

    fn answer(&self, waiting: Waiting, outcome: Outcome, now: chrono::DateTime<chrono::Utc>, start: &Start) {
        let figures = &self.0.figures;
        let Waiting { draft, sender, reply } = waiting;
        match outcome {
            Outcome::Stored { seq, audience } => {
                figures.stored.fetch_add(1, Ordering::Relaxed);
                let message = Box::new(StoredMessage {
                    consultation: draft.consultation,
                    stream: draft.stream.as_str().to_owned(),
                    seq,
                    client_id: draft.client_id,
                    sender: Sender {
                        id: sender.account,
                        name: sender.name.clone(),
                        role: sender.scope.role(),
                    },
                    kind: "text".to_owned(),
                    body: draft.body.clone(),
                    attachments: Vec::new(),
                    sent_at: now,
                });
                reply(draft, Sent::Stored(message.clone()));
                (start.publish)(Event::Message(message, audience));
            }
            Outcome::Duplicate(seq) => {
                figures.duplicates.fetch_add(1, Ordering::Relaxed);
                reply(draft, Sent::Duplicate(seq));
            }
            Outcome::Refused(refusal) => {
                figures.refused.fetch_add(1, Ordering::Relaxed);
                reply(draft, Sent::Refused(Refusal::into(refusal)));
            }
        }
    }
}

fn refuse(batch: Vec<Waiting>, problem: &Problem) {
    for waiting in batch {
        (waiting.reply)(waiting.draft, Sent::Refused(problem.clone()));
    }
}

fn new_message(waiting: &Waiting) -> NewMessage {
    NewMessage {
        consultation: waiting.draft.consultation,
        stream: waiting.draft.stream,
        sender: waiting.sender.account,
        client_id: waiting.draft.client_id,
        kind: "text",
        body: waiting.draft.body.clone(),
    }
}

enum Failure {
    /// The connection is gone, or the statement must be repeated.
    Away(String),
    /// The statement itself is at fault.
    Data(String),
}

struct Database {
    url: String,
    conn: Option<PgConnection>,
}

impl Database {
    fn append(
        &mut self,
        messages: &[NewMessage],
        now: chrono::DateTime<chrono::Utc>,
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
        match append(&mut conn, messages, now) {
            Ok(outcomes) => {
                self.conn = Some(conn);
                Ok(outcomes)
            }
            Err(error) => {
                // Whether the link still works is the surest sign of whose fault it was.
                let alive = conn.batch_execute("SELECT 1").is_ok();
                let again = ["deadlock detected", "could not serialize", "statement timeout"];
                let text = error.to_string();
                if alive {
                    self.conn = Some(conn);
                }
                if alive && !again.iter().any(|sign| text.contains(sign)) {
                    Err(Failure::Data(text))
                } else {
                    Err(Failure::Away(text))
                }
            }
        }
    }
}
