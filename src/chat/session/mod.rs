//! One socket.
//!
//! The only place that knows actix's actors: a move to another way of holding sockets touches this
//! one. The session remembers, for each stream it follows, the next number to send, and nothing
//! else of the log. What it hears of may be late, doubled or missing; it sends the next number, drops
//! older ones and reads the log when there is a gap.

mod following;
mod letters;

pub use letters::{Answered, Close, Forget, Hint, Letter, News, Origin, Push};

use crate::app::App;
use crate::chat::fanout::Fanout;
use crate::chat::flow::{Flow, Inflow, Outflow};
use crate::chat::following::Following;
use crate::chat::hub::{Hub, SharedAllowance, SocketId};
use crate::chat::protocol::{self, Draft, Incoming, Request, Stream};
use crate::chat::store;
use crate::chat::writer::{Reply, Sent, Writer};
use crate::core::actor::{Actor as Who, Person, Scope};
use crate::core::event::{Event, Sender, Typing};
use crate::core::ids::ConsultationId;
use crate::core::{Code, Language, Problem, Text};
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, StreamHandler, WrapFuture};
use actix_http::ws::Codec;
use actix_web::web::Payload;
use actix_web::{Error, HttpResponse, HttpResponseBuilder};
use actix_web_actors::ws::{self, CloseCode, CloseReason, ProtocolError, WebsocketContext};
use bytestring::ByteString;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How long the peer has to answer a close.
const MOST_LINGER: Duration = Duration::from_secs(2);
/// How long an expert's welcome waits for the database.
const MOST_WAIT: Duration = Duration::from_secs(1);

/// What a session is opened with.
pub struct Open {
    /// The application.
    pub app: App,
    /// The way to this server's sockets and the other servers.
    pub fanout: Fanout,
    /// The writers.
    pub writer: Writer,
    /// Whose socket it is.
    pub person: Person,
    /// In which language problems are told.
    pub language: Language,
}

/// The actor of one socket.
pub struct Session {
    app: App,
    fanout: Fanout,
    writer: Writer,
    person: Arc<Person>,
    language: Language,
    flow: Arc<Flow>,
    socket: Option<SocketId>,
    subscriptions: HashMap<ConsultationId, Following>,
    /// Followed consultations that were offered when they were opened.
    offered: HashSet<ConsultationId>,
    last_heard: Instant,
    allowance: Option<SharedAllowance>,
    partial: Vec<u8>,
    partial_is_text: bool,
    closing: bool,
}

type Ctx = WebsocketContext<Session>;

/// Turns a request whose handshake was accepted into a socket.
pub fn open(mut accepted: HttpResponseBuilder, payload: Payload, open: Open) -> HttpResponse {
    let flow = Arc::new(Flow::default());
    let max_frame = open.app.settings().chat.max_frame_bytes;
    let inflow = Inflow::new(payload, Arc::clone(&flow), open.writer.clone(), max_frame);
    let session = Session {
        app: open.app,
        fanout: open.fanout,
        allowance: None,
        writer: open.writer,
        person: Arc::new(open.person),
        language: open.language,
        flow: Arc::clone(&flow),
        socket: None,
        subscriptions: HashMap::new(),
        offered: HashSet::new(),
        last_heard: Instant::now(),
        partial: Vec::new(),
        partial_is_text: true,
        closing: false,
    };
    let codec = codec(max_frame);
    let outflow = Outflow::new(WebsocketContext::with_codec(session, inflow, codec), flow);
    accepted.streaming::<_, Error>(outflow)
}

fn codec(max_frame: usize) -> Codec {
    Codec::new().max_size(max_frame)
}

impl Actor for Session {
    type Context = Ctx;

    fn started(&mut self, ctx: &mut Ctx) {
        if matches!(self.person.scope, Scope::Operator) {
            // Who runs the platform has no part in any chat.
            return self.close(ctx, CloseCode::Other(4003), "forbidden");
        }
        let chat = &self.app.settings().chat;
        let (heartbeat, max_frame, most) =
            (chat.heartbeat_seconds, chat.max_frame_bytes, chat.sockets_per_user);
        let Some(entered) = self.hub().enter(&self.person, ctx.address(), most) else {
            return self.close(ctx, CloseCode::Other(4009), "too many sockets");
        };
        self.socket = Some(entered.id);
        self.allowance = Some(entered.allowance);
        let welcome = protocol::welcome(&self.person, heartbeat, max_frame);
        match entered.known {
            None => self.send(ctx, welcome),
            // An expert is welcome once matching can know of it, on whichever server.
            Some(known) => {
                let known = tokio::time::timeout(MOST_WAIT, known).into_actor(self);
                ctx.spawn(known.map(|_, session, ctx| session.send(ctx, welcome)));
            }
        }
        let period = Duration::from_secs(heartbeat.max(1));
        ctx.run_interval(period, move |session, ctx| {
            if session.last_heard.elapsed() > period * 2 && !session.flow.is_held() {
                ctx.stop();
            } else if !session.closing {
                ctx.ping(b"");
            }
        });
    }

    fn stopped(&mut self, _: &mut Ctx) {
        if let Some(socket) = self.socket.take() {
            self.fanout.hub().leave(socket, self.subscriptions.keys().copied());
        }
    }
}

impl StreamHandler<Result<ws::Message, ProtocolError>> for Session {
    fn handle(&mut self, frame: Result<ws::Message, ProtocolError>, ctx: &mut Ctx) {
        self.last_heard = Instant::now();
        if self.closing {
            // The peer has answered the close, or can't any more.
            if matches!(frame, Ok(ws::Message::Close(_)) | Err(_)) {
                ctx.stop();
            }
            return;
        }
        let counts = !matches!(frame, Ok(ws::Message::Pong(_) | ws::Message::Close(_)));
        if counts && !self.may_send() {
            return self.linger(ctx, CloseCode::Other(4009), "too many frames");
        }
        match frame {
            Ok(ws::Message::Text(text)) => self.receive(&text, ctx),
            Ok(ws::Message::Ping(bytes)) => ctx.pong(&bytes),
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {}
            Ok(ws::Message::Binary(_)) => self.refuse_binary(ctx),
            Ok(ws::Message::Continuation(item)) => self.continued(item, ctx),
            Ok(ws::Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Err(_) if self.flow.is_oversized() => self.linger(ctx, CloseCode::Size, "frame too large"),
            // What the actors' stream says of a text that is not UTF-8, or of a connection that broke, which hears no more.
            Err(ProtocolError::Io(_)) => self.close(ctx, CloseCode::Invalid, "not UTF-8"),
            Err(error) => {
                tracing::debug!(%error, "a socket broke the protocol");
                self.close(ctx, CloseCode::Protocol, "protocol error");
            }
        }
    }
}

impl Session {
    fn hub(&self) -> &Hub {
        self.fanout.hub()
    }

    /// Takes a frame from what the account may send.
    fn may_send(&self) -> bool {
        let take =
            |allowance: &SharedAllowance| allowance.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.allowance.as_ref().is_none_or(take)
    }

    fn send(&mut self, ctx: &mut Ctx, frame: ByteString) {
        if self.closing {
            return;
        }
        let waiting = self.flow.queued(frame.len());
        if waiting > self.app.settings().chat.session_queue_bytes {
            self.closing = true;
            self.flow.cut();
            return ctx.stop();
        }
        ctx.text(frame);
    }

    fn refuse(&mut self, ctx: &mut Ctx, reference: &Option<Value>, problem: &Problem) {
        if problem.status >= 500 {
            tracing::error!(%problem, "a frame failed");
        }
        self.send(ctx, protocol::error(reference, problem, self.language));
    }

    fn close(&mut self, ctx: &mut Ctx, code: CloseCode, why: &str) {
        if !self.closing {
            self.closing = true;
            ctx.close(Some(CloseReason { code, description: Some(why.to_owned()) }));
            ctx.stop();
        }
    }

    /// Closes a socket whose peer is busy sending: what comes is thrown away until the peer has answered the close (RFC 6455,
    /// section 7.1.1). An end at once would reset the connection, and the peer might never read why.
    fn linger(&mut self, ctx: &mut Ctx, code: CloseCode, why: &str) {
        if !self.closing {
            self.closing = true;
            ctx.close(Some(CloseReason { code, description: Some(why.to_owned()) }));
            ctx.run_later(MOST_LINGER, |_, ctx| ctx.stop());
        }
    }

    /// A message in several frames (RFC 6455, section 5.4).
    fn continued(&mut self, item: actix_http::ws::Item, ctx: &mut Ctx) {
        use actix_http::ws::Item;
        if let Item::FirstText(_) | Item::FirstBinary(_) = item {
            self.partial.clear();
            self.partial_is_text = matches!(item, Item::FirstText(_));
        }
        let last = matches!(item, Item::Last(_));
        let (Item::FirstText(bytes) | Item::FirstBinary(bytes) | Item::Continue(bytes) | Item::Last(bytes)) =
            item;
        if self.partial.len() + bytes.len() > self.app.settings().chat.max_frame_bytes {
            return self.linger(ctx, CloseCode::Size, "frame too large");
        }
        self.partial.extend_from_slice(&bytes);
        if !last {
            return;
        }
        match String::from_utf8(std::mem::take(&mut self.partial)) {
            _ if !self.partial_is_text => self.refuse_binary(ctx),
            Ok(text) => self.receive(&text, ctx),
            Err(_) => self.close(ctx, CloseCode::Invalid, "not UTF-8"),
        }
    }

    fn refuse_binary(&mut self, ctx: &mut Ctx) {
        let text = Text::new("只接受文本帧", "only text frames are understood");
        self.refuse(ctx, &None, &Problem::new(Code::BadFrame, text));
    }

    fn receive(&mut self, text: &str, ctx: &mut Ctx) {
        let limits = (&self.app.settings().chat).into();
        let Incoming { reference, request } = protocol::parse(text, limits);
        match request {
            Err(problem) => self.refuse(ctx, &reference, &problem),
            Ok(Request::Send(draft)) => self.store(reference, draft, ctx),
            Ok(Request::Subscribe { consultation, after }) => {
                self.subscribe(reference, consultation, after, ctx);
            }
            Ok(Request::Unsubscribe { consultation }) => {
                self.forget(consultation);
                self.send(ctx, protocol::unsubscribed(&reference, consultation));
            }
            Ok(Request::Typing { consultation }) => {
                if self.follows(consultation) {
                    self.hold_offer(consultation, ctx);
                    let Person { account: id, name, scope, .. } = &*self.person;
                    let user = Sender { id: *id, name: name.clone(), role: scope.role() };
                    self.fanout.typing(Typing { user, consultation }, self.socket);
                }
            }
            Ok(Request::Presence { state }) => {
                if matches!(self.person.scope, Scope::Expert(_)) {
                    self.hub().experts().say(self.person.account, state);
                } else {
                    self.refuse(ctx, &reference, &Problem::forbidden());
                }
            }
            Ok(Request::Read { consultation, stream, seq }) => {
                self.mark_read(reference, consultation, stream, seq, ctx);
            }
        }
    }

    fn follows(&self, consultation: ConsultationId) -> bool {
        self.subscriptions.get(&consultation).is_some_and(Following::is_granted)
    }

    fn who(&self) -> Who {
        Who::Person(Person::clone(&self.person))
    }

    fn store(&mut self, reference: Option<Value>, draft: Draft, ctx: &mut Ctx) {
        let Some(socket) = self.socket else { return };
        self.flow.asked();
        let origin = Origin { socket, addr: ctx.address(), reference };
        self.writer.submit(Arc::clone(&self.person), draft, Reply::Socket(origin));
    }

    fn answered(&mut self, answer: Answered, ctx: &mut Ctx) {
        self.flow.answered();
        let Answered { reference, consultation, stream, client_id, sent } = answer;
        let ack = |seq, duplicate| protocol::ack(&reference, consultation, stream, client_id, seq, duplicate);
        let frame = match sent {
            Sent::Stored { seq, .. } => ack(seq, false),
            Sent::Duplicate(seq) => ack(seq, true),
            Sent::Refused(problem) => protocol::error(&reference, &problem, self.language),
        };
        self.send(ctx, frame);
    }

    fn mark_read(
        &mut self,
        reference: Option<Value>,
        id: ConsultationId,
        stream: Stream,
        seq: i64,
        ctx: &mut Ctx,
    ) {
        self.flow.asked();
        let (app, who) = (self.app.clone(), self.who());
        let work = blocking(move || {
            let mut conn = app.conn()?;
            let mark = store::mark_read(&mut conn, &who, id, stream, seq, app.clock().now())?;
            if let Some(mark) = mark {
                app.publish(Event::Read(mark));
            }
            Ok(())
        });
        ctx.spawn(work.into_actor(self).map(move |result: Result<(), Problem>, session, ctx| {
            session.flow.answered();
            if let Err(problem) = result {
                session.refuse(ctx, &reference, &problem);
            }
        }));
    }
}

/// Runs database work on the blocking pool.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    actix_web::rt::task::spawn_blocking(work).await.map_err(Problem::internal)?
}
