//! Delivery between servers: what is committed on this server reaches the sockets of the others.
//!
//! The rules:
//!
//! - **PostgreSQL is the source of truth, NATS makes it faster.** Messages are in the log and events of commands in the
//!   feed (`db::feed`); each server reads both twice a second ([`log_reader`]). So without NATS, or with one that
//!   loses, duplicates, delays or forges payloads, everyone sees the same, at most a second later. Read marks and typing
//!   go through the feed only while NATS is not connected.
//! - **A single server pays nothing for it.** Whether other servers run on the database is known by their advisory
//!   locks; the log is checked only while there are any.
//! - **Publishing never blocks.** A publisher puts a record into [`Outbox`], which is bounded in bytes and drops what
//!   does not fit (`zerodesk_fanout_dropped`); it is in the log. Two threads do the rest: one talks to NATS
//!   ([`nats`]), one to the database ([`log_reader`]). Both end when the server stops.
//! - **One subject for each consultation, one subscription for all of them.** Waiting messages of one
//!   consultation share a payload, so the cost falls as the load grows. A server receives all of them by one wildcard
//!   and drops those of consultations that none of its sockets follows. A subscription for each consultation would avoid
//!   that, but costs a queue of some KiB for each and a round trip to NATS at each `subscribe`, and helps only if NATS
//!   carries more than one PostgreSQL can store.
//! - **Payloads are authenticated** with the key of the installation, which is in the database ([`wire`]): two installations
//!   on one NATS do not receive each other's payloads, and an attacker who reaches NATS but not the database cannot put a
//!   message into a chat.

pub mod installation;
pub mod log_reader;
pub mod nats;
pub mod wire;

use crate::chat::events::{LogAdvanced, MessageStored, ReadMark, Typing};
use crate::chat::fanout::wire::Record;
use crate::chat::hub::Hub;
use crate::chat::kernel::{Answer, SocketId, Stored};
use crate::chat::protocol;
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Event, Wake};
use crate::db::{Pool, feed};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The greatest number of bytes that may wait for NATS.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The greatest number of typing participants that are kept between two rounds of the log reader.
const MAX_TYPING: usize = 10_000;

/// Delivers to the sockets of this server and to the other servers. Cheap to clone.
#[derive(Clone)]
pub struct Fanout(Arc<Shared>);

struct Shared {
    hub: Hub,
    pool: Pool,
    server: i64,
    outbox: Outbox,
    /// The typing participants that the log reader is to write to the feed.
    typing: Mutex<HashMap<(ConsultationId, AccountId, bool), Typing>>,
    /// Whether other servers run on this database.
    others: AtomicBool,
    figures: Figures,
}

/// The metrics of the fan-out.
#[derive(Debug, Default)]
pub struct Figures {
    /// Whether NATS is connected now.
    pub connected: AtomicBool,
    /// Records that were dropped because the outbox was full or NATS refused them.
    pub dropped: AtomicU64,
    /// Payloads sent through NATS.
    pub sent: AtomicU64,
    /// Payloads received through NATS and accepted.
    pub received: AtomicU64,
    /// Streams for which a check of the log found messages that had not been delivered.
    pub caught_up: AtomicU64,
}

/// Records on their way to NATS, bounded in bytes.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: Mutex<Queue>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    records: VecDeque<Record>,
    bytes: usize,
    feed: bool,
    wakes: BTreeSet<Cow<'static, str>>,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a record; gives whether there was space. Signals take no space: each is kept once.
    fn put(&self, record: Record) -> bool {
        let mut queue = self.lock();
        match record {
            Record::Feed => queue.feed = true,
            Record::Wake(name) => {
                queue.wakes.insert(name);
            }
            record => {
                if queue.bytes + record.bytes() > MAX_BYTES {
                    return false;
                }
                queue.bytes += record.bytes();
                queue.records.push_back(record);
            }
        }
        drop(queue);
        self.wake.notify_one();
        true
    }

    /// Takes the waiting records, at most about `most` bytes.
    fn take(&self, most: usize) -> Vec<Record> {
        let mut queue = self.lock();
        let mut taken = Vec::new();
        if std::mem::take(&mut queue.feed) {
            taken.push(Record::Feed);
        }
        taken.extend(std::mem::take(&mut queue.wakes).into_iter().map(Record::Wake));
        let mut bytes = 0;
        while bytes < most {
            let Some(record) = queue.records.pop_front() else { break };
            bytes += record.bytes();
            taken.push(record);
        }
        queue.bytes -= bytes;
        taken
    }
}

impl Fanout {
    /// The fan-out of a server that is not connected to NATS yet.
    pub fn new(hub: Hub, pool: Pool, server: i64) -> Self {
        let (outbox, typing, others, figures) = Default::default();
        Self(Arc::new(Shared { hub, pool, server, outbox, typing, others, figures }))
    }

    /// The metrics.
    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// The hub of this server.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Delivers a committed event to the sockets of this server and to the other servers. Never waits for NATS; may
    /// write to the database, so it must not be called in an async context.
    pub fn publish(&self, event: &Event) {
        if let Some(MessageStored { message, audience }) = event.get() {
            if let Some(stored) = Stored::of_message(message, *audience) {
                self.0.hub.deliver(std::slice::from_ref(&stored));
                self.send(Record::Message(stored));
            }
        } else if let Some(&LogAdvanced { consultation, stream, seq }) = event.get() {
            self.send(Record::LogAdvanced(consultation, stream, seq));
            self.0.hub.publish(event);
        } else if let Some(mark) = event.get::<ReadMark>() {
            self.send_read_mark(*mark);
            self.0.hub.publish(event);
        } else if let Some(wake) = event.get::<Wake>() {
            self.send(Record::Wake(Cow::Borrowed(wake.name())));
        } else {
            self.0.hub.publish(event);
            self.send(Record::Feed);
        }
    }

    /// Delivers the answers of a batch to their senders, and the messages that were stored to the sockets of all servers.
    pub fn deliver_answers(&self, answers: Vec<Answer>) {
        for stored in self.0.hub.deliver_answers(answers) {
            self.send(Record::Message(stored));
        }
    }

    /// Informs all who may know of it that someone is typing, except the socket that reported it. While NATS
    /// is not connected, the next round of the log reader writes it to the feed: each person and consultation once, so that
    /// the cost for the database does not grow with the speed of typing.
    pub fn typing(&self, typing: Typing, reported_by: Option<SocketId>) {
        let frame = protocol::typing(&typing);
        let (consultation, shown_to) = (typing.consultation, typing.shown_to());
        self.0.hub.push(consultation, shown_to, reported_by, &frame);
        if self.0.figures.connected.load(Ordering::Relaxed) {
            self.send(Record::Push(consultation, shown_to, frame));
        } else if self.0.others.load(Ordering::Relaxed) {
            let mut all = self.0.typing.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() < MAX_TYPING {
                all.insert((consultation, typing.user.id, typing.inside), typing);
            }
        }
    }

    /// The typing participants since the last call that must be written to the feed.
    fn take_typing(&self) -> Vec<Event> {
        let all = std::mem::take(&mut *self.0.typing.lock().unwrap_or_else(PoisonError::into_inner));
        all.into_values().map(Event::from).collect()
    }

    fn send_read_mark(&self, mark: ReadMark) {
        if self.0.figures.connected.load(Ordering::Relaxed) {
            self.send(Record::Push(mark.consultation, mark.shown_to(), protocol::read_mark(&mark)));
        } else if self.0.others.load(Ordering::Relaxed) {
            let written =
                self.0.pool.get().and_then(|mut conn| feed::write(&mut conn, self.0.server, &[mark.into()]));
            if let Err(problem) = written {
                tracing::warn!(%problem, "a read mark was not sent to other servers");
            }
        }
    }

    /// Queues a record for the other servers.
    fn send(&self, record: Record) {
        // Without NATS nothing is sent: the other servers read the log and the feed.
        if self.0.figures.connected.load(Ordering::Relaxed) && !self.0.outbox.put(record) {
            self.0.figures.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Delivers a record of another server to the sockets of this one; `wake` wakes a worker by name.
    fn receive(&self, record: Record, wake: &dyn Fn(&str)) {
        match record {
            Record::Message(stored) => self.0.hub.deliver(&[stored]),
            Record::LogAdvanced(consultation, stream, seq) => {
                self.0.hub.publish(&LogAdvanced { consultation, stream, seq }.into());
            }
            Record::Push(consultation, stream, frame) => self.0.hub.push(consultation, stream, None, &frame),
            Record::Feed => self.0.hub.wake_log_reader(),
            Record::Wake(name) => wake(&name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::kernel::Stream;
    use bytestring::ByteString;

    #[test]
    fn the_outbox_is_bounded_and_keeps_each_signal_once() {
        let outbox = Outbox::default();
        let frame = ByteString::from("x".repeat(MAX_BYTES / 4));
        let record = Record::Push(ConsultationId::new(), Stream::Talk, frame);
        let put = (0..5).filter(|_| outbox.put(record.clone())).count();
        assert_eq!(put, 3, "a fourth with its header is too much");
        let wake = |name| Record::Wake(Cow::Borrowed(name));
        for signal in [Record::Feed, wake("mail"), wake("matcher"), wake("mail"), Record::Feed] {
            assert!(outbox.put(signal), "a signal always has space");
        }
        let taken = outbox.take(1);
        assert_eq!(taken, [Record::Feed, wake("mail"), wake("matcher"), record.clone()]);
        assert!(outbox.put(record.clone()), "there is space again");
        assert_eq!(outbox.take(usize::MAX).len(), 3);
        assert_eq!(outbox.lock().bytes, 0);
    }
}
