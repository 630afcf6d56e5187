//! Who listens to what, in this process.
//!
//! The hub holds no messages and promises nothing: it tells sessions what it hears, and each
//! session makes the promise true against the log. Its maps are split into shards by consultation,
//! so that the writers and thousands of sessions do not wait for one lock.

use crate::chat::experts::Experts;
use crate::chat::flow::Allowance;
use crate::chat::protocol::{self, Said, Speaker, Stream};
use crate::chat::session::{Answered, Close, Forget, Hint, Letter, News, Push, Session};
use crate::chat::writer::{Answer, Reply, Sent};
use crate::core::actor::{Person, Scope};
use crate::core::event::{Event, StoredMessage};
use crate::core::ids::{AccountId, ConsultationId, SessionId};
use crate::core::presence::Presence;
use actix::Addr;
use bytestring::ByteString;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};
use uuid::Uuid;

/// A power of two, so that picking a shard is a mask.
const SHARDS: usize = 64;

/// Names one open socket in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(u64);

/// The hub of a server. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

struct Shared {
    shards: Vec<Mutex<Topics>>,
    sockets: Mutex<HashMap<SocketId, Socket>>,
    allowances: Mutex<HashMap<AccountId, SharedAllowance>>,
    frames_per_second: u32,
    presence: Arc<Presence>,
    experts: Experts,
    next: AtomicU64,
    open: AtomicUsize,
}

/// The frames that an account may send, by all its sockets together.
pub type SharedAllowance = Arc<Mutex<Allowance>>;

type Topics = HashMap<ConsultationId, Topic>;

/// A consultation that somebody listens to.
#[derive(Default)]
struct Topic {
    subscribers: Vec<Subscriber>,
    /// The highest number of each stream that the subscribers were told of.
    told: [i64; 2],
    /// The highest number of each stream that the last look at the log found.
    found: [i64; 2],
}

/// A stored message on its way to the sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where.
    pub consultation: ConsultationId,
    /// In which stream.
    pub stream: Stream,
    /// Its number.
    pub seq: i64,
    /// For which audience it was stored.
    pub audience: i64,
    /// The frame.
    pub frame: ByteString,
}

/// What a socket gets when it enters.
pub struct Entered {
    /// Its name.
    pub id: SocketId,
    /// The frames that its account may send.
    pub allowance: SharedAllowance,
    /// Tells when other servers can know of it; only for the first socket of an expert.
    pub known: Option<oneshot::Receiver<()>>,
}

/// The streams of all topics with the numbers that their subscribers were told of.
#[derive(Debug, Default)]
pub struct Told {
    /// The consultations.
    pub consultations: Vec<Uuid>,
    /// The numbers of the talk.
    pub talk: Vec<i64>,
    /// The numbers of the notes.
    pub notes: Vec<i64>,
}

/// What there is for each socket.
#[derive(Default)]
struct Letters(HashMap<SocketId, (Addr<Session>, Vec<News>)>);

impl Letters {
    fn add(&mut self, socket: SocketId, addr: &Addr<Session>, news: News) {
        let (_, letter) = self.0.entry(socket).or_insert_with(|| (addr.clone(), Vec::new()));
        letter.push(news);
    }

    fn send(self) {
        for (addr, news) in self.0.into_values() {
            addr.do_send(Letter(news));
        }
    }
}

#[derive(Clone)]
struct Subscriber {
    socket: SocketId,
    account: AccountId,
    notes: bool,
    addr: Addr<Session>,
}

struct Socket {
    account: AccountId,
    session: SessionId,
    addr: Addr<Session>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stored {
    /// The same message as everyone gets it.
    pub fn new(message: &StoredMessage, audience: i64) -> Option<Self> {
        let stream = message.stream.parse().ok()?;
        let (consultation, seq, frame) = (message.consultation, message.seq, protocol::message(message));
        Some(Self { consultation, stream, seq, audience, frame })
    }

    /// The message of an answer, where it was stored now.
    fn of(answer: &Answer) -> Option<Self> {
        let Answer { draft, sender, sent, .. } = answer;
        let &Sent::Stored { seq, audience, at } = sent else { return None };
        let frame = protocol::said(Said {
            consultation: draft.consultation,
            stream: draft.stream.as_str(),
            seq,
            client_id: draft.client_id,
            sender: Speaker { id: sender.account, name: &sender.name, role: sender.scope.role() },
            kind: "text",
            body: &draft.body,
            attachments: &draft.attachments,
            sent_at: at,
        });
        Some(Self { consultation: draft.consultation, stream: draft.stream, seq, audience, frame })
    }
}

impl Hub {
    /// A hub without sockets.
    pub fn new(presence: Arc<Presence>, frames_per_second: u32) -> Self {
        Self(Arc::new(Shared {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            sockets: Mutex::default(),
            allowances: Mutex::default(),
            frames_per_second,
            presence,
            experts: Experts::default(),
            next: AtomicU64::new(1),
            open: AtomicUsize::new(0),
        }))
    }

    /// The connected experts.
    pub fn experts(&self) -> &Experts {
        &self.0.experts
    }

    /// The bell of the log reader.
    pub fn bell(&self) -> &Notify {
        &self.0.experts.bell
    }

    /// Asks the log reader to look now.
    pub fn look(&self) {
        self.bell().notify_one();
    }

    /// A socket opened. Gives nothing where the account has `most` already.
    pub fn enter(&self, person: &Person, addr: Addr<Session>, most: usize) -> Option<Entered> {
        let mut sockets = lock(&self.0.sockets);
        if self.0.presence.enter(person.account) > most {
            self.0.presence.leave(person.account);
            return None;
        }
        let id = SocketId(self.0.next.fetch_add(1, Ordering::Relaxed));
        sockets.insert(id, Socket { account: person.account, session: person.session, addr });
        self.0.open.store(sockets.len(), Ordering::Relaxed);
        let known = match person.scope {
            Scope::Expert(_) => self.0.experts.enter(person.account),
            _ => None,
        };
        drop(sockets);
        let fresh = || Arc::new(Mutex::new(Allowance::new(self.0.frames_per_second)));
        let allowance = Arc::clone(lock(&self.0.allowances).entry(person.account).or_insert_with(fresh));
        Some(Entered { id, allowance, known })
    }

    /// Forgets what accounts without a socket had left, once that is as much as a new one gets. Before, leaving
    /// and coming back would be a way around the limit.
    pub fn sweep(&self) {
        lock(&self.0.allowances)
            .retain(|_, allowance| Arc::strong_count(allowance) > 1 || !lock(allowance).is_full());
    }

    /// A socket closed, with what it listened to.
    pub fn leave(&self, id: SocketId, consultations: impl Iterator<Item = ConsultationId>) {
        for consultation in consultations {
            self.unsubscribe(id, consultation);
        }
        let mut sockets = lock(&self.0.sockets);
        if let Some(socket) = sockets.remove(&id) {
            // Whoever is no expert was never noted there.
            if self.0.presence.leave(socket.account) == 0 {
                self.0.experts.leave(socket.account);
            }
        }
        self.0.open.store(sockets.len(), Ordering::Relaxed);
    }

    /// Sockets open now.
    pub fn open_sockets(&self) -> usize {
        self.0.open.load(Ordering::Relaxed)
    }

    /// A socket wants to hear of a consultation; of its notes only where `notes` says so.
    pub fn subscribe(
        &self,
        socket: SocketId,
        account: AccountId,
        notes: bool,
        id: ConsultationId,
        addr: Addr<Session>,
    ) {
        let mut topics = self.shard(id);
        let subscribers = &mut topics.entry(id).or_default().subscribers;
        if subscribers.iter().all(|s| s.socket != socket) {
            subscribers.push(Subscriber { socket, account, notes, addr });
        }
    }

    /// A socket wants to hear no more of a consultation.
    pub fn unsubscribe(&self, socket: SocketId, id: ConsultationId) {
        let mut topics = self.shard(id);
        if let Some(topic) = topics.get_mut(&id) {
            topic.subscribers.retain(|s| s.socket != socket);
            if topic.subscribers.is_empty() {
                topics.remove(&id);
            }
        }
    }

    /// A subscriber learned of this number when it subscribed. Where the others were told of less, they are told now: the
    /// look at the log begins at what all know.
    #[expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]
    pub fn begin(&self, id: ConsultationId, stream: Stream, last: i64) {
        let mut topics = self.shard(id);
        let Some(topic) = topics.get_mut(&id) else { return };
        let at = stream.index();
        let others = topic.told[at] < last && topic.subscribers.len() > 1;
        topic.told[at] = topic.told[at].max(last);
        drop(topics);
        if others {
            self.publish(Event::Behind(id, stream.as_str().to_owned(), last));
        }
    }

    /// What the subscribers were told of so far.
    pub fn told(&self) -> Told {
        let mut told = Told::default();
        for shard in &self.0.shards {
            for (id, topic) in lock(shard).iter() {
                told.consultations.push(id.0);
                told.talk.push(topic.told[0]);
                told.notes.push(topic.told[1]);
            }
        }
        told
    }

    /// A look at the log found this number, which is more than the subscribers were told of. What an earlier look had
    /// found already was lost on its way, and they are told to read the log; the rest may be on its way yet. Gives
    /// whether it was lost.
    #[expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]
    pub fn found(&self, id: ConsultationId, stream: Stream, last: i64) -> bool {
        let mut topics = self.shard(id);
        let Some(topic) = topics.get_mut(&id) else { return false };
        let at = stream.index();
        let lost = topic.found[at] > topic.told[at];
        topic.found[at] = topic.found[at].max(last);
        drop(topics);
        if lost {
            self.publish(Event::Behind(id, stream.as_str().to_owned(), last));
        }
        lost
    }

    fn shard(&self, id: ConsultationId) -> MutexGuard<'_, Topics> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let at = usize::try_from(hasher.finish()).unwrap_or(0) & (SHARDS - 1);
        // `at` is masked to the number of shards.
        #[expect(clippy::indexing_slicing, reason = "masked to the length above")]
        lock(&self.0.shards[at])
    }

    /// Tells whoever listens.
    pub fn publish(&self, event: Event) {
        match event {
            Event::Message(message, audience) => {
                if let Some(stored) = Stored::new(&message, audience) {
                    self.deliver(&[stored]);
                }
            }
            Event::Behind(consultation, stream, seq) => {
                let Ok(stream) = stream.parse::<Stream>() else { return };
                self.each(consultation, stream, Some(seq), |s| {
                    s.addr.do_send(Hint { consultation, stream, seq })
                });
            }
            Event::Presence(change) => {
                for consultation in &change.consultations {
                    let frame = protocol::presence(&change, *consultation);
                    self.each(*consultation, Stream::Talk, None, |s| {
                        if s.account != change.user.id {
                            s.addr.do_send(Push(frame.clone()));
                        }
                    });
                }
            }
            Event::Typing(typing) => {
                self.push(typing.consultation, Stream::Talk, None, &protocol::typing(&typing));
            }
            Event::Consultation(change) => {
                let frame = protocol::consultation(&change);
                self.push(change.consultation, Stream::Talk, None, &frame);
            }
            Event::Read(mark) => {
                let Ok(stream) = mark.stream.parse::<Stream>() else { return };
                self.push(mark.consultation, stream, None, &protocol::read_mark(&mark));
            }
            Event::Offer(offer) => {
                let frame = protocol::offer(&offer);
                for socket in lock(&self.0.sockets).values().filter(|s| s.account == offer.account) {
                    socket.addr.do_send(Push(frame.clone()));
                }
            }
            Event::Removed(consultation, account) => {
                let mut topics = self.shard(consultation);
                let Some(topic) = topics.get_mut(&consultation) else { return };
                topic.subscribers.retain(|s| {
                    let removed = s.account == account;
                    if removed {
                        s.addr.do_send(Forget(consultation));
                    }
                    !removed
                });
            }
            Event::SessionEnded(session) => {
                for socket in lock(&self.0.sockets).values().filter(|s| s.session == session) {
                    socket.addr.do_send(Close::Ended);
                }
            }
            Event::Work(_) => {}
        }
    }

    /// Tells the answers of a batch to those who asked, and what was stored to those who listen. Each socket gets one
    /// letter with all that the batch holds for it, so that it is woken once and writes once. Gives what was stored.
    pub fn announce(&self, answers: Vec<Answer>) -> Vec<Stored> {
        let (mut letters, mut all) = (Letters::default(), Vec::with_capacity(answers.len()));
        for answer in answers {
            let stored = Stored::of(&answer);
            let Answer { draft, reply, sent, .. } = answer;
            match reply {
                Reply::Call(tell) => tell(sent),
                Reply::Socket(origin) => {
                    let (consultation, stream, client_id) =
                        (draft.consultation, draft.stream, draft.client_id);
                    let reference = origin.reference;
                    let answered = Answered { reference, consultation, stream, client_id, sent };
                    letters.add(origin.socket, &origin.addr, News::Answered(answered));
                }
            }
            if let Some(stored) = stored {
                self.address(&stored, &mut letters);
                all.push(stored);
            }
        }
        letters.send();
        all
    }

    /// Hands messages to whoever listens.
    pub fn deliver(&self, stored: &[Stored]) {
        let mut letters = Letters::default();
        stored.iter().for_each(|stored| self.address(stored, &mut letters));
        letters.send();
    }

    fn address(&self, stored: &Stored, letters: &mut Letters) {
        self.each(stored.consultation, stored.stream, Some(stored.seq), |s| {
            letters.add(s.socket, &s.addr, News::Stored(stored.clone()));
        });
    }

    /// Sends a frame to all who may see the stream, but not to `except`.
    pub fn push(&self, id: ConsultationId, stream: Stream, except: Option<SocketId>, frame: &ByteString) {
        self.each(id, stream, None, |s| {
            if Some(s.socket) != except {
                s.addr.do_send(Push(frame.clone()));
            }
        });
    }

    /// Tells the subscribers of a stream, of this number where it is one.
    #[expect(clippy::indexing_slicing, reason = "a table of two, by the index of one of two streams")]
    fn each(&self, id: ConsultationId, stream: Stream, seq: Option<i64>, mut tell: impl FnMut(&Subscriber)) {
        let mut topics = self.shard(id);
        let Some(topic) = topics.get_mut(&id) else { return };
        let told = &mut topic.told[stream.index()];
        *told = seq.map_or(*told, |seq| seq.max(*told));
        for subscriber in &topic.subscribers {
            if stream == Stream::Talk || subscriber.notes {
                tell(subscriber);
            }
        }
    }

    /// Asks every socket to close with 1001: the server goes away, or has lost the thread; the clients come back and
    /// resume.
    pub fn drain(&self) {
        for socket in lock(&self.0.sockets).values() {
            socket.addr.do_send(Close::GoingAway);
        }
    }
}
