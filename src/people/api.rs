//! Accounts of others: listed, invited, changed, ended, opened again; the people of one's enterprise.

use actix_web::HttpResponse;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::accounts::one_time_link;
use crate::accounts::state::AccountState;
use crate::app::App;
use crate::core::actor::{Actor, Role};
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, FormatQuery, Wanted};
use crate::people::accept::AccountOpened;
use crate::people::colleagues::{self, Colleagues};
use crate::people::end_sessions::EndSessions;
use crate::people::exports::{ACCOUNTS, COLLEAGUES, INVITATIONS};
use crate::people::ids::InvitationId;
use crate::people::invitation_state::InvitationState;
use crate::people::invitations::{self, INVITATION, InvitationFilter, InvitationView};
use crate::people::open_matters::HandOver;
use crate::people::password_reset::{ResetSent, SendPasswordReset};
use crate::people::queries::{self, AccountDetail, AccountFilter, AccountView};
use crate::people::resend::CorrectedAddress;
use crate::people::reset_factor::ResetFactor;
use crate::people::{
    AcceptInvitation, ChangeAccount, DeactivateAccount, InviteColleague, InvitePerson, ReactivateAccount,
    RemoveColleague, ResendInvitation, WithdrawInvitation,
};
use crate::web::known_rooms::known;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, ClientAddress, Guest, Id, Json, MaybeJson, Query};

/// Filter and page of the list of accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Only those of this role.
    #[param(inline)]
    role: Option<Role>,
    /// Only those in this state.
    #[param(inline)]
    state: Option<AccountState>,
    /// Only officers of exactly this region, by its code.
    region: Option<String>,
    /// Only the people of this enterprise.
    #[param(value_type = Option<EnterpriseId>)]
    enterprise: Option<EnterpriseId>,
    /// Only those whose name, or the name to log in with, contains this text.
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

/// The accounts that the caller may know of, newest first: the operator sees all; an officer sees the officers and the people of enterprises
/// of the own region and all under it, and the experts.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", params(AccountQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<AccountView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<AccountQuery>, wanted: Wanted) -> Answer {
    let AccountQuery { role, state: of_state, region, enterprise, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = AccountFilter { role, state: of_state, region, enterprise, q };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, app.catalogue(), &filter, slice)
    };
    wanted.answer(state, auth, format, &ACCOUNTS, slice, work).await
}

/// One account, with what is the person's: open consultations, enterprises of the rounds, plans, invitations.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "accounts",
    responses((status = 200, body = AccountDetail)))]
pub async fn account(state: State, auth: Auth, id: Id<AccountId>) -> Answer {
    ok(detail(&state, &auth, id.0).await?)
}

async fn detail(state: &State, auth: &Auth, id: AccountId) -> Result<AccountDetail, Failure> {
    let actor = auth.actor();
    let work = move |app: &App| {
        queries::get(&mut *app.snapshot()?, &actor, app.catalogue(), known(app.cache())?, id)
    };
    read(state, work).await
}

async fn invitation_view(state: &State, auth: &Auth, id: InvitationId) -> Result<InvitationView, Failure> {
    let actor = auth.actor();
    read(state, move |app| invitations::get(&mut *app.snapshot()?, &actor, id)).await
}

async fn invited(state: &State, auth: &Auth, id: InvitationId) -> Answer {
    let view = invitation_view(state, auth, id).await?;
    created(&format!("/api/v1/account-invitations/{id}"), view)
}

/// Invites an officer, an operator or an expert by mail. The person chooses name and password behind the one-time link. Nobody gives a right
/// that reaches beyond the own region.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = InvitePerson,
    responses((status = 201, body = InvitationView)))]
pub async fn invite(state: State, auth: Auth, body: Json<InvitePerson>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    invited(&state, &auth, id).await
}

/// What is to be changed of an account; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// `admin` (an officer) or `operator`.
    #[serde(default)]
    role: Option<Role>,
    /// Code of an officer's region.
    #[serde(default)]
    region: Option<String>,
    /// Codes of the regions that an expert serves.
    #[serde(default)]
    regions: Option<Vec<String>>,
}

/// Changes role or region of an officer or operator, or the regions that an expert serves. The sessions of an officer or operator end.
/// Refused for the own account and for the last officer of the province.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", request_body = AccountChange,
    responses((status = 200, body = AccountDetail)))]
pub async fn change(state: State, auth: Auth, id: Id<AccountId>, body: Json<AccountChange>) -> Answer {
    let AccountChange { role, region, regions } = body.0;
    execute(&state, auth.caller(), ChangeAccount { id: id.0, role, region, regions }).await?;
    ok(detail(&state, &auth, id.0).await?)
}

/// Why an account ends, and who takes over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deactivation {
    /// The reason, which the person is told.
    reason: String,
    /// The account that takes over what was the person's, for an expert also the expert's id; without one, consultations are matched anew,
    /// and plans and invitations pass to who deactivates.
    #[serde(default)]
    hand_over_to: Option<AccountId>,
}

/// An account that was deactivated, with what was handed on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deactivated {
    /// The account, with what is still the person's: nothing.
    #[serde(flatten)]
    account: AccountDetail,
    /// What was handed on.
    handed_over: HandOver,
}

/// Resets someone's second factor, which was lost. The person is told by mail, and all sessions of the account end.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/totp", tag = "accounts", extensions(("x-step-up" = json!(true))),
    responses((status = 204)))]
pub async fn reset_totp(state: State, auth: Auth, id: Id<AccountId>) -> Answer {
    execute(&state, auth.caller(), ResetFactor { id: id.0 }).await?;
    no_content()
}

/// Ends all sessions of someone at once; the person can log in again.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/sessions", tag = "accounts", responses((status = 204)))]
pub async fn end_sessions(state: State, auth: Auth, id: Id<AccountId>) -> Answer {
    execute(&state, auth.caller(), EndSessions { id: id.0 }).await?;
    no_content()
}

/// Deactivates an account: its sessions end at once, and what was the person's is handed on in the same step.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/deactivate", tag = "accounts", request_body = Deactivation,
    extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = Deactivated)))]
pub async fn deactivate(state: State, auth: Auth, id: Id<AccountId>, body: Json<Deactivation>) -> Answer {
    let Deactivation { reason, hand_over_to } = body.0;
    let command = DeactivateAccount { id: id.0, reason, hand_over_to };
    let handed_over = execute(&state, auth.caller(), command).await?;
    ok(Deactivated { account: detail(&state, &auth, id.0).await?, handed_over })
}

/// Opens a deactivated account again. What was handed on stays with whom it went to.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reactivate", tag = "accounts",
    responses((status = 200, body = AccountDetail)))]
pub async fn reactivate(state: State, auth: Auth, id: Id<AccountId>) -> Answer {
    execute(&state, auth.caller(), ReactivateAccount { id: id.0 }).await?;
    ok(detail(&state, &auth, id.0).await?)
}

/// Sends a person the one-time link by which another password is chosen: the operator to everyone, an officer to the people of enterprises
/// of the own region, to experts who serve it, and to officers of the regions under it.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reset", tag = "accounts",
    responses((status = 202, body = ResetSent)))]
pub async fn send_password_reset(state: State, auth: Auth, id: Id<AccountId>) -> Answer {
    let sent = execute(&state, auth.caller(), SendPasswordReset { id: id.0 }).await?;
    Ok(HttpResponse::Accepted().json(sent))
}

/// Filter and page of the list of invitations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InvitationQuery {
    /// Only those in this state.
    #[param(inline)]
    state: Option<InvitationState>,
    /// Only those in whose name or address these words stand, or whose name is read so; what fits best is first.
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

/// The invitations of the caller's region or enterprise, newest first.
#[utoipa::path(get, path = "/api/v1/account-invitations", tag = "accounts", params(InvitationQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<InvitationView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn invitation_list(
    state: State,
    auth: Auth,
    query: Query<InvitationQuery>,
    wanted: Wanted,
) -> Answer {
    let InvitationQuery { state: of_state, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        let filter = InvitationFilter { state: of_state, q: q.as_deref(), ..InvitationFilter::default() };
        invitations::list(conn, actor, filter, slice)
    };
    wanted.answer(state, auth, format, &INVITATIONS, slice, work).await
}

/// One invitation.
#[utoipa::path(get, path = "/api/v1/account-invitations/{id}", tag = "accounts",
    responses((status = 200, body = InvitationView)))]
pub async fn invitation(state: State, auth: Auth, id: Id<InvitationId>) -> Answer {
    ok(invitation_view(&state, &auth, id.0).await?)
}

/// Mails an invitation again, to a corrected address where one is named, with another link; the one before is no longer good.
#[utoipa::path(post, path = "/api/v1/account-invitations/{id}/resend", tag = "accounts",
    request_body = Option<CorrectedAddress>, responses((status = 200, body = InvitationView)))]
pub async fn resend(
    state: State,
    auth: Auth,
    id: Id<InvitationId>,
    body: MaybeJson<CorrectedAddress>,
) -> Answer {
    let id = execute(&state, auth.caller(), ResendInvitation { id: id.0, address: body.0 }).await?;
    ok(invitation_view(&state, &auth, id).await?)
}

/// Takes an invitation back: its link is no longer good.
#[utoipa::path(delete, path = "/api/v1/account-invitations/{id}", tag = "accounts",
    responses((status = 204)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<InvitationId>) -> Answer {
    execute(&state, auth.caller(), WithdrawInvitation { id: id.0 }).await?;
    no_content()
}

/// Uses the one-time link of an invitation: the person chooses name and password, and can log in at once.
#[utoipa::path(post, path = "/api/v1/account-invitations/confirm", tag = "accounts", request_body = AcceptInvitation,
    responses((status = 201, body = AccountOpened)))]
pub async fn confirm(
    state: State,
    guest: Guest,
    address: ClientAddress,
    body: Json<AcceptInvitation>,
) -> Answer {
    let mut command = body.0;
    // No hash for who has no link: the command refuses it, or answers a repetition as before.
    let asked = command.token.clone();
    let open =
        move |app: &App| one_time_link::is_open(&mut *app.snapshot()?, INVITATION, &asked, app.clock().now());
    if read(&state, open).await? {
        command.password.hash(&state.app, address.network()).await?;
    }
    let made = execute(&state, guest.0, command).await?;
    created("/api/v1/me", made)
}

/// The active people of the caller's enterprise, the first one first, and the invitations that are open.
#[utoipa::path(get, path = "/api/v1/enterprises/me/colleagues", tag = "accounts", params(FormatQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Colleagues = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn colleague_list(state: State, auth: Auth, query: Query<FormatQuery>, wanted: Wanted) -> Answer {
    let format = wanted.format(query.0.format);
    if format == Format::Json {
        return ok(
            read(&state, move |app| colleagues::of_caller(&mut *app.snapshot()?, &auth.actor())).await?
        );
    }
    let work = |_: &App, conn: &mut PgConnection, actor: &Actor, _: Slice| {
        Ok(Page { items: colleagues::of_caller(conn, actor)?.items, next_cursor: None })
    };
    wanted.answer(state, auth, Some(format), &COLLEAGUES, Slice::default(), work).await
}

/// Invites a colleague to the caller's enterprise by mail. Done by the first of its people.
#[utoipa::path(post, path = "/api/v1/enterprises/me/colleagues", tag = "accounts", request_body = InviteColleague,
    responses((status = 201, body = InvitationView)))]
pub async fn invite_colleague(state: State, auth: Auth, body: Json<InviteColleague>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    invited(&state, &auth, id).await
}

/// Removes a colleague: the account ends with its sessions, what the colleague wrote stays with the name. Done by the first of the
/// enterprise's people.
#[utoipa::path(delete, path = "/api/v1/enterprises/me/colleagues/{id}", tag = "accounts",
    extensions(("x-step-up" = json!(true))),
    responses((status = 204)))]
pub async fn remove_colleague(state: State, auth: Auth, id: Id<AccountId>) -> Answer {
    execute(&state, auth.caller(), RemoveColleague { id: id.0 }).await?;
    no_content()
}
