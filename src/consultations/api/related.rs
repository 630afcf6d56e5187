//! Consultations that belong together: the related ones, links, merging.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::consultations::api::reading::step;
use crate::consultations::links::{LinkConsultation, UnlinkConsultation};
use crate::consultations::merge::MergeConsultation;
use crate::consultations::related::{RelatedView, related, related_one};
use crate::consultations::views::ConsultationView;
use crate::core::ids::ConsultationId;
use crate::core::page::Page;
use crate::web::extract::Part;
use crate::web::params::PageQuery;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// The consultations that belong to one, as far as the caller may see them: merged with it, linked by hand, and the earlier ones about the same
/// record, of the same enterprise, about the same product kind. Those that are nearer come first.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/related", tag = "consultations", params(PageQuery),
    responses((status = 200, body = Page<RelatedView>)))]
pub async fn list(state: State, auth: Auth, id: Id<ConsultationId>, query: Query<PageQuery>) -> Answer {
    let (slice, actor) = (query.0.slice()?, auth.actor());
    ok(read(&state, move |app| related(&mut *app.snapshot()?, &actor, id.0, slice)).await?)
}

/// The other consultation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// The consultation to link it to, which the caller may see as well.
    consultation: ConsultationId,
}

/// Links a consultation to another one. Both show it to whoever may see the other.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/related", tag = "consultations", request_body = LinkBody,
    responses((status = 201, body = RelatedView)))]
pub async fn link(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<LinkBody>) -> Answer {
    let command = LinkConsultation { id: id.0, other: body.0.consultation };
    let other = execute(&state, auth.caller(), command).await?;
    let (id, actor) = (id.0, auth.actor());
    let view = read(&state, move |app| related_one(&mut *app.snapshot()?, &actor, id, other)).await?;
    created(&format!("/api/v1/consultations/{id}/related"), view)
}

/// Takes the link between two consultations away.
#[utoipa::path(delete, path = "/api/v1/consultations/{id}/related/{other}", tag = "consultations",
    responses((status = 204)))]
pub async fn unlink(state: State, auth: Auth, id: Id<ConsultationId>, other: Part<ConsultationId>) -> Answer {
    execute(&state, auth.caller(), UnlinkConsultation { id: id.0, other: other.0 }).await?;
    no_content()
}

/// Into which one it is merged, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// The consultation of the same enterprise that goes on.
    into: ConsultationId,
    /// The reason, which all who take part can read, at most 1,000 characters.
    reason: String,
}

/// Merges a consultation into another open one of the same enterprise. It is over then, and its talk stays readable; an officer undoes that
/// by reopening it.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/merge", tag = "consultations", request_body = MergeBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn merge(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<MergeBody>) -> Answer {
    let MergeBody { into, reason } = body.0;
    step(&state, &auth, MergeConsultation { id: id.0, into, reason }).await
}
