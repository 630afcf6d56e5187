//! An enterprise excludes an expert from its consultations.

use crate::consultations::refusal::{RefuseExpert, WithdrawRefusal};
use crate::core::ids::ExpertId;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{execute, no_content};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// Excludes an expert from the consultations of one's enterprise; open ones go to another expert.
#[utoipa::path(post, path = "/api/v1/experts/{id}/exclusion", tag = "experts", request_body = Reason,
    responses((status = 204)))]
pub async fn exclude_expert(state: State, auth: Auth, id: Id<ExpertId>, body: Json<Reason>) -> Answer {
    execute(&state, auth.caller(), RefuseExpert { expert: id.0, reason: body.0.reason }).await?;
    no_content()
}

/// Takes the exclusion of an expert back.
#[utoipa::path(delete, path = "/api/v1/experts/{id}/exclusion", tag = "experts", responses((status = 204)))]
pub async fn withdraw_exclusion(state: State, auth: Auth, id: Id<ExpertId>) -> Answer {
    execute(&state, auth.caller(), WithdrawRefusal { expert: id.0 }).await?;
    no_content()
}
