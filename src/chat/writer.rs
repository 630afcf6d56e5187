//! Group commit: waiting messages of all consultations are stored together, one statement for
//! each batch; after its commit they are acknowledged and delivered.
//!
//! Each writer is a thread with a connection of its own. A consultation always goes to the same
//! writer, so its messages are delivered in the order of their numbers. While the database is
//! unavailable, the batch is kept and tried again. If a commit succeeded but its answer was lost, the
//! messages of the repeated batch are recognised by their `client_id`s and answered as duplicates, so nothing is
//! lost and nothing stored twice.
//!
//! The answers of a batch are delivered by a second thread, the delivery worker of the writer, while the next batch is
//! being stored.
//!
//! What an account may write on a day is counted where its messages come in ([`DailyVolume`]).
//!
//! The queue is bounded in bytes, but [`Writer::submit`] never blocks and refuses for want of space never: a session asks
//! [`Writer::poll_ready`] before it reads a message from its socket and stops reading while the queue is full.

use crate::chat::append::{Entry, Outcome};
use crate::chat::batch_connection::{BatchConnection, Failure};
use crate::chat::delivery_worker::{DeliveryQueue, delivery_queue};
use crate::chat::events::LogAdvanced;
use crate::chat::flow::Flow;
use crate::chat::kernel::{Answer, Draft, Reply, Sent};
use crate::chat::volume::{DailyVolume, MostOfDay};
use crate::chat::written::Written;
use crate::core::actor::Person;
use crate::core::clock::Clock;
use crate::core::{Event, Problem};
use chrono::{DateTime, Utc};
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Bytes of messages waiting to be stored above which senders wait.
pub const QUEUE_BYTES: usize = 8 * 1024 * 1024;
/// The writers of a server. With one, batches are larger and cost less.
pub const WRITERS: usize = 1;
/// How often a batch is tried again at once if another server stored one of its `client_id`s at the same time.
const MOST_RACES: u32 = 3;

struct Waiting {
    draft: Draft,
    sender: Arc<Person>,
    reply: Reply,
}

/// The bytes that a message counts in the queues until its answer is delivered.
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
    /// The senders that wait for space.
    slowed: Mutex<Vec<Arc<Flow>>>,
    deliver: Deliver,
    clock: Arc<dyn Clock>,
    volume: Arc<DailyVolume>,
    most: MostOfDay,
    figures: Figures,
}

/// The metrics of the writers.
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
    /// The greatest number of messages in one batch.
    pub largest: AtomicU64,
    /// Microseconds that the database took to store batches.
    pub storing_us: AtomicU64,
    /// How often a sender had to wait for space.
    pub slowed: AtomicU64,
}

#[derive(Default)]
struct Lane {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    closed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The parameters of the writers.
pub struct WriterOptions {
    /// The database.
    pub url: String,
    /// The clock that stamps messages.
    pub clock: Arc<dyn Clock>,
    /// Counts what each account writes on a day.
    pub volume: Arc<DailyVolume>,
    /// The most that an account may write on a day.
    pub most: MostOfDay,
    /// Notes which streams have grown.
    pub written: Arc<Written>,
    /// The number of writers: threads, each with a connection.
    pub writers: usize,
    /// The greatest number of messages of a batch.
    pub batch: usize,
    /// Bytes in all queues above which senders have to wait.
    pub most_bytes: usize,
    /// Delivers the answers of a batch.
    pub deliver: Deliver,
    /// Publishes events of messages that were stored without being delivered.
    pub publish: Arc<dyn Fn(Event) + Send + Sync>,
}

/// Delivers the answers of a batch to their senders, and the stored messages to the subscribers, while the next batch is
/// being stored. Must not block.
pub type Deliver = Arc<dyn Fn(Vec<Answer>) + Send + Sync>;

impl Writer {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(options: WriterOptions) -> Result<(Self, Vec<JoinHandle<()>>), Problem> {
        let lanes = (0..options.writers.max(1)).map(|_| Lane::default()).collect();
        let writer = Self(Arc::new(Shared {
            lanes,
            queued_bytes: AtomicUsize::new(0),
            most_bytes: options.most_bytes,
            batch: options.batch.max(1),
            slowed: Mutex::default(),
            deliver: Arc::clone(&options.deliver),
            clock: Arc::clone(&options.clock),
            volume: Arc::clone(&options.volume),
            most: options.most,
            figures: Figures::default(),
        }));
        let options = Arc::new(options);
        let mut threads = Vec::new();
        for at in 0..writer.0.lanes.len() {
            let (queue, worker) = delivery_queue();
            let (storing, delivering, options) = (writer.clone(), writer.clone(), Arc::clone(&options));
            threads.push(spawn(format!("chat-writer-{at}"), move || storing.run(at, &options, &queue))?);
            threads.push(spawn(format!("chat-delivery-{at}"), move || {
                worker.run(|answers| delivering.deliver(answers));
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
        let taken = shared.volume.take(
            waiting.sender.account,
            waiting.draft.body.len(),
            shared.most,
            shared.clock.now(),
        );
        if let Err(problem) = taken {
            shared.figures.refused.fetch_add(1, Ordering::Relaxed);
            return (shared.deliver)(refused(vec![waiting], &problem));
        }
        let Some(lane) = shared.lanes.get(at) else { return };
        let mut queue = lock(&lane.queue);
        if queue.closed {
            drop(queue);
            let problem = Problem::unavailable("the writers have stopped");
            self.give_back(&waiting.draft, &waiting.sender);
            return (shared.deliver)(refused(vec![waiting], &problem));
        }
        shared.queued_bytes.fetch_add(bytes(&waiting.draft), Ordering::Relaxed);
        queue.waiting.push_back(waiting);
        if queue.waiting.len() == 1 {
            lane.wake.notify_one();
        }
    }

    /// Ready while a session may read more from its socket: it does not wait for too many answers and the queues have
    /// space. Otherwise wakes the task once it may.
    pub fn poll_ready(&self, sender: &Arc<Flow>, cx: &mut Context<'_>) -> Poll<()> {
        sender.poll_ready(|| self.has_space(sender), cx)
    }

    /// Whether the queues have space; otherwise the sender is woken once they have.
    fn has_space(&self, sender: &Arc<Flow>) -> bool {
        if !self.is_full() {
            return true;
        }
        if sender.set_slowed() {
            self.0.figures.slowed.fetch_add(1, Ordering::Relaxed);
            lock(&self.0.slowed).push(Arc::clone(sender));
        }
        // The queues may have drained before the sender was added.
        !self.is_full()
    }

    /// The number of senders that wait for space.
    pub fn senders_waiting(&self) -> usize {
        lock(&self.0.slowed).len()
    }

    fn is_full(&self) -> bool {
        self.0.queued_bytes.load(Ordering::Relaxed) >= self.0.most_bytes
    }

    /// The bytes that wait in all queues.
    pub fn queued_bytes(&self) -> usize {
        self.0.queued_bytes.load(Ordering::Relaxed)
    }

    /// The figures for the metrics.
    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// Lets the threads end once their queues are empty. Messages submitted later are refused.
    pub fn close(&self) {
        for lane in &self.0.lanes {
            lock(&lane.queue).closed = true;
            lane.wake.notify_all();
        }
    }

    fn run(&self, at: usize, options: &WriterOptions, delivery: &DeliveryQueue) {
        let Some(lane) = self.0.lanes.get(at) else { return };
        let mut database = BatchConnection::new(options.url.clone());
        while let Some(batch) = self.next_batch(lane) {
            self.store(&mut database, batch, options, lane, &|answers| {
                let is_busy = !lock(&lane.queue).waiting.is_empty();
                delivery.deliver(answers, is_busy, |answers| self.deliver(answers));
            });
        }
    }

    /// Delivers answers and frees their bytes in the queues.
    fn deliver(&self, answers: Vec<Answer>) {
        let freed: usize = answers.iter().map(|answer| bytes(&answer.draft)).sum();
        (self.0.deliver)(answers);
        self.0.queued_bytes.fetch_sub(freed, Ordering::Relaxed);
        if !self.is_full() {
            let slowed = std::mem::take(&mut *lock(&self.0.slowed));
            slowed.iter().for_each(|sender| sender.resume());
        }
    }

    fn next_batch(&self, lane: &Lane) -> Option<Vec<Waiting>> {
        let mut queue = lock(&lane.queue);
        while queue.waiting.is_empty() {
            if queue.closed {
                return None;
            }
            queue = lane.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        let count = queue.waiting.len().min(self.0.batch);
        Some(queue.waiting.drain(..count).collect())
    }

    fn store(
        &self,
        database: &mut BatchConnection,
        batch: Vec<Waiting>,
        options: &WriterOptions,
        lane: &Lane,
        deliver: &dyn Fn(Vec<Answer>),
    ) {
        let mut pause = Duration::from_millis(50);
        let (mut again, mut races) = (false, 0);
        loop {
            let now = options.clock.now();
            let began = Instant::now();
            let stored = database.append(&batch.iter().map(entry).collect::<Vec<_>>(), now);
            match stored {
                Ok(outcomes) => {
                    self.count_batch(batch.len(), began.elapsed());
                    options.written.note(batch.iter().map(|w| (w.draft.consultation, w.draft.stream)));
                    let mut answers = Vec::with_capacity(batch.len());
                    for (waiting, outcome) in batch.into_iter().zip(outcomes) {
                        let late = again && matches!(outcome, Outcome::Duplicate(_));
                        if !late && !matches!(outcome, Outcome::Stored { .. }) {
                            self.give_back(&waiting.draft, &waiting.sender);
                        }
                        // An earlier try may have stored it and lost the answer: then it was not delivered yet.
                        if let (true, Outcome::Duplicate(seq)) = (late, outcome) {
                            let Draft { consultation, stream, .. } = waiting.draft;
                            (options.publish)(LogAdvanced { consultation, stream, seq }.into());
                        }
                        answers.push(self.answer(waiting, outcome, now));
                    }
                    return deliver(answers);
                }
                Err(Failure::Unavailable(error)) => {
                    self.0.figures.retries.fetch_add(1, Ordering::Relaxed);
                    tracing::warn!(%error, "the database is unavailable; the batch is kept");
                    if lock(&lane.queue).closed {
                        return deliver(refused(batch, &Problem::unavailable(error)));
                    }
                    again = true;
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
                // Another server stored the same `client_id` at the same time. The next try sees it.
                Err(Failure::Race) if races < MOST_RACES => {
                    self.0.figures.retries.fetch_add(1, Ordering::Relaxed);
                    races += 1;
                }
                // One message is at fault: each is stored by itself, and only that one fails.
                Err(failure @ (Failure::Race | Failure::Statement(_))) if batch.len() > 1 => {
                    tracing::warn!(%failure, "a batch failed; its messages are stored one by one");
                    for waiting in batch {
                        self.store(database, vec![waiting], options, lane, deliver);
                    }
                    return;
                }
                Err(failure) => return deliver(refused(batch, &Problem::internal(failure))),
            }
        }
    }

    /// A message was not stored by this request: it does not count.
    fn give_back(&self, draft: &Draft, sender: &Person) {
        self.0.volume.give_back(sender.account, draft.body.len(), self.0.clock.now());
    }

    fn count_batch(&self, messages: usize, took: Duration) {
        let figures = &self.0.figures;
        let size = u64::try_from(messages).unwrap_or(u64::MAX);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        figures.batches.fetch_add(1, Ordering::Relaxed);
        figures.largest.fetch_max(size, Ordering::Relaxed);
        figures.storing_us.fetch_add(took, Ordering::Relaxed);
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
        reply_to: waiting.draft.reply_to,
    }
}
