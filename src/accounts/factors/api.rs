//! Second factors and step-ups over HTTP. None of these calls takes an idempotency key: what they answer is never kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::credentials;
use crate::accounts::factors::code::{Judged, wrong_code};
use crate::accounts::factors::set_up::{
    BeginTotp, ConfirmTotp, RecoveryCodes, RemoveTotp, RenewRecoveryCodes,
};
use crate::accounts::factors::settings::FactorSettings;
use crate::accounts::factors::step_up::{Given, StepUp, proved_until};
use crate::accounts::factors::tries::Source;
use crate::accounts::factors::{recovery, store, totp, tries};
use crate::accounts::failed_log_in;
use crate::accounts::store::find;
use crate::app::App;
use crate::core::actor::Person;
use crate::core::secret::Sensitive;
use crate::core::{Code, Problem, Text};
use crate::web::client_address::ClientAddress;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Json};

/// The caller's second factor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TotpState {
    /// `on`: codes are asked for. `pending`: a first set-up waits to be confirmed. `off`: there is none.
    #[schema(example = "on")]
    pub state: &'static str,
    /// Whether the role must have one.
    pub required: bool,
    /// Since when codes are asked for.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes were not used yet.
    pub recovery_codes_left: i64,
}

/// The state of a person's second factor.
///
/// # Errors
/// When the database can't be asked.
pub fn state_of(app: &App, person: &Person) -> Result<TotpState, Problem> {
    let mut conn = app.snapshot()?;
    let row = store::find(&mut conn, person.account)?;
    let confirmed_at = row.as_ref().and_then(|row| row.confirmed_at);
    let state = match (&row, confirmed_at) {
        (_, Some(_)) => "on",
        (Some(_), None) => "pending",
        (None, None) => "off",
    };
    let required = FactorSettings::demands(app.settings(), person.scope.role());
    let recovery_codes_left = recovery::left(&mut conn, person.account)?;
    Ok(TotpState { state, required, confirmed_at, recovery_codes_left })
}

/// Whether the caller has a second factor.
#[utoipa::path(get, path = "/api/v1/me/totp", tag = "accounts", responses((status = 200, body = TotpState)))]
pub async fn totp_state(state: State, auth: Auth) -> Answer {
    ok(read(&state, move |app| state_of(app, &auth.person)).await?)
}

/// What an authenticator app is given.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpSetUp {
    /// The secret in base 32, to be typed where no picture can be taken.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    /// The same as an address that apps read.
    #[schema(
        example = "otpauth://totp/ZeroDesk:admin-guangdong?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ZeroDesk"
    )]
    pub uri: String,
    /// That address as a QR code, an SVG picture.
    pub qr_svg: String,
}

/// Makes a secret for an authenticator app, shown this once. It takes effect when one of its codes confirms it, within half an hour.
#[utoipa::path(post, path = "/api/v1/me/totp", tag = "accounts",
    extensions(("x-without-key" = json!(true)), ("x-step-up" = json!(true))),
    responses((status = 200, body = TotpSetUp)))]
pub async fn begin_totp(state: State, auth: Auth) -> Answer {
    let made = execute(&state, auth.caller().without_idempotency_key(), BeginTotp {}).await?;
    let qr_svg = totp::qr_svg(&made.uri)?;
    ok(TotpSetUp { secret: made.secret, uri: made.uri, qr_svg })
}

/// Confirms the app by a code, and gives the recovery codes, shown this once. Codes are asked for from then on; other sessions end.
#[utoipa::path(post, path = "/api/v1/me/totp/confirm", tag = "accounts", extensions(("x-without-key" = json!(true))),
    request_body = ConfirmTotp, responses((status = 200, body = RecoveryCodes)))]
pub async fn confirm_totp(state: State, auth: Auth, body: Json<ConfirmTotp>) -> Answer {
    ok(execute(&state, auth.caller().without_idempotency_key(), body.0).await?)
}

/// Makes new recovery codes, shown this once; the old ones are not good any more.
#[utoipa::path(post, path = "/api/v1/me/totp/recovery-codes", tag = "accounts",
    extensions(("x-without-key" = json!(true)), ("x-step-up" = json!(true))),
    responses((status = 200, body = RecoveryCodes)))]
pub async fn renew_recovery_codes(state: State, auth: Auth) -> Answer {
    ok(execute(&state, auth.caller().without_idempotency_key(), RenewRecoveryCodes {}).await?)
}

/// Removes the second factor, where the role need not have one.
#[utoipa::path(delete, path = "/api/v1/me/totp", tag = "accounts", extensions(("x-step-up" = json!(true))),
    responses((status = 204)))]
pub async fn remove_totp(state: State, auth: Auth) -> Answer {
    execute(&state, auth.caller().without_idempotency_key(), RemoveTotp {}).await?;
    no_content()
}

/// How a session proves again who is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofState {
    /// Until when the session counts as proved; absent where it does not now.
    pub proved_until: Option<DateTime<Utc>>,
    /// What is asked for: `code` or `password`.
    #[schema(example = "code")]
    pub by: &'static str,
}

/// Until when the session counts as proved, and what is asked for afterwards.
#[utoipa::path(get, path = "/api/v1/auth/step-up", tag = "accounts", responses((status = 200, body = ProofState)))]
pub async fn proof(state: State, auth: Auth) -> Answer {
    let until = proved_until(&auth.person, state.app.settings(), state.app.clock().now());
    let id = auth.person.account;
    let on = read(&state, move |app| store::is_on(&mut *app.snapshot()?, id)).await?;
    ok(ProofState { proved_until: until, by: if on { "code" } else { "password" } })
}

/// What proves who is in the session: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofGiven {
    /// A code of the authenticator app or a recovery code, where the account has a second factor.
    #[schema(value_type = Option<String>, example = "123456")]
    pub code: Option<Sensitive>,
    /// The password, where it has none.
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<Sensitive>,
}

/// Proves again who is in the session, for what asks for it (`x-step-up`). After several wrong tries: 429.
#[utoipa::path(post, path = "/api/v1/auth/step-up", tag = "accounts", extensions(("x-without-key" = json!(true))),
    request_body = ProofGiven, responses((status = 200, body = ProofState)))]
pub async fn step_up(state: State, auth: Auth, address: ClientAddress, body: Json<ProofGiven>) -> Answer {
    let ProofGiven { code, password } = body.0;
    let (given, by) = match (code, password) {
        (Some(code), None) => (Given::Code(code), "code"),
        (None, Some(password)) => {
            (Given::Password(is_right(&state, &auth, address, password).await?), "password")
        }
        _ => {
            let text = Text::new("请提交验证码或密码之一", "give either the code or the password");
            return Err(Problem::field("/code", text).into());
        }
    };
    let done = execute(&state, auth.caller().without_idempotency_key(), StepUp { given }).await?;
    let (refusal, code) = match done.judged {
        Judged::Right => return ok(ProofState { proved_until: Some(done.proved_until), by }),
        Judged::Wait(seconds) => (tries::too_many(seconds), Code::TooManyFailures),
        Judged::Wrong if by == "code" => (wrong_code(422), Code::WrongCode),
        Judged::Wrong => {
            let text = Text::new("密码不正确", "the password is wrong");
            (Problem::field("/password", text), Code::BadCredentials)
        }
    };
    note(&state, &auth, address, code).await?;
    Err(refusal.into())
}

/// Notes a proof that was wrong or refused like a failed log-in: with name and address.
async fn note(state: &State, auth: &Auth, address: ClientAddress, code: Code) -> Result<(), Failure> {
    let id = auth.person.account;
    let name = read(state, move |app| Ok(find(&mut *app.snapshot()?, id)?.username)).await?;
    failed_log_in::note(state, address, auth.caller(), name, code);
    Ok(())
}

/// Whether it is the caller's password. Not looked at while one has to wait.
async fn is_right(
    state: &State,
    auth: &Auth,
    address: ClientAddress,
    typed: Sensitive,
) -> Result<bool, Failure> {
    let (id, source) = (auth.person.account, Source::session(auth.person.session));
    let waits =
        read(state, move |app| tries::waiting(&mut *app.snapshot()?, id, &source, app.clock().now())).await?;
    if let Some(seconds) = waits {
        note(state, auth, address, Code::TooManyFailures).await?;
        return Err(tries::too_many(seconds).into());
    }
    match credentials::verify_account(state, address.network(), id, &typed).await {
        Ok(_) => Ok(true),
        Err(failure) if failure.problem.code == Code::BadCredentials => Ok(false),
        Err(failure) => Err(failure),
    }
}
