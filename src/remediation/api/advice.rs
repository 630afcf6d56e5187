//! Advice that an expert gives in a consultation.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::core::ids::ConsultationId;
use crate::remediation::advice::{Advice, GiveAdvice, NewAction};
use crate::web::problem::Answer;
use crate::web::reply::{created, execute};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// A list of corrective actions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdviceBody {
    /// Text before the list of actions.
    #[serde(default)]
    summary: Option<String>,
    /// The actions, at least one.
    actions: Vec<NewAction>,
}

/// Gives advice: a list of corrective actions, which are in the talk and on the case.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/advice", tag = "consultations", request_body = AdviceBody,
    responses((status = 201, body = Advice)))]
pub async fn advise(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<AdviceBody>) -> Answer {
    let AdviceBody { summary, actions } = body.0;
    let command = GiveAdvice { consultation: id.0, summary, actions };
    let advice = execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/consultations/{}/messages?stream=talk&after={}", id.0, advice.seq - 1), advice)
}
