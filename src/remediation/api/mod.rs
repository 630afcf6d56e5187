//! Remediation cases.

pub mod advice;
pub mod conclusion;
pub mod dossier;

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::attachments::ids::AttachmentId;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::enterprises::ids::NonconformityId;
use crate::exports::{BookFile, Format, Wanted};
use crate::remediation::action::ActionStep;
use crate::remediation::advice::AddAction;
use crate::remediation::case_filter::{CaseFilter, Mine, Turn, Window};
use crate::remediation::case_view::{CaseDetail, CaseView};
use crate::remediation::clearance::{DecideCriterion, NewDecision};
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::deadlines::{EnterpriseReminded, RemindEnterprise};
use crate::remediation::event::NewEvent;
use crate::remediation::evidence::AddEvidence;
use crate::remediation::exports::CASES;
use crate::remediation::ids::{ActionId, CaseId, EvidenceId};
use crate::remediation::move_action::{Answer as ActionAnswer, MoveAction};
use crate::remediation::new_action::NewAction;
use crate::remediation::open_case::OpenCase;
use crate::remediation::queries;
use crate::remediation::record_event::RecordEvent;
use crate::remediation::state::CaseState;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, MaybeJson, Part, Query};

async fn detail(state: &State, auth: &Auth, id: CaseId) -> Result<CaseDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(app, &mut *app.snapshot()?, &actor, id)).await
}

/// Filter and page of the list of cases.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<CaseState>,
    /// Only those of this enterprise.
    enterprise: Option<EnterpriseId>,
    /// Only those of this nonconformity.
    nonconformity: Option<NonconformityId>,
    /// Only those of this region and all under it.
    region: Option<String>,
    /// Only those that have not ended and whose re-inspection is due on or before this day.
    due_before: Option<NaiveDate>,
    /// Only those whose next step is the enterprise's, or the authority's.
    #[param(inline)]
    turn: Option<Turn>,
    /// With `true` only those on which the caller, an officer, may take a step today that leads on; none for others.
    mine: Option<bool>,
    /// Only those of products of this class, by its code.
    class: Option<String>,
    /// Only those with a statutory deadline that runs and ends on or after this day.
    deadline_from: Option<NaiveDate>,
    /// Only those with a statutory deadline that runs and ends on or before this day.
    deadline_to: Option<NaiveDate>,
    /// Of the statutory deadlines only this one.
    #[param(inline)]
    clock: Option<Clock>,
    /// Part of the enterprise's name, or the beginning of its credit code or of the report's number.
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

/// The cases that the caller may see, newest first.
#[utoipa::path(get, path = "/api/v1/remediation/cases", tag = "remediation", params(CaseQuery),
    responses((status = 200, content((Page<CaseView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<CaseQuery>, wanted: Wanted) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = CaseFilter {
        state: query.state,
        enterprise: query.enterprise,
        nonconformity: query.nonconformity,
        region: query.region,
        due_before: query.due_before,
        turn: query.turn,
        mine: None,
        class: query.class,
        deadline: Window::of(query.deadline_from, query.deadline_to, query.clock),
        q: query.q,
    };
    let asked_mine = query.mine == Some(true);
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        let mine = asked_mine.then(|| Mine::of(actor, shanghai_date(app.clock().now())));
        queries::list(app, conn, actor, &CaseFilter { mine, ..filter.clone() }, slice)
    };
    wanted.answer(state, auth, query.format, &CASES, slice, work).await
}

/// Enters the stop order or the rectification order that opens the case of a nonconformity and starts its clocks.
#[utoipa::path(post, path = "/api/v1/remediation/cases", tag = "remediation", request_body = OpenCase,
    responses((status = 201, body = CaseDetail)))]
pub async fn open(state: State, auth: Auth, body: Json<OpenCase>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/remediation/cases/{id}"), detail(&state, &auth, id).await?)
}

/// One case: state, clocks, actions, evidence, history.
#[utoipa::path(get, path = "/api/v1/remediation/cases/{id}", tag = "remediation",
    responses((status = 200, body = CaseDetail)))]
pub async fn case(state: State, auth: Auth, id: Id<CaseId>) -> Answer {
    ok(detail(&state, &auth, id.0).await?)
}

/// Enters an event of a case: a step of the statutory course, or the correction of one. What the law does not allow is refused
/// with the `article` that it would break.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/events", tag = "remediation", request_body = NewEvent,
    extensions(("x-step-up" = json!(["clear"]))),
    responses((status = 200, body = CaseDetail)))]
pub async fn step(state: State, auth: Auth, id: Id<CaseId>, body: Json<NewEvent>) -> Answer {
    let id = execute(&state, auth.caller(), RecordEvent { case: id.0, event: body.0 }).await?;
    match detail(&state, &auth, id).await {
        // Who corrects to which region a case was handed may see it no more; what became of it is still the answer.
        Err(failure) if failure.problem.status == 404 => {
            ok(read(&state, move |app| queries::get(app, &mut *app.snapshot()?, &Actor::System, id)).await?)
        }
        detail => ok(detail?),
    }
}

/// The action that was entered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionMade {
    /// Its id.
    id: ActionId,
}

/// Enters an action on a case.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/actions", tag = "remediation", request_body = NewAction,
    responses((status = 201, body = ActionMade)))]
pub async fn add_action(state: State, auth: Auth, id: Id<CaseId>, body: Json<NewAction>) -> Answer {
    let made = execute(&state, auth.caller(), AddAction { case: id.0, action: body.0 }).await?;
    created(&format!("/api/v1/remediation/cases/{}", id.0), ActionMade { id: made })
}

/// The result of an action's answer: the case with it.
async fn answer(
    state: State,
    auth: Auth,
    id: Id<CaseId>,
    action: Part<ActionId>,
    step: ActionStep,
    answer: ActionAnswer,
) -> Answer {
    let command = MoveAction { case: id.0, action: action.0, step, answer };
    execute(&state, auth.caller(), command).await?;
    ok(detail(&state, &auth, id.0).await?)
}

/// The enterprise takes an action on: who sees to it and until when.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/actions/{action}/accept", tag = "remediation",
    request_body = ActionAnswer, responses((status = 200, body = CaseDetail)))]
pub async fn accept_action(
    state: State,
    auth: Auth,
    id: Id<CaseId>,
    action: Part<ActionId>,
    body: MaybeJson<ActionAnswer>,
) -> Answer {
    answer(state, auth, id, action, ActionStep::Accept, body.0).await
}

/// The enterprise does not take an action on, and says why.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/actions/{action}/decline", tag = "remediation",
    request_body = ActionAnswer, responses((status = 200, body = CaseDetail)))]
pub async fn decline_action(
    state: State,
    auth: Auth,
    id: Id<CaseId>,
    action: Part<ActionId>,
    body: Json<ActionAnswer>,
) -> Answer {
    answer(state, auth, id, action, ActionStep::Decline, body.0).await
}

/// The enterprise has carried an action out. In the order of 8D: what it builds on is done before.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/actions/{action}/complete", tag = "remediation",
    request_body = ActionAnswer, responses((status = 200, body = CaseDetail)))]
pub async fn complete_action(
    state: State,
    auth: Auth,
    id: Id<CaseId>,
    action: Part<ActionId>,
    body: MaybeJson<ActionAnswer>,
) -> Answer {
    answer(state, auth, id, action, ActionStep::Complete, body.0).await
}

/// The regulator finds that an action is not done after all.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/actions/{action}/reopen", tag = "remediation",
    request_body = ActionAnswer, responses((status = 200, body = CaseDetail)))]
pub async fn reopen_action(
    state: State,
    auth: Auth,
    id: Id<CaseId>,
    action: Part<ActionId>,
    body: Json<ActionAnswer>,
) -> Answer {
    answer(state, auth, id, action, ActionStep::Reopen, body.0).await
}

/// Reminds the enterprise of the deadlines of its case by mail, at most once a day.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/remind", tag = "remediation",
    responses((status = 200, body = EnterpriseReminded)))]
pub async fn remind(state: State, auth: Auth, id: Id<CaseId>) -> Answer {
    ok(execute(&state, auth.caller(), RemindEnterprise { case: id.0 }).await?)
}

/// Decides whether a recovery criterion holds, with the evidence that it is based on.
#[utoipa::path(put, path = "/api/v1/remediation/cases/{id}/criteria/{key}", tag = "remediation",
    request_body = NewDecision, responses((status = 200, body = CaseDetail)))]
pub async fn decide(
    state: State,
    auth: Auth,
    id: Id<CaseId>,
    key: Part<String>,
    body: Json<NewDecision>,
) -> Answer {
    let command = DecideCriterion { case: id.0, key: key.0, decision: body.0 };
    execute(&state, auth.caller(), command).await?;
    ok(detail(&state, &auth, id.0).await?)
}

/// A piece of evidence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBody {
    /// The action that it proves.
    #[serde(default)]
    action: Option<ActionId>,
    /// The recovery criterion that it proves, by its key.
    #[serde(default)]
    criterion: Option<String>,
    /// Description of what the evidence shows.
    description: String,
    /// Ids of uploaded files of one's own, in order, at most 50.
    #[serde(default)]
    attachments: Vec<AttachmentId>,
}

/// The evidence that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceMade {
    /// Its id.
    id: EvidenceId,
}

/// Adds a piece of evidence to a case whose correction is under way.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/evidence", tag = "remediation",
    request_body = EvidenceBody, responses((status = 201, body = EvidenceMade)))]
pub async fn add_evidence(state: State, auth: Auth, id: Id<CaseId>, body: Json<EvidenceBody>) -> Answer {
    let EvidenceBody { action, criterion, description, attachments } = body.0;
    let command = AddEvidence { case: id.0, action, criterion, description, attachments };
    let made = execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/remediation/cases/{}", id.0), EvidenceMade { id: made })
}
