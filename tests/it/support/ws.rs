//! A client of the chat's socket.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Error, HandshakeError, Message, WebSocket};
use uuid::Uuid;

use super::PATIENCE;

/// How the token is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// `Authorization: Bearer`.
    Header,
    /// A second subprotocol, as browsers must.
    Subprotocol,
}

/// What came from the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// A frame.
    Frame(Value),
    /// The end, with its code; 0 where the connection just broke.
    Closed(u16),
}

/// An open socket. Frames that a wait passes over are kept, in order, for a later one.
pub struct Ws {
    socket: WebSocket<TcpStream>,
    kept: VecDeque<Value>,
    closed: Option<u16>,
}

impl Ws {
    /// Opens a socket and takes its `welcome`.
    #[track_caller]
    pub fn connect(url: &str, token: &str) -> Self {
        Self::connect_by(url, token, By::Header)
    }

    #[track_caller]
    pub fn connect_by(url: &str, token: &str, by: By) -> Self {
        let mut ws = Self::try_connect(url, token, by).expect("the handshake was refused");
        let welcome = ws.next();
        assert_eq!(welcome["ev"], "welcome", "{welcome}");
        ws
    }

    /// Opens a socket; the status of a refusal.
    #[track_caller]
    pub fn try_connect(url: &str, token: &str, by: By) -> Result<Self, u16> {
        Self::reach(url, token, by).unwrap_or_else(|error| panic!("no server at {url}: {error}"))
    }

    /// The same, where the server may be unavailable: the inner result is the server's, the outer one the
    /// network's.
    pub fn reach(url: &str, token: &str, by: By) -> Result<Result<Self, u16>, String> {
        let address = url.strip_prefix("http://").unwrap();
        let mut request = format!("ws://{address}/api/v1/ws").into_client_request().unwrap();
        let headers = request.headers_mut();
        let protocol = match by {
            By::Header => {
                headers.insert("Authorization", format!("Bearer {token}").parse().unwrap());
                "zerodesk.v1".to_owned()
            }
            By::Subprotocol => format!("zerodesk.v1, bearer.{token}"),
        };
        headers.insert("Sec-WebSocket-Protocol", HeaderValue::from_str(&protocol).unwrap());
        let stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        match tungstenite::client(request, stream) {
            Ok((socket, response)) => {
                assert_eq!(response.headers()["sec-websocket-protocol"], "zerodesk.v1");
                Ok(Ok(Self { socket, kept: VecDeque::new(), closed: None }))
            }
            Err(HandshakeError::Failure(Error::Http(response))) => Ok(Err(response.status().as_u16())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends a frame.
    #[track_caller]
    pub fn send(&mut self, frame: &Value) {
        self.socket.send(Message::text(frame.to_string())).unwrap();
    }

    /// Sends a frame, which may not arrive: the server may be closing.
    pub fn try_send(&mut self, frame: &Value) -> bool {
        self.socket.send(Message::text(frame.to_string())).is_ok()
    }

    /// Sends any message of the protocol.
    pub fn send_raw(&mut self, message: Message) {
        // The server may close before it has read all of it.
        let _ = self.socket.send(message);
    }

    /// The bare connection.
    pub fn stream(&mut self) -> &mut TcpStream {
        self.socket.get_mut()
    }

    /// Sends a message under this client id; its ack or error comes under the same `ref`.
    pub fn say(&mut self, consultation: &str, stream: &str, client_id: Uuid, body: &str) {
        self.send(&send_frame(consultation, stream, client_id, body));
    }

    /// Says something and gives the `seq` of its ack.
    #[track_caller]
    pub fn say_acknowledged(&mut self, consultation: &str, stream: &str, body: &str) -> i64 {
        let id = Uuid::new_v4();
        self.say(consultation, stream, id, body);
        let ack = self.wait(|v| v["ref"] == id.to_string());
        assert_eq!((&ack["ev"], &ack["duplicate"]), (&json!("ack"), &json!(false)), "{ack}");
        ack["seq"].as_i64().unwrap()
    }

    /// Subscribes from these numbers and gives the `subscribed` frame.
    #[track_caller]
    pub fn subscribe(&mut self, consultation: &str, talk: i64, notes: i64) -> Value {
        let reference = Uuid::new_v4().to_string();
        let after = json!({ "talk": talk, "notes": notes });
        self.send(
            &json!({ "op": "subscribe", "ref": reference, "consultation": consultation, "after": after }),
        );
        let answer = self.wait(|v| v["ref"] == reference);
        assert_eq!(answer["ev"], "subscribed", "{answer}");
        answer
    }

    /// What comes next, kept frames aside.
    fn read(&mut self, until: Instant) -> Option<Received> {
        if let Some(code) = self.closed {
            return Some(Received::Closed(code));
        }
        loop {
            let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
            self.socket.get_ref().set_read_timeout(Some(left)).unwrap();
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    return Some(Received::Frame(serde_json::from_str(text.as_str()).unwrap()));
                }
                Ok(Message::Close(frame)) => {
                    // The answer goes out; the server need not hurry to end the connection.
                    let _ = self.socket.flush();
                    let code = frame.map_or(1005, |f| f.code.into());
                    return Some(Received::Closed(*self.closed.insert(code)));
                }
                Ok(_) => {}
                Err(Error::Io(e)) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => {
                    return Some(Received::Closed(*self.closed.get_or_insert(0)));
                }
            }
        }
    }

    /// The next frame, in order.
    #[track_caller]
    pub fn next(&mut self) -> Value {
        if let Some(frame) = self.kept.pop_front() {
            return frame;
        }
        match self.read(Instant::now() + PATIENCE) {
            Some(Received::Frame(frame)) => frame,
            other => panic!("a frame was awaited; {other:?}"),
        }
    }

    /// The next frame that fits; those before it are kept.
    #[track_caller]
    pub fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&fits) {
            return self.kept.remove(at).unwrap();
        }
        let until = Instant::now() + PATIENCE;
        loop {
            match self.read(until) {
                Some(Received::Frame(frame)) if fits(&frame) => return frame,
                Some(Received::Frame(frame)) => self.kept.push_back(frame),
                other => panic!("a frame was awaited; {other:?}; there were {:#?}", self.kept),
            }
        }
    }

    /// The next frame of this kind.
    #[track_caller]
    pub fn wait_ev(&mut self, ev: &str) -> Value {
        self.wait(|frame| frame["ev"] == ev)
    }

    /// Reads until the messages of a stream, kept ones included, reach this number. Gives them all
    /// in the order in which they came.
    #[track_caller]
    pub fn messages_to(&mut self, consultation: &str, stream: &str, seq: i64) -> Vec<Value> {
        let fits =
            |v: &Value| v["ev"] == "message" && v["consultation"] == consultation && v["stream"] == stream;
        let mut found = Vec::new();
        if seq > 0 {
            loop {
                let message = self.wait(fits);
                let at = message["seq"].as_i64().unwrap();
                found.push(message);
                if at >= seq {
                    break;
                }
            }
        }
        found
    }

    /// Waits until all that was sent before has been worked off, and gives every frame that came
    /// until then: a frame that the server refuses is answered in order.
    #[track_caller]
    pub fn frames_so_far(&mut self) -> Vec<Value> {
        let reference = Uuid::new_v4().to_string();
        self.send(&json!({ "op": "unsubscribe", "ref": reference, "consultation": Uuid::nil() }));
        let answer = self.wait(|v| v["ref"] == reference);
        assert_eq!(answer["ev"], "unsubscribed");
        self.kept.drain(..).collect()
    }

    /// Waits for the end and gives its code; frames before it are kept.
    #[track_caller]
    pub fn closed(&mut self) -> u16 {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.read(until) {
                Some(Received::Frame(frame)) => self.kept.push_back(frame),
                Some(Received::Closed(code)) => return code,
                None => panic!("the socket stays open; there were {:#?}", self.kept),
            }
        }
    }

    /// What comes within a time that is too short to fail by; nothing where nothing comes.
    pub fn poll(&mut self, within: Duration) -> Option<Received> {
        match self.kept.pop_front() {
            Some(frame) => Some(Received::Frame(frame)),
            None => self.read(Instant::now() + within),
        }
    }

    /// Closes the connection without a close frame.
    pub fn disconnect(self) {
        let _ = self.socket.get_ref().shutdown(std::net::Shutdown::Both);
    }
}

/// The frame that sends a message; its `ref` is the client id.
pub fn send_frame(consultation: &str, stream: &str, client_id: Uuid, body: &str) -> Value {
    json!({
        "op": "send", "ref": client_id, "consultation": consultation, "stream": stream,
        "client_id": client_id, "body": body,
    })
}
