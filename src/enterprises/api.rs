//! Claims of accounts over HTTP: made, confirmed, decided.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::core::page::{Page, Slice};
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::claims::{self, ApproveRegistration, ClaimDecided, ClaimView, RejectRegistration};
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::registration::{AccountMade, ClaimReceived, ConfirmRegistration, RegisterEnterprise};
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, ClientAddress, Guest, Id, Json, Query};

/// Claims the account of an enterprise. The answer is the same whether or not it is on the list; a one-time link goes to
/// the mail address on record, or the claim to the admins where none is.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations", tag = "accounts", request_body = RegisterEnterprise,
    responses((status = 202, body = ClaimReceived)))]
pub async fn register(
    state: State,
    guest: Guest,
    address: ClientAddress,
    body: Json<RegisterEnterprise>,
) -> Answer {
    let mut command = body.0;
    command.password.hash(&state.app, address.network()).await?;
    let answer = execute(&state, guest.0, command).await?;
    Ok(actix_web::HttpResponse::Accepted().json(answer))
}

/// Uses the one-time link: the account is made.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/confirm", tag = "accounts",
    request_body = ConfirmRegistration, responses((status = 201, body = AccountMade)))]
pub async fn confirm(state: State, guest: Guest, body: Json<ConfirmRegistration>) -> Answer {
    created("/api/v1/me", execute(&state, guest.0, body.0).await?)
}

/// Which claims.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClaimQuery {
    /// Only those at this point.
    #[param(inline)]
    state: Option<ClaimState>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The claims of the caller's region, newest first.
#[utoipa::path(get, path = "/api/v1/enterprise-registrations", tag = "accounts", params(ClaimQuery),
    responses((status = 200, body = Page<ClaimView>)))]
pub async fn list(state: State, auth: Auth, query: Query<ClaimQuery>) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let work =
        move |app: &crate::app::App| claims::list(&mut *app.conn()?, &auth.actor(), query.state, slice);
    ok(read(&state, work).await?)
}

/// Approves a claim for which no mail address is on record.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/{id}/approve", tag = "accounts",
    responses((status = 200, body = ClaimDecided)))]
pub async fn approve(state: State, auth: Auth, id: Id<RegistrationId>) -> Answer {
    ok(execute(&state, auth.caller(), ApproveRegistration { id: id.0 }).await?)
}

/// Rejects such a claim.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/{id}/reject", tag = "accounts", request_body = Reason,
    responses((status = 200, body = ClaimDecided)))]
pub async fn reject(state: State, auth: Auth, id: Id<RegistrationId>, body: Json<Reason>) -> Answer {
    let command = RejectRegistration { id: id.0, reason: body.0.reason };
    ok(execute(&state, auth.caller(), command).await?)
}
