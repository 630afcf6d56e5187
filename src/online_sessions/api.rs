//! The HTTP handlers of online sessions: they extract, execute and show.

use crate::attachments::ids::AttachmentId;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::db::Command;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::online_sessions::announce::{AnnounceSession, CancelSession, ChangeSession, OnlineSessionInput};
use crate::online_sessions::detail::{OnlineQuestionView, OnlineSessionDetail, detail, question_page};
use crate::online_sessions::exports::{MEMBERS, QUESTIONS, SESSIONS};
use crate::online_sessions::hold::HoldSession;
use crate::online_sessions::ids::{OnlineSessionId, QuestionId};
use crate::online_sessions::members::{
    InviteEnterprises, JoinSession, LeaveSession, SessionInvited, SessionJoined, SignUp,
};
use crate::online_sessions::queries::{self, OnlineSessionView, SessionFilter, SessionMemberView};
use crate::online_sessions::questions::{AskQuestion, DecideQuestion, QuestionDecision};
use crate::online_sessions::state::{OnlineQuestionState, OnlineSessionState};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of sessions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<OnlineSessionState>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those about the product kind of this code.
    product_kind: Option<String>,
    /// Only those in whose topic these words stand, or whose topic is read so.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn view(state: &State, auth: &Auth, id: OnlineSessionId) -> Result<OnlineSessionDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| detail(&mut *app.snapshot()?, &actor, id)).await
}

/// Takes a step, and answers with the session as it is after it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = OnlineSessionId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The online sessions (线上问诊会) that the caller may know of: an officer those of the own region and under it, an expert those that the expert holds, an
/// enterprise those to which it was invited. The newest first.
#[utoipa::path(get, path = "/api/v1/online-sessions", tag = "online-sessions", params(SessionQuery),
    responses((status = 200, content((Page<OnlineSessionView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<SessionQuery>, wanted: Wanted) -> Answer {
    let SessionQuery { state: of_state, region, product_kind, q, format, limit, cursor } = query.0;
    let filter = SessionFilter { state: of_state, region, product_kind, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &SESSIONS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Announces a session: an officer for a region, an expert for the own product hospital.
#[utoipa::path(post, path = "/api/v1/online-sessions", tag = "online-sessions", request_body = OnlineSessionInput,
    responses((status = 201, body = OnlineSessionDetail)))]
pub async fn announce(state: State, auth: Auth, body: Json<OnlineSessionInput>) -> Answer {
    let id = execute(&state, auth.caller(), AnnounceSession(body.0)).await?;
    created(&format!("/api/v1/online-sessions/{id}"), view(&state, &auth, id).await?)
}

/// One session, as the caller may see it.
#[utoipa::path(get, path = "/api/v1/online-sessions/{id}", tag = "online-sessions",
    responses((status = 200, body = OnlineSessionDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<OnlineSessionId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Changes a session before it begins. Where its time changes, those who were invited are notified.
#[utoipa::path(put, path = "/api/v1/online-sessions/{id}", tag = "online-sessions", request_body = OnlineSessionInput,
    responses((status = 200, body = OnlineSessionDetail)))]
pub async fn change(
    state: State,
    auth: Auth,
    id: Id<OnlineSessionId>,
    body: Json<OnlineSessionInput>,
) -> Answer {
    step(&state, &auth, ChangeSession { id: id.0, input: body.0 }).await
}

/// Who is to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The enterprises, at most 2,000.
    #[serde(default)]
    #[schema(value_type = Vec<EnterpriseId>)]
    enterprises: Vec<EnterpriseId>,
    /// All of the region of the session that are open on the zero-out list with one of its kinds, at most 2,000 by one call.
    #[serde(default)]
    open_on_list: bool,
}

/// Invites enterprises, who are notified by mail. Who was invited before stays so.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/invitations", tag = "online-sessions",
    request_body = Invitation, responses((status = 200, body = SessionInvited)))]
pub async fn invite(state: State, auth: Auth, id: Id<OnlineSessionId>, body: Json<Invitation>) -> Answer {
    let Invitation { enterprises, open_on_list } = body.0;
    ok(execute(&state, auth.caller(), InviteEnterprises { id: id.0, enterprises, open_on_list }).await?)
}

/// The enterprises that were invited to a session, with who signed up and who attended.
#[utoipa::path(get, path = "/api/v1/online-sessions/{id}/members", tag = "online-sessions", params(ListPage),
    responses((status = 200, content((Page<SessionMemberView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn members(
    state: State,
    auth: Auth,
    id: Id<OnlineSessionId>,
    query: Query<ListPage>,
    wanted: Wanted,
) -> Answer {
    let ListPage { format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let id = id.0;
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(view(&state, &auth, id).await?.view.session.topic),
    };
    wanted
        .answer(state, auth, format, &MEMBERS, slice, move |_, conn, actor, slice| {
            queries::members(conn, actor, id, slice)
        })
        .await
}

/// Signs the own enterprise up, while there are places.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/sign-up", tag = "online-sessions",
    responses((status = 200, body = OnlineSessionDetail)))]
pub async fn sign_up(state: State, auth: Auth, id: Id<OnlineSessionId>) -> Answer {
    step(&state, &auth, SignUp { id: id.0 }).await
}

/// Gives the own place back, before the session begins.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/leave", tag = "online-sessions",
    responses((status = 200, body = OnlineSessionDetail)))]
pub async fn leave(state: State, auth: Auth, id: Id<OnlineSessionId>) -> Answer {
    step(&state, &auth, LeaveSession { id: id.0 }).await
}

/// Joins the session within its time. The enterprise has attended from the first time on, and counts once.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/join", tag = "online-sessions",
    responses((status = 200, body = SessionJoined)))]
pub async fn join(state: State, auth: Auth, id: Id<OnlineSessionId>) -> Answer {
    ok(execute(&state, auth.caller(), JoinSession { id: id.0 }).await?)
}

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionInput {
    /// The question, at most 4,000 characters.
    text: String,
}

/// Asks a question, before the session or during it.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/questions", tag = "online-sessions",
    request_body = QuestionInput, responses((status = 200, body = OnlineSessionDetail)))]
pub async fn ask(state: State, auth: Auth, id: Id<OnlineSessionId>, body: Json<QuestionInput>) -> Answer {
    step(&state, &auth, AskQuestion { id: id.0, text: body.0.text }).await
}

/// Filter and page of the questions of a session.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuestionQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<OnlineQuestionState>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The questions of a session, the first one first: all for those who manage it; what was answered and what it asked itself for an enterprise that
/// signed up.
#[utoipa::path(get, path = "/api/v1/online-sessions/{id}/questions", tag = "online-sessions", params(QuestionQuery),
    responses((status = 200, content((Page<OnlineQuestionView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn questions(
    state: State,
    auth: Auth,
    id: Id<OnlineSessionId>,
    query: Query<QuestionQuery>,
    wanted: Wanted,
) -> Answer {
    let QuestionQuery { state: of_state, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let id = id.0;
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(view(&state, &auth, id).await?.view.session.topic),
    };
    wanted
        .answer(state, auth, format, &QUESTIONS, slice, move |_, conn, actor, slice| {
            question_page(conn, actor, id, of_state, slice)
        })
        .await
}

/// What becomes of a question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionInput {
    /// `answer` before all who signed up, `consultation`, or `decline`; `correct` replaces an answer that was wrong.
    #[schema(inline)]
    decision: QuestionDecision,
    /// The answer, or the reason for which it is declined, at most 4,000 characters.
    #[serde(default)]
    text: Option<String>,
}

/// Deals with a question, once; an answer that was wrong is corrected. Its enterprise is notified.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/questions/{key}/decision", tag = "online-sessions",
    request_body = DecisionInput, responses((status = 200, body = OnlineSessionDetail)))]
pub async fn decide(
    state: State,
    auth: Auth,
    id: Id<OnlineSessionId>,
    key: Part<QuestionId>,
    body: Json<DecisionInput>,
) -> Answer {
    let DecisionInput { decision, text } = body.0;
    step(&state, &auth, DecideQuestion { id: id.0, question: key.0, decision, text }).await
}

/// The minutes of a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MinutesInput {
    /// The minutes, at most 20,000 characters.
    minutes: String,
    /// The address of a recording, `https` and public.
    #[serde(default)]
    recording_url: Option<String>,
    /// Ids of uploaded files; the first one is the recording.
    #[serde(default)]
    #[schema(value_type = Vec<AttachmentId>)]
    attachments: Vec<AttachmentId>,
}

/// Records that a session was held, with its minutes and the recording; or mends them later, where what is absent stays.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/minutes", tag = "online-sessions",
    request_body = MinutesInput, responses((status = 200, body = OnlineSessionDetail)))]
pub async fn hold(state: State, auth: Auth, id: Id<OnlineSessionId>, body: Json<MinutesInput>) -> Answer {
    let MinutesInput { minutes, recording_url, attachments } = body.0;
    let recording_file = attachments.first().copied();
    step(&state, &auth, HoldSession { id: id.0, minutes, recording_url, recording_file }).await
}

/// Cancels a session that was not held, with a reason. Those who were invited are notified.
#[utoipa::path(post, path = "/api/v1/online-sessions/{id}/cancel", tag = "online-sessions", request_body = Reason,
    responses((status = 200, body = OnlineSessionDetail)))]
pub async fn cancel(state: State, auth: Auth, id: Id<OnlineSessionId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, CancelSession { id: id.0, reason: body.0.reason }).await
}
