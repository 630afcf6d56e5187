//! A mail server of our own: real SMTP on a loopback port, by the state machine of `mailin`.
//!
//! It can be stopped, which hangs up all sessions, and started again on the same port, so that
//! tests can take it away. Its TCP loop is our own because `mailin-embedded` can't be stopped.

use mailin::{Action, Handler, Response, SessionBuilder};
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::ReservedPort;

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    /// The address of MAIL FROM.
    pub from: String,
    /// The addresses of RCPT TO.
    pub to: Vec<String>,
    /// Names as written, values decoded, in order.
    pub headers: Vec<(String, String)>,
    /// The text, decoded, lines ended by `\n`.
    pub body_text: String,
}

impl ReceivedMail {
    /// The value of a header; panics unless there is just one.
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let value = &found.next().unwrap_or_else(|| panic!("no header {name}")).1;
        assert!(found.next().is_none(), "header {name} twice");
        value
    }
}

/// What the server does once it has the whole text of a mail.
#[derive(Debug, Clone, Copy)]
pub enum AfterText {
    /// Answers with this code; it has taken the mail if the code is 421, and not else.
    Answer(u16),
    /// Takes the mail and hangs up without an answer.
    HangUp,
}

#[derive(Default)]
struct State {
    received: Vec<ReceivedMail>,
    replies: HashMap<String, u16>,
    after_text: HashMap<String, AfterText>,
    refused_senders: Option<u16>,
    attempts: usize,
    stopped: bool,
    open: Vec<TcpStream>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// A running server; stopped when dropped.
pub struct SmtpServer {
    port: Arc<ReservedPort>,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

impl SmtpServer {
    /// Starts one on a port that stays its own also while it is stopped.
    pub fn start() -> Self {
        Self::start_on(Arc::new(ReservedPort::new()))
    }

    /// Starts another one, which has received nothing yet, on the port of one that was stopped.
    pub fn start_again(stopped: &Self) -> Self {
        Self::start_on(Arc::clone(&stopped.port))
    }

    fn start_on(port: Arc<ReservedPort>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).unwrap();
        let shared = Arc::new(Shared::default());
        let state = Arc::clone(&shared);
        let listening = Some(std::thread::spawn(move || listen(&listener, &state)));
        Self { port, shared, listening }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// All mails taken so far.
    pub fn received(&self) -> Vec<ReceivedMail> {
        self.shared.lock().received.clone()
    }

    /// How many recipients were named so far, those that were not taken included.
    pub fn attempts(&self) -> usize {
        self.shared.lock().attempts
    }

    /// Answers RCPT for this address with `code` (550: refused, 451: try later), from now on.
    pub fn answer(&self, recipient: &str, code: u16) {
        self.shared.lock().replies.insert(recipient.to_owned(), code);
    }

    /// Does this after the text of a mail to this address, from now on.
    pub fn after_text(&self, recipient: &str, what: AfterText) {
        self.shared.lock().after_text.insert(recipient.to_owned(), what);
    }

    /// Takes mail for this address again.
    pub fn accept(&self, recipient: &str) {
        let mut state = self.shared.lock();
        state.replies.remove(recipient);
        state.after_text.remove(recipient);
    }

    /// Answers MAIL with `code`, as to a client that may not send; `None`: takes it.
    pub fn answer_sender(&self, code: Option<u16>) {
        self.shared.lock().refused_senders = code;
    }

    /// The first mail that fits, waiting for it; panics after `patience`.
    pub fn wait_for(&self, fits: impl Fn(&ReceivedMail) -> bool, patience: Duration) -> ReceivedMail {
        let found = self.wait(patience, |state| state.received.iter().find(|mail| fits(mail)).cloned());
        found.unwrap_or_else(|| panic!("no such mail within {patience:?}; there are {:#?}", self.received()))
    }

    fn wait<T>(&self, patience: Duration, look: impl Fn(&State) -> Option<T>) -> Option<T> {
        let end = Instant::now() + patience;
        let mut state = self.shared.lock();
        loop {
            if let Some(found) = look(&state) {
                return Some(found);
            }
            let left = end.checked_duration_since(Instant::now())?;
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Closes all connections and frees the port.
    pub fn stop(&mut self) {
        let Some(listening) = self.listening.take() else { return };
        {
            let mut state = self.shared.lock();
            state.stopped = true;
            for stream in &state.open {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        // The listener sees the flag at its next connection.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port()));
        let _ = listening.join();
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut sessions = Vec::new();
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        {
            let mut state = shared.lock();
            if state.stopped {
                break;
            }
            state.open.push(stream.try_clone().unwrap());
        }
        let shared = Arc::clone(shared);
        sessions.push(std::thread::spawn(move || {
            let _ = serve(&stream, &shared);
            let _ = stream.shutdown(Shutdown::Both);
        }));
    }
    for session in sessions {
        let _ = session.join();
    }
}

fn serve(mut stream: &TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let hangs_up = Arc::new(AtomicBool::new(false));
    let ends = Arc::new(AtomicBool::new(false));
    let handler = Mailbox {
        shared: Arc::clone(shared),
        hangs_up: Arc::clone(&hangs_up),
        ends: Arc::clone(&ends),
        from: String::new(),
        to: vec![],
        data: vec![],
    };
    let mut session = SessionBuilder::new("localhost").build(peer, handler);
    session.greeting().write_to(&mut stream)?;
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let response = session.process(&line);
        line.clear();
        if hangs_up.load(Ordering::Relaxed) {
            break;
        }
        if response.action != Action::NoReply {
            let mut bytes = Vec::new();
            response.write_to(&mut bytes)?;
            stream.write_all(&bytes)?;
        }
        if response.action == Action::Close || ends.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(())
}

struct Mailbox {
    shared: Arc<Shared>,
    /// The connection closes without an answer.
    hangs_up: Arc<AtomicBool>,
    /// The connection closes after the answer: mailin still waits for the text once it has refused one.
    ends: Arc<AtomicBool>,
    from: String,
    to: Vec<String>,
    data: Vec<u8>,
}

fn reply(code: u16) -> Response {
    Response::custom(code, "as the test wishes".to_owned())
}

impl Handler for Mailbox {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, from: &str) -> Response {
        (self.from, self.to) = (from.to_owned(), Vec::new());
        self.shared.lock().refused_senders.map_or(mailin::response::OK, reply)
    }

    fn rcpt(&mut self, to: &str) -> Response {
        let mut state = self.shared.lock();
        state.attempts += 1;
        let code = state.replies.get(to).copied();
        drop(state);
        self.shared.changed.notify_all();
        match code {
            Some(code) => reply(code),
            None => {
                self.to.push(to.to_owned());
                mailin::response::OK
            }
        }
    }

    fn data_start(&mut self, _domain: &str, _from: &str, _is8bit: bool, _to: &[String]) -> Response {
        self.data.clear();
        mailin::response::START_DATA
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.data.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let Ok(mail) = mailparse::parse_mail(&self.data) else { return reply(554) };
        let headers = mail.headers.iter().map(|h| (h.get_key(), h.get_value())).collect();
        let body_text = mail.get_body().unwrap_or_default().replace("\r\n", "\n");
        let mut state = self.shared.lock();
        let after = self.to.first().and_then(|to| state.after_text.get(to)).copied();
        if let Some(AfterText::Answer(code)) = after.filter(|after| !matches!(after, AfterText::Answer(421)))
        {
            self.ends.store(true, Ordering::Relaxed);
            return reply(code);
        }
        state.received.push(ReceivedMail {
            from: self.from.clone(),
            to: self.to.clone(),
            headers,
            body_text,
        });
        drop(state);
        self.shared.changed.notify_all();
        match after {
            Some(AfterText::Answer(code)) => reply(code),
            Some(AfterText::HangUp) => {
                self.hangs_up.store(true, Ordering::Relaxed);
                mailin::response::OK
            }
            None => mailin::response::OK,
        }
    }
}
