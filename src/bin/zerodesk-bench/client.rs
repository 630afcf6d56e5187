//! A client of the chat that checks what it receives.
//!
//! Every reader must get each message once and in order, every sender each ack once and in order; anything else ends the
//! bench. Frames are compared with the text that they must be, which is cheaper than to parse them.

use crate::chat_data::Member;
use crate::socket::{Socket, failed, text_frame};
use std::collections::VecDeque;
use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::cli::CliError;

/// The text of a message. pgbench inserts a body of the same size.
pub(crate) const BODY: &str =
    "样品绝缘电阻实测值低于标准限值，请说明整改步骤与复检安排。 Sample 3 of 5 failed.";

/// References begin here, so that all have as many digits.
const FIRST_REF: u64 = 1_000_000_000;

/// A socket in one consultation, in which it reads and sends.
pub(crate) struct Client {
    pub(crate) socket: Socket,
    message: Vec<u8>,
    ack: Vec<u8>,
    frame: Vec<u8>,
    ref_at: usize,
    client_id_at: usize,
    random_state: u64,
    /// The last number it was sent.
    pub(crate) seen: i64,
    pub(crate) sent: u64,
    pub(crate) acked: u64,
    /// When each message that waits for its ack was due.
    pub(crate) due: VecDeque<Instant>,
    pub(crate) writable: bool,
}

/// A frame of the server.
pub(crate) enum Received {
    Ack,
    Message,
    Other,
}

impl Client {
    /// Opens a socket and follows a consultation from behind the number `after`.
    pub(crate) fn join(
        address: SocketAddr,
        member: &Member,
        consultation: Uuid,
        after: i64,
    ) -> Result<Self, CliError> {
        let mut socket = Socket::open(address, &member.token)?;
        socket.opened()?;
        let mut client = Self::of(socket, consultation, after);
        client.subscribe(consultation, after)?;
        Ok(client)
    }

    /// A socket that is open.
    pub(crate) fn of(socket: Socket, consultation: Uuid, after: i64) -> Self {
        let nil = Uuid::nil();
        let text = format!(
            r#"{{"op":"send","ref":{FIRST_REF},"consultation":"{consultation}","client_id":"{nil}","body":"{BODY}"}}"#
        );
        let frame = text_frame(&text);
        let find = |what: &str| {
            frame.windows(what.len()).position(|part| part == what.as_bytes()).unwrap_or_default()
        };
        let (ref_at, client_id_at) = (find(&FIRST_REF.to_string()), find(&nil.to_string()));
        let message = format!(r#"{{"ev":"message","consultation":"{consultation}","stream":"talk","seq":"#);
        let ack = format!(r#","consultation":"{consultation}","stream":"talk","client_id":""#);
        Self {
            socket,
            message: message.into_bytes(),
            ack: ack.into_bytes(),
            frame,
            ref_at,
            client_id_at,
            // Random bits of another kind than the server's.
            random_state: u64::from_le_bytes(*Uuid::new_v4().as_bytes().first_chunk().unwrap_or(&[1; 8])) | 1,
            seen: after,
            sent: 0,
            acked: 0,
            due: VecDeque::new(),
            writable: true,
        }
    }

    /// Follows the consultation and waits for the answer.
    pub(crate) fn subscribe(&mut self, consultation: Uuid, after: i64) -> Result<(), CliError> {
        self.ask(consultation, after)?;
        self.socket.wait_for("subscribed")
    }

    /// Asks to follow.
    pub(crate) fn ask(&mut self, consultation: Uuid, after: i64) -> Result<(), CliError> {
        self.seen = after;
        let ask = format!(
            r#"{{"op":"subscribe","ref":0,"consultation":"{consultation}","after":{{"talk":{after},"notes":0}}}}"#
        );
        self.socket.queue(&text_frame(&ask));
        self.flush()
    }

    fn random(&mut self) -> u64 {
        // Marsaglia's xorshift.
        self.random_state ^= self.random_state << 13;
        self.random_state ^= self.random_state >> 7;
        self.random_state ^= self.random_state << 17;
        self.random_state
    }

    /// Queues the next message; `due` is when it should have been sent.
    pub(crate) fn queue_message(&mut self, due: Instant) {
        let reference = FIRST_REF + self.sent;
        let bits = (u128::from(self.random()) << 64) | u128::from(self.random());
        let client_id = uuid::Builder::from_random_bytes(bits.to_le_bytes()).into_uuid();
        if let Some(mut place) = self.frame.get_mut(self.ref_at..) {
            let _ = write!(place, "{reference}");
        }
        if let Some(place) = self.frame.get_mut(self.client_id_at..) {
            client_id.hyphenated().encode_lower(place);
        }
        self.socket.queue(&self.frame);
        self.sent += 1;
        self.due.push_back(due);
    }

    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        self.writable = self.socket.flush()?;
        Ok(())
    }

    /// The next frame that has come, checked.
    pub(crate) fn next(&mut self) -> Result<Option<Received>, CliError> {
        let Some(frame) = self.socket.frame()? else { return Ok(None) };
        let payload = self.socket.payload(frame);
        if let Some(rest) = payload.strip_prefix(self.message.as_slice()) {
            let seq = number(rest);
            if seq != u64::try_from(self.seen + 1).unwrap_or(0) {
                return Err(failed(format!("after number {} received {seq}", self.seen)));
            }
            self.seen += 1;
            return Ok(Some(Received::Message));
        }
        if let Some(rest) = payload.strip_prefix(b"{\"ev\":\"ack\",\"ref\":") {
            let wanted = FIRST_REF + self.acked;
            let (digits, rest) = rest.split_at_checked(10).unwrap_or_default();
            let fits = rest.starts_with(&self.ack) && rest.ends_with(b",\"duplicate\":false}");
            if number(digits) != wanted || !fits {
                return Err(failed(format!("not the awaited ack: {}", String::from_utf8_lossy(payload))));
            }
            self.acked += 1;
            return Ok(Some(Received::Ack));
        }
        if payload.starts_with(b"{\"ev\":\"error\"") {
            return Err(failed(String::from_utf8_lossy(payload)));
        }
        Ok(Some(Received::Other))
    }

    /// Sends one message and waits for its ack. Gives the time between the two.
    pub(crate) fn send_and_wait(&mut self) -> Result<Duration, CliError> {
        let start = Instant::now();
        self.queue_message(start);
        self.flush()?;
        loop {
            while let Some(received) = self.next()? {
                if let Received::Ack = received {
                    self.due.clear();
                    return Ok(start.elapsed());
                }
            }
            self.socket.fill()?;
        }
    }

    /// Waits until it was sent this number.
    pub(crate) fn wait_for_number(&mut self, seq: i64) -> Result<(), CliError> {
        loop {
            while self.next()?.is_some() {}
            if self.seen >= seq {
                return Ok(());
            }
            self.socket.fill()?;
        }
    }
}

/// The digits at the beginning, as a number.
fn number(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|c| c.is_ascii_digit());
    digits.fold(0_u64, |n, c| n.wrapping_mul(10).wrapping_add(u64::from(c - b'0')))
}
