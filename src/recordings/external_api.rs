//! The HTTP handlers of recordings that other systems keep.

use crate::inspections::ids::InspectionId;
use crate::recordings::api::manifest_of;
use crate::recordings::external::{EndExternalRecording, ExternalInput, NameExternalRecording};
use crate::recordings::ids::ExternalId;
use crate::recordings::manifest::Manifest;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part};

/// Names a recording of the inspection that another system keeps: the system, its number there, from when to when, what is to be seen on it.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/recordings/external", tag = "recordings", request_body = ExternalInput,
    responses((status = 201, body = Manifest)))]
pub async fn name(state: State, auth: Auth, id: Id<InspectionId>, body: Json<ExternalInput>) -> Answer {
    let command = NameExternalRecording { inspection: id.0, recording: body.0 };
    let id = execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/inspections/{id}/recordings/manifest"), manifest_of(&state, &auth, id).await?)
}

/// Takes back that another system keeps a recording, with a reason: who named it, or an officer.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/recordings/external/{key}/end", tag = "recordings", request_body = Reason,
    responses((status = 200, body = Manifest)))]
pub async fn end(
    state: State,
    auth: Auth,
    id: Id<InspectionId>,
    key: Part<ExternalId>,
    body: Json<Reason>,
) -> Answer {
    let command = EndExternalRecording { inspection: id.0, recording: key.0, reason: body.0.reason };
    let id = execute(&state, auth.caller(), command).await?;
    ok(manifest_of(&state, &auth, id).await?)
}
