//! Which sockets of this process follow which consultations.
//!
//! The hub holds no messages and guarantees nothing: it passes on what is delivered to it, and each session
//! keeps the guarantee by comparing with the log. Its maps are split into shards by consultation, so that the writers and
//! thousands of sessions do not wait for one lock. What it does with an event stands in `hub/events.rs`.

mod events;

use crate::catalogue::stem;
use crate::chat::events::LogAdvanced;
use crate::chat::kernel::{
    Answer, BatchItem, CloseReason, Reply, SendResult, SessionMessage, SessionRef, SocketId, Stored, Stream,
};
use crate::core::Throttle;
use crate::core::actor::{Person, Scope};
use crate::core::ids::{AccountId, ConsultationId, SessionId};
use crate::presence::LocalPresence;
use bytestring::ByteString;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};
use uuid::Uuid;

/// A power of two, so that picking a shard is a mask.
const SHARDS: usize = 64;
/// The frames of an account are counted over so long, so that a short burst may pass.
const FRAME_WINDOW: Duration = Duration::from_secs(2);

/// The hub of a server. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

struct Shared {
    shards: Vec<Mutex<Topics>>,
    sockets: Mutex<HashMap<SocketId, Socket>>,
    /// The frames that each account has sent by all its sockets together.
    frames: Throttle<AccountId>,
    /// Since when frames are timed.
    started: Instant,
    presence: Arc<LocalPresence>,
    next: AtomicU64,
    open: AtomicUsize,
}

type Topics = HashMap<ConsultationId, Topic>;

/// A consultation that at least one socket follows.
#[derive(Default)]
struct Topic {
    subscribers: Vec<Subscriber>,
    /// The highest number of each stream that was delivered or reported to the subscribers.
    delivered: [i64; 2],
    /// The highest number of each stream that the last check of the log found.
    found: [i64; 2],
}

/// What a socket gets when it is registered.
pub struct Registered {
    /// Its number.
    pub id: SocketId,
    /// Is informed once the connection is written to the database; only for the first socket of an expert.
    pub presence_written: Option<oneshot::Receiver<()>>,
}

/// The consultations that sockets follow, with the numbers that were delivered to all of them.
#[derive(Debug, Default)]
pub struct StreamPositions {
    /// The consultations.
    pub consultations: Vec<Uuid>,
    /// The number of the talk of each.
    pub talk: Vec<i64>,
    /// The number of the notes of each.
    pub notes: Vec<i64>,
}

/// What a batch holds for each socket.
#[derive(Default)]
struct Batches(HashMap<SocketId, (SessionRef, Vec<BatchItem>)>);

impl Batches {
    fn add(&mut self, socket: SocketId, session: &SessionRef, item: BatchItem) {
        let (_, items) = self.0.entry(socket).or_insert_with(|| (Arc::clone(session), Vec::new()));
        items.push(item);
    }

    fn send(self) {
        for (session, items) in self.0.into_values() {
            session.send(SessionMessage::Batch(items));
        }
    }
}

#[derive(Clone)]
struct Subscriber {
    socket: SocketId,
    account: AccountId,
    notes: bool,
    session: SessionRef,
}

struct Socket {
    account: AccountId,
    /// The digits of an officer's region that all regions within it begin with.
    officer_of: Option<String>,
    login: SessionId,
    session: SessionRef,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// A hub without sockets.
    pub fn new(presence: Arc<LocalPresence>, frames_per_second: u32) -> Self {
        let seconds = usize::try_from(FRAME_WINDOW.as_secs()).unwrap_or(1);
        let most = usize::try_from(frames_per_second).unwrap_or(usize::MAX).saturating_mul(seconds);
        Self(Arc::new(Shared {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            sockets: Mutex::default(),
            frames: Throttle::new(most, FRAME_WINDOW),
            started: Instant::now(),
            presence,
            next: AtomicU64::new(1),
            open: AtomicUsize::new(0),
        }))
    }

    /// The presence of accounts at this server.
    pub fn presence(&self) -> &LocalPresence {
        &self.0.presence
    }

    /// The signal of the log reader.
    pub fn log_reader_signal(&self) -> &Arc<Notify> {
        self.0.presence.wake_signal()
    }

    /// Wakes the log reader.
    pub fn wake_log_reader(&self) {
        self.log_reader_signal().notify_one();
    }

    /// Registers a socket that opened. Gives nothing if the account has `most` already.
    pub fn register(&self, person: &Person, session: SessionRef, most: usize) -> Option<Registered> {
        let mut sockets = lock(&self.0.sockets);
        if !self.0.presence.socket_opened(person.account, most) {
            return None;
        }
        let id = SocketId(self.0.next.fetch_add(1, Ordering::Relaxed));
        let officer_of = match &person.scope {
            Scope::Admin(region) => Some(stem(region).to_owned()),
            _ => None,
        };
        sockets.insert(id, Socket { account: person.account, officer_of, login: person.session, session });
        self.0.open.store(sockets.len(), Ordering::Relaxed);
        let presence_written = match person.scope {
            Scope::Expert(_) => self.0.presence.expert_connected(person.account),
            Scope::Enterprise(_) => {
                self.0.presence.enterprise_connected(person.account);
                None
            }
            _ => None,
        };
        drop(sockets);
        Some(Registered { id, presence_written })
    }

    /// Counts a frame of an account; `false` where it has sent more than it may.
    pub fn may_send(&self, account: AccountId) -> bool {
        self.0.frames.take(account, self.0.started.elapsed())
    }

    /// Removes a socket that closed, with its subscriptions.
    pub fn unregister(&self, id: SocketId, consultations: impl Iterator<Item = ConsultationId>) {
        for consultation in consultations {
            self.unsubscribe(id, consultation);
        }
        let mut sockets = lock(&self.0.sockets);
        if let Some(socket) = sockets.remove(&id) {
            self.0.presence.socket_closed(socket.account);
        }
        self.0.open.store(sockets.len(), Ordering::Relaxed);
    }

    /// The number of open sockets.
    pub fn open_sockets(&self) -> usize {
        self.0.open.load(Ordering::Relaxed)
    }

    /// Adds a socket to the subscribers of a consultation; of its notes only if `notes` is set.
    pub fn subscribe(
        &self,
        socket: SocketId,
        account: AccountId,
        notes: bool,
        id: ConsultationId,
        session: SessionRef,
    ) {
        let mut topics = self.shard(id);
        let subscribers = &mut topics.entry(id).or_default().subscribers;
        if subscribers.iter().all(|s| s.socket != socket) {
            subscribers.push(Subscriber { socket, account, notes, session });
        }
    }

    /// Removes a socket from the subscribers of a consultation.
    pub fn unsubscribe(&self, socket: SocketId, id: ConsultationId) {
        let mut topics = self.shard(id);
        if let Some(topic) = topics.get_mut(&id) {
            topic.subscribers.retain(|s| s.socket != socket);
            if topic.subscribers.is_empty() {
                topics.remove(&id);
            }
        }
    }

    /// Notes the last number of a stream that a new subscriber read. If less was delivered to the others, it is reported to
    /// them now: the check of the log begins at what all subscribers know.
    #[expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]
    pub fn subscribed_at(&self, id: ConsultationId, stream: Stream, last: i64) {
        let mut topics = self.shard(id);
        let Some(topic) = topics.get_mut(&id) else { return };
        let at = stream.index();
        let others = topic.delivered[at] < last && topic.subscribers.len() > 1;
        topic.delivered[at] = topic.delivered[at].max(last);
        drop(topics);
        if others {
            self.report_log(LogAdvanced { consultation: id, stream, seq: last });
        }
    }

    /// What was delivered to the subscribers so far.
    pub fn positions(&self) -> StreamPositions {
        let mut positions = StreamPositions::default();
        for shard in &self.0.shards {
            for (id, topic) in lock(shard).iter() {
                positions.consultations.push(id.0);
                positions.talk.push(topic.delivered[0]);
                positions.notes.push(topic.delivered[1]);
            }
        }
        positions
    }

    /// Notes that a check of the log found this number, which is more than was delivered to the subscribers. If an earlier
    /// check had found undelivered messages already, they were lost on the way, and the sessions are asked to read the log;
    /// otherwise they may still be on the way. Gives whether messages were lost.
    #[expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]
    pub fn found_in_log(&self, id: ConsultationId, stream: Stream, last: i64) -> bool {
        let mut topics = self.shard(id);
        let Some(topic) = topics.get_mut(&id) else { return false };
        let at = stream.index();
        let lost = topic.found[at] > topic.delivered[at];
        topic.found[at] = topic.found[at].max(last);
        drop(topics);
        if lost {
            self.report_log(LogAdvanced { consultation: id, stream, seq: last });
        }
        lost
    }

    fn shard(&self, id: ConsultationId) -> MutexGuard<'_, Topics> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let at = usize::try_from(hasher.finish()).unwrap_or(0) & (SHARDS - 1);
        #[expect(clippy::indexing_slicing, reason = "masked to the length above")]
        lock(&self.0.shards[at])
    }

    /// Informs the subscribers of a stream up to which number the log holds messages.
    fn report_log(&self, LogAdvanced { consultation, stream, seq }: LogAdvanced) {
        self.each(consultation, stream, Some(seq), |s| {
            s.session.send(SessionMessage::LogAdvanced { consultation, stream, seq });
        });
    }

    /// Delivers the answers of a batch to their senders, and the messages that were stored to the subscribers. Each socket
    /// gets all that the batch holds for it at once, so that it is woken once and writes once. Gives the stored messages.
    pub fn deliver_answers(&self, answers: Vec<Answer>) -> Vec<Stored> {
        let (mut batches, mut all) = (Batches::default(), Vec::with_capacity(answers.len()));
        for answer in answers {
            let stored = Stored::of_answer(&answer);
            let Answer { draft, reply, sent, .. } = answer;
            match reply {
                Reply::Call(call) => call(sent),
                Reply::Socket(origin) => {
                    let (consultation, stream, client_id) =
                        (draft.consultation, draft.stream, draft.client_id);
                    let reference = origin.reference;
                    let result = SendResult { reference, consultation, stream, client_id, sent };
                    batches.add(origin.socket, &origin.session, BatchItem::Result(result));
                }
            }
            if let Some(stored) = stored {
                self.add_to_batches(&stored, &mut batches);
                all.push(stored);
            }
        }
        batches.send();
        all
    }

    /// Delivers stored messages to the subscribers.
    pub fn deliver(&self, stored: &[Stored]) {
        let mut batches = Batches::default();
        stored.iter().for_each(|stored| self.add_to_batches(stored, &mut batches));
        batches.send();
    }

    fn add_to_batches(&self, stored: &Stored, batches: &mut Batches) {
        self.each(stored.consultation, stored.stream, Some(stored.seq), |s| {
            batches.add(s.socket, &s.session, BatchItem::Stored(stored.clone()));
        });
    }

    /// Sends a frame to all subscribers who may see the stream, but not to `except`.
    pub fn push(&self, id: ConsultationId, stream: Stream, except: Option<SocketId>, frame: &ByteString) {
        self.each(id, stream, None, |s| {
            if Some(s.socket) != except {
                s.session.send(SessionMessage::FrameOf(id, frame.clone()));
            }
        });
    }

    /// Calls `send` for each subscriber of a stream; notes that `seq`, if given, is delivered.
    #[expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]
    fn each(&self, id: ConsultationId, stream: Stream, seq: Option<i64>, mut send: impl FnMut(&Subscriber)) {
        let mut topics = self.shard(id);
        let Some(topic) = topics.get_mut(&id) else { return };
        let delivered = &mut topic.delivered[stream.index()];
        *delivered = seq.map_or(*delivered, |seq| seq.max(*delivered));
        for subscriber in &topic.subscribers {
            if stream == Stream::Talk || subscriber.notes {
                send(subscriber);
            }
        }
    }

    /// Asks every socket to close with 1001: the server stops, or may have missed events. The clients connect again and
    /// resume.
    pub fn close_all(&self) {
        for socket in lock(&self.0.sockets).values() {
            socket.session.send(SessionMessage::Close(CloseReason::GoingAway));
        }
    }
}
