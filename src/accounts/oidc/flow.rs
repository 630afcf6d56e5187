//! An attempt at single sign-on, from the button to the provider's answer. The browser carries what finishes it, encrypted, in a cookie.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration as Age;
use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::accounts::factors::sealed::{carried, carry};
use crate::accounts::oidc::provider::{self, Handshake, Identity, failed};
use crate::accounts::oidc::settings::{OidcSettings, Provider};
use crate::accounts::pages::cookie;
use crate::core::ids::SessionId;
use crate::core::secret::sha256;
use crate::core::{Problem, Text};
use crate::web::identity::cookie as sent_cookie;
use crate::web::state::State;

/// The cookie of an attempt.
const COOKIE: &str = "zerodesk_sign_on";
/// Where it is sent.
const PATH: &str = "/api/v1/auth/oidc";
/// So long one may take at the provider.
const MINUTES: i64 = 10;
const PURPOSE: &str = "attempt at single sign-on";

/// What an attempt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aim {
    /// To log in.
    LogIn,
    /// To link the identity to the account of a session.
    Link(SessionId),
    /// To prove again who is in a session.
    Prove(SessionId),
}

/// An attempt under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attempt {
    provider: String,
    handshake: Handshake,
    /// What it is for.
    pub aim: Aim,
    /// Where to go on.
    pub next: String,
}

/// The provider of an id.
///
/// # Errors
/// 404 where the settings name none.
pub fn provider_of<'a>(state: &'a State, id: &str) -> Result<&'a Provider, Problem> {
    state.app.settings().section::<OidcSettings>().provider(id).ok_or_else(Problem::not_found)
}

fn redirect_uri(state: &State, provider: &Provider) -> String {
    format!("{}{PATH}/{}/callback", state.public_url, provider.id)
}

/// Begins an attempt: the provider's address, and the cookie.
///
/// # Errors
/// 404 for an unknown provider; 503 where it can't be asked.
pub async fn begin(
    state: &State,
    id: &str,
    aim: Aim,
    next: String,
) -> Result<(String, Cookie<'static>), Problem> {
    let provider = provider_of(state, id)?;
    let again = matches!(aim, Aim::Prove(_));
    let (address, handshake) =
        provider::begin(&state.app, provider, &redirect_uri(state, provider), again).await?;
    let attempt = Attempt { provider: provider.id.clone(), handshake, aim, next };
    let now = state.app.clock().now();
    let text = carry(state.app.settings(), PURPOSE, &attempt, now, Duration::minutes(MINUTES))?;
    Ok((address, cookie(state, COOKIE, PATH, text, Age::minutes(MINUTES))))
}

/// What the provider answers through the browser.
#[derive(Debug, Deserialize)]
pub struct Answered {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// The attempt that a browser carries; none where it carries none, or its time is over.
pub fn attempt(state: &State, request: &HttpRequest) -> Option<Attempt> {
    let cookie = sent_cookie(request, COOKIE)?;
    carried(state.app.settings(), PURPOSE, cookie.value(), state.app.clock().now())
}

/// The cookie that ends an attempt.
pub fn over(state: &State) -> Cookie<'static> {
    cookie(state, COOKIE, PATH, String::new(), Age::ZERO)
}

/// Finishes an attempt with the provider's answer.
///
/// # Errors
/// 400 where the answer does not belong to the attempt, or is not good; 503 where the provider can't be asked.
pub async fn finish(
    state: &State,
    id: &str,
    attempt: &Attempt,
    answered: Answered,
) -> Result<Identity, Problem> {
    let provider = provider_of(state, id)?;
    let stranger = |why| {
        failed(
            "登录请求不属于本浏览器或已超时，请重新登录",
            "the answer belongs to no attempt of this browser, or it took too long; begin again",
            why,
        )
    };
    let came = answered.state.unwrap_or_default();
    let same = sha256(came.as_bytes()) == sha256(attempt.handshake.state.as_bytes());
    if attempt.provider != provider.id || !same {
        return Err(stranger("another provider or state"));
    }
    // Who mixes up two providers names the other one (RFC 9207).
    if answered.iss.is_some_and(|issuer| issuer != provider.issuer) {
        return Err(stranger("another issuer"));
    }
    let Some(code) = answered.code.filter(|_| answered.error.is_none()) else {
        let mut problem = failed(
            "您已取消登录，或身份提供方未予登录，请重新登录",
            "you cancelled, or the provider did not log you in; begin again",
            "",
        );
        problem.cause = answered.error.map(|error| error.chars().take(100).collect());
        return Err(problem);
    };
    provider::finish(&state.app, provider, &redirect_uri(state, provider), &code, attempt.handshake.clone())
        .await
}

/// 400: the browser carries no attempt.
pub fn no_attempt() -> Problem {
    let text = Text::new(
        "登录请求不属于本浏览器或已超时，请重新登录",
        "the answer belongs to no attempt of this browser, or it took too long; begin again",
    );
    Problem::new(crate::core::Code::SignInFailed, text)
}
