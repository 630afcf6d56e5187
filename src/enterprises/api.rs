//! Claims of accounts over HTTP: made, looked at, confirmed or declined behind the mailed link, decided by officers.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::claims::{
    self, ApproveRegistration, ApprovedAddress, ClaimDecided, ClaimView, RejectRegistration,
};
use crate::enterprises::confirm::{
    self, AccountMade, ClaimDeclined, ClaimShown, ConfirmRegistration, DeclineRegistration, LinkToken,
};
use crate::enterprises::contact::{Contact, ContactCorrection, CorrectContact};
use crate::enterprises::exports::CLAIMS;
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::registration::{ClaimReceived, RegisterEnterprise};
use crate::enterprises::settings::ClaimSettings;
use crate::exports::{BookFile, Format, Wanted};
use crate::web::anonymous_calls::{NetworkLimit, no_sooner};
use crate::web::client_address::ClientAddress;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Guest, Id, Json, MaybeJson, Query};

/// How often each network claimed.
#[derive(Default)]
struct Claims(NetworkLimit);

/// Claims the account of an enterprise: its code and a contact, no more. The answer is the same whether or not it is on the list; a
/// one-time link goes to the mail address on record, or the claim to the officers where none is. Too many from one network: 429.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations", tag = "accounts", request_body = RegisterEnterprise,
    responses((status = 202, body = ClaimReceived)))]
pub async fn register(
    state: State,
    guest: Guest,
    from: ClientAddress,
    body: Json<RegisterEnterprise>,
) -> Answer {
    let settings = state.app.settings().section::<ClaimSettings>();
    let network = from.network();
    state.app.cache().of::<Claims>().0.take(network, settings.per_network_hour, state.app.clock().now())?;
    let claim = RegisterEnterprise { network: network.to_string(), ..body.0 };
    let answer = no_sooner(settings.answer_milliseconds, execute(&state, guest.0, claim)).await?;
    Ok(actix_web::HttpResponse::Accepted().json(answer))
}

/// Shows who made the claim behind a one-time link, and when. Changes nothing.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/inspect", tag = "accounts",
    extensions(("x-without-key" = json!(true))), request_body = LinkToken,
    responses((status = 200, body = ClaimShown)))]
pub async fn inspect(state: State, body: Json<LinkToken>) -> Answer {
    let work =
        move |app: &crate::app::App| confirm::show(&mut *app.snapshot()?, &body.0.token, app.clock().now());
    ok(read(&state, work).await?)
}

/// Uses the one-time link: the account is made, with the name and the password that are chosen now.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/confirm", tag = "accounts",
    request_body = ConfirmRegistration, responses((status = 201, body = AccountMade)))]
pub async fn confirm(
    state: State,
    guest: Guest,
    from: ClientAddress,
    body: Json<ConfirmRegistration>,
) -> Answer {
    let mut command = body.0;
    let token = command.token.clone();
    let open =
        move |app: &crate::app::App| confirm::is_open(&mut *app.snapshot()?, &token, app.clock().now());
    if read(&state, open).await? {
        command.password.hash(&state.app, from.network()).await?;
    }
    created("/api/v1/me", execute(&state, guest.0, command).await?)
}

/// Uses the one-time link to say that nobody who reads the mailbox made the claim: it ends, and its claimant causes no more mails.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/decline", tag = "accounts",
    request_body = DeclineRegistration, responses((status = 200, body = ClaimDeclined)))]
pub async fn decline(state: State, guest: Guest, body: Json<DeclineRegistration>) -> Answer {
    ok(execute(&state, guest.0, body.0).await?)
}

/// Filter and page of the list of claims.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClaimQuery {
    /// Only those at this point; with `to_approve` also those `mailed` whose mail did not arrive.
    #[param(inline)]
    state: Option<ClaimState>,
    /// Only those in whose enterprise's name or code, or in whose contact's name, these words stand, or where a name is read so; what fits
    /// best is first.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The claims of the caller's region, newest first.
#[utoipa::path(get, path = "/api/v1/enterprise-registrations", tag = "accounts", params(ClaimQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ClaimView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ClaimQuery>, wanted: Wanted) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        claims::list(conn, actor, query.state, query.q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.format, &CLAIMS, slice, work).await
}

/// Corrects contact and address of an enterprise of the caller's region, with the reason. What is not named stays; an empty text removes it.
#[utoipa::path(patch, path = "/api/v1/enterprises/{id}/contact", tag = "zero-out", request_body = ContactCorrection,
    responses((status = 200, body = Contact)))]
pub async fn correct_contact(
    state: State,
    auth: Auth,
    id: Id<EnterpriseId>,
    body: Json<ContactCorrection>,
) -> Answer {
    ok(execute(&state, auth.caller(), CorrectContact { id: id.0, correction: body.0 }).await?)
}

/// Approves a claim for which no mail address is on record, or whose mail did not arrive (`mail`): a one-time link goes to the address that
/// the officer has confirmed.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/{id}/approve", tag = "accounts",
    request_body = Option<ApprovedAddress>, responses((status = 200, body = ClaimDecided)))]
pub async fn approve(
    state: State,
    auth: Auth,
    id: Id<RegistrationId>,
    body: MaybeJson<ApprovedAddress>,
) -> Answer {
    ok(execute(&state, auth.caller(), ApproveRegistration { id: id.0, address: body.0 }).await?)
}

/// Rejects a claim: one that waits, or one whose link was mailed.
#[utoipa::path(post, path = "/api/v1/enterprise-registrations/{id}/reject", tag = "accounts", request_body = Reason,
    responses((status = 200, body = ClaimDecided)))]
pub async fn reject(state: State, auth: Auth, id: Id<RegistrationId>, body: Json<Reason>) -> Answer {
    let command = RejectRegistration { id: id.0, reason: body.0.reason };
    ok(execute(&state, auth.caller(), command).await?)
}
