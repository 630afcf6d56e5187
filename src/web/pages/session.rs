//! Logging in and out of the pages, and keeping the session alive.
//!
//! Two cookies, both HttpOnly and `SameSite=Lax`: the access token for every request, the refresh token for `/session` alone.
//! A refresh token is good once, and its second use ends the session. Two tabs that renew at the same moment would look like
//! that second use, so the one who comes second with the same token, from the same browser and within [`GRACE`] of the
//! first, is given what the first was given; it waits for it if need be. Kept in memory; where the second one reaches another
//! server, the command gives it tokens of its own for some seconds. What comes later is a replay as ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::cookie::time::Duration as Age;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::frame::{Frame, Visit};
use super::{PageRow, pages, show};
use crate::accounts::login::invalid_refresh_token;
use crate::accounts::{LogIn, LogOut, RefreshInBrowser, Refreshed, Tokens};
use crate::core::secret::{Sensitive, sha256};
use crate::core::{Actor, Caller, Problem, Text};
use crate::settings::Settings;
use crate::web::extract::RequestId;
use crate::web::handlers::auth::admit;
use crate::web::identity::{SESSION_COOKIE, identify, same_origin};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, read};
use crate::web::server::State;

pages! {
    GET "/login" => form;
    POST "/login" => log_in;
    GET "/logout" => log_out_form;
    GET "/session/renew" => renew_and_return;
    POST "/session/renew" => renew;
    POST "/session/end" => log_out;
}

const REFRESH_COOKIE: &str = "zerodesk_refresh";
/// Where the refresh token is sent.
const REFRESH_PATH: &str = "/session";
/// How long a renewal is given again to whoever asks for the same.
const GRACE: Duration = Duration::seconds(20);

/// The renewals of the last seconds.
#[derive(Default)]
pub struct Renewals(Mutex<HashMap<Vec<u8>, Renewal>>);

struct Renewal {
    asked_at: DateTime<Utc>,
    /// Locked while the command runs.
    tokens: Arc<Mutex<Option<Tokens>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Renewals {
    /// The tokens for a key: those that were made within the grace, else those that `make` makes. Of several callers at
    /// once one makes and the others wait. Blocks.
    fn tokens(
        &self,
        key: Vec<u8>,
        now: DateTime<Utc>,
        make: impl FnOnce() -> Result<Tokens, Problem>,
    ) -> Result<Tokens, Problem> {
        let slot = {
            let mut all = lock(&self.0);
            // One that somebody still waits for stays.
            all.retain(|_, r| now - r.asked_at < GRACE || Arc::strong_count(&r.tokens) > 1);
            let fresh = || Renewal { asked_at: now, tokens: Arc::default() };
            Arc::clone(&all.entry(key.clone()).or_insert_with(fresh).tokens)
        };
        let mut slot = lock(&slot);
        if let Some(tokens) = &*slot {
            return Ok(tokens.clone());
        }
        let made = make();
        match &made {
            Ok(tokens) => *slot = Some(tokens.clone()),
            Err(_) => drop(lock(&self.0).remove(&key)),
        }
        made
    }

    /// Gives nothing again: the session has been ended.
    fn forget(&self, key: &[u8]) {
        lock(&self.0).remove(key);
    }
}

/// Only paths of our own, so that nobody is led elsewhere by a link to the log-in.
fn inside(next: Option<&str>) -> String {
    let good = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.len() <= 2000
            && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
    };
    next.filter(good).unwrap_or("/").to_owned()
}

fn with_next(path: &str, next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("{path}?{query}")
}

fn go(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// Sends a reader who is not known to the log-in, or first to the renewal, and back to this page afterwards.
pub(super) fn to_log_in(request: &HttpRequest) -> HttpResponse {
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let door = if request.cookie(SESSION_COOKIE).is_some() { "/session/renew" } else { "/login" };
    go(&with_next(door, &inside(Some(here))))
}

/// Whether the cookies are for https alone: as the configured public address says; without one, in production. Over plain http
/// a browser drops a cookie that is `Secure`, and nobody could log in.
fn only_over_https(settings: &Settings) -> bool {
    match settings.server.public_url.as_str() {
        "" => settings.is_production(),
        url => url.starts_with("https://"),
    }
}

fn cookie(state: &State, name: &'static str, path: &'static str, value: String, age: Age) -> Cookie<'static> {
    let secure = only_over_https(state.app.settings());
    Cookie::build(name, value)
        .path(path)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(age)
        .finish()
}

/// The access token's cookie outlives the token: its presence says that a renewal may be had.
fn cookies(state: &State, tokens: Tokens) -> [Cookie<'static>; 2] {
    let age = Age::days(i64::from(state.app.settings().auth.refresh_token_days));
    [
        cookie(state, SESSION_COOKIE, "/", tokens.access_token, age),
        cookie(state, REFRESH_COOKIE, REFRESH_PATH, tokens.refresh_token, age),
    ]
}

fn no_cookies(state: &State) -> [Cookie<'static>; 2] {
    [
        cookie(state, SESSION_COOKIE, "/", String::new(), Age::ZERO),
        cookie(state, REFRESH_COOKIE, REFRESH_PATH, String::new(), Age::ZERO),
    ]
}

fn setting(mut response: HttpResponse, cookies: &[Cookie<'static>]) -> Answer {
    for cookie in cookies {
        response.add_cookie(cookie).map_err(Problem::internal)?;
    }
    Ok(response)
}

fn ours(request: &HttpRequest) -> Result<(), Problem> {
    if same_origin(request) {
        return Ok(());
    }
    let text = Text::new("请求来自其他站点", "the request comes from another site");
    Err(Problem::new(403, "cross_site", text))
}

fn caller(request: &HttpRequest, actor: Actor) -> Caller {
    Caller { actor, request: Some(RequestId::of(request).0), idempotency_key: None }
}

/// Where to go afterwards.
#[derive(Deserialize)]
struct Way {
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "web/login.html")]
struct LogInPage {
    f: Frame,
    next: String,
    username: String,
    problem: Option<Problem>,
}

/// The form to log in.
async fn form(visit: Visit, way: web::Query<Way>) -> Answer {
    let next = inside(way.next.as_deref());
    if visit.frame.person.is_some() {
        return Ok(go(&next));
    }
    let page = LogInPage { f: visit.frame, next, username: String::new(), problem: None };
    show(&page.f, &page)
}

/// What the form sends.
#[derive(Deserialize)]
struct LogInForm {
    username: String,
    password: String,
    next: Option<String>,
}

/// Logs in. What was wrong is said above the form, which keeps the name.
async fn log_in(state: State, request: HttpRequest, frame: Frame, form: web::Form<LogInForm>) -> Answer {
    ours(&request)?;
    let LogInForm { username, password, next } = form.into_inner();
    let next = inside(next.as_deref());
    let command = LogIn { username: username.clone(), password: Sensitive(password) };
    match admit(&state, &request, caller(&request, Actor::Anonymous), command).await {
        Ok(tokens) => setting(go(&next), &cookies(&state, tokens)),
        Err(failure) if failure.problem.status < 500 => {
            let status = failure.status();
            let page = LogInPage { f: frame, next, username, problem: Some(failure.problem) };
            let mut response = show(&page.f, &page)?;
            *response.status_mut() = status;
            Ok(response)
        }
        Err(failure) => Err(failure),
    }
}

/// What tells one browser from another.
fn browser_of(request: &HttpRequest) -> Vec<u8> {
    sha256(request.headers().get(header::USER_AGENT).map_or(&b""[..], |v| v.as_bytes()))
}

/// The same token from the same browser.
fn key_of(request: &HttpRequest, token: &str) -> Vec<u8> {
    sha256(&[sha256(token.as_bytes()), browser_of(request)].concat())
}

/// Renews the session behind the refresh cookie, once for all who ask at the same time.
async fn renewed(state: &State, request: &HttpRequest) -> Result<Tokens, Failure> {
    let token = request.cookie(REFRESH_COOKIE).ok_or_else(invalid_refresh_token)?.value().to_owned();
    let (key, browser) = (key_of(request, &token), browser_of(request));
    let (inner, caller) = (state.clone(), caller(request, Actor::Anonymous));
    // On the blocking pool to its end, even if the browser has gone: a token that was used up half-way would be a replay at
    // its next use.
    read(state, move |app| {
        inner.renewals.tokens(key, app.clock().now(), || {
            let command = RefreshInBrowser { refresh_token: Sensitive(token), browser };
            match app.execute(&caller, &command)? {
                Refreshed::Tokens(tokens) => Ok(tokens),
                Refreshed::Replayed => Err(invalid_refresh_token()),
            }
        })
    })
    .await
}

/// Renews the session for the pages' modules: 204, or 401 when one must log in.
async fn renew(state: State, request: HttpRequest) -> Answer {
    ours(&request)?;
    let tokens = renewed(&state, &request).await?;
    setting(HttpResponse::NoContent().finish(), &cookies(&state, tokens))
}

/// Renews the session on the way to a page. Nobody gains by making a browser come here: it only keeps its own session.
async fn renew_and_return(state: State, request: HttpRequest, way: web::Query<Way>) -> Answer {
    let next = inside(way.next.as_deref());
    match renewed(&state, &request).await {
        Ok(tokens) => setting(go(&next), &cookies(&state, tokens)),
        Err(failure) if failure.problem.status == 401 => {
            setting(go(&with_next("/login", &next)), &no_cookies(&state))
        }
        Err(failure) => Err(failure),
    }
}

#[derive(Template)]
#[template(path = "web/logout.html")]
struct LogOutPage {
    f: Frame,
}

/// Asks whether to log out: following a link alone changes nothing.
async fn log_out_form(visit: Visit) -> Answer {
    let page = LogOutPage { f: visit.frame };
    show(&page.f, &page)
}

/// Ends the session, renewing it first if need be, since only who is in it can end it.
async fn log_out(state: State, request: HttpRequest) -> Answer {
    ours(&request)?;
    let person = match identify(&request).await {
        Ok(person) => person,
        Err(failure) if failure.problem.status == 401 => match renewed(&state, &request).await {
            Ok(tokens) => Some(whose(&state, tokens).await?),
            Err(failure) if failure.problem.status == 401 => None,
            Err(failure) => return Err(failure),
        },
        Err(failure) => return Err(failure),
    };
    if let Some(person) = person {
        execute(&state, caller(&request, Actor::Person(person)), LogOut {}).await?;
    }
    if let Some(token) = request.cookie(REFRESH_COOKIE) {
        state.renewals.forget(&key_of(&request, token.value()));
    }
    setting(go("/"), &no_cookies(&state))
}

async fn whose(state: &State, tokens: Tokens) -> Result<crate::core::actor::Person, Failure> {
    read(state, move |app| {
        let now = app.clock().now();
        crate::accounts::authenticate(&mut *app.conn()?, &app.settings().auth, now, &tokens.access_token)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn tokens(n: usize) -> Tokens {
        let token = n.to_string();
        Tokens {
            access_token: token.clone(),
            refresh_token: token,
            expires_in: 1,
            token_type: "Bearer".into(),
        }
    }

    #[test]
    fn those_who_renew_at_once_get_the_same_and_the_token_is_used_once() {
        let (renewals, made) = (Renewals::default(), AtomicUsize::new(0));
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let make = || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            Ok(tokens(made.fetch_add(1, Ordering::SeqCst)))
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let got = renewals.tokens(vec![1], now, make).unwrap();
                    assert_eq!(got.access_token, "0");
                });
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
        // Later, or with another token, nothing is given again.
        assert_eq!(renewals.tokens(vec![2], now, make).unwrap().access_token, "1");
        assert_eq!(renewals.tokens(vec![1], now + GRACE, make).unwrap().access_token, "2");
    }

    #[test]
    fn a_refusal_is_not_kept() {
        let renewals = Renewals::default();
        let now = DateTime::<Utc>::UNIX_EPOCH;
        assert!(renewals.tokens(vec![1], now, || Err(invalid_refresh_token())).is_err());
        assert!(renewals.0.lock().unwrap().is_empty());
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        for good in ["/", "/cases/1?x=2"] {
            assert_eq!(inside(Some(good)), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "javascript:1",
            "/a b",
        ] {
            assert_eq!(inside(Some(bad)), "/", "{bad}");
        }
    }
}
