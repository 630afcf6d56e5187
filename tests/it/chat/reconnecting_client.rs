//! A client that reconnects until it succeeds: it connects to wherever its server is now, resumes after the last
//! message that it has, and sends again, under the same id, what was not acknowledged.
//!
//! It fails the test at once where a message comes twice, out of order or after a gap.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::{Entry, entry};
use crate::support::PATIENCE;
use crate::support::ws::{By, Received, Ws, send_frame};

/// Messages in flight at once.
const WINDOW: usize = 16;

/// State that all clients of a test share.
#[derive(Debug, Default)]
pub struct World {
    /// Where the server is; it may be unavailable.
    pub url: Mutex<String>,
    /// Senders send until this is set, and go once all is acknowledged.
    pub enough: AtomicBool,
    /// Readers go once they have seen this many messages; 0 while that is not known yet.
    pub wanted: AtomicI64,
    /// Messages acknowledged until now, by all.
    pub acknowledged: AtomicI64,
}

impl World {
    /// A world with a server at this address.
    pub fn at(url: &str) -> Self {
        Self { url: Mutex::new(url.to_owned()), ..Self::default() }
    }

    /// Waits until so many more messages were acknowledged.
    pub fn acknowledge_more(&self, count: i64) {
        let goal = self.acknowledged.load(Ordering::Relaxed) + count;
        let until = Instant::now() + PATIENCE;
        while self.acknowledged.load(Ordering::Relaxed) < goal {
            assert!(Instant::now() < until, "nothing more is acknowledged");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// One such client in one consultation.
pub struct ReconnectingClient<'a> {
    world: &'a World,
    token: String,
    consultation: String,
    /// The talk as received.
    pub seen: Vec<Entry>,
    /// What was acknowledged, by client id.
    pub acknowledged: BTreeMap<Uuid, i64>,
    waiting: BTreeMap<Uuid, String>,
    ws: Option<Ws>,
    /// Times it had to connect.
    pub connected: usize,
    heard: Instant,
}

impl<'a> ReconnectingClient<'a> {
    pub fn new(world: &'a World, token: &str, consultation: &str) -> Self {
        Self {
            world,
            token: token.to_owned(),
            consultation: consultation.to_owned(),
            seen: Vec::new(),
            acknowledged: BTreeMap::new(),
            waiting: BTreeMap::new(),
            ws: None,
            connected: 0,
            heard: Instant::now(),
        }
    }

    /// Sends until `enough` is set and everything was acknowledged.
    pub fn talk(mut self) -> Self {
        while !self.world.enough.load(Ordering::Relaxed) || !self.waiting.is_empty() {
            while self.waiting.len() < WINDOW && !self.world.enough.load(Ordering::Relaxed) {
                let id = Uuid::new_v4();
                let body = format!("第 {} 条 {id}", self.acknowledged.len() + self.waiting.len());
                self.waiting.insert(id, body.clone());
                if let Some(ws) = &mut self.ws {
                    ws.try_send(&send_frame(&self.consultation, "talk", id, &body));
                }
            }
            self.step();
        }
        self
    }

    /// Reads until it has seen as many messages as are wanted.
    pub fn listen(mut self) -> Self {
        loop {
            let wanted = self.world.wanted.load(Ordering::Relaxed);
            if wanted > 0 && self.seen.len() as i64 >= wanted {
                return self;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        assert!(self.heard.elapsed() < PATIENCE, "nothing was heard for {PATIENCE:?}");
        let came = match &mut self.ws {
            Some(ws) => ws.poll(Duration::from_millis(100)),
            None => return self.connect(),
        };
        match came {
            Some(Received::Frame(frame)) => {
                self.heard = Instant::now();
                self.take(&frame);
            }
            Some(Received::Closed(_)) => self.ws = None,
            None => {}
        }
    }

    fn connect(&mut self) {
        let url = self.world.url.lock().unwrap().clone();
        match Ws::reach(&url, &self.token, By::Header) {
            Ok(Ok(mut ws)) => {
                self.connected += 1;
                let after = self.seen.len();
                ws.try_send(&serde_json::json!({
                    "op": "subscribe", "ref": "subscribe", "consultation": self.consultation,
                    "after": { "talk": after, "notes": 0 },
                }));
                for (id, body) in &self.waiting {
                    ws.try_send(&send_frame(&self.consultation, "talk", *id, body));
                }
                self.ws = Some(ws);
            }
            // The server is unavailable, or can't ask its database who this is: another process has to act.
            Ok(Err(503)) | Err(_) => std::thread::sleep(Duration::from_millis(20)),
            Ok(Err(status)) => panic!("the handshake was refused with {status}"),
        }
    }

    fn take(&mut self, frame: &serde_json::Value) {
        match frame["ev"].as_str().unwrap() {
            "message" if frame["stream"] == "talk" => {
                let message = entry(frame);
                assert_eq!(
                    message.0,
                    self.seen.len() as i64 + 1,
                    "a gap, a duplicate or a wrong order: {frame}"
                );
                self.seen.push(message);
            }
            "ack" => {
                let id: Uuid = frame["client_id"].as_str().unwrap().parse().unwrap();
                let seq = frame["seq"].as_i64().unwrap();
                self.waiting.remove(&id);
                match self.acknowledged.insert(id, seq) {
                    None => {
                        self.world.acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    Some(before) => assert_eq!(before, seq, "one message under two numbers"),
                }
            }
            "error" => {
                // Nothing but the absence of the database may be in the way; then it is tried again.
                assert_eq!(frame["problem"]["status"], 503, "{frame}");
                self.ws = None;
            }
            _ => {}
        }
    }
}
