//! Concluding a consultation.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::consultations::api::reading::step;
use crate::consultations::views::ConsultationView;
use crate::core::ids::ConsultationId;
use crate::remediation::conclude::ConcludeConsultation;
use crate::remediation::new_action::NewAction;
use crate::web::problem::Answer;
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// A conclusion.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConclusionBody {
    /// In the expert's words.
    conclusion: String,
    /// What caused the problem.
    #[serde(default)]
    cause: Option<String>,
    /// Actions that the enterprise is advised besides those it was advised before. They are in the talk and on the case.
    #[serde(default)]
    actions: Vec<NewAction>,
    /// Why the lead signs though experts of the panel have given no opinion; needed while there are such.
    #[serde(default)]
    missing_opinions_reason: Option<String>,
}

/// Concludes a consultation: the lead signs (签发). While experts who sit on the panel have given no opinion, it is refused with
/// `opinions_missing`, unless a reason is given. The conclusion shows who agrees and who dissents, and gets a number, consecutive within the year.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/conclude", tag = "consultations",
    request_body = ConclusionBody, responses((status = 200, body = ConsultationView)))]
pub async fn conclude(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: Json<ConclusionBody>,
) -> Answer {
    let ConclusionBody { conclusion, cause, actions, missing_opinions_reason } = body.0;
    let command = ConcludeConsultation { id: id.0, conclusion, cause, actions, missing_opinions_reason };
    step(&state, &auth, command).await
}
