//! A client of XMPP group chat (RFC 6120, XEP-0045) that counts what comes back to it: an anonymous account, one room, plain TCP.

use crate::client::BODY;
use crate::socket::failed;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;
use zerodesk::cli::CliError;

/// The virtual host of the server.
pub(crate) const HOST: &str = "bench.localhost";
/// The host of its rooms.
const ROOMS: &str = "conference.bench.localhost";
/// How long the server may be silent where an answer is awaited.
const PATIENCE: Duration = Duration::from_secs(30);
const END: &[u8] = b"</message>";

fn broken(error: std::io::Error) -> CliError {
    failed(format!("a stream of XMPP broke: {error}"))
}

/// Where `what` begins in `text`.
fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|part| part == what)
}

/// Somebody in a room, who reads and sends.
pub(crate) struct Occupant {
    stream: TcpStream,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
    /// How the room names this occupant as the sender of a message.
    own: Vec<u8>,
    /// A message to the room, without its id.
    message: (String, String),
    sent: u64,
    /// Its own messages that came back.
    pub(crate) reflected: u64,
    pub(crate) writable: bool,
}

impl Occupant {
    /// Opens a stream, logs in as nobody in particular and enters the room; the first one makes it.
    pub(crate) fn join(address: SocketAddr, room: usize, nick: &str) -> Result<Self, CliError> {
        let stream = TcpStream::connect(address).map_err(broken)?;
        stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE))).map_err(broken)?;
        let place = format!("room{room}@{ROOMS}");
        let mut occupant = Self {
            stream,
            inbox: Vec::new(),
            outbox: Vec::new(),
            own: format!("from='{place}/{nick}'").into_bytes(),
            message: (
                format!("<message to='{place}' type='groupchat' id='"),
                format!("'><body>{BODY}</body></message>"),
            ),
            sent: 0,
            reflected: 0,
            writable: true,
        };
        let open = format!(
            "<stream:stream to='{HOST}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
        );
        occupant.say(&open, "</stream:features>")?;
        occupant.say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>", "<success")?;
        occupant.say(&open, "</stream:features>")?;
        occupant.say(
            "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
            "</bind></iq>",
        )?;
        // The subject of the room ends the answer to who enters it (XEP-0045, 7.2.15).
        let enter = format!(
            "<presence to='{place}/{nick}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>"
        );
        occupant.say(&enter, "</message>")?;
        occupant.stream.set_nonblocking(true).map_err(broken)?;
        Ok(occupant)
    }

    /// Sends a text and waits until `answer` has come.
    fn say(&mut self, text: &str, answer: &str) -> Result<(), CliError> {
        self.stream.write_all(text.as_bytes()).map_err(broken)?;
        loop {
            if let Some(at) = find(&self.inbox, answer.as_bytes()) {
                self.inbox.drain(..at + answer.len());
                return Ok(());
            }
            if let Some(at) = find(&self.inbox, b"<failure").or_else(|| find(&self.inbox, b"<stream:error")) {
                let said = String::from_utf8_lossy(self.inbox.get(at..).unwrap_or_default()).into_owned();
                return Err(failed(format!("XMPP: {said}")));
            }
            self.read()?;
        }
    }

    /// Queues the next message.
    pub(crate) fn queue_message(&mut self) {
        let (before, after) = &self.message;
        let _ = write!(self.outbox, "{before}{}{after}", self.sent);
        self.sent += 1;
    }

    /// Sends what the connection takes.
    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        while !self.outbox.is_empty() {
            match self.stream.write(&self.outbox) {
                Ok(count) => drop(self.outbox.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(broken(error)),
            }
        }
        self.writable = self.outbox.is_empty();
        Ok(())
    }

    fn read(&mut self) -> Result<(), CliError> {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => Err(failed("the XMPP server closed a stream")),
            Ok(count) => {
                self.inbox.extend_from_slice(buffer.get(..count).unwrap_or_default());
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(broken(error)),
        }
    }

    /// Reads what has come and gives how many own messages are among it.
    ///
    /// # Errors
    /// When the stream broke, or the server refused a message.
    pub(crate) fn take(&mut self) -> Result<usize, CliError> {
        self.read()?;
        let (mut own, mut at) = (0, 0);
        while let Some(length) = self.inbox.get(at..).and_then(|rest| find(rest, END)) {
            let stanza = self.inbox.get(at..at + length).unwrap_or_default();
            if find(stanza, b"type='error'").is_some() {
                return Err(failed(format!("XMPP refused a message: {}", String::from_utf8_lossy(stanza))));
            }
            if find(stanza, &self.own).is_some() {
                self.reflected += 1;
                own += 1;
            }
            at += length + END.len();
        }
        self.inbox.drain(..at);
        Ok(own)
    }

    /// Whether every message that it sent has come back.
    pub(crate) fn is_done(&self) -> bool {
        self.reflected == self.sent
    }
}

impl AsFd for Occupant {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
