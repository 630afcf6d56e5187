//! The payloads that servers send to each other through NATS, as bytes.
//!
//! A payload is a signature, a header and records. The signature is an HMAC by the installation's key over the
//! subject and all that follows: a payload that was not made by a server of this installation, or was made for
//! another subject, is rejected. The header names the server and counts its payloads, by which late and
//! duplicate payloads are recognised. Pure.

use crate::chat::kernel::{Stored, Stream};
use crate::core::ids::ConsultationId;
use bytes::{BufMut, Bytes, BytesMut};
use bytestring::ByteString;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::borrow::Cow;
use std::collections::HashMap;

/// Bytes of the signature: half of the HMAC, which RFC 2104 (section 5) allows.
const SIGNATURE: usize = 16;
/// Bytes of the version, the server and the count.
const HEADER: usize = 1 + 8 + 8;
/// Bytes of the longest header of a record.
const RECORD: usize = 1 + 1 + 8 + 8 + 4;
/// The version of the format; payloads of another version are ignored.
const VERSION: u8 = 2;

/// A part of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A message was stored.
    Message(Stored),
    /// The log holds messages up to this number.
    LogAdvanced(ConsultationId, Stream, i64),
    /// A frame for all who see the stream that is not in the log: typing, or a read mark.
    Push(ConsultationId, Stream, ByteString),
    /// New events are in the feed.
    Feed,
    /// The worker of this name must be woken.
    Wake(Cow<'static, str>),
}

impl Record {
    /// The consultation that it belongs to, if any.
    pub fn consultation(&self) -> Option<ConsultationId> {
        match self {
            Record::Message(stored) => Some(stored.consultation),
            Record::LogAdvanced(id, ..) | Record::Push(id, ..) => Some(*id),
            Record::Feed | Record::Wake(_) => None,
        }
    }

    /// Its greatest size in a payload.
    pub fn bytes(&self) -> usize {
        RECORD
            + match self {
                Record::Message(stored) => stored.frame.len(),
                Record::Push(.., frame) => frame.len(),
                Record::Wake(name) => name.len(),
                Record::LogAdvanced(..) | Record::Feed => 0,
            }
    }

    fn write(&self, to: &mut BytesMut) {
        let text = |to: &mut BytesMut, text: &str| {
            to.put_u32(u32::try_from(text.len()).unwrap_or(0));
            to.put_slice(text.as_bytes());
        };
        match self {
            Record::Message(Stored { stream, seq, audience, frame, .. }) => {
                to.put_slice(&[b'm', index(*stream)]);
                to.put_i64(*seq);
                to.put_i64(*audience);
                text(to, frame);
            }
            Record::LogAdvanced(_, stream, seq) => {
                to.put_slice(&[b'b', index(*stream)]);
                to.put_i64(*seq);
            }
            Record::Push(_, stream, frame) => {
                to.put_slice(&[b'p', index(*stream)]);
                text(to, frame);
            }
            Record::Feed => to.put_u8(b'f'),
            Record::Wake(name) => {
                to.put_u8(b'w');
                text(to, name);
            }
        }
    }
}

fn index(stream: Stream) -> u8 {
    match stream {
        Stream::Talk => 0,
        Stream::Notes => 1,
    }
}

/// Reads what [`Record::write`] wrote.
struct Reader {
    left: Bytes,
    consultation: Option<ConsultationId>,
}

impl Reader {
    fn bytes(&mut self, count: usize) -> Option<Bytes> {
        (self.left.len() >= count).then(|| self.left.split_to(count))
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    fn number(&mut self) -> Option<i64> {
        Some(i64::from_be_bytes(self.bytes(8)?.as_ref().try_into().ok()?))
    }

    fn stream(&mut self) -> Option<Stream> {
        match self.byte()? {
            0 => Some(Stream::Talk),
            1 => Some(Stream::Notes),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<ByteString> {
        let length = u32::from_be_bytes(self.bytes(4)?.as_ref().try_into().ok()?);
        ByteString::try_from(self.bytes(usize::try_from(length).ok()?)?).ok()
    }

    fn record(&mut self) -> Option<Record> {
        match self.byte()? {
            b'm' => Some(Record::Message(Stored {
                consultation: self.consultation?,
                stream: self.stream()?,
                seq: self.number()?,
                audience: self.number()?,
                frame: self.text()?,
            })),
            b'b' => Some(Record::LogAdvanced(self.consultation?, self.stream()?, self.number()?)),
            b'p' => Some(Record::Push(self.consultation?, self.stream()?, self.text()?)),
            b'f' => Some(Record::Feed),
            b'w' => Some(Record::Wake(Cow::Owned(self.text()?.to_string()))),
            _ => None,
        }
    }
}

/// Signs and verifies payloads.
pub struct Wire {
    key: Hmac<Sha256>,
    prefix: String,
    server: u64,
    sent: u64,
    /// The count of the last payload received from each server.
    received: HashMap<u64, u64>,
}

/// The greatest number of servers whose counts are kept; beyond it, all are dropped. A server that starts again counts as
/// another one.
const MAX_SERVERS: usize = 4096;

impl Wire {
    /// The payloads of one server of an installation.
    pub fn new(installation: uuid::Uuid, key: &[u8], server: u64) -> Option<Self> {
        let key = Hmac::new_from_slice(key).ok()?;
        let prefix = format!("zerodesk.{}.", installation.simple());
        Some(Self { key, prefix, server, sent: 0, received: HashMap::new() })
    }

    /// All subjects of the installation.
    pub fn subjects(&self) -> String {
        format!("{}>", self.prefix)
    }

    /// The subject of a consultation, or of records that belong to none.
    fn subject(&self, consultation: Option<ConsultationId>) -> String {
        match consultation {
            Some(id) => format!("{}c.{}", self.prefix, id.0.simple()),
            None => format!("{}s", self.prefix),
        }
    }

    fn sign(&self, subject: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut signature = self.key.clone();
        // No subject contains a zero byte.
        signature.update(subject.as_bytes());
        signature.update(&[0]);
        signature.update(body);
        signature
    }

    /// Packs records into as few payloads as hold them: those of one consultation together, in order, none greater than
    /// `most` bytes. A message that is too large by itself is replaced by the number up to which to read the log.
    pub fn pack(&mut self, records: Vec<Record>, most: usize) -> Vec<(String, Bytes)> {
        let mut groups: HashMap<Option<ConsultationId>, BytesMut> = HashMap::new();
        let mut packed = Vec::new();
        let most = most.saturating_sub(SIGNATURE + HEADER);
        for record in records {
            let record = match record {
                Record::Message(stored) if RECORD + stored.frame.len() > most => {
                    Record::LogAdvanced(stored.consultation, stored.stream, stored.seq)
                }
                Record::Push(..) if record.bytes() > most => continue,
                record => record,
            };
            let about = record.consultation();
            let group = groups.entry(about).or_default();
            if group.len() + record.bytes() > most && !group.is_empty() {
                let full = group.split();
                packed.push((about, full));
            }
            record.write(groups.entry(about).or_default());
        }
        packed.extend(groups);
        packed.into_iter().map(|(about, body)| self.close(about, &body)).collect()
    }

    fn close(&mut self, about: Option<ConsultationId>, records: &[u8]) -> (String, Bytes) {
        self.sent += 1;
        let subject = self.subject(about);
        let mut payload = BytesMut::with_capacity(SIGNATURE + HEADER + records.len());
        payload.put_bytes(0, SIGNATURE);
        payload.put_u8(VERSION);
        payload.put_u64(self.server);
        payload.put_u64(self.sent);
        payload.put_slice(records);
        let signature =
            payload.get(SIGNATURE..).map(|body| self.sign(&subject, body).finalize().into_bytes());
        for (to, from) in payload.iter_mut().take(SIGNATURE).zip(signature.iter().flatten()) {
            *to = *from;
        }
        (subject, payload.freeze())
    }

    /// Verifies and reads a payload. Gives nothing for a payload that no other server of this installation made. Of a late or
    /// duplicate payload the frames that are not in the log are left out; sessions check the numbers of messages themselves.
    pub fn open(&mut self, subject: &str, payload: &Bytes) -> Vec<Record> {
        self.try_open(subject, payload).unwrap_or_default()
    }

    fn try_open(&mut self, subject: &str, payload: &Bytes) -> Option<Vec<Record>> {
        let (signature, body) = payload.split_at_checked(SIGNATURE)?;
        self.sign(subject, body).verify_truncated_left(signature).ok()?;
        let mut reader = Reader { left: payload.slice(SIGNATURE..), consultation: None };
        if reader.byte()? != VERSION {
            return None;
        }
        let server = reader.number()?.cast_unsigned();
        let count = reader.number()?.cast_unsigned();
        if server == self.server {
            return None;
        }
        let consultation = subject.strip_prefix(&self.prefix)?.strip_prefix("c.");
        reader.consultation = consultation.and_then(|id| id.parse().ok()).map(ConsultationId);
        if self.received.len() >= MAX_SERVERS && !self.received.contains_key(&server) {
            self.received.clear();
        }
        let last = self.received.entry(server).or_insert(0);
        let is_new = count > *last;
        *last = count.max(*last);
        let mut records = Vec::new();
        while !reader.left.is_empty() {
            match reader.record()? {
                Record::Push(..) if !is_new => {}
                record => records.push(record),
            }
        }
        Some(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn wires() -> (Wire, Wire) {
        let id = Uuid::from_u128(7);
        (Wire::new(id, b"a key", 1).unwrap(), Wire::new(id, b"a key", 2).unwrap())
    }

    fn message(consultation: u128, seq: i64, text: &str) -> Record {
        let (consultation, stream) = (ConsultationId(Uuid::from_u128(consultation)), Stream::Notes);
        Record::Message(Stored { consultation, stream, seq, audience: 5, frame: text.to_owned().into() })
    }

    fn push(text: &str) -> Record {
        Record::Push(ConsultationId(Uuid::from_u128(3)), Stream::Talk, text.to_owned().into())
    }

    #[test]
    fn records_of_one_consultation_share_a_payload_in_order() {
        let (mut one, mut two) = wires();
        let records = vec![
            message(1, 1, "a"),
            message(2, 1, "b"),
            message(1, 2, "c"),
            Record::Feed,
            Record::Wake("mail".into()),
        ];
        let packed = one.pack(records.clone(), 1_000_000);
        assert_eq!(packed.len(), 3, "two consultations, and the records of none");
        let mut got: Vec<_> =
            packed.iter().flat_map(|(subject, payload)| two.open(subject, payload)).collect();
        let of =
            |all: &[Record], id| all.iter().filter(|r| r.consultation() == id).cloned().collect::<Vec<_>>();
        for id in [records[0].consultation(), records[1].consultation(), None] {
            assert_eq!(of(&got, id), of(&records, id));
        }
        got.clear();
        for (subject, payload) in &packed {
            got.extend(one.open(subject, payload));
        }
        assert!(got.is_empty(), "a server ignores its own payloads");
    }

    #[test]
    fn too_many_records_are_split_and_a_message_that_is_too_large_is_only_reported() {
        let (mut one, mut two) = wires();
        let long = "x".repeat(300);
        let records = vec![message(1, 1, &long), message(1, 2, &long), message(1, 3, &"x".repeat(900))];
        let packed = one.pack(records.clone(), 500);
        assert!(packed.iter().all(|(_, payload)| payload.len() <= 500));
        let mut got: Vec<_> =
            packed.iter().flat_map(|(subject, payload)| two.open(subject, payload)).collect();
        got.sort_by_key(|r| matches!(r, Record::LogAdvanced(..)));
        assert_eq!(got[..2], records[..2]);
        assert_eq!(got[2], Record::LogAdvanced(ConsultationId(Uuid::from_u128(1)), Stream::Notes, 3));
        assert!(one.pack(vec![push(&long)], 100).is_empty());
    }

    #[test]
    fn a_duplicate_or_late_payload_loses_frames_that_are_not_in_the_log() {
        let (mut one, mut two) = wires();
        let first = one.pack(vec![push("first")], 1000).remove(0);
        let second = one.pack(vec![push("second")], 1000).remove(0);
        assert_eq!(two.open(&second.0, &second.1), [push("second")]);
        assert_eq!(two.open(&second.0, &second.1), []);
        assert_eq!(two.open(&first.0, &first.1), []);
    }

    #[test]
    fn a_payload_of_another_installation_or_subject_is_rejected() {
        let (mut one, mut two) = wires();
        let (subject, payload) = one.pack(vec![message(1, 1, "a")], 1000).remove(0);
        let (other, _) = one.pack(vec![message(2, 1, "a")], 1000).remove(0);
        assert!(two.open(&other, &payload).is_empty());
        let mut stranger = Wire::new(Uuid::from_u128(7), b"another key", 3).unwrap();
        assert!(stranger.open(&subject, &payload).is_empty());
        let forged = stranger.pack(vec![message(1, 1, "forged")], 1000).remove(0);
        assert!(two.open(&forged.0, &forged.1).is_empty());
        assert_eq!(two.open(&subject, &payload).len(), 1);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_a_changed_payload_is_rejected(
            bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..60, bit in 0u8..8,
        ) {
            let (mut one, mut two) = wires();
            prop_assert!(two.open("zerodesk.x.s", &Bytes::from(bytes)).is_empty());
            let (subject, payload) = one.pack(vec![message(1, 1, "a text")], 1000).remove(0);
            let mut changed = payload.to_vec();
            let at = at % changed.len();
            changed[at] ^= 1 << bit;
            prop_assert!(two.open(&subject, &Bytes::from(changed)).is_empty());
        }

        /// A body with a valid signature that is cut or garbled, as a later version might send.
        #[test]
        fn no_signed_bytes_make_it_panic(records in proptest::collection::vec(any::<u8>(), 0..100)) {
            let (mut one, mut two) = wires();
            let (subject, payload) = one.close(Some(ConsultationId(Uuid::from_u128(1))), &records);
            let _ = two.open(&subject, &payload);
        }
    }
}
