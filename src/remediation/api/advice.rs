//! Advice that an expert gives in a consultation.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::core::clock::shanghai_date;
use crate::core::ids::ConsultationId;
use crate::remediation::advice::{Advice, GiveAdvice};
use crate::remediation::given_advice::{self, AdviceView};
use crate::remediation::new_action::NewAction;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// A list of corrective actions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdviceBody {
    /// Text before the list of actions.
    #[serde(default)]
    summary: Option<String>,
    /// What caused the problem.
    #[serde(default)]
    cause: Option<String>,
    /// The actions, at least one.
    actions: Vec<NewAction>,
}

/// Gives advice: a list of corrective actions, which are in the talk and on the case.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/advice", tag = "consultations", request_body = AdviceBody,
    responses((status = 201, body = Advice)))]
pub async fn advise(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<AdviceBody>) -> Answer {
    let AdviceBody { summary, cause, actions } = body.0;
    let command = GiveAdvice { consultation: id.0, summary, cause, actions };
    let advice = execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/consultations/{}/messages?stream=talk&after={}", id.0, advice.seq - 1), advice)
}

/// The advice of a consultation, oldest first, with what has become of its actions.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/advice", tag = "consultations",
    responses((status = 200, body = Vec<AdviceView>)))]
pub async fn given(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    let (id, actor) = (id.0, auth.actor());
    let found = read(&state, move |app| {
        let today = shanghai_date(app.clock().now());
        given_advice::advice(&mut *app.snapshot()?, &actor, id, today)
    });
    ok(found.await?)
}
