//! Browsers from which somebody has given the right password before. Such a browser carries a cookie with a random id and the accounts'
//! names as digests, which nobody but this service can make; the limiter counts its tries by themselves, so that nobody else in the same
//! network slows them. It proves nothing else, and lets nobody in.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration as Age;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::accounts::credentials::normalized;
use crate::accounts::factors::sealed::{carried, carry};
use crate::core::Problem;
use crate::core::secret::{random_token, sha256};
use crate::web::identity::{cookie, new_cookie};
use crate::web::state::State;

const COOKIE: &str = "zerodesk_device";
/// Where it is sent: the page to log in at.
const PATH: &str = "/login";
const PURPOSE: &str = "browser that has logged in";
/// So long a browser is remembered after the last log-in.
const DAYS: i64 = 365;
/// People who share one browser; of more the first ones are forgotten.
const MOST_NAMES: usize = 8;

#[derive(Debug, Serialize, Deserialize)]
struct Browser {
    /// 256 random bits.
    id: String,
    /// Digests of the names that have logged in here, the last one at the end.
    names: Vec<String>,
}

/// What distinguishes the browser of a request from all others; none where nobody has logged in with it by this name.
pub fn of(state: &State, request: &HttpRequest, username: &str) -> Option<String> {
    read(state, request).filter(|browser| browser.names.contains(&digest(username))).map(|browser| browser.id)
}

/// The cookie by which a browser is known after a right password for this name.
///
/// # Errors
/// When the system gives no randomness.
pub fn remember(state: &State, request: &HttpRequest, username: &str) -> Result<Cookie<'static>, Problem> {
    let mut browser = match read(state, request) {
        Some(browser) => browser,
        None => Browser { id: random_token()?, names: Vec::new() },
    };
    let digest = digest(username);
    browser.names.retain(|name| *name != digest);
    browser.names.push(digest);
    let over = browser.names.len().saturating_sub(MOST_NAMES);
    browser.names.drain(..over);
    let (settings, now) = (state.app.settings(), state.app.clock().now());
    let text = carry(settings, PURPOSE, &browser, now, Duration::days(DAYS))?;
    Ok(new_cookie(state, COOKIE, PATH, text, Age::days(DAYS)))
}

fn read(state: &State, request: &HttpRequest) -> Option<Browser> {
    let cookie = cookie(request, COOKIE)?;
    carried(state.app.settings(), PURPOSE, cookie.value(), state.app.clock().now())
}

fn digest(username: &str) -> String {
    let mut hash = sha256(normalized(username).as_bytes());
    hash.truncate(16);
    URL_SAFE_NO_PAD.encode(hash)
}
