//! The messages of a consultation, for clients without a socket.

use std::sync::Arc;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::chat::api::ChatServer;
use crate::chat::events::StoredMessage;
use crate::chat::flow::Flow;
use crate::chat::kernel::{Draft, Reply, Sent, Stream};
use crate::chat::protocol::{Limits, check_attachments, check_body, check_reply};
use crate::chat::settings::ChatSettings;
use crate::chat::store::ChatLog;
use crate::consultations::chat_port::chat_log;
use crate::consultations::retract::RetractMessage;
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::page::Slice;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};

/// The part of a stream that is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// `talk` (the default) or `notes`.
    #[param(inline)]
    stream: Option<Stream>,
    /// Only those after this number.
    after: Option<i64>,
    /// At most so many, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
}

/// Messages of one stream, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Messages {
    /// The messages.
    items: Vec<StoredMessage>,
    /// `after` for the next ones; absent where these are the last.
    next_after: Option<i64>,
}

/// The messages of a stream after a number, in order.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/messages", tag = "chat", params(MessageQuery),
    responses((status = 200, body = Messages)))]
pub async fn messages(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    query: Query<MessageQuery>,
) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), None)?;
    let after = query.after.unwrap_or(0);
    if after < 0 {
        let text = Text::new("不能为负数", "must not be negative");
        return Err(Problem::invalid(vec![FieldError::query("after", text)]).into());
    }
    let stream = query.stream.unwrap_or(Stream::Talk);
    let work = move |app: &crate::app::App| {
        let mut conn = app.snapshot()?;
        let actor = auth.actor();
        let log = chat_log(&actor);
        let items = log.read_after(&mut conn, id.0, stream, after, slice.limit, 8 * 1024 * 1024)?.messages;
        let last = log.positions(&mut conn, id.0)?.last_seq.get(stream.as_str()).copied();
        let next_after = items.last().map(|m| m.seq).filter(|seq| last.is_some_and(|last| *seq < last));
        Ok(Messages { items, next_after })
    };
    ok(read(&state, work).await?)
}

/// The stream of a message.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// `talk` (the default) or `notes`.
    #[param(inline)]
    stream: Option<Stream>,
}

/// Takes a message of the caller's own back, within the time of the setting. It stays in its place, without its text and its files.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/messages/{seq}/retract", tag = "chat", params(StreamQuery),
    responses((status = 204)))]
pub async fn retract(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    seq: Part<i64>,
    query: Query<StreamQuery>,
) -> Answer {
    let stream = query.0.stream.unwrap_or(Stream::Talk);
    execute(&state, auth.caller(), RetractMessage { id: id.0, stream, seq: seq.0 }).await?;
    no_content()
}

/// A message, for a client without a socket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    /// `talk` (the default) or `notes`.
    #[serde(default = "talk")]
    stream: Stream,
    /// The id that the client makes; a repeated one is answered with the first one's number.
    client_id: Uuid,
    /// The text.
    body: String,
    /// Ids of attachments: files that the sender has uploaded and not used in another stream.
    #[serde(default)]
    attachments: Vec<Uuid>,
    /// The number of an earlier message of the same stream that it quotes.
    #[serde(default)]
    #[schema(minimum = 1)]
    reply_to: Option<i64>,
}

fn talk() -> Stream {
    Stream::Talk
}

/// What became of a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageAck {
    /// The consultation.
    consultation: ConsultationId,
    /// The stream.
    stream: Stream,
    /// The client's id.
    client_id: Uuid,
    /// Its number.
    seq: i64,
    /// Whether it had been stored before.
    duplicate: bool,
}

/// Stores a message. 201 where it is new, 200 where its `client_id` was stored before. The sender has then read the stream up to it.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/messages", tag = "chat", request_body = MessageBody,
    responses((status = 201, body = MessageAck), (status = 200, body = MessageAck)))]
pub async fn send(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: Json<MessageBody>,
    chat: ChatServer,
) -> Answer {
    let MessageBody { stream, client_id, body, attachments, reply_to } = body.0;
    let mut fields = Fields::new();
    let limits = Limits::from(state.app.settings().section::<ChatSettings>());
    let mut fault = |pointer: &str, zh, en| fields.fault(pointer, zh, en);
    check_body(&body, limits.body_chars, &mut fault);
    let attachments = check_attachments(attachments, limits.attachments, &mut fault);
    check_reply(reply_to, &mut fault);
    fields.done()?;
    let draft = Draft { consultation: id.0, stream, client_id, body, attachments, reply_to };
    let (answer, answered) = oneshot::channel();
    let reply = Reply::Call(Box::new(move |sent| {
        // Whoever asked may have gone; the message is stored all the same.
        let _ = answer.send(sent);
    }));
    let flow = Arc::<Flow>::default();
    std::future::poll_fn(|cx| chat.writer.poll_ready(&flow, cx)).await;
    chat.writer.submit(Arc::new(auth.person.clone()), draft, reply);
    let (seq, duplicate) = match answered.await.map_err(Problem::unavailable)? {
        Sent::Stored { seq, .. } => (seq, false),
        Sent::Duplicate(seq) => (seq, true),
        Sent::Refused(problem) => return Err(problem.into()),
    };
    // The message is stored whatever becomes of the mark; the next one moves it.
    if let Err(failure) = mark(&state, &auth, &chat, id.0, Up { stream, seq }).await {
        tracing::warn!(problem = %failure.problem, "what a sender has read was not noted");
    }
    let ack = MessageAck { consultation: id.0, stream, client_id, seq, duplicate };
    if duplicate { ok(ack) } else { Ok(HttpResponse::Created().json(ack)) }
}

/// How far one has read, for a client without a socket.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReadUpTo)]
pub struct Up {
    /// `talk` or `notes`.
    stream: Stream,
    /// The number of the last message read, from 1 to the last one of the stream.
    #[schema(minimum = 1)]
    seq: i64,
}

/// Notes how far one has read a stream, as the frame `read` of the socket does: others who see it hear of it. Never goes back.
#[utoipa::path(put, path = "/api/v1/consultations/{id}/read", tag = "chat", request_body = Up,
    responses((status = 204)))]
pub async fn read_up_to(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: Json<Up>,
    chat: ChatServer,
) -> Answer {
    mark(&state, &auth, &chat, id.0, body.0).await?;
    no_content()
}

/// Notes how far the caller has read a stream, and says so to those who see it.
async fn mark(
    state: &State,
    auth: &Auth,
    chat: &ChatServer,
    id: ConsultationId,
    up: Up,
) -> Result<(), Failure> {
    let (actor, port) = (auth.actor(), Arc::clone(&chat.port));
    let Up { stream, seq } = up;
    let work = move |app: &crate::app::App| {
        let mut conn = app.conn()?;
        let log = ChatLog::new(&*port, &actor);
        let last = log.positions(&mut conn, id)?.last_seq.get(stream.as_str()).copied();
        let last = last.ok_or_else(Problem::not_found)?;
        let mut fields = Fields::new();
        fields.require(seq >= 1, "/seq", "须为 1 或更大", "must be 1 or more");
        fields.require(seq <= last, "/seq", "超出最后一条消息的序号", "is beyond the last message");
        fields.done()?;
        if let Some(mark) = log.mark_read(&mut conn, id, stream, seq, app.clock().now())? {
            app.publish(mark);
        }
        Ok(())
    };
    read(state, work).await
}
