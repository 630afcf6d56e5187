//! Logging in and out of the pages, and keeping the session alive.
//!
//! Two cookies, both HttpOnly and `SameSite=Lax`: the access token for every request, the refresh token for `/session` (over https both
//! are bound to this host by their names, for which they must have the path `/`).
//! Two tabs that renew at the same moment are given the same tokens, as is whoever repeats a renewal whose answer was lost
//! (`accounts::refresh`). What comes later is a replay.

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration as Age;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::accounts::api::admit;
use crate::accounts::device::Device;
use crate::accounts::factors::sealed::{carried, carry};
use crate::accounts::known_browser;
use crate::accounts::log_in_limiter::LogInLimiter;
use crate::accounts::login::CodeWanted;
use crate::accounts::oidc::settings::{OidcSettings, Provider};
use crate::accounts::refresh::invalid_refresh_token;
use crate::accounts::settings::AuthSettings;
use crate::accounts::{LogIn, LogOut, LoggedIn, Refreshed, Renew, Tokens};
use crate::core::secret::Sensitive;
use crate::core::{Actor, Caller, Code, Problem, Text};
use crate::web::extract::RequestId;
use crate::web::frame::{Frame, Visit};
use crate::web::identity::{
    SESSION_COOKIE, admit_setting_up, cookie as sent_cookie, identify, new_cookie, same_origin,
};
use crate::web::pages::{inside, redirect, show, with_next};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, read};
use crate::web::state::State;

/// The page to log in at.
pub const LOG_IN_PAGE: &str = "/login";
/// The page that renews a session and leads back.
pub const RENEWAL_PAGE: &str = "/session/renew";

const REFRESH_COOKIE: &str = "zerodesk_refresh";
/// Where the refresh token is sent.
const REFRESH_PATH: &str = "/session";

/// The access token's cookie outlives the token: its presence says that a renewal may be had. Both last as long as the session may lie
/// idle, which depends on the role.
fn cookies(state: &State, tokens: Tokens) -> [Cookie<'static>; 2] {
    let age = Age::seconds(i64::try_from(tokens.refresh_expires_in).unwrap_or(i64::MAX));
    [
        new_cookie(state, SESSION_COOKIE, "/", tokens.access_token, age),
        new_cookie(state, REFRESH_COOKIE, REFRESH_PATH, tokens.refresh_token, age),
    ]
}

fn no_cookies(state: &State) -> [Cookie<'static>; 2] {
    [
        new_cookie(state, SESSION_COOKIE, "/", String::new(), Age::ZERO),
        new_cookie(state, REFRESH_COOKIE, REFRESH_PATH, String::new(), Age::ZERO),
    ]
}

/// A response that sets cookies.
///
/// # Errors
/// When a cookie can't be in a header, which none of ours is.
pub fn setting(mut response: HttpResponse, cookies: &[Cookie<'static>]) -> Answer {
    for cookie in cookies {
        response.add_cookie(cookie).map_err(Problem::internal)?;
    }
    Ok(response)
}

pub(super) fn require_same_origin(request: &HttpRequest) -> Result<(), Problem> {
    if same_origin(request) {
        return Ok(());
    }
    let text = Text::new("请求来自其他站点", "the request comes from another site");
    Err(Problem::new(Code::CrossSite, text))
}

pub(super) fn caller(request: &HttpRequest, actor: Actor) -> Caller {
    Caller { actor, request: Some(RequestId::of(request).0), idempotency_key: None }
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct NextPage {
    /// The path of a page of this server; any other address leads to the first page.
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/login.html")]
struct LogInPage {
    f: Frame,
    next: String,
    username: String,
    problem: Option<Problem>,
    /// Whom to call who cannot log in.
    help: String,
    /// The buttons of single sign-on: address and name.
    providers: Vec<(String, String)>,
}

impl LogInPage {
    fn new(state: &State, f: Frame, next: String, username: String, problem: Option<Problem>) -> Self {
        let button = |provider: &Provider| {
            let address = with_next(&format!("/api/v1/auth/oidc/{}", provider.id), &next);
            (address, provider.shown(f.language).to_owned())
        };
        let providers = state.app.settings().section::<OidcSettings>().providers.iter().map(button).collect();
        let help = state.app.settings().section::<AuthSettings>().help_contact.trim().to_owned();
        Self { f, next, username, problem, help, providers }
    }
}

/// The form to log in, with what was wrong above it.
///
/// # Errors
/// None of its own.
pub fn refuse_log_in(state: &State, frame: Frame, next: String, problem: Problem) -> Answer {
    let failure = Failure::from(problem);
    let status = failure.status();
    let page = LogInPage::new(state, frame, next, String::new(), Some(failure.problem));
    let mut response = show(&page.f, &page)?;
    *response.status_mut() = status;
    Ok(response)
}

/// A response that opens a session in the browser.
///
/// # Errors
/// None of its own.
pub fn with_session(state: &State, response: HttpResponse, tokens: Tokens) -> Answer {
    setting(response, &cookies(state, tokens))
}

/// The page that asks for a code after the password (`code_page`).
pub const CODE_PAGE: &str = "/login/code";
/// Carries who has logged in but for the code.
pub(super) const CODE_COOKIE: &str = "zerodesk_code";
/// So long one may look for the phone.
const CODE_MINUTES: i64 = 10;
const CODE_PURPOSE: &str = "log-in without its code yet";

/// Sends the browser to the page that asks for a code.
///
/// # Errors
/// When the system gives no randomness.
pub fn ask_for_code(state: &State, wanted: &CodeWanted, next: &str) -> Answer {
    let (settings, now) = (state.app.settings(), state.app.clock().now());
    let text = carry(settings, CODE_PURPOSE, wanted, now, chrono::Duration::minutes(CODE_MINUTES))?;
    let cookie = new_cookie(state, CODE_COOKIE, CODE_PAGE, text, Age::minutes(CODE_MINUTES));
    setting(redirect(&with_next(CODE_PAGE, next)), &[cookie])
}

pub(super) fn code_wanted(state: &State, request: &HttpRequest) -> Option<CodeWanted> {
    let cookie = sent_cookie(request, CODE_COOKIE)?;
    carried(state.app.settings(), CODE_PURPOSE, cookie.value(), state.app.clock().now())
}

/// The form to log in.
pub async fn form(state: State, visit: Visit, way: web::Query<NextPage>) -> Answer {
    let next = inside(way.next.as_deref());
    if visit.frame.person.is_some() {
        return Ok(redirect(&next));
    }
    let page = LogInPage::new(&state, visit.frame, next, String::new(), None);
    show(&page.f, &page)
}

/// Fields of the form to log in.
#[derive(Deserialize)]
pub struct LogInForm {
    username: String,
    password: String,
    next: Option<String>,
}

/// Logs in. What was wrong is said above the form, which keeps the name.
pub async fn log_in(
    state: State,
    limiter: Data<LogInLimiter>,
    request: HttpRequest,
    frame: Frame,
    form: web::Form<LogInForm>,
) -> Answer {
    require_same_origin(&request)?;
    let LogInForm { username, password, next } = form.into_inner();
    let next = inside(next.as_deref());
    let command = LogIn { username: username.clone(), password: Sensitive(password), code: None };
    match admit(&state, &limiter, &request, caller(&request, Actor::Anonymous), command).await {
        Ok(outcome) => {
            let browser = known_browser::remember(&state, &request, &username)?;
            let response = match outcome {
                LoggedIn::Code(wanted) => ask_for_code(&state, &wanted, &next)?,
                outcome => with_session(&state, redirect(&next), outcome.tokens()?)?,
            };
            setting(response, &[browser])
        }
        Err(failure) if failure.problem.status < 500 => {
            let status = failure.status();
            let page = LogInPage::new(&state, frame, next, username, Some(failure.problem));
            let mut response = show(&page.f, &page)?;
            *response.status_mut() = status;
            Ok(response)
        }
        Err(failure) => Err(failure),
    }
}

/// Renews the session behind the refresh cookie. Tabs that ask at the same time are all given the same.
pub async fn renewed(state: &State, request: &HttpRequest) -> Result<Tokens, Failure> {
    let refresh_token =
        Sensitive(sent_cookie(request, REFRESH_COOKIE).ok_or_else(invalid_refresh_token)?.value().to_owned());
    let command = Renew { refresh_token, device: Device::of(request) };
    match execute(state, caller(request, Actor::Anonymous), command).await? {
        Refreshed::Tokens(tokens) => Ok(tokens),
        Refreshed::Replayed => Err(invalid_refresh_token().into()),
    }
}

/// Renews the session for the pages' modules: 204, or 401 when one must log in.
pub async fn renew(state: State, request: HttpRequest) -> Answer {
    require_same_origin(&request)?;
    let tokens = renewed(&state, &request).await?;
    setting(HttpResponse::NoContent().finish(), &cookies(&state, tokens))
}

/// Renews the session on the way to a page. Nobody gains by making a browser come here: it only keeps its own session.
pub async fn renew_and_return(state: State, request: HttpRequest, way: web::Query<NextPage>) -> Answer {
    let next = inside(way.next.as_deref());
    match renewed(&state, &request).await {
        Ok(tokens) => setting(redirect(&next), &cookies(&state, tokens)),
        Err(failure) if failure.problem.status == 401 => {
            setting(redirect(&with_next(LOG_IN_PAGE, &next)), &no_cookies(&state))
        }
        Err(failure) => Err(failure),
    }
}

#[derive(Template)]
#[template(path = "accounts/logout.html")]
struct LogOutPage {
    f: Frame,
}

/// Asks whether to log out: following a link alone changes nothing.
pub async fn log_out_form(visit: Visit) -> Answer {
    let page = LogOutPage { f: visit.frame };
    show(&page.f, &page)
}

/// Ends the session, renewing it first if need be, since only who is in it can end it.
pub async fn log_out(state: State, request: HttpRequest) -> Answer {
    require_same_origin(&request)?;
    admit_setting_up(&request);
    let person = match identify(&request).await {
        Ok(person) => person,
        Err(failure) if failure.problem.status == 401 => match renewed(&state, &request).await {
            Ok(tokens) => Some(person_of(&state, tokens).await?),
            Err(failure) if failure.problem.status == 401 => None,
            Err(failure) => return Err(failure),
        },
        Err(failure) => return Err(failure),
    };
    if let Some(person) = person {
        execute(&state, caller(&request, Actor::Person(person)), LogOut {}).await?;
    }
    // What was typed and not sent is kept in the browser through a lost session; who logs out leaves nothing there. Browsers heed it where the
    // connection is safe.
    let mut response = setting(redirect("/"), &no_cookies(&state))?;
    response
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));
    Ok(response)
}

/// The person whose tokens these are.
pub async fn person_of(state: &State, tokens: Tokens) -> Result<crate::core::actor::Person, Failure> {
    read(state, move |app| {
        let now = app.clock().now();
        crate::accounts::authenticate(
            &mut *app.snapshot()?,
            app.settings().section(),
            now,
            &tokens.access_token,
        )
    })
    .await
}
