//! The actor of one socket.
//!
//! The session keeps, for each stream that it follows, the next number to send, and nothing else of the log. Deliveries may
//! be late, duplicate or missing; it sends the next number, drops older ones and reads the log if there is a gap.

use crate::app::App;
use crate::chat::fanout::Fanout;
use crate::chat::flow::Flow;
use crate::chat::hub::Hub;
use crate::chat::kernel::{Draft, Origin, Reply, SendResult, Sent, SessionRef, SocketId, Stream};
use crate::chat::port::ConsultationPort;
use crate::chat::protocol::{self, Incoming, Request};
use crate::chat::session::handle::Mailbox;
use crate::chat::settings::ChatSettings;
use crate::chat::socket_streams::{InboundStream, OutboundStream};
use crate::chat::store::ChatLog;
use crate::chat::subscription::Subscription;
use crate::chat::writer::Writer;
use crate::core::actor::{Actor as Reader, Person, Scope};
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
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Seconds between two pings; a peer silent for two of them is closed.
const HEARTBEAT_SECONDS: u64 = 25;
/// How long the client has to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the welcome of an expert waits for the database.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(1);

/// The parameters of a session.
pub struct Open {
    /// The application.
    pub app: App,
    /// Delivers to the sockets of this server and to the other servers.
    pub fanout: Fanout,
    /// The writers.
    pub writer: Writer,
    /// The domain that owns consultations.
    pub port: Arc<dyn ConsultationPort>,
    /// The user of the socket.
    pub person: Person,
    /// The language of problems.
    pub language: Language,
}

/// The actor of one socket.
pub(super) struct Session {
    pub(super) app: App,
    pub(super) fanout: Fanout,
    writer: Writer,
    pub(super) port: Arc<dyn ConsultationPort>,
    pub(super) person: Arc<Person>,
    language: Language,
    pub(super) flow: Arc<Flow>,
    pub(super) socket: Option<SocketId>,
    pub(super) subscriptions: HashMap<ConsultationId, Subscription>,
    /// Followed consultations that were offered when the session subscribed to them.
    pub(super) offered: HashSet<ConsultationId>,
    /// Frames about consultations that came before the right to see these was confirmed.
    pub(super) early: HashMap<ConsultationId, Vec<ByteString>>,
    last_heard: Instant,
    partial: Vec<u8>,
    partial_is_text: bool,
    pub(super) closing: bool,
}

pub(super) type Ctx = WebsocketContext<Session>;

/// Turns a request whose handshake was accepted into a session.
pub fn open(mut accepted: HttpResponseBuilder, payload: Payload, open: Open) -> HttpResponse {
    let flow = Arc::new(Flow::default());
    let max_frame = open.app.settings().section::<ChatSettings>().max_frame_bytes;
    let inbound = InboundStream::new(payload, Arc::clone(&flow), open.writer.clone(), max_frame);
    let session = Session {
        app: open.app,
        fanout: open.fanout,
        writer: open.writer,
        port: open.port,
        person: Arc::new(open.person),
        language: open.language,
        flow: Arc::clone(&flow),
        socket: None,
        subscriptions: HashMap::new(),
        offered: HashSet::new(),
        early: HashMap::new(),
        last_heard: Instant::now(),
        partial: Vec::new(),
        partial_is_text: true,
        closing: false,
    };
    let codec = codec(max_frame);
    let outbound = OutboundStream::new(WebsocketContext::with_codec(session, inbound, codec), flow);
    accepted.streaming::<_, Error>(outbound)
}

fn codec(max_frame: usize) -> Codec {
    Codec::new().max_size(max_frame)
}

impl Actor for Session {
    type Context = Ctx;

    fn started(&mut self, ctx: &mut Ctx) {
        if matches!(self.person.scope, Scope::Operator | Scope::Sampler(_) | Scope::Laboratory(_)) {
            // Operators, samplers and laboratories take part in no chat.
            return self.close(ctx, CloseCode::Other(4003), "forbidden");
        }
        let chat = self.app.settings().section::<ChatSettings>();
        let (max_frame, most) = (chat.max_frame_bytes, chat.sockets_per_user);
        let Some(registered) = self.hub().register(&self.person, handle(ctx), most) else {
            return self.close(ctx, CloseCode::Other(4009), "too many sockets");
        };
        self.socket = Some(registered.id);
        let welcome = protocol::welcome(&self.person, HEARTBEAT_SECONDS, max_frame);
        match registered.presence_written {
            None => self.send(ctx, welcome),
            // An expert is welcomed once matching, on any server, can see the connection.
            Some(written) => {
                let written = tokio::time::timeout(WELCOME_TIMEOUT, written).into_actor(self);
                ctx.spawn(written.map(|_, session, ctx| session.send(ctx, welcome)));
            }
        }
        let period = Duration::from_secs(HEARTBEAT_SECONDS);
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
            self.fanout.hub().unregister(socket, self.subscriptions.keys().copied());
        }
    }
}

impl StreamHandler<Result<ws::Message, ProtocolError>> for Session {
    fn handle(&mut self, frame: Result<ws::Message, ProtocolError>, ctx: &mut Ctx) {
        self.last_heard = Instant::now();
        if self.closing {
            // The client answered the close, or the connection broke.
            if matches!(frame, Ok(ws::Message::Close(_)) | Err(_)) {
                ctx.stop();
            }
            return;
        }
        let counts = !matches!(frame, Ok(ws::Message::Pong(_) | ws::Message::Close(_)));
        if counts && !self.may_send() {
            return self.close_after_answer(ctx, CloseCode::Other(4009), "too many frames");
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
            Err(_) if self.flow.is_oversized() => {
                self.close_after_answer(ctx, CloseCode::Size, "frame too large")
            }
            // The error of actix for a text that is not UTF-8, and for a connection that broke, to which nothing can be sent.
            Err(ProtocolError::Io(_)) => self.close(ctx, CloseCode::Invalid, "not UTF-8"),
            Err(error) => {
                tracing::debug!(%error, "a client violated the protocol");
                self.close(ctx, CloseCode::Protocol, "protocol error");
            }
        }
    }
}

impl Session {
    pub(super) fn hub(&self) -> &Hub {
        self.fanout.hub()
    }

    /// Counts a frame of the account, once the socket is registered; `false` where it has sent more than it may.
    fn may_send(&self) -> bool {
        self.socket.is_none() || self.hub().may_send(self.person.account)
    }

    pub(super) fn send(&mut self, ctx: &mut Ctx, frame: ByteString) {
        if self.closing {
            return;
        }
        let waiting = self.flow.queued(frame.len());
        if waiting > self.app.settings().section::<ChatSettings>().queue_bytes() {
            self.closing = true;
            self.flow.cut();
            return ctx.stop();
        }
        ctx.text(frame);
    }

    pub(super) fn refuse(&mut self, ctx: &mut Ctx, reference: &Option<Value>, problem: &Problem) {
        if problem.status >= 500 {
            tracing::error!(%problem, "a frame failed");
        }
        self.send(ctx, protocol::error(reference, problem, self.language));
    }

    pub(super) fn close(&mut self, ctx: &mut Ctx, code: CloseCode, reason: &str) {
        if !self.closing {
            self.closing = true;
            ctx.close(Some(CloseReason { code, description: Some(reason.to_owned()) }));
            ctx.stop();
        }
    }

    /// Closes a socket whose client is still sending: its frames are discarded until it has answered the close (RFC 6455,
    /// section 7.1.1). Ending at once would reset the connection, and the client might never read the reason.
    fn close_after_answer(&mut self, ctx: &mut Ctx, code: CloseCode, reason: &str) {
        if !self.closing {
            self.closing = true;
            ctx.close(Some(CloseReason { code, description: Some(reason.to_owned()) }));
            ctx.run_later(CLOSE_TIMEOUT, |_, ctx| ctx.stop());
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
        if self.partial.len() + bytes.len() > self.app.settings().section::<ChatSettings>().max_frame_bytes {
            return self.close_after_answer(ctx, CloseCode::Size, "frame too large");
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
        let limits = self.app.settings().section::<ChatSettings>().into();
        let Incoming { reference, request } = protocol::parse(text, limits);
        match request {
            Err(problem) => self.refuse(ctx, &reference, &problem),
            Ok(Request::Send(draft)) => self.store(reference, draft, ctx),
            Ok(Request::Subscribe { consultation, after }) => {
                self.subscribe(reference, consultation, after, ctx);
            }
            Ok(Request::Unsubscribe { consultation }) => {
                self.unsubscribe(consultation);
                self.send(ctx, protocol::unsubscribed(&reference, consultation));
            }
            Ok(Request::Typing { consultation, stream }) => self.typing(consultation, stream, ctx),
            Ok(Request::Presence { state }) => {
                if matches!(self.person.scope, Scope::Expert(_)) {
                    self.hub().presence().state_chosen(self.person.account, state);
                } else {
                    self.refuse(ctx, &reference, &Problem::forbidden());
                }
            }
            Ok(Request::Read { consultation, stream, seq }) => {
                self.mark_read(reference, consultation, stream, seq, ctx);
            }
        }
    }

    /// Whether the session follows a consultation that its user may see.
    pub(super) fn follows(&self, consultation: ConsultationId) -> bool {
        self.subscriptions.get(&consultation).is_some_and(Subscription::is_granted)
    }

    pub(super) fn reader(&self) -> Reader {
        Reader::Person(Person::clone(&self.person))
    }

    fn store(&mut self, reference: Option<Value>, draft: Draft, ctx: &mut Ctx) {
        let Some(socket) = self.socket else { return };
        self.flow.requested();
        let origin = Origin { socket, session: handle(ctx), reference };
        self.writer.submit(Arc::clone(&self.person), draft, Reply::Socket(origin));
    }

    /// Sends the result of a message to the client.
    pub(super) fn show_result(&mut self, result: SendResult, ctx: &mut Ctx) {
        self.flow.answered();
        let SendResult { reference, consultation, stream, client_id, sent } = result;
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
        self.flow.requested();
        let (app, port, reader) = (self.app.clone(), Arc::clone(&self.port), self.reader());
        let work = blocking(move || {
            let mut conn = app.conn()?;
            let log = ChatLog::new(&*port, &reader);
            let mark = log.mark_read(&mut conn, id, stream, seq, app.clock().now())?;
            if let Some(mark) = mark {
                app.publish(mark);
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

/// A handle of the session for the hub and the writers.
pub(super) fn handle(ctx: &Ctx) -> SessionRef {
    Arc::new(Mailbox(ctx.address().recipient()))
}

/// Runs database work on the blocking pool.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    actix_web::rt::task::spawn_blocking(work).await.map_err(Problem::internal)?
}
