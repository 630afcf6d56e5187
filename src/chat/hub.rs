//! Who listens to what, in this process.
//!
//! The hub holds no messages and promises nothing: it tells sessions what it hears, and each
//! session makes the promise true against the log. Its maps are split into shards by consultation,
//! so that the writers and thousands of sessions do not wait for one lock.

use crate::chat::protocol::{self, Stream};
use crate::chat::session::{Close, Deliver, Forget, Hint, Push, Session};
use crate::core::actor::Person;
use crate::core::event::Event;
use crate::core::ids::{AccountId, ConsultationId, SessionId};
use crate::core::presence::Presence;
use actix::Addr;
use bytestring::ByteString;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    presence: Arc<Presence>,
    next: AtomicU64,
    open: AtomicUsize,
}

type Topics = HashMap<ConsultationId, Vec<Subscriber>>;

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

impl Hub {
    /// A hub without sockets.
    pub fn new(presence: Arc<Presence>) -> Self {
        Self(Arc::new(Shared {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            sockets: Mutex::default(),
            presence,
            next: AtomicU64::new(1),
            open: AtomicUsize::new(0),
        }))
    }

    /// A socket opened. Gives its name, or nothing where the account has `most` already.
    pub fn enter(&self, person: &Person, addr: Addr<Session>, most: usize) -> Option<SocketId> {
        let mut sockets = lock(&self.0.sockets);
        if self.0.presence.enter(person.account) > most {
            self.0.presence.leave(person.account);
            return None;
        }
        let id = SocketId(self.0.next.fetch_add(1, Ordering::Relaxed));
        sockets.insert(id, Socket { account: person.account, session: person.session, addr });
        self.0.open.store(sockets.len(), Ordering::Relaxed);
        Some(id)
    }

    /// A socket closed, with what it listened to.
    pub fn leave(&self, id: SocketId, consultations: impl Iterator<Item = ConsultationId>) {
        for consultation in consultations {
            self.unsubscribe(id, consultation);
        }
        let mut sockets = lock(&self.0.sockets);
        if let Some(socket) = sockets.remove(&id) {
            self.0.presence.leave(socket.account);
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
        let subscribers = topics.entry(id).or_default();
        if subscribers.iter().all(|s| s.socket != socket) {
            subscribers.push(Subscriber { socket, account, notes, addr });
        }
    }

    /// A socket wants to hear no more of a consultation.
    pub fn unsubscribe(&self, socket: SocketId, id: ConsultationId) {
        let mut topics = self.shard(id);
        if let Some(subscribers) = topics.get_mut(&id) {
            subscribers.retain(|s| s.socket != socket);
            if subscribers.is_empty() {
                topics.remove(&id);
            }
        }
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
                let frame = protocol::message(&message);
                let Ok(stream) = message.stream.parse::<Stream>() else { return };
                let (consultation, seq) = (message.consultation, message.seq);
                self.each(consultation, stream, |s| {
                    s.addr.do_send(Deliver { consultation, stream, seq, audience, frame: frame.clone() });
                });
            }
            Event::Behind(consultation, stream, seq) => {
                let Ok(stream) = stream.parse::<Stream>() else { return };
                self.each(consultation, stream, |s| s.addr.do_send(Hint { consultation, stream, seq }));
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
                let Some(subscribers) = topics.get_mut(&consultation) else { return };
                subscribers.retain(|s| {
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

    /// Sends a frame to all who may see the stream, but not to `except`.
    pub fn push(&self, id: ConsultationId, stream: Stream, except: Option<SocketId>, frame: &ByteString) {
        self.each(id, stream, |s| {
            if Some(s.socket) != except {
                s.addr.do_send(Push(frame.clone()));
            }
        });
    }

    fn each(&self, id: ConsultationId, stream: Stream, mut tell: impl FnMut(&Subscriber)) {
        let topics = self.shard(id);
        for subscriber in topics.get(&id).into_iter().flatten() {
            if stream == Stream::Talk || subscriber.notes {
                tell(subscriber);
            }
        }
    }

    /// Asks every socket to close with 1001: the server goes away.
    pub fn drain(&self) {
        for socket in lock(&self.0.sockets).values() {
            socket.addr.do_send(Close::GoingAway);
        }
    }
}
