//! Consultations, their messages, and why this expert.

pub mod transcript;

use std::sync::Arc;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::chat::api::ChatServer;
use crate::chat::events::StoredMessage;
use crate::chat::flow::Flow;
use crate::chat::protocol::{Limits, check_attachments, check_body};
use crate::chat::{Draft, Reply, Sent, Stream};
use crate::consultations::chat_log;
use crate::consultations::explain::{self, MatchView};
use crate::consultations::queries::{self, ConsultationFilter, ConsultationView, HistoryView};
use crate::consultations::{
    AcceptConsultation, AssignConsultation, ConcludeConsultation, DeclineConsultation, GiveOpinion,
    HoldOffer, InviteExpert, OpenConsultation, PinConsultation, RateConsultation, ReopenConsultation, Status,
    TransferConsultation,
};
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, EnterpriseId, ExpertId, NonconformityId};
use crate::core::page::{Page, Slice};
use crate::core::problem::FieldError;
use crate::core::{Language, Problem, Text};
use crate::matching::roster::Moment;
use crate::remediation::GiveAdvice;
use crate::remediation::advice::{Advice, NewAction};
use crate::web::extract::{Lang, MaybeJson};
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// What the caller sees of a consultation.
async fn view(
    state: &State,
    auth: &Auth,
    id: ConsultationId,
) -> Result<ConsultationView, crate::web::Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.conn()?, &actor, id)).await
}

/// Opens a consultation. It is offered to the best expert at once, or waits for one.
#[utoipa::path(post, path = "/api/v1/consultations", tag = "consultations", request_body = OpenConsultation,
    responses((status = 201, body = ConsultationView)))]
pub async fn open(state: State, auth: Auth, body: Json<OpenConsultation>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/consultations/{id}"), view(&state, &auth, id).await?)
}

/// Which consultations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsultationQuery {
    /// Only those of this status.
    #[param(inline)]
    status: Option<Status>,
    /// Only those of this enterprise.
    enterprise: Option<EnterpriseId>,
    /// Only those of this expert.
    expert: Option<ExpertId>,
    /// Only those about this nonconformity.
    nonconformity: Option<NonconformityId>,
    /// Only those that wait and for which the officers were alarmed, or the others.
    alarm: Option<bool>,
    /// Only those in which others wrote what the caller has not read, or the others.
    unread: Option<bool>,
    /// Only those in whose subject, question or enterprise's name this stands.
    q: Option<String>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The consultations that the caller may see, newest first.
#[utoipa::path(get, path = "/api/v1/consultations", tag = "consultations", params(ConsultationQuery),
    responses((status = 200, body = Page<ConsultationView>)))]
pub async fn list(state: State, auth: Auth, query: Query<ConsultationQuery>) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = ConsultationFilter {
        status: query.status,
        enterprise: query.enterprise,
        expert: query.expert,
        nonconformity: query.nonconformity,
        alarm: query.alarm,
        unread: query.unread,
        q: query.q,
    };
    ok(read(&state, move |app| queries::list(&mut *app.conn()?, &auth.actor(), &filter, slice)).await?)
}

/// One consultation. Where it is offered to the caller, opening it holds the offer for a while.
#[utoipa::path(get, path = "/api/v1/consultations/{id}", tag = "consultations",
    responses((status = 200, body = ConsultationView)))]
pub async fn consultation(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let seen = view(&state, &auth, id.0).await?;
    if !offered_to(&auth.actor(), &seen) {
        return ok(seen);
    }
    // The expert looks at the offer: that holds its timer.
    execute(&state, auth.caller(), HoldOffer { id: id.0 }).await?;
    ok(view(&state, &auth, id.0).await?)
}

/// Whether the consultation is offered to the actor.
pub fn offered_to(actor: &Actor, seen: &ConsultationView) -> bool {
    let me = match actor.scope() {
        Some(Scope::Expert(me)) => Some(*me),
        _ => None,
    };
    seen.status == Status::Offered && me.is_some() && seen.expert.as_ref().map(|e| e.id) == me
}

/// The history of a consultation, oldest first.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/history", tag = "consultations",
    responses((status = 200, body = Vec<HistoryView>)))]
pub async fn history(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    ok(read(&state, move |app| queries::history(&mut *app.conn()?, &auth.actor(), id.0)).await?)
}

/// Why this expert: a sentence for everyone; for admins every candidate with what speaks for it, or the rule that excludes
/// it, and every offer made.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/match", tag = "consultations",
    responses((status = 200, body = MatchView)))]
pub async fn explain(state: State, auth: Auth, language: Lang, id: Id<ConsultationId>) -> Answer {
    let mut seen = read(&state, move |app| {
        let moment = Moment { now: app.clock().now(), catalogue: app.catalogue(), cache: app.cache() };
        explain::explain(&mut *app.conn()?, &auth.actor(), id.0, moment, &app.settings().matching)
    })
    .await?;
    if language.0 == Language::En {
        seen.reason = seen.reason_en.clone();
    }
    ok(seen)
}

/// Accepts the consultation that is offered.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/accept", tag = "consultations",
    responses((status = 200, body = ConsultationView)))]
pub async fn accept(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let id = execute(&state, auth.caller(), AcceptConsultation { id: id.0 }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Why, if one likes to say.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaybeReason {
    /// In the expert's words.
    #[serde(default)]
    reason: Option<String>,
}

/// Declines the consultation that is offered; it goes to the next expert.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/decline", tag = "consultations",
    request_body = Option<MaybeReason>, responses((status = 204)))]
pub async fn decline(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: MaybeJson<MaybeReason>,
) -> Answer {
    let command = DeclineConsultation { id: id.0, reason: body.0.reason };
    execute(&state, auth.caller(), command).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// To whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// To whom; to the best who fits where none is named.
    #[serde(default)]
    expert: Option<ExpertId>,
    /// Why.
    reason: String,
}

/// Hands a consultation on to another expert.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/transfer", tag = "consultations", request_body = TransferBody,
    responses((status = 204)))]
pub async fn transfer(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<TransferBody>) -> Answer {
    let TransferBody { expert, reason } = body.0;
    execute(&state, auth.caller(), TransferConsultation { id: id.0, expert, reason }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// To whom an admin gives a consultation, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// To whom; to the best who fits where none is named.
    #[serde(default)]
    expert: Option<ExpertId>,
    /// Why.
    reason: String,
    /// Whether the platform shall leave it with this expert, whatever the clock says.
    #[serde(default)]
    pin: bool,
}

/// Gives a consultation to an expert, who holds it at once; or takes it away to be matched anew. Within the hard rules.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/assign", tag = "consultations", request_body = AssignBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn assign(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<AssignBody>) -> Answer {
    let AssignBody { expert, reason, pin } = body.0;
    let id = execute(&state, auth.caller(), AssignConsultation { id: id.0, expert, reason, pin }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Pins a consultation to its expert: the platform does not take it away.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/pin", tag = "consultations", request_body = Reason,
    responses((status = 200, body = ConsultationView)))]
pub async fn pin(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<Reason>) -> Answer {
    let command = PinConsultation { id: id.0, pinned: true, reason: body.0.reason };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// Unpins a consultation.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/unpin", tag = "consultations", request_body = Reason,
    responses((status = 200, body = ConsultationView)))]
pub async fn unpin(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<Reason>) -> Answer {
    let command = PinConsultation { id: id.0, pinned: false, reason: body.0.reason };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// Takes a concluded consultation up again: with the same expert if there is room, else matched anew.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/reopen", tag = "consultations", request_body = Reason,
    responses((status = 200, body = ConsultationView)))]
pub async fn reopen(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<Reason>) -> Answer {
    let command = ReopenConsultation { id: id.0, reason: body.0.reason };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteBody {
    /// The expert.
    expert: ExpertId,
    /// What for.
    #[serde(default)]
    note: Option<String>,
}

/// Invites an expert to the panel.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/invite", tag = "consultations", request_body = InviteBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn invite(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<InviteBody>) -> Answer {
    let InviteBody { expert, note } = body.0;
    let id = execute(&state, auth.caller(), InviteExpert { id: id.0, expert, note }).await?;
    ok(view(&state, &auth, id).await?)
}

/// What one thinks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpinionBody {
    /// In the expert's words.
    opinion: String,
}

/// Gives one's opinion as an expert of the panel, or revises it.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/opinion", tag = "consultations", request_body = OpinionBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn opine(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<OpinionBody>) -> Answer {
    let command = GiveOpinion { id: id.0, opinion: body.0.opinion };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// A list of corrective actions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdviceBody {
    /// Said before the list.
    #[serde(default)]
    summary: Option<String>,
    /// The actions, at least one.
    actions: Vec<NewAction>,
}

/// Gives advice: a list of corrective actions, which stand in the talk and on the case.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/advice", tag = "consultations", request_body = AdviceBody,
    responses((status = 201, body = Advice)))]
pub async fn advise(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<AdviceBody>) -> Answer {
    let AdviceBody { summary, actions } = body.0;
    let command = GiveAdvice { consultation: id.0, summary, actions };
    let advice = execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/consultations/{}/messages?stream=talk&after={}", id.0, advice.seq - 1), advice)
}

/// What came of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConclusionBody {
    /// In the expert's words.
    conclusion: String,
}

/// Concludes a consultation.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/conclude", tag = "consultations",
    request_body = ConclusionBody, responses((status = 200, body = ConsultationView)))]
pub async fn conclude(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: Json<ConclusionBody>,
) -> Answer {
    let command = ConcludeConsultation { id: id.0, conclusion: body.0.conclusion };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// How it was.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingBody {
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    rating: i32,
    /// Said with it.
    #[serde(default)]
    comment: Option<String>,
}

/// Rates a concluded consultation, once.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/rating", tag = "consultations", request_body = RatingBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn rate(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<RatingBody>) -> Answer {
    let RatingBody { rating, comment } = body.0;
    let id = execute(&state, auth.caller(), RateConsultation { id: id.0, rating, comment }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Which messages.
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
        let mut conn = app.conn()?;
        let actor = auth.actor();
        let log = chat_log(&actor);
        let items = log.read_after(&mut conn, id.0, stream, after, slice.limit, 8 * 1024 * 1024)?.messages;
        let last = log.positions(&mut conn, id.0)?.last_seq.get(stream.as_str()).copied();
        let next_after = items.last().map(|m| m.seq).filter(|seq| last.is_some_and(|last| *seq < last));
        Ok(Messages { items, next_after })
    };
    ok(read(&state, work).await?)
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

/// Stores a message. 201 where it is new, 200 where its `client_id` was stored before.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/messages", tag = "chat", request_body = MessageBody,
    responses((status = 201, body = MessageAck), (status = 200, body = MessageAck)))]
pub async fn send(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: Json<MessageBody>,
    chat: ChatServer,
) -> Answer {
    let MessageBody { stream, client_id, body, attachments } = body.0;
    let mut fields = Fields::new();
    let limits = Limits::from(&state.app.settings().chat);
    let mut fault = |pointer: &str, zh, en| fields.fault(pointer, zh, en);
    check_body(&body, limits.body_chars, &mut fault);
    let attachments = check_attachments(attachments, limits.attachments, &mut fault);
    fields.done()?;
    let draft = Draft { consultation: id.0, stream, client_id, body, attachments };
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
    let ack = MessageAck { consultation: id.0, stream, client_id, seq, duplicate };
    if duplicate { ok(ack) } else { Ok(HttpResponse::Created().json(ack)) }
}
