//! The own account, by HTTP.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use diesel::PgConnection;
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::accounts::NewPassword;
use crate::accounts::api::{Me, view};
use crate::accounts::log_in_limiter::LogInLimiter;
use crate::accounts::one_time_link;
use crate::accounts::own::exports::SESSIONS;
use crate::accounts::own::limits::count_password_reset;
use crate::accounts::own::password_reset::ResetRequested;
use crate::accounts::own::proof::require_current;
use crate::accounts::own::sessions::{SessionView, own};
use crate::accounts::own::set_password::RESET;
use crate::accounts::own::{
    ChangePassword, ChangeProfile, ConfirmAddress, ConfirmPasswordReset, EndOtherSessions, EndSession,
    MailPasswordReset, RequestPasswordReset,
};
use crate::accounts::password_policy::normal;
use crate::accounts::topics::Topic;
use crate::app::App;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::ids::SessionId;
use crate::core::page::{Page, Slice};
use crate::core::secret::{Sensitive, Token};
use crate::core::{Language, Problem, Text};
use crate::exports::{BookFile, Format, FormatQuery, Wanted};
use crate::web::problem::Answer;
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, ClientAddress, Guest, Id, Json, Lang, Query};

/// How long the answer to whoever asks for a new password takes at least: longer than the work, so that it tells nobody whether there was
/// any.
const LEAST_TIME: Duration = Duration::from_millis(300);

/// What is to be changed of the own account. What is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// The name shown to others.
    #[serde(default)]
    name: Option<String>,
    /// Another mail address. A link goes to it, and the old one is told; it counts once the link was used.
    #[serde(default)]
    email: Option<String>,
    /// The telephone number; blank removes it.
    #[serde(default)]
    phone: Option<String>,
    /// The language of mails.
    #[serde(default)]
    language: Option<Language>,
    /// Kinds of mails, and whether they shall come. Kinds that are not named stay as they are.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<Topic, bool>>)]
    mails: Option<BTreeMap<String, bool>>,
    /// The present password: needed for another mail address where the log-in is more than half an hour ago.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    current: Option<Sensitive>,
}

/// Changes the own account: name, mail address, phone, language, mails. What is absent stays as it is.
#[utoipa::path(put, path = "/api/v1/me", tag = "accounts", request_body = ProfileChange,
    responses((status = 200, body = Me)))]
pub async fn change_me(
    state: State,
    limiter: Data<LogInLimiter>,
    address: ClientAddress,
    auth: Auth,
    body: Json<ProfileChange>,
) -> Answer {
    let ProfileChange { name, email, phone, language, mails, current } = body.0;
    let mails = topics(mails.unwrap_or_default())?;
    let current = current.filter(|given| !given.0.is_empty());
    if let Some(given) = &current {
        require_current(&state, &limiter, address, &auth, given).await?;
    }
    let proven = current.is_some();
    let command = ChangeProfile { name, email, phone, language, mails, proven };
    execute(&state, auth.caller(), command).await?;
    ok(view(&state, auth.person.account).await?)
}

/// The kinds of mails by their words; a word that is none is named by its place in the body.
fn topics(named: BTreeMap<String, bool>) -> Result<BTreeMap<Topic, bool>, Problem> {
    let mut fields = Fields::new();
    let mut topics = BTreeMap::new();
    for (word, comes) in named {
        if let Ok(topic) = word.parse() {
            topics.insert(topic, comes);
        } else {
            let pointer = format!("/mails/{}", word.replace('~', "~0").replace('/', "~1"));
            fields.fault(pointer, "没有这类邮件", "is no kind of mails that can be switched off");
        }
    }
    fields.done()?;
    Ok(topics)
}

/// Confirms a new mail address by the link that was mailed to it.
#[utoipa::path(post, path = "/api/v1/auth/email-confirmations", tag = "accounts", request_body = ConfirmAddress,
    responses((status = 204)))]
pub async fn confirm_address(state: State, guest: Guest, body: Json<ConfirmAddress>) -> Answer {
    execute(&state, guest.0, body.0).await?;
    no_content()
}

/// Another password of one's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password.
    #[schema(value_type = String, format = Password)]
    current: Sensitive,
    /// The new one, 10 to 128 characters and not easy to guess.
    #[schema(value_type = String, format = Password)]
    new: NewPassword,
}

/// Changes the own password. The other sessions end, this one stays, and the person is told by mail. A wrong present password counts as a
/// failed log-in.
#[utoipa::path(put, path = "/api/v1/me/password", tag = "accounts", extensions(("x-without-key" = json!(true))),
    request_body = PasswordChange, responses((status = 204)))]
pub async fn change_password(
    state: State,
    limiter: Data<LogInLimiter>,
    address: ClientAddress,
    auth: Auth,
    body: Json<PasswordChange>,
) -> Answer {
    let PasswordChange { current, mut new } = body.0;
    let verified = require_current(&state, &limiter, address, &auth, &current).await?;
    if normal(&current.0) == normal(new.typed()) {
        let text = Text::new("与当前密码相同", "is the present password");
        return Err(Problem::field("/new", text).into());
    }
    new.hash(&state.app, address.network()).await?;
    execute(&state, auth.caller().without_idempotency_key(), ChangePassword { verified, new }).await?;
    no_content()
}

/// Asks for a one-time link to choose another password, by the name to log in with or by the mail address. The answer is the same, after
/// the same time, whether or not there is such an account. The link goes to the account's mail address and is good for 30 minutes.
#[utoipa::path(post, path = "/api/v1/auth/password-resets", tag = "accounts", request_body = RequestPasswordReset,
    responses((status = 202, body = ResetRequested)))]
pub async fn request_reset(
    state: State,
    address: ClientAddress,
    guest: Guest,
    body: Json<RequestPasswordReset>,
) -> Answer {
    let end = Instant::now() + LEAST_TIME;
    count_password_reset(&state.app, address.network())?;
    let command = MailPasswordReset { asked: body.0, network: address.network() };
    let answer = execute(&state, guest.0, command).await;
    tokio::time::sleep_until(end).await;
    Ok(HttpResponse::Accepted().json(answer?))
}

/// Another password, behind the one-time link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetConfirmation {
    /// The token of the link.
    #[schema(value_type = String)]
    token: Token,
    /// The new password, 10 to 128 characters and not easy to guess.
    #[schema(value_type = String, format = Password)]
    password: NewPassword,
}

/// Chooses another password by the one-time link. All sessions end, and the person is told by mail. Where the password is refused, the link
/// stays good.
#[utoipa::path(post, path = "/api/v1/auth/password-resets/confirm", tag = "accounts", request_body = ResetConfirmation,
    responses((status = 204)))]
pub async fn confirm_reset(
    state: State,
    address: ClientAddress,
    guest: Guest,
    body: Json<ResetConfirmation>,
) -> Answer {
    let ResetConfirmation { token, mut password } = body.0;
    // No hash for who has no link: the command refuses it, or answers a repetition as before.
    let asked = token.clone();
    let open =
        move |app: &App| one_time_link::is_open(&mut *app.snapshot()?, RESET, &asked, app.clock().now());
    if read(&state, open).await? {
        password.hash(&state.app, address.network()).await?;
    }
    execute(&state, guest.0, ConfirmPasswordReset { token, password }).await?;
    no_content()
}

/// The open sessions of the own account.
#[derive(Debug, serde::Serialize, ToSchema)]
pub struct Sessions {
    /// The present one first.
    items: Vec<SessionView>,
}

/// The own sessions: program, address and place, and when each was last used.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "accounts", params(FormatQuery),
    responses((status = 200, content((Sessions = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn sessions(
    state: State,
    auth: Auth,
    language: Lang,
    query: Query<FormatQuery>,
    wanted: Wanted,
) -> Answer {
    let format = wanted.format(query.0.format);
    if format != Format::Json {
        let language = wanted.language();
        let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, _: Slice| {
            let person = actor.person().ok_or_else(Problem::unauthenticated)?;
            let items = own(conn, person, app.settings().section(), app.clock().now(), language)?;
            Ok(Page { items, next_cursor: None })
        };
        return wanted.own().answer(state, auth, Some(format), &SESSIONS, Slice::default(), work).await;
    }
    let items = read(&state, move |app| {
        let (auth_settings, now) = (app.settings().section(), app.clock().now());
        own(&mut *app.snapshot()?, &auth.person, auth_settings, now, language.0)
    });
    ok(Sessions { items: items.await? })
}

/// Ends a session of the own account, with its sockets.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "accounts", responses((status = 204)))]
pub async fn end_session(state: State, auth: Auth, id: Id<SessionId>) -> Answer {
    execute(&state, auth.caller(), EndSession { id: id.0 }).await?;
    no_content()
}

/// Ends all sessions of the own account but this one.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "accounts", responses((status = 204)))]
pub async fn end_other_sessions(state: State, auth: Auth) -> Answer {
    execute(&state, auth.caller(), EndOtherSessions {}).await?;
    no_content()
}
