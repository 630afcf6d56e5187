//! Invitations to panels over HTTP: those of the caller, and what becomes of them.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::consultations::api::reading::step;
use crate::consultations::api::steps::MaybeReason;
use crate::consultations::invitations::{OwnPanelInvitation, own_invitations};
use crate::consultations::panel::{AcceptInvitation, DeclineInvitation, WithdrawInvitation};
use crate::consultations::views::ConsultationView;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::web::extract::MaybeJson;
use crate::web::problem::Answer;
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// The invitations to panels that wait for the caller's answer, the earliest first, 200 at most. Before it is accepted, an expert sees no
/// more of the consultation than this.
#[utoipa::path(get, path = "/api/v1/panel-invitations", tag = "consultations",
    responses((status = 200, body = Vec<OwnPanelInvitation>)))]
pub async fn own(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| own_invitations(&mut *app.snapshot()?, &actor)).await?)
}

/// Accepts the invitation to the panel: the caller has a seat, which takes a place of the capacity, and sees the consultation. The rules
/// hold as they did for the invitation.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/invitation/accept", tag = "consultations",
    responses((status = 200, body = ConsultationView)))]
pub async fn accept(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    step(&state, &auth, AcceptInvitation { id: id.0 }).await
}

/// Declines the invitation to the panel.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/invitation/decline", tag = "consultations",
    request_body = Option<MaybeReason>, responses((status = 204)))]
pub async fn decline(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: MaybeJson<MaybeReason>,
) -> Answer {
    let command = DeclineInvitation { id: id.0, reason: body.0.reason };
    execute(&state, auth.caller(), command).await?;
    no_content()
}

/// The expert whose invitation is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawnInvitation {
    /// The expert.
    expert: ExpertId,
}

/// Takes back an invitation to the panel that is not answered yet.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/invitation/withdraw", tag = "consultations",
    request_body = WithdrawnInvitation, responses((status = 200, body = ConsultationView)))]
pub async fn withdraw(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: Json<WithdrawnInvitation>,
) -> Answer {
    let command = WithdrawInvitation { id: id.0, expert: body.0.expert };
    step(&state, &auth, command).await
}
