//! The loads at the door, each client on a thread of its own: what it costs here is memory of the bench, not of the server.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use zerodesk::enterprises::uscc::check_character;

/// What clients do, again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Load {
    /// Claim the account of an enterprise.
    Claims,
    /// Upload a file of two megabytes.
    Uploads,
    /// Begin a great JSON body and send it byte by byte.
    SlowBodies,
    /// Log in with a wrong password, each with a name of its own.
    LogIns,
}

/// How often each load got each answer.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) answers: BTreeMap<(Load, String), u64>,
}

const UPLOAD_BYTES: usize = 2_000_000;
const SLOW_BYTES: usize = 200_000;
/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

impl Load {
    /// One client, until it is stopped.
    pub(crate) fn run(
        self,
        address: SocketAddr,
        token: &str,
        number: usize,
        stop: &AtomicBool,
        tally: &Mutex<Tally>,
    ) {
        let mut round = 0;
        while !stop.load(Ordering::Relaxed) {
            round += 1;
            let answer = match self {
                Self::Claims => {
                    request(address, token, "/api/v1/enterprise-registrations", &claim(number, round))
                }
                Self::Uploads => upload(address, token),
                Self::SlowBodies => slow_body(address, stop),
                Self::LogIns => request(address, token, "/api/v1/auth/login", &log_in(number, round)),
            };
            let answer = answer.unwrap_or_else(|error| format!("{:?}", error.kind()));
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            *tally.answers.entry((self, answer)).or_default() += 1;
        }
    }
}

fn claim(number: usize, round: usize) -> String {
    let body = format!("91440101MA5{:06}", (number * 1000 + round) % 1_000_000);
    let check = check_character(body.as_bytes()).map_or('0', char::from);
    format!(
        r#"{{"uscc":"{body}{check}","contact":{{"name":"bench","email":"claimant-{number}-{round}@enterprise.example"}}}}"#
    )
}

fn log_in(number: usize, round: usize) -> String {
    format!(r#"{{"username":"stranger-{number}-{round}","password":"not the password"}}"#)
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The status of the answer.
fn status(mut stream: TcpStream) -> io::Result<String> {
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    // To the end, so that the server is done with it.
    io::copy(&mut stream, &mut io::sink()).ok();
    Ok(String::from_utf8_lossy(start.get(9..).unwrap_or_default()).into_owned())
}

fn request(address: SocketAddr, token: &str, path: &str, body: &str) -> io::Result<String> {
    let _ = token;
    let mut stream = connect(address)?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    status(stream)
}

fn upload(address: SocketAddr, token: &str) -> io::Result<String> {
    let mut stream = connect(address)?;
    let start = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.4\n";
    let end = "\r\n--x--\r\n";
    let head = format!(
        "POST /api/v1/attachments HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n",
        start.len() + UPLOAD_BYTES + end.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(start.as_bytes())?;
    let piece = [b'a'; 20_000];
    for _ in 0..UPLOAD_BYTES / piece.len() {
        stream.write_all(&piece)?;
    }
    stream.write_all(end.as_bytes())?;
    status(stream)
}

fn slow_body(address: SocketAddr, stop: &AtomicBool) -> io::Result<String> {
    let mut stream = connect(address)?;
    let head = format!(
        "POST /api/v1/enterprise-registrations HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {SLOW_BYTES}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    // Nearly all at once, so that the server holds it, then byte by byte.
    stream.write_all(&vec![b' '; SLOW_BYTES / 2])?;
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(500));
        if stream.write_all(b" ").is_err() {
            break;
        }
    }
    if stop.load(Ordering::Relaxed) { Ok("held to the end".to_owned()) } else { status(stream) }
}
