//! Who calls: by the `Authorization` header, or by the cookie of the web pages.
//!
//! A cookie is sent by the browser without being asked, so with it a request that changes something must also come from our
//! own pages. A route that is not public is authenticated before its body is read (see `middleware`).

use std::future::{Ready, ready};

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::core::actor::Person;
use crate::core::key_scope::KeyScope;
use crate::core::{Actor, Caller, Code, Problem, Text};
use crate::settings::ServerSettings;
use crate::web::extract::{IdempotencyKey, Local, RequestId, state};
use crate::web::problem::Failure;
use crate::web::reply::read;
use crate::web::state::WebState;

/// The cookie that holds the access token of the web pages; over https its name begins with `__Host-`, see [`cookie_name`].
pub const SESSION_COOKIE: &str = "zerodesk_session";

/// The name of a cookie: where people come over https, browsers keep one that begins with `__Host-` for this very server alone, so that
/// nobody else under the same domain can set it, nor anybody over http.
pub fn cookie_name(state: &WebState, name: &str) -> String {
    match state.app.settings().section::<ServerSettings>().is_https() {
        true => format!("__Host-{name}"),
        false => name.to_owned(),
    }
}

/// A cookie of ours for a response, which scripts in a page cannot read. Over plain http a browser drops a cookie that is `Secure`, and
/// nobody could log in; so it is so where people come over https. There its path must be `/` as well (see [`cookie_name`]).
pub fn new_cookie(
    state: &WebState,
    name: &str,
    path: &'static str,
    value: String,
    age: Duration,
) -> Cookie<'static> {
    let https = state.app.settings().section::<ServerSettings>().is_https();
    Cookie::build(cookie_name(state, name), value)
        .path(if https { "/" } else { path })
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(https)
        .max_age(age)
        .finish()
}

/// A cookie of ours that a request carries.
pub fn cookie(request: &HttpRequest, name: &str) -> Option<Cookie<'static>> {
    request.cookie(&cookie_name(state(request).ok()?, name))
}

/// A logged-in caller.
#[derive(Debug, Clone)]
pub struct Auth {
    /// The person whose session it is.
    pub person: Person,
    caller: Caller,
}

impl Auth {
    /// The caller of a command, with the request's id and idempotency key.
    pub fn caller(&self) -> Caller {
        self.caller.clone()
    }

    /// Who acts, for queries that start from what the actor may see.
    pub fn actor(&self) -> Actor {
        self.caller.actor.clone()
    }
}

impl FromRequest for Auth {
    type Error = Failure;
    type Future = Local<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let person = identify(&request).await?.ok_or_else(Problem::unauthenticated)?;
            let caller = caller_of(&request, Actor::Person(person.clone()))?;
            Ok(Self { person, caller })
        })
    }
}

/// A caller who may be logged in or not. A bad token is refused all the same.
#[derive(Debug, Clone)]
pub struct MaybeAuth(pub Caller);

impl FromRequest for MaybeAuth {
    type Error = Failure;
    type Future = Local<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let actor = identify(&request).await?.map_or(Actor::Anonymous, Actor::Person);
            Ok(Self(caller_of(&request, actor)?))
        })
    }
}

/// A caller of whom nothing is asked: registrations, applications, log-ins.
#[derive(Debug, Clone)]
pub struct Guest(pub Caller);

impl FromRequest for Guest {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(caller_of(request, Actor::Anonymous).map(Self).map_err(Failure::from))
    }
}

/// With the key only where something changes: a GET has nothing to repeat.
fn caller_of(request: &HttpRequest, actor: Actor) -> Result<Caller, Problem> {
    let idempotency_key = if request.method().is_safe() { None } else { IdempotencyKey::of(request)?.0 };
    Ok(Caller { actor, request: Some(RequestId::of(request).0), idempotency_key })
}

/// Marks a request that a session may make which can only set up a second factor yet.
struct SettingUp;

/// Lets such a session make this request.
pub fn admit_setting_up(request: &HttpRequest) {
    request.extensions_mut().insert(SettingUp);
}

/// Marks a request of a route that API keys with this scope may call.
struct OpenToKeys(KeyScope);

/// Lets API keys with this scope make this request. All others are closed to them.
pub fn admit_keys(request: &HttpRequest, scope: KeyScope) {
    request.extensions_mut().insert(OpenToKeys(scope));
}

/// Refuses an API key where the request is not open to keys, or the key has not the scope that opens it.
fn check_key(request: &HttpRequest, person: &Person) -> Result<(), Problem> {
    let Some(key) = &person.proof.key else { return Ok(()) };
    let open = request.extensions().get::<OpenToKeys>().map(|open| open.0);
    let text = match open {
        Some(scope) if key.scopes.contains(&scope) => return Ok(()),
        Some(scope) => Text::new(
            format!("该接口密钥没有权限“{scope}”"),
            format!("the API key does not have the scope \"{scope}\""),
        ),
        None => Text::new("该接口不对接口密钥开放", "API keys may not call this"),
    };
    Err(Problem::new(Code::KeyScope, text))
}

/// Refuses a session that can only set up a second factor yet, unless the request is admitted to it.
fn check_set_up(request: &HttpRequest, person: &Person) -> Result<(), Problem> {
    if !person.proof.sets_up_only || request.extensions().get::<SettingUp>().is_some() {
        return Ok(());
    }
    let text = Text::new(
        "您的角色须启用双重验证，请先完成设置",
        "your role must have a second factor; set one up first",
    );
    Err(Problem::new(Code::SecondFactorSetupRequired, text))
}

/// The person behind the request's credentials; `None` when it has none. Looked up once, then remembered with the request.
///
/// # Errors
/// 401 for a bad token; 403 `cross_site` for a cookie sent from elsewhere, `second_factor_setup_required` for a session that can only set
/// one up, `key_scope` for an API key where the request is closed to it; 503 without the database.
pub async fn identify(request: &HttpRequest) -> Result<Option<Person>, Failure> {
    let known = request.extensions().get::<Person>().cloned();
    if let Some(person) = known {
        check_set_up(request, &person)?;
        check_key(request, &person)?;
        return Ok(Some(person));
    }
    let Some(token) = token(request)? else { return Ok(None) };
    let state = state(request)?;
    let authenticate = state.log_in.authenticate;
    let person = read(state, move |app| authenticate(app, &token)).await?;
    tracing::Span::current().record("account", tracing::field::display(person.account));
    request.extensions_mut().insert(person.clone());
    check_set_up(request, &person)?;
    check_key(request, &person)?;
    Ok(Some(person))
}

fn token(request: &HttpRequest) -> Result<Option<String>, Problem> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let bearer = value
            .to_str()
            .ok()
            .and_then(|v| v.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        return bearer.map(Some).ok_or_else(|| {
            let text = Text::new(
                "Authorization 须为 Bearer 加访问令牌",
                "Authorization must be Bearer with an access token",
            );
            Problem::new(Code::InvalidToken, text)
        });
    }
    if let Some(token) = subprotocols(request).find_map(|p| p.strip_prefix(BEARER).map(str::to_owned)) {
        return Ok(Some(token));
    }
    let Some(cookie) = cookie(request, SESSION_COOKIE) else { return Ok(None) };
    // A socket changes things although its handshake is a GET.
    let harmless = request.method().is_safe() && !request.headers().contains_key(header::UPGRADE);
    if !harmless && !same_origin(request) {
        let text = Text::new("请求来自其他站点", "the request comes from another site");
        return Err(Problem::new(Code::CrossSite, text));
    }
    Ok(Some(cookie.value().to_owned()))
}

/// The prefix of the subprotocol that carries a token to a socket, for browsers, which can set no header on it.
const BEARER: &str = "bearer.";

/// The WebSocket subprotocols that a request offers.
pub fn subprotocols(request: &HttpRequest) -> impl Iterator<Item = &str> {
    request
        .headers()
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(str::trim)
        .filter(|p| !p.is_empty())
}

/// Whether a browser's request comes from our own pages: by `Sec-Fetch-Site`, else by `Origin`. A request with neither is
/// not.
pub fn same_origin(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = header("origin") else { return false };
    let Ok(state) = state(request) else { return false };
    if origin_of(&state.public_url) == origin {
        return true;
    }
    // Without a configured address the server is known by several names, of the one scheme.
    let configured = &state.app.settings().section::<ServerSettings>().public_url;
    configured.is_empty() && header("host").is_some_and(|host| origin == format!("http://{host}"))
}

/// The origin of an address: scheme, host and, where it is not the scheme's own, port (RFC 6454, section 6.2).
fn origin_of(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return String::new() };
    let host = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let usual = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}", host.strip_suffix(usual).unwrap_or(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (url, wanted) in [
            ("https://Desk.example", "https://desk.example"),
            ("https://desk.example:443/zerodesk", "https://desk.example"),
            ("http://desk.example:80", "http://desk.example"),
            ("https://desk.example:80", "https://desk.example:80"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(origin_of(url), wanted);
        }
    }
}
