//! What is done with a consultation that is open.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::consultations::agreement::Agreement;
use crate::consultations::answer::{AcceptConsultation, DeclineConsultation};
use crate::consultations::api::reading::step;
use crate::consultations::assign::{AssignConsultation, PinConsultation};
use crate::consultations::close::CloseConsultation;
use crate::consultations::conclude::RateConsultation;
use crate::consultations::information::{AskInformation, CancelInformationRequest};
use crate::consultations::panel::{GiveOpinion, InviteExpert};
use crate::consultations::reopen::ReopenConsultation;
use crate::consultations::transfer::TransferConsultation;
use crate::consultations::views::ConsultationView;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::web::extract::MaybeJson;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{execute, no_content};
use crate::web::state::State;
use crate::web::{Auth, Id, Json};

/// Accepts the consultation that is offered.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/accept", tag = "consultations",
    responses((status = 200, body = ConsultationView)))]
pub async fn accept(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    step(&state, &auth, AcceptConsultation { id: id.0 }).await
}

/// A reason, if one is given.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaybeReason {
    /// In the words of who gives it.
    #[serde(default)]
    pub(super) reason: Option<String>,
}

/// Declines the consultation that is offered; it goes to the next expert.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/decline", tag = "consultations",
    request_body = Option<MaybeReason>, responses((status = 204)))]
pub async fn decline(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: MaybeJson<MaybeReason>,
) -> Answer {
    let command = DeclineConsultation { id: id.0, reason: body.0.reason };
    execute(&state, auth.caller(), command).await?;
    no_content()
}

/// The colleague to hand it on to, and the reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// The expert; without one, the best who fits.
    #[serde(default)]
    expert: Option<ExpertId>,
    /// The reason.
    reason: String,
}

/// Hands a consultation on to another expert.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/transfer", tag = "consultations", request_body = TransferBody,
    responses((status = 204)))]
pub async fn transfer(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<TransferBody>) -> Answer {
    let TransferBody { expert, reason } = body.0;
    execute(&state, auth.caller(), TransferConsultation { id: id.0, expert, reason }).await?;
    no_content()
}

/// The expert to whom an admin gives a consultation, and the reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The expert; without one, the best who fits.
    #[serde(default)]
    expert: Option<ExpertId>,
    /// The reason.
    reason: String,
    /// Whether the platform leaves it with this expert, even when times run out.
    #[serde(default)]
    pin: bool,
}

/// Gives a consultation to an expert, who holds it at once; or takes it away to be matched again. Within the hard rules.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/assign", tag = "consultations", request_body = AssignBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn assign(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<AssignBody>) -> Answer {
    let AssignBody { expert, reason, pin } = body.0;
    step(&state, &auth, AssignConsultation { id: id.0, expert, reason, pin }).await
}

/// Pins a consultation to its expert: the platform does not take it away.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/pin", tag = "consultations", request_body = Reason,
    responses((status = 200, body = ConsultationView)))]
pub async fn pin(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<Reason>) -> Answer {
    let command = PinConsultation { id: id.0, pinned: true, reason: body.0.reason };
    step(&state, &auth, command).await
}

/// Unpins a consultation.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/unpin", tag = "consultations", request_body = Reason,
    responses((status = 200, body = ConsultationView)))]
pub async fn unpin(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<Reason>) -> Answer {
    let command = PinConsultation { id: id.0, pinned: false, reason: body.0.reason };
    step(&state, &auth, command).await
}

/// Reopens a concluded consultation: with the same expert if there is capacity, else matched again.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/reopen", tag = "consultations", request_body = Reason,
    responses((status = 200, body = ConsultationView)))]
pub async fn reopen(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<Reason>) -> Answer {
    let command = ReopenConsultation { id: id.0, reason: body.0.reason };
    step(&state, &auth, command).await
}

/// The expert to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteBody {
    /// The expert.
    expert: ExpertId,
    /// What the expert is invited for.
    #[serde(default)]
    note: Option<String>,
}

/// Invites an expert to the panel, who has a seat once the invitation is accepted.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/invite", tag = "consultations", request_body = InviteBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn invite(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<InviteBody>) -> Answer {
    let InviteBody { expert, note } = body.0;
    step(&state, &auth, InviteExpert { id: id.0, expert, note }).await
}

/// An opinion, with the position of the expert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpinionBody {
    /// In the expert's words, at most 8,000 characters.
    opinion: String,
    /// Whether the expert agrees with the lead: `agree`, `dissent` or `abstain`.
    #[schema(inline)]
    agreement: Agreement,
    /// The reasons, needed with `dissent`.
    #[serde(default)]
    reason: Option<String>,
}

/// Gives one's opinion as an expert of the panel, or revises it. After the conclusion it is marked as such (`after_conclusion`), and is not in
/// the conclusion.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/opinion", tag = "consultations", request_body = OpinionBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn opine(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<OpinionBody>) -> Answer {
    let OpinionBody { opinion, agreement, reason } = body.0;
    let command = GiveOpinion { id: id.0, opinion, agreement, reason };
    step(&state, &auth, command).await
}

/// A question for information.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InformationBody {
    /// What the enterprise is to hand in.
    question: String,
}

/// Asks the enterprise for information. Until it writes, its response targets are paused.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/ask-information", tag = "consultations",
    request_body = InformationBody, responses((status = 200, body = ConsultationView)))]
pub async fn ask_information(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    body: Json<InformationBody>,
) -> Answer {
    let command = AskInformation { id: id.0, question: body.0.question };
    step(&state, &auth, command).await
}

/// Withdraws the question for information; the response targets go on.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/cancel-information-request", tag = "consultations",
    responses((status = 200, body = ConsultationView)))]
pub async fn cancel_information_request(state: State, auth: Auth, id: Id<ConsultationId>) -> Answer {
    step(&state, &auth, CancelInformationRequest { id: id.0 }).await
}

/// Ends a consultation of one's own enterprise: takes it back before an expert has taken it, closes it afterwards.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/close", tag = "consultations",
    request_body = Option<MaybeReason>, responses((status = 200, body = ConsultationView)))]
pub async fn close(state: State, auth: Auth, id: Id<ConsultationId>, body: MaybeJson<MaybeReason>) -> Answer {
    let command = CloseConsultation { id: id.0, reason: body.0.reason };
    step(&state, &auth, command).await
}

/// A rating.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingBody {
    /// 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    rating: i32,
    /// A comment.
    #[serde(default)]
    comment: Option<String>,
}

/// Rates a concluded consultation, once.
#[utoipa::path(post, path = "/api/v1/consultations/{id}/rating", tag = "consultations", request_body = RatingBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn rate(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<RatingBody>) -> Answer {
    let RatingBody { rating, comment } = body.0;
    step(&state, &auth, RateConsultation { id: id.0, rating, comment }).await
}
