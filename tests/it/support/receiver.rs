//! A receiver of webhooks, and a push service: real HTTP on a loopback port. It keeps what comes, and answers as it is told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::PATIENCE;

/// A call as it came.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The body as it came, where it is no text.
    pub bytes: Vec<u8>,
}

impl Call {
    /// The value of a header; panics unless there is just one.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        let value = &found.next().unwrap_or_else(|| panic!("no header {name}")).1;
        assert!(found.next().is_none(), "header {name} twice");
        value
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The kind of event.
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// The signatures that a receiver would expect by a secret, made by another library than the sender's.
    pub fn expected(&self, secret: &str) -> String {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let signed = format!("{id}.{at}.{}", self.body);
        format!("v1,{}", STANDARD.encode(ring::hmac::sign(&key, signed.as_bytes())))
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    pub fn of(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn saying(mut self, body: &str) -> Self {
        self.body = body.to_owned();
        self
    }
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    answers: VecDeque<Answer>,
    always: Option<Answer>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// A running receiver. It ends with the process; nothing reaches it once its address is forgotten.
pub struct Receiver {
    port: u16,
    shared: Arc<Shared>,
}

impl Receiver {
    /// Starts one that answers 204.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::<Shared>::default();
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&of_thread);
                std::thread::spawn(move || drop(serve(&stream, &shared)));
            }
        });
        Self { port, shared }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?from=zerodesk", self.port)
    }

    /// Answers the next call that has no answer yet so.
    pub fn answer(&self, answer: Answer) {
        self.shared.state.lock().unwrap().answers.push_back(answer);
    }

    /// Answers every call so that has no answer of its own.
    pub fn always(&self, answer: Answer) {
        self.shared.state.lock().unwrap().always = Some(answer);
    }

    /// What has come so far.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state.lock().unwrap().calls.clone()
    }

    /// Waits until so many calls have come.
    #[track_caller]
    pub fn wait(&self, count: usize) -> Vec<Call> {
        let (end, mut state) = (Instant::now() + PATIENCE, self.shared.state.lock().unwrap());
        while state.calls.len() < count {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} calls came and not {count}: {:?}", state.calls.len(), state.calls);
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
        state.calls.clone()
    }
}

/// Serves one connection: one call, since the sender keeps none open.
fn serve(mut stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let mut state = shared.state.lock().unwrap();
    let answer =
        state.answers.pop_front().or_else(|| state.always.clone()).unwrap_or_else(|| Answer::of(204));
    state.calls.push(Call { method, path, headers, body, bytes });
    drop(state);
    shared.changed.notify_all();
    let mut head = format!("HTTP/1.1 {} x\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    if answer.status != 204 {
        head += &format!("content-length: {}\r\n", answer.body.len());
    }
    stream.write_all(format!("{head}\r\n{}", answer.body).as_bytes())
}
