//! The HTTP handlers of measures and amounts of support programmes: they extract, execute and show.

use crate::programmes::ids::ProgrammeId;
use crate::support_programmes::amounts::{EnterAmount, ReverseAmount};
use crate::support_programmes::api::view;
use crate::support_programmes::detail::SupportDetail;
use crate::support_programmes::ids::{AmountId, MeasureId};
use crate::support_programmes::input::MeasureInput;
use crate::support_programmes::measures::{AddMeasure, ChangeMeasure, MoveMeasure};
use crate::support_programmes::state::{AmountKind, MeasureStep, PaidBy};
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Lang, Part};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Adds a measure.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/measures", tag = "support-programmes",
    request_body = MeasureInput, responses((status = 201, body = SupportDetail)))]
pub async fn add_measure(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    language: Lang,
    body: Json<MeasureInput>,
) -> Answer {
    let programme = id.0;
    execute(&state, auth.caller(), AddMeasure { programme, measure: body.0 }).await?;
    let made = view(&state, &auth, (programme, None), language.0).await?;
    created(&format!("/api/v1/support-programmes/{programme}"), made)
}

/// Changes a measure that has not begun.
#[utoipa::path(put, path = "/api/v1/support-programmes/{id}/measures/{key}", tag = "support-programmes",
    request_body = MeasureInput, responses((status = 200, body = SupportDetail)))]
pub async fn change_measure(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    key: Part<MeasureId>,
    language: Lang,
    body: Json<MeasureInput>,
) -> Answer {
    let programme = id.0;
    execute(&state, auth.caller(), ChangeMeasure { programme, id: key.0, measure: body.0 }).await?;
    ok(view(&state, &auth, (programme, None), language.0).await?)
}

/// A step of a measure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeasureStep {
    /// The step.
    #[schema(inline)]
    step: MeasureStep,
    /// The day on which it began or was done; today where none is named.
    #[serde(default)]
    on: Option<NaiveDate>,
    /// Why it is dropped; needed for that step.
    #[serde(default)]
    reason: Option<String>,
}

/// Takes a step of a measure: it begins, is done, or is dropped with a reason. One that begins before the approval stands in the way of that; after the approval the
/// first one begins the programme.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/measures/{key}/steps", tag = "support-programmes",
    request_body = NewMeasureStep, responses((status = 200, body = SupportDetail)))]
pub async fn move_measure(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    key: Part<MeasureId>,
    language: Lang,
    body: Json<NewMeasureStep>,
) -> Answer {
    let NewMeasureStep { step, on, reason } = body.0;
    let programme = id.0;
    execute(&state, auth.caller(), MoveMeasure { programme, id: key.0, step, on, reason }).await?;
    ok(view(&state, &auth, (programme, None), language.0).await?)
}

/// A cost, or a fee that is disclosed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAmount {
    /// Whether it is a cost or a fee.
    #[schema(inline)]
    kind: AmountKind,
    /// For what, at most 200 characters.
    description: String,
    /// In fen, a whole number.
    amount_fen: i64,
    /// The day on which it was spent or is taken from; not after today.
    on_day: NaiveDate,
    /// Of a fee: code of the product hospital that takes it.
    #[serde(default)]
    hospital: Option<String>,
    /// Of a fee: who pays.
    #[serde(default)]
    #[schema(inline)]
    paid_by: Option<PaidBy>,
}

/// Enters what a support programme costs the public, or a fee that a product hospital takes in it, which is disclosed.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/amounts", tag = "support-programmes",
    request_body = NewAmount, responses((status = 201, body = SupportDetail)))]
pub async fn enter_amount(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    language: Lang,
    body: Json<NewAmount>,
) -> Answer {
    let NewAmount { kind, description, amount_fen, on_day, hospital, paid_by } = body.0;
    let programme = id.0;
    let command = EnterAmount { programme, kind, description, amount_fen, on_day, hospital, paid_by };
    execute(&state, auth.caller(), command).await?;
    let made = view(&state, &auth, (programme, None), language.0).await?;
    created(&format!("/api/v1/support-programmes/{programme}"), made)
}

/// Reverses an amount that was entered by mistake, with a reason. It stays, and counts in the figures of days before.
#[utoipa::path(post, path = "/api/v1/support-programmes/{id}/amounts/{key}/reversal", tag = "support-programmes",
    request_body = Reason, responses((status = 200, body = SupportDetail)))]
pub async fn reverse_amount(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    key: Part<AmountId>,
    language: Lang,
    body: Json<Reason>,
) -> Answer {
    let programme = id.0;
    let command = ReverseAmount { programme, id: key.0, reason: body.0.reason };
    execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, (programme, None), language.0).await?)
}
