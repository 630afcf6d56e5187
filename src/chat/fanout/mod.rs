//! More than one server: what is committed here reaches the sockets of the others.
//!
//! The rules:
//!
//! - **PostgreSQL decides, NATS hastens.** Messages stand in the log and events of commands in the feed
//!   (`db::feed`); each server looks at both twice a second ([`log_reader`]). So without NATS, or with one that
//!   loses, doubles, delays or invents, everyone sees the same, at most a second later. Marks of reading and who is
//!   typing go by the feed only while NATS is away.
//! - **One server costs nothing of this.** Whether others live on the database is known by their advisory
//!   locks; the log is looked at only while there are any.
//! - **Nothing here blocks.** Whoever publishes puts a record into [`Outbox`], which is bounded in bytes and drops what
//!   does not fit (`zerodesk_fanout_dropped`); the log has it. Two threads do the rest: one talks to NATS
//!   ([`nats`]), one to the database ([`log_reader`]). Both end at the server's stop.
//! - **A subject for each consultation, one subscription for all.** Messages that wait together and belong to one
//!   consultation share a payload, so the cost falls as the load grows. A server hears all of them by one wildcard
//!   and drops, by a look into the hub, what none of its sockets follows. One subscription for each
//!   consultation would spare it that, but costs a queue of some KiB for each, a round to NATS at each `subscribe`,
//!   and gains only where NATS carries more than one PostgreSQL can store.
//! - **What is heard is sealed** with the installation's key, which stands in the database ([`wire`]): two installations on one
//!   NATS do not hear each other, and who can reach NATS but not the database can put no word into a chat.

pub mod installation;
pub mod log_reader;
pub mod nats;
pub mod wire;

use crate::chat::hub::{Hub, SocketId, Stored};
use crate::chat::protocol::{self, Stream};
use crate::chat::writer::Answer;
use crate::core::Event;
use crate::core::event::{ReadMark, Typing, Work};
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::{Pool, feed};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use wire::Record;

/// Bytes that may wait for NATS.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Who types, between two looks of the log reader.
const MOST_TYPING: usize = 10_000;

/// The way to the other servers. Cheap to clone.
#[derive(Clone)]
pub struct Fanout(Arc<Shared>);

struct Shared {
    hub: Hub,
    pool: Pool,
    server: i64,
    outbox: Outbox,
    /// Who types, for the log reader to tell.
    typing: Mutex<HashMap<(ConsultationId, AccountId), Typing>>,
    /// Whether other servers live on this database.
    others: AtomicBool,
    figures: Figures,
}

/// What the metrics show of the fan-out.
#[derive(Debug, Default)]
pub struct Figures {
    /// Whether NATS is connected now.
    pub connected: AtomicBool,
    /// Records that found no room on their way to NATS.
    pub dropped: AtomicU64,
    /// Payloads sent by NATS.
    pub sent: AtomicU64,
    /// Payloads heard by NATS and understood.
    pub heard: AtomicU64,
    /// Streams that a look at the log found to be further than anyone here had been told.
    pub caught_up: AtomicU64,
}

/// Records on their way to NATS, bounded in bytes.
#[derive(Debug, Default)]
pub struct Outbox {
    queue: Mutex<Queue>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    records: VecDeque<Record>,
    bytes: usize,
    feed: bool,
    work: u8,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a record in; gives whether there was room. Bells need none.
    fn put(&self, record: Record) -> bool {
        let mut queue = self.lock();
        match record {
            Record::Feed => queue.feed = true,
            Record::Work(kinds) => queue.work |= kinds,
            record => {
                if queue.bytes + record.bytes() > MOST_BYTES {
                    return false;
                }
                queue.bytes += record.bytes();
                queue.records.push_back(record);
            }
        }
        drop(queue);
        self.bell.notify_one();
        true
    }

    /// Takes what waits, at most about `most` bytes of it.
    fn take(&self, most: usize) -> Vec<Record> {
        let mut queue = self.lock();
        let mut taken = Vec::new();
        if std::mem::take(&mut queue.feed) {
            taken.push(Record::Feed);
        }
        match std::mem::take(&mut queue.work) {
            0 => {}
            kinds => taken.push(Record::Work(kinds)),
        }
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
    /// The way out of a server that is not connected to NATS yet.
    pub fn new(hub: Hub, pool: Pool, server: i64) -> Self {
        let (outbox, typing, others, figures) = Default::default();
        Self(Arc::new(Shared { hub, pool, server, outbox, typing, others, figures }))
    }

    /// The figures for the metrics.
    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// The hub of this server.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Tells this server's sockets and the other servers of something that is committed. Never waits for NATS; may
    /// write to the database, so not for an async context.
    pub fn publish(&self, event: Event) {
        match event {
            Event::Message(message, audience) => {
                if let Some(stored) = Stored::new(&message, audience) {
                    self.0.hub.deliver(std::slice::from_ref(&stored));
                    self.elsewhere(Record::Message(stored));
                }
            }
            Event::Behind(consultation, stream, seq) => {
                if let Ok(stream) = stream.parse() {
                    self.elsewhere(Record::Behind(consultation, stream, seq));
                }
                self.0.hub.publish(Event::Behind(consultation, stream, seq));
            }
            Event::Read(mark) => {
                self.read_elsewhere(&mark);
                self.0.hub.publish(Event::Read(mark));
            }
            Event::Work(work) => self.elsewhere(Record::Work(bit(work))),
            event => {
                self.0.hub.publish(event);
                self.elsewhere(Record::Feed);
            }
        }
    }

    /// Tells the answers of a batch to those who asked, and what was stored to all servers' sockets.
    pub fn announce(&self, answers: Vec<Answer>) {
        for stored in self.0.hub.announce(answers) {
            self.elsewhere(Record::Message(stored));
        }
    }

    /// Tells all who see the talk of a consultation that someone is typing, but not the socket that said so. While NATS is
    /// away, the log reader's next look writes it for the other servers: each person and consultation once, so that it costs
    /// the database the same however fast they type.
    pub fn typing(&self, typing: Typing, said_by: Option<SocketId>) {
        let frame = protocol::typing(&typing);
        let consultation = typing.consultation;
        self.0.hub.push(consultation, Stream::Talk, said_by, &frame);
        if self.0.figures.connected.load(Ordering::Relaxed) {
            self.elsewhere(Record::Push(consultation, Stream::Talk, frame));
        } else if self.0.others.load(Ordering::Relaxed) {
            let mut all = self.0.typing.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() < MOST_TYPING {
                all.insert((consultation, typing.user.id), typing);
            }
        }
    }

    /// Who typed since the last call and is to be told to other servers by the database.
    fn take_typing(&self) -> Vec<Event> {
        let all = std::mem::take(&mut *self.0.typing.lock().unwrap_or_else(PoisonError::into_inner));
        all.into_values().map(Event::Typing).collect()
    }

    fn read_elsewhere(&self, mark: &ReadMark) {
        if self.0.figures.connected.load(Ordering::Relaxed) {
            if let Ok(stream) = mark.stream.parse() {
                self.elsewhere(Record::Push(mark.consultation, stream, protocol::read_mark(mark)));
            }
        } else if self.0.others.load(Ordering::Relaxed) {
            let written = self
                .0
                .pool
                .get()
                .and_then(|mut conn| feed::write(&mut conn, self.0.server, &[Event::Read(mark.clone())]));
            if let Err(problem) = written {
                tracing::warn!(%problem, "other servers are not told how far someone has read");
            }
        }
    }

    fn elsewhere(&self, record: Record) {
        // Without NATS there is nobody to tell: they read the log.
        if self.0.figures.connected.load(Ordering::Relaxed) && !self.0.outbox.put(record) {
            self.0.figures.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Tells this server's sockets what another said. `ring` rings the bells of the workers.
    fn hear(&self, record: Record, ring: &dyn Fn(Work)) {
        match record {
            Record::Message(stored) => self.0.hub.deliver(&[stored]),
            Record::Behind(consultation, stream, seq) => {
                self.0.hub.publish(Event::Behind(consultation, stream.as_str().to_owned(), seq));
            }
            Record::Push(consultation, stream, frame) => self.0.hub.push(consultation, stream, None, &frame),
            Record::Feed => self.0.hub.look(),
            Record::Work(kinds) => {
                [Work::Mail, Work::Import, Work::Match, Work::List, Work::Plan]
                    .into_iter()
                    .filter(|work| kinds & bit(*work) != 0)
                    .for_each(ring);
            }
        }
    }
}

fn bit(work: Work) -> u8 {
    match work {
        Work::Mail => 1,
        Work::Import => 2,
        Work::Match => 4,
        Work::List => 8,
        Work::Plan => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytestring::ByteString;

    #[test]
    fn the_outbox_is_bounded_and_bells_are_rung_once() {
        let outbox = Outbox::default();
        let frame = ByteString::from("x".repeat(MOST_BYTES / 4));
        let record = Record::Push(ConsultationId::new(), Stream::Talk, frame);
        let put = (0..5).filter(|_| outbox.put(record.clone())).count();
        assert_eq!(put, 3, "a fourth and its head are too much");
        for bell in [Record::Feed, Record::Work(1), Record::Work(4), Record::Feed] {
            assert!(outbox.put(bell), "a bell always has room");
        }
        let taken = outbox.take(1);
        assert_eq!(taken, [Record::Feed, Record::Work(5), record.clone()]);
        assert!(outbox.put(record.clone()), "there is room again");
        assert_eq!(outbox.take(usize::MAX).len(), 3);
        assert_eq!(outbox.lock().bytes, 0);
    }
}
