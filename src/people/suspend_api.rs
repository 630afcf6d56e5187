//! Suspending experts over HTTP.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::consultations::hand_over::HeldConsultation;
use crate::core::ids::ExpertId;
use crate::people::suspend::{HandOnConsultations, SuspendExpert, SuspensionOutcome, open_consultations};
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// A suspension.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionBody {
    /// The reason, at most 1,000 characters; the expert is told.
    reason: String,
    /// The last day of it, Asia/Shanghai; without one it lasts until it is lifted.
    #[serde(default)]
    until: Option<NaiveDate>,
    /// Whether consultations under way are handed on now; else they stay with the expert, and can be handed on later.
    #[serde(default)]
    hand_over: bool,
    /// To whom they are handed on; without one, to whom matching finds.
    #[serde(default)]
    hand_over_to: Option<ExpertId>,
}

/// Suspends an expert, as an admin of one of the expert's regions: the expert gets no offers, no pairs of plans and no invitations to panels.
/// What is offered passes on at once. The answer lists what is under way still.
#[utoipa::path(post, path = "/api/v1/experts/{id}/suspend", tag = "experts", request_body = SuspensionBody,
    responses((status = 200, body = SuspensionOutcome)))]
pub async fn suspend(state: State, auth: Auth, id: Id<ExpertId>, body: Json<SuspensionBody>) -> Answer {
    let SuspensionBody { reason, until, hand_over, hand_over_to } = body.0;
    let command = SuspendExpert { expert: id.0, reason, until, hand_over, hand_over_to };
    ok(execute(&state, auth.caller(), command).await?)
}

/// The expert to whom a suspended expert's consultations are handed on, and the reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOnBody {
    /// The expert; without one, to whom matching finds.
    #[serde(default)]
    expert: Option<ExpertId>,
    /// The reason, at most 1,000 characters.
    reason: String,
}

/// Hands on all that a suspended expert has under way.
#[utoipa::path(post, path = "/api/v1/experts/{id}/hand-on", tag = "experts", request_body = HandOnBody,
    responses((status = 200, body = SuspensionOutcome)))]
pub async fn hand_on(state: State, auth: Auth, id: Id<ExpertId>, body: Json<HandOnBody>) -> Answer {
    let HandOnBody { expert: to, reason } = body.0;
    ok(execute(&state, auth.caller(), HandOnConsultations { expert: id.0, reason, to }).await?)
}

/// The open consultations in which an expert has a part, for the expert and for those who decide on the expert.
#[utoipa::path(get, path = "/api/v1/experts/{id}/open-consultations", tag = "experts",
    responses((status = 200, body = Vec<HeldConsultation>)))]
pub async fn open(state: State, auth: Auth, id: Id<ExpertId>) -> Answer {
    let (id, actor) = (id.0, auth.actor());
    let work =
        move |app: &crate::app::App| open_consultations(&mut *app.snapshot()?, &actor, id, app.catalogue());
    ok(read(&state, work).await?)
}
