//! Logging in and out, and who one is.

use actix_web::HttpRequest;
use actix_web::web::Data;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::accounts::device::Device;
use crate::accounts::gate::LogInGate;
use crate::accounts::own::profile;
use crate::accounts::refresh::invalid_refresh_token;
use crate::accounts::topics::Topic;
use crate::accounts::{
    LogIn, LogOut, LoggedIn, OpenSession, Refresh, Refreshed, Renew, Tokens, credentials, store,
};
use crate::core::actor::Role;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::core::{Caller, Code, Language};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, ClientAddress, Guest, Json};

/// Logs in. After too many failures for one name or one address: 429. Where the account has a second factor, `code` is needed as well:
/// without it 401 `second_factor_required`. Where the role must have one and the account has none, the session can only set one up
/// (`second_factor_setup_required`).
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "accounts", extensions(("x-without-key" = json!(true))),
    request_body = LogIn,
    responses((status = 200, body = Tokens)))]
pub async fn log_in(
    state: State,
    gate: Data<LogInGate>,
    address: ClientAddress,
    request: HttpRequest,
    guest: Guest,
    body: Json<LogIn>,
) -> Answer {
    let caller = without_key(guest.0);
    ok(admit(&state, &gate, address, Device::of(&request), caller, body.0).await?.tokens()?)
}

/// Logs in within the limits on guessing, for the API and the pages alike.
pub async fn admit(
    state: &State,
    gate: &LogInGate,
    address: ClientAddress,
    device: Device,
    caller: Caller,
    log_in: LogIn,
) -> Result<LoggedIn, Failure> {
    let now = state.app.clock().now();
    // No account's name is longer than that.
    let name: String = credentials::normalized(&log_in.username).chars().take(65).collect();
    let from = address.network();
    gate.check(&name, &from.to_string(), now)?;
    let result = match credentials::verify(state, from, &log_in).await {
        Ok(verified) => execute(state, caller, OpenSession { verified, code: log_in.code, device }).await,
        Err(failure) => Err(failure),
    };
    match &result {
        Ok(_) => gate.logged_in(&name),
        Err(failure) if failure.problem.code == Code::BadCredentials => {
            gate.failed(name, from.to_string(), now);
        }
        Err(_) => {}
    }
    result
}

/// A repeated log-in is another log-in: tokens are never kept to be given again.
pub(super) fn without_key(caller: Caller) -> Caller {
    Caller { idempotency_key: None, ..caller }
}

/// Renews the tokens. A refresh token is good once. Who comes with it again within thirty seconds, since the answer was lost or two asked
/// at once, is given the same successor, as long as nobody has used that; any later use ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "accounts", extensions(("x-without-key" = json!(true))),
    request_body = Refresh,
    responses((status = 200, body = Tokens)))]
pub async fn refresh(state: State, request: HttpRequest, guest: Guest, body: Json<Refresh>) -> Answer {
    let renew = Renew { refresh_token: body.0.refresh_token, device: Device::of(&request) };
    match execute(&state, without_key(guest.0), renew).await? {
        Refreshed::Tokens(tokens) => ok(tokens),
        Refreshed::Replayed => Err(invalid_refresh_token().into()),
    }
}

/// Ends the session: its tokens are refused from then on and its sockets closed.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "accounts", extensions(("x-without-key" = json!(true))),
    responses((status = 204)))]
pub async fn log_out(state: State, auth: Auth) -> Answer {
    execute(&state, without_key(auth.caller()), LogOut {}).await?;
    no_content()
}

/// The caller's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The account.
    pub id: AccountId,
    /// The name to log in with.
    #[schema(example = "admin-guangdong")]
    pub username: String,
    /// The name shown to others.
    pub name: String,
    /// The role.
    pub role: Role,
    /// An admin's region code.
    #[schema(example = "440000")]
    pub region: Option<String>,
    /// The enterprise whose account it is.
    pub enterprise_id: Option<EnterpriseId>,
    /// The expert whose account it is.
    pub expert_id: Option<ExpertId>,
    /// The language of mails.
    pub language: Language,
    /// Where mails go.
    pub email: Option<String>,
    /// Another address that waits to be confirmed by the link that was mailed to it.
    pub email_to_confirm: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The kinds of mails that can be switched off, and whether they come. All others come always.
    pub mails: BTreeMap<Topic, bool>,
}

/// Who am I?
#[utoipa::path(get, path = "/api/v1/me", tag = "accounts", responses((status = 200, body = Me)))]
pub async fn me(state: State, auth: Auth) -> Answer {
    ok(view(&state, auth.person.account).await?)
}

/// An account as its person sees it.
pub(super) async fn view(state: &State, id: AccountId) -> Result<Me, Failure> {
    read(state, move |app| {
        let conn = &mut *app.conn()?;
        let row = store::find(conn, id)?;
        let email_to_confirm = profile::address_to_confirm(conn, id, app.clock().now())?;
        Ok(Me {
            id: row.id,
            username: row.username,
            name: row.name,
            role: row.role,
            region: row.region,
            enterprise_id: row.enterprise_id,
            expert_id: row.expert_id,
            language: Language::from_tag(&row.language),
            email: row.email,
            email_to_confirm,
            phone: row.phone,
            mails: Topic::ALL.iter().map(|topic| (*topic, !row.mails_off.contains(topic))).collect(),
        })
    })
    .await
}
