//! Logging in and out, and who one is.

use actix_web::HttpRequest;
use actix_web::web::Data;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::accounts::device::Device;
use crate::accounts::log_in_limiter::{Entered, LogInLimiter, Origin};
use crate::accounts::own::profile;
use crate::accounts::refresh::invalid_refresh_token;
use crate::accounts::topics::Topic;
use crate::accounts::{
    LogIn, LogOut, LoggedIn, OpenSession, Refresh, Refreshed, Renew, Tokens, credentials, failed_log_in,
    known_browser, store,
};
use crate::core::actor::Role;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::core::{Caller, Code, Language};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, ClientAddress, Guest, Json};

/// Logs in. After too many failures of one name from one network further tries are slowed: a wrong one is then answered by 429, and so is
/// one whose turn does not come within 20 seconds; 503 where too many people log in at one time.
/// Where the account has a second factor, `code` is needed as well: without it 401 `second_factor_required`. Where the role must have one
/// and the account has none, the session can only set one up (`second_factor_setup_required`).
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "accounts", extensions(("x-without-key" = json!(true))),
    request_body = LogIn,
    responses((status = 200, body = Tokens)))]
pub async fn log_in(
    state: State,
    limiter: Data<LogInLimiter>,
    request: HttpRequest,
    guest: Guest,
    body: Json<LogIn>,
) -> Answer {
    ok(admit(&state, &limiter, &request, guest.0.without_idempotency_key(), body.0).await?.tokens()?)
}

/// Logs in within the limits on guessing, for the API and the pages alike. What fails is noted.
pub async fn admit(
    state: &State,
    limiter: &LogInLimiter,
    request: &HttpRequest,
    caller: Caller,
    log_in: LogIn,
) -> Result<LoggedIn, Failure> {
    let address = ClientAddress::of(request);
    let name = credentials::normalized(&log_in.username);
    let origin = Origin { network: address.network(), proof: known_browser::of(state, request, &name) };
    let entered = limiter.enter(state, &name, origin).await;
    let admitted = match entered {
        Ok(entered) => compared(state, entered, address, Device::of(request), caller.clone(), &log_in).await,
        Err(refusal) => Err(refusal.into()),
    };
    let refused = match &admitted {
        Err(failure) => Some(failure.problem.code),
        Ok(LoggedIn::WrongCode) => Some(Code::WrongCode),
        Ok(LoggedIn::Wait(_)) => Some(Code::TooManyFailures),
        Ok(_) => None,
    };
    if let Some(code) = refused {
        failed_log_in::note(state, address, caller, name, code);
    }
    admitted
}

/// Compares the password of a try whose turn has come, outside of any transaction, and opens a session.
async fn compared(
    state: &State,
    entered: Entered<'_>,
    address: ClientAddress,
    device: Device,
    caller: Caller,
    log_in: &LogIn,
) -> Result<LoggedIn, Failure> {
    match credentials::verify(state, address.network(), log_in).await {
        Ok(verified) => {
            let command = OpenSession { verified, code: log_in.code.clone(), device };
            let outcome = execute(state, caller, command).await?;
            entered.succeeded();
            Ok(outcome)
        }
        Err(failure) if failure.problem.code == Code::BadCredentials => Err(entered.failed(failure)),
        Err(failure) => Err(failure),
    }
}

/// Renews the tokens. A refresh token is good once. Who comes with it again within thirty seconds, since the answer was lost or two asked
/// at once, is given the same successor, as long as nobody has used that; any later use ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "accounts", extensions(("x-without-key" = json!(true))),
    request_body = Refresh,
    responses((status = 200, body = Tokens)))]
pub async fn refresh(state: State, request: HttpRequest, guest: Guest, body: Json<Refresh>) -> Answer {
    let renew = Renew { refresh_token: body.0.refresh_token, device: Device::of(&request) };
    match execute(&state, guest.0.without_idempotency_key(), renew).await? {
        Refreshed::Tokens(tokens) => ok(tokens),
        Refreshed::Replayed => Err(invalid_refresh_token().into()),
    }
}

/// Ends the session: its tokens are refused from then on and its sockets closed.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "accounts", extensions(("x-without-key" = json!(true))),
    responses((status = 204)))]
pub async fn log_out(state: State, auth: Auth) -> Answer {
    execute(&state, auth.caller().without_idempotency_key(), LogOut {}).await?;
    no_content()
}

/// The caller's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Id of the account.
    pub id: AccountId,
    /// The name to log in with.
    #[schema(example = "admin-guangdong")]
    pub username: String,
    /// The name shown to others.
    pub name: String,
    /// The role of the account, which decides what it may do.
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
    /// The confirmed mail address; none where the account has none.
    pub email: Option<String>,
    /// Another address that waits to be confirmed by the link that was mailed to it.
    pub email_to_confirm: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The kinds of mails that can be switched off, and whether they come. All others come always.
    pub mails: BTreeMap<Topic, bool>,
}

/// The account of the caller.
#[utoipa::path(get, path = "/api/v1/me", tag = "accounts", responses((status = 200, body = Me)))]
pub async fn me(state: State, auth: Auth) -> Answer {
    ok(view(&state, auth.person.account).await?)
}

/// An account as its person sees it.
pub(super) async fn view(state: &State, id: AccountId) -> Result<Me, Failure> {
    read(state, move |app| {
        let conn = &mut *app.snapshot()?;
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
