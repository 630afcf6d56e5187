//! Remediation cases.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::core::ids::{ActionId, AttachmentId, CaseId, EnterpriseId, EvidenceId, NonconformityId};
use crate::core::page::{Page, Slice};
use crate::core::{Problem, Text};
use crate::remediation::advice::NewAction;
use crate::remediation::queries::{self, CaseDetail, CaseFilter, CaseView};
use crate::remediation::{AddAction, AddEvidence, CaseState, CaseStep, OpenCase, RecordStep};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::server::State;
use crate::web::{Auth, Id, Json, Query};

async fn detail(state: &State, auth: &Auth, id: CaseId) -> Result<CaseDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.conn()?, &actor, id, app.clock().now())).await
}

/// Which cases.
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
    /// Only those that are not cleared and whose re-inspection is due on or before this day.
    due_before: Option<NaiveDate>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The cases that the caller may see, newest first.
#[utoipa::path(get, path = "/api/v1/remediation/cases", tag = "remediation", params(CaseQuery),
    responses((status = 200, body = Page<CaseView>)))]
pub async fn list(state: State, auth: Auth, query: Query<CaseQuery>) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = CaseFilter {
        state: query.state,
        enterprise: query.enterprise,
        nonconformity: query.nonconformity,
        region: query.region,
        due_before: query.due_before,
    };
    let work = move |app: &crate::app::App| {
        queries::list(&mut *app.conn()?, &auth.actor(), &filter, slice, app.clock().now())
    };
    ok(read(&state, work).await?)
}

/// Enters a rectification order, which opens the case of a nonconformity and starts its clocks.
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

/// A step of a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepBody {
    /// What happened.
    event: CaseEvent,
    /// Of a re-inspection: whether it was passed.
    #[serde(default)]
    passed: Option<bool>,
    /// On which day, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    occurred_on: Option<NaiveDate>,
    /// In the actor's words.
    #[serde(default)]
    note: Option<String>,
}

crate::word_enum! {
    /// The events of a case.
    pub enum CaseEvent {
        /// The enterprise begins to correct.
        StartCorrection = "start_correction",
        /// The enterprise hands in its evidence.
        SubmitEvidence = "submit_evidence",
        /// The regulator re-inspected; `passed` says with what result.
        Reinspect = "reinspect",
        /// The same as `reinspect` with `passed` true.
        PassReinspection = "pass_reinspection",
        /// The same as `reinspect` with `passed` false.
        FailReinspection = "fail_reinspection",
        /// The regulator clears the case.
        Clear = "clear",
    }
}

impl StepBody {
    fn step(&self) -> Result<CaseStep, Problem> {
        let step = match (self.event, self.passed) {
            (CaseEvent::StartCorrection, None) => CaseStep::StartCorrection,
            (CaseEvent::SubmitEvidence, None) => CaseStep::SubmitEvidence,
            (CaseEvent::Clear, None) => CaseStep::Clear,
            (CaseEvent::Reinspect, Some(true)) | (CaseEvent::PassReinspection, None | Some(true)) => {
                CaseStep::PassReinspection
            }
            (CaseEvent::Reinspect, Some(false)) | (CaseEvent::FailReinspection, None | Some(false)) => {
                CaseStep::FailReinspection
            }
            (CaseEvent::Reinspect, None) => {
                let text = Text::new("复查须注明是否合格", "a re-inspection needs its result");
                return Err(Problem::field("/passed", text));
            }
            (_, Some(_)) => {
                let text = Text::new("与该事件不符", "does not go with this event");
                return Err(Problem::field("/passed", text));
            }
        };
        Ok(step)
    }
}

/// Takes a step of a case. A step that the state does not allow is refused with those that it does.
#[utoipa::path(post, path = "/api/v1/remediation/cases/{id}/events", tag = "remediation", request_body = StepBody,
    responses((status = 200, body = CaseDetail)))]
pub async fn step(state: State, auth: Auth, id: Id<CaseId>, body: Json<StepBody>) -> Answer {
    let step = body.0.step()?;
    let StepBody { occurred_on, note, .. } = body.0;
    let id = execute(&state, auth.caller(), RecordStep { id: id.0, step, occurred_on, note }).await?;
    ok(detail(&state, &auth, id).await?)
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
    /// What it shows.
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
