//! One socket.
//!
//! The only file that knows actix's actors: a move to another way of holding sockets touches this
//! one. The session remembers, for each stream it follows, the next number to send, and nothing
//! else of the log. What it hears of may be late, doubled or missing; it sends the next number, drops
//! older ones and reads the log when there is a gap.

use crate::accounts::connections;
use crate::app::App;
use crate::chat::fanout::{Fanout, log_reader};
use crate::chat::flow::{Flow, Inflow, Outflow};
use crate::chat::following::{Following, Heard};
use crate::chat::hub::{Hub, SharedAllowance, SocketId, Stored};
use crate::chat::protocol::{self, Draft, Incoming, Request, Stream};
use crate::chat::store::{self, LogPage, Standing};
use crate::chat::writer::{Reply, Sent, Writer};
use crate::consultations::{HoldOffer, Status};
use crate::core::actor::{Actor as Who, Person, Scope};
use crate::core::event::Event;
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Language, Problem, Text};
use actix::{
    Actor, ActorContext, ActorFutureExt, Addr, AsyncContext, Handler, Message, StreamHandler, WrapFuture,
};
use actix_http::ws::Codec;
use actix_web::web::{Bytes, Payload};
use actix_web::{Error, HttpResponse, HttpResponseBuilder};
use actix_web_actors::ws::{self, CloseCode, CloseReason, ProtocolError, WebsocketContext};
use bytestring::ByteString;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Messages of a page of the log.
const PAGE_MESSAGES: i64 = 500;
/// How long an expert's welcome waits for the database.
const MOST_WAIT: Duration = Duration::from_secs(1);
/// Bytes of text of a page of the log.
const PAGE_BYTES: i64 = 256 * 1024;

/// A message for the session: all that a batch of the writers holds for it.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Letter(pub Vec<News>);

/// A part of a [`Letter`].
pub enum News {
    /// The answer to a message of its own.
    Answered(Answered),
    /// A message of a consultation that it follows.
    Stored(Stored),
}

/// Where a message came from.
pub struct Origin {
    /// The socket.
    pub socket: SocketId,
    /// Its session.
    pub addr: Addr<Session>,
    /// Echoed in the answer.
    pub reference: Option<Value>,
}

/// A message for the session: the log holds this number by now.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Hint {
    /// Where.
    pub consultation: ConsultationId,
    /// In which stream.
    pub stream: Stream,
    /// The number.
    pub seq: i64,
}

/// A message for the session: a frame to send as it is.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Push(pub ByteString);

/// A message for the session: its user no longer takes part.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Forget(pub ConsultationId);

/// A message for the session: close.
#[derive(Message, Debug, Clone, Copy)]
#[rtype(result = "()")]
pub enum Close {
    /// The log-in ended.
    Ended,
    /// The server goes away.
    GoingAway,
}

/// The answer to a message.
pub struct Answered {
    /// The `ref` that it came with.
    pub reference: Option<Value>,
    /// Where.
    pub consultation: ConsultationId,
    /// In which stream.
    pub stream: Stream,
    /// The id that the client made.
    pub client_id: Uuid,
    /// The answer.
    pub sent: Sent,
}

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
    closing: bool,
}

type Ctx = WebsocketContext<Session>;

/// Turns a request whose handshake was accepted into a socket.
pub fn open(mut accepted: HttpResponseBuilder, payload: Payload, open: Open) -> HttpResponse {
    let flow = Arc::new(Flow::default());
    let max_frame = open.app.settings().chat.max_frame_bytes;
    let inflow = Inflow::new(payload, Arc::clone(&flow), open.writer.clone());
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
            if session.last_heard.elapsed() > period * 2 {
                ctx.stop();
            } else {
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
            return;
        }
        let counts = !matches!(frame, Ok(ws::Message::Pong(_) | ws::Message::Close(_)));
        if counts && !self.may_send() {
            return self.close(ctx, CloseCode::Other(4009), "too many frames");
        }
        match frame {
            Ok(ws::Message::Text(text)) => self.receive(&text, ctx),
            Ok(ws::Message::Ping(bytes)) => ctx.pong(&bytes),
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {}
            Ok(ws::Message::Binary(_)) => {
                let problem = Problem::new(
                    400,
                    "bad_frame",
                    Text::new("只接受文本帧", "only text frames are understood"),
                );
                self.refuse(ctx, &None, &problem);
            }
            Ok(ws::Message::Continuation(item)) => self.continued(item, ctx),
            Ok(ws::Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Err(ProtocolError::Overflow) => self.close(ctx, CloseCode::Size, "frame too large"),
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

    /// A message in several frames (RFC 6455, section 5.4).
    fn continued(&mut self, item: actix_http::ws::Item, ctx: &mut Ctx) {
        use actix_http::ws::Item;
        let (bytes, last): (Bytes, bool) = match item {
            Item::FirstText(bytes) => {
                self.partial.clear();
                (bytes, false)
            }
            Item::FirstBinary(_) => {
                return self.close(ctx, CloseCode::Unsupported, "only text frames are understood");
            }
            Item::Continue(bytes) => (bytes, false),
            Item::Last(bytes) => (bytes, true),
        };
        if self.partial.len() + bytes.len() > self.app.settings().chat.max_frame_bytes {
            return self.close(ctx, CloseCode::Size, "frame too large");
        }
        self.partial.extend_from_slice(&bytes);
        if last {
            match String::from_utf8(std::mem::take(&mut self.partial)) {
                Ok(text) => self.receive(&text, ctx),
                Err(_) => self.close(ctx, CloseCode::Invalid, "not UTF-8"),
            }
        }
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
                    let frame = protocol::typing(&self.person, consultation);
                    self.hub().push(consultation, Stream::Talk, self.socket, &frame);
                    self.fanout.push_elsewhere(consultation, frame);
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

    /// A message that it follows was stored: sends it if it is the next.
    fn deliver(&mut self, message: Stored, ctx: &mut Ctx) {
        let Some(following) = self.subscriptions.get_mut(&message.consultation) else { return };
        match following.hear(message.stream, message.seq, message.audience) {
            Heard::Send => self.send(ctx, message.frame),
            Heard::Read => self.read_on(message.consultation, ctx),
            Heard::Drop => {}
        }
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

    fn subscribe(&mut self, reference: Option<Value>, id: ConsultationId, after: [i64; 2], ctx: &mut Ctx) {
        let Some(socket) = self.socket else { return };
        let most = self.app.settings().chat.subscriptions_per_socket;
        let known = self.subscriptions.contains_key(&id);
        if !known && self.subscriptions.len() >= most {
            let problem = Problem::new(
                429,
                "too_many_subscriptions",
                Text::new("本连接订阅的问诊过多", "this socket follows too many consultations"),
            );
            return self.refuse(ctx, &reference, &problem);
        }
        // Listen first, ask for the right and the log then: nothing can fall between the two, and
        // nothing is sent before the right is known.
        self.subscriptions.insert(id, Following::after(after));
        let notes = !matches!(self.person.scope, Scope::Enterprise(_));
        self.hub().subscribe(socket, self.person.account, notes, id, ctx.address());
        self.flow.asked();
        let (app, who) = (self.app.clone(), self.who());
        let work = blocking(move || {
            let mut conn = app.conn()?;
            let standing = store::standing(&mut conn, &who, id)?;
            Ok((standing, connections::experts_of(&mut conn, id.0)?))
        });
        ctx.spawn(work.into_actor(self).map(move |standing, session, ctx| {
            session.flow.answered();
            match standing {
                Ok((standing, experts)) => {
                    session.subscribed(&reference, id, standing, ctx);
                    session.show(id, experts, ctx);
                }
                Err(problem) => {
                    session.forget(id);
                    session.refuse(ctx, &reference, &problem);
                }
            }
        }));
    }

    fn subscribed(
        &mut self,
        reference: &Option<Value>,
        id: ConsultationId,
        standing: Standing,
        ctx: &mut Ctx,
    ) {
        let Some(following) = self.subscriptions.get_mut(&id) else { return };
        following.confirm(standing.audience);
        for stream in [Stream::Talk, Stream::Notes] {
            if let Some(&last) = standing.last_seq.get(stream.as_str()) {
                following.granted(stream, last);
                self.fanout.hub().begin(id, stream, last);
            }
        }
        if standing.status == Status::Offered.as_str() {
            self.offered.insert(id);
            self.hold_offer(id, ctx);
        } else {
            self.offered.remove(&id);
        }
        self.send(ctx, protocol::subscribed(reference, id, &standing.last_seq, &standing.status));
        self.read_on(id, ctx);
    }

    /// Says how the experts of a consultation stand, where they have said so.
    fn show(&mut self, id: ConsultationId, experts: Vec<connections::Said>, ctx: &mut Ctx) {
        let me = self.person.account;
        for said in experts.into_iter().filter(|said| said.account != me) {
            self.send(ctx, protocol::presence(&log_reader::change(said), id));
        }
    }

    /// The expert looks at what is offered: that holds the offer's timer. Of what else they follow
    /// nothing is asked.
    fn hold_offer(&self, id: ConsultationId, ctx: &mut Ctx) {
        if !self.offered.contains(&id) || !matches!(self.person.scope, Scope::Expert(_)) {
            return;
        }
        let (app, caller) = (self.app.clone(), Caller::of(self.who()));
        let work = blocking(move || app.execute(&caller, &HoldOffer { id }));
        ctx.spawn(work.into_actor(self).map(move |held, session, _| match held {
            Ok(Some(_)) => {}
            // Answered, or another's by now.
            Ok(None) => {
                session.offered.remove(&id);
            }
            Err(problem) => tracing::warn!(%problem, "an offer was not held"),
        }));
    }

    /// How many bytes may wait to be sent while the log is read: the rest is for what happens then.
    fn catch_up_room(&self) -> usize {
        self.app.settings().chat.session_queue_bytes / 2
    }

    /// Reads the next page of whichever stream is behind; ends when none is.
    fn read_on(&mut self, id: ConsultationId, ctx: &mut Ctx) {
        let Some(following) = self.subscriptions.get_mut(&id) else { return };
        let Some((stream, after)) = following.read() else { return };
        let (app, who, flow) = (self.app.clone(), self.who(), Arc::clone(&self.flow));
        let room = self.catch_up_room();
        let work = async move {
            flow.drained_to(room).await;
            blocking(move || {
                let mut conn = app.conn()?;
                store::read_after(&mut conn, &who, id, stream, after, PAGE_MESSAGES, PAGE_BYTES)
            })
            .await
        };
        ctx.spawn(work.into_actor(self).map(move |page, session, ctx| match page {
            Ok(page) => session.send_page(id, stream, &page, ctx),
            Err(problem) if problem.status >= 500 => {
                // The log can't be read now: the client resumes once it can.
                tracing::warn!(%problem, "a catch-up failed");
                session.close(ctx, CloseCode::Again, "try again");
            }
            // No longer one of those who may see it.
            Err(problem) if problem.status == 404 => {
                session.forget(id);
                session.send(ctx, protocol::unsubscribed(&None, id));
            }
            Err(problem) => {
                session.forget(id);
                session.refuse(ctx, &None, &problem);
            }
        }));
    }

    /// Sends as much of a page as there is room for; the rest is read again once the peer has
    /// taken that. Whoever catches up is thus never too slow, however small the queue is.
    fn send_page(&mut self, id: ConsultationId, stream: Stream, page: &LogPage, ctx: &mut Ctx) {
        let room = self.catch_up_room();
        for message in &page.messages {
            if self.closing || self.flow.waiting() > room {
                break;
            }
            let Some(following) = self.subscriptions.get_mut(&id) else { return };
            if following.take(stream, message.seq) {
                let frame = protocol::message(message);
                self.flow.queued(frame.len());
                ctx.text(frame);
            }
        }
        if let Some(following) = self.subscriptions.get_mut(&id) {
            following.confirm(page.audience);
            if page.messages.is_empty() {
                following.forget_rumours(stream);
            }
        }
        self.read_on(id, ctx);
    }

    fn forget(&mut self, id: ConsultationId) {
        self.subscriptions.remove(&id);
        if let Some(socket) = self.socket {
            self.hub().unsubscribe(socket, id);
        }
    }
}

/// Runs database work on the blocking pool.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    actix_web::rt::task::spawn_blocking(work).await.map_err(Problem::internal)?
}

impl Handler<Letter> for Session {
    type Result = ();

    fn handle(&mut self, Letter(news): Letter, ctx: &mut Ctx) {
        for news in news {
            match news {
                News::Answered(answer) => self.answered(answer, ctx),
                News::Stored(stored) => self.deliver(stored, ctx),
            }
        }
    }
}

impl Handler<Hint> for Session {
    type Result = ();

    fn handle(&mut self, hint: Hint, ctx: &mut Ctx) {
        let Some(following) = self.subscriptions.get_mut(&hint.consultation) else { return };
        if following.hint(hint.stream, hint.seq) {
            self.read_on(hint.consultation, ctx);
        }
    }
}

impl Handler<Push> for Session {
    type Result = ();

    fn handle(&mut self, Push(frame): Push, ctx: &mut Ctx) {
        self.send(ctx, frame);
    }
}

impl Handler<Forget> for Session {
    type Result = ();

    fn handle(&mut self, Forget(id): Forget, ctx: &mut Ctx) {
        if self.subscriptions.remove(&id).is_some() {
            self.send(ctx, protocol::unsubscribed(&None, id));
        }
    }
}

impl Handler<Close> for Session {
    type Result = ();

    fn handle(&mut self, close: Close, ctx: &mut Ctx) {
        match close {
            Close::Ended => self.close(ctx, CloseCode::Other(4001), "logged out"),
            Close::GoingAway => self.close(ctx, CloseCode::Away, "going away"),
        }
    }
}
