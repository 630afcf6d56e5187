//! A WebSocket client that costs as little as can be: it shares the two cores with what it measures.
//!
//! Frames go out with a mask of zeros, which the server has to apply all the same.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};
use zerodesk::chat::protocol::SUBPROTOCOL;
use zerodesk::cli::CliError;

/// How long a server may be silent where an answer is awaited.
const PATIENCE: Duration = Duration::from_secs(30);

const TEXT: u8 = 0x81;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

pub(crate) fn failed(what: impl std::fmt::Display) -> CliError {
    CliError::Other(format!("bench: {what}"))
}

fn broken(error: std::io::Error) -> CliError {
    failed(format!("a socket broke: {error}"))
}

/// The head of a client's frame: opcode, length, a mask of zeros (RFC 6455, section 5.2).
pub(crate) fn head(opcode: u8, payload: usize) -> Vec<u8> {
    let mut head = vec![opcode];
    match (u8::try_from(payload), u16::try_from(payload)) {
        (Ok(len), _) if len < 126 => head.push(0x80 | len),
        (_, Ok(len)) => {
            head.push(0x80 | 126);
            head.extend(len.to_be_bytes());
        }
        _ => {
            head.push(0x80 | 127);
            head.extend(u64::try_from(payload).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    head.extend([0; 4]);
    head
}

/// A text frame as a client sends it.
pub(crate) fn text_frame(text: &str) -> Vec<u8> {
    let mut frame = head(TEXT, text.len());
    frame.extend(text.as_bytes());
    frame
}

/// One socket.
pub(crate) struct Socket {
    stream: TcpStream,
    /// Buffer, of which the part from `at` to `end` has come and is not taken yet.
    inbox: Vec<u8>,
    at: usize,
    end: usize,
    outbox: Vec<u8>,
    waits: bool,
    pub(crate) pings: u64,
}

impl Socket {
    /// Connects and asks for the upgrade; [`Socket::opened`] waits for it.
    pub(crate) fn open(address: SocketAddr, token: &str) -> Result<Self, CliError> {
        let mut stream = TcpStream::connect(address).map_err(broken)?;
        stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE))).map_err(broken)?;
        let request = format!(
            "GET /api/v1/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).map_err(broken)?;
        Ok(Self { stream, inbox: Vec::new(), at: 0, end: 0, outbox: Vec::new(), waits: true, pings: 0 })
    }

    /// Waits until the socket is open and has said welcome.
    pub(crate) fn opened(&mut self) -> Result<(), CliError> {
        loop {
            let head = self.inbox.get(..self.end).unwrap_or_default();
            if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                if !head.starts_with(b"HTTP/1.1 101") {
                    return Err(failed(format!("no upgrade: {}", String::from_utf8_lossy(head))));
                }
                self.at = end + 4;
                return self.wait_for("welcome");
            }
            self.fill()?;
        }
    }

    /// Whether reading waits until something comes, as it does at first.
    pub(crate) fn waits(&mut self, waits: bool) -> Result<(), CliError> {
        self.waits = waits;
        self.stream.set_nonblocking(!waits).map_err(broken)
    }

    /// Waits for a frame of this kind.
    pub(crate) fn wait_for(&mut self, ev: &str) -> Result<(), CliError> {
        let wanted = format!("\"ev\":\"{ev}\"");
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            while let Some(frame) = self.frame()? {
                let text = String::from_utf8_lossy(self.payload(frame));
                if text.contains(&wanted) {
                    return Ok(());
                }
                if text.contains("\"ev\":\"error\"") {
                    return Err(failed(text));
                }
            }
            self.fill()?;
        }
        Err(failed(format!("no {ev} comes")))
    }

    /// Puts a frame behind what waits to be sent.
    pub(crate) fn queue(&mut self, frame: &[u8]) {
        self.outbox.extend_from_slice(frame);
    }

    /// Sends what waits. Gives whether all of it went.
    pub(crate) fn flush(&mut self) -> Result<bool, CliError> {
        while !self.outbox.is_empty() {
            match self.stream.write(&self.outbox) {
                Ok(sent) => drop(self.outbox.drain(..sent)),
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(broken(e)),
            }
        }
        Ok(true)
    }

    /// Reads once; without waiting where the socket is so. Gives whether there may be more.
    pub(crate) fn fill(&mut self) -> Result<bool, CliError> {
        const ROOM: usize = 16 * 1024;
        self.inbox.copy_within(self.at..self.end, 0);
        (self.at, self.end) = (0, self.end - self.at);
        // The buffer is cleared once, not before each reading: the load must not cost more than it has to.
        if self.inbox.len() < self.end + ROOM {
            self.inbox.resize(self.end + ROOM, 0);
        }
        let read = self.stream.read(self.inbox.get_mut(self.end..self.end + ROOM).unwrap_or_default());
        self.end += *read.as_ref().unwrap_or(&0);
        match read {
            Ok(0) => Err(failed("the server hung up")),
            Ok(read) => Ok(read == ROOM),
            Err(e) if e.kind() == ErrorKind::Interrupted => Ok(true),
            Err(e) if e.kind() == ErrorKind::WouldBlock && !self.waits => Ok(false),
            Err(e) => Err(broken(e)),
        }
    }

    /// The place of the next whole text frame; pings are answered on the way.
    pub(crate) fn frame(&mut self) -> Result<Option<Range<usize>>, CliError> {
        loop {
            let rest = self.inbox.get(self.at..self.end).unwrap_or_default();
            let (opcode, start, len) = match *rest {
                [opcode, 126, a, b, ..] => (opcode, 4, usize::from(u16::from_be_bytes([a, b]))),
                [opcode, 127, a, b, c, d, e, f, g, h, ..] => {
                    let len = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
                    (opcode, 10, usize::try_from(len).unwrap_or(usize::MAX))
                }
                [opcode, len, ..] if len < 126 => (opcode, 2, usize::from(len)),
                _ => return Ok(None),
            };
            if rest.len() - start < len {
                return Ok(None);
            }
            let begin = self.at + start;
            self.at = begin + len;
            match opcode {
                TEXT => return Ok(Some(begin..begin + len)),
                PING => {
                    self.pings += 1;
                    let mut pong = head(PONG, len);
                    pong.extend_from_slice(self.payload(begin..begin + len));
                    self.queue(&pong);
                    self.flush()?;
                }
                _ => {
                    let payload = self.payload(begin..begin + len);
                    let why = String::from_utf8_lossy(payload.get(2..).unwrap_or_default()).into_owned();
                    return Err(failed(format!("the server closed a socket: {why}")));
                }
            }
        }
    }

    /// The bytes of a frame that [`Socket::frame`] named last.
    pub(crate) fn payload(&self, frame: Range<usize>) -> &[u8] {
        self.inbox.get(frame).unwrap_or_default()
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
