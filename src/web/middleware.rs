//! What happens around every handler. From the outside in: the tracing span with the request's id; [`outermost`], which
//! refuses while draining, writes problems, headers, metrics and the line in the log; compression; and, for each route of
//! the table, [`guard`], which checks the caller and the caller's role before a body is read and catches panics.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use futures_util::FutureExt;
use tracing::Span;
use tracing_actix_web::RootSpanBuilder;
use uuid::Uuid;

use crate::core::actor::Person;
use crate::core::{Actor, Code, Problem, Text};
use crate::settings::{HstsScope, ServerSettings};
use crate::web::client_address::ClientAddress;
use crate::web::extract::{IDEMPOTENCY_KEY, Lang, RequestId, state};
use crate::web::identity::{admit_keys, admit_setting_up, identify};
use crate::web::problem::{Failure, failure_of, render};
use crate::web::reply::read;
use crate::web::room::{Access, MayKnow, RouteInfo};
use crate::web::state::State;
use crate::web::timed_body;

/// Longer addresses are refused.
const MAX_URI_BYTES: usize = 8192;
const REQUEST_ID: &str = "x-request-id";

/// The span of a request: its id, method and path. Never the query, which can hold a one-time token.
pub(super) struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let given = request.headers().get(REQUEST_ID).and_then(|v| v.to_str().ok()?.parse::<Uuid>().ok());
        let id = given.filter(|id| !id.is_nil()).unwrap_or_else(Uuid::now_v7);
        request.extensions_mut().insert(RequestId(id));
        let path: String = request.path().chars().take(200).collect();
        tracing::info_span!(
            "request",
            request_id = %id,
            method = %request.method(),
            path = path.as_str(),
            address = %address_for_log(&path, request),
            account = tracing::field::Empty,
        )
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}

/// What people open by a code on a product: nothing of them is kept, so their addresses are not in the log.
const WITHOUT_ADDRESS: [&str; 2] = ["/q/", "/api/v1/public/codes/"];

/// The address of the client, as the log has it.
fn address_for_log(path: &str, request: &ServiceRequest) -> String {
    if WITHOUT_ADDRESS.iter().any(|prefix| path.starts_with(prefix)) {
        return String::new();
    }
    ClientAddress::of(request.request()).to_string()
}

/// Around everything: see the top of the module.
pub(super) async fn outermost(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let state = request.app_data::<State>().cloned();
    let (id, language) = (RequestId::of(&request).0, Lang::of(&request).0);
    let method = request.method().clone();
    let refused = refuse(&request, state.as_ref());
    if let Some(state) = &state {
        timed_body::limit(&mut request, state.app.settings().section());
    }
    let response = match refused {
        Some(problem) => refusal(request, problem.into()),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let (mut response, code) = explained(response, language, id);
    let route = response.request().match_pattern();
    let draining = state.as_ref().is_some_and(|s| s.is_draining());
    let api = response.request().path().starts_with("/api/");
    let opener = keeps_opener_policy(response.request().headers(), state.as_ref());
    add_headers(response.headers_mut(), id, api);
    if opener {
        response
            .headers_mut()
            .insert(header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    }
    if let Some(policy) = state.as_ref().and_then(transport_security) {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, policy);
    }
    if draining {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let route = route.as_deref().unwrap_or("unmatched");
    let (status, took) = (response.status().as_u16(), started.elapsed());
    if let Some(state) = &state {
        state.metrics.note(route, method.as_str(), status, took);
    }
    let ms = took.as_millis();
    if state.as_ref().is_some_and(|s| s.always_answered.contains(&route)) {
        tracing::debug!(status, route, code, ms, "answered");
    } else {
        tracing::info!(status, route, code, ms, "answered");
    }
    Ok(response)
}

/// The answer of a failure. Not by `into_response`, which forgets the error.
fn refusal(request: ServiceRequest, failure: Failure) -> ServiceResponse<BoxBody> {
    ServiceResponse::new(request.into_parts().0, HttpResponse::from_error(failure))
}

fn refuse(request: &ServiceRequest, state: Option<&State>) -> Option<Problem> {
    if request.uri().to_string().len() > MAX_URI_BYTES {
        let text = Text::new("请求地址过长", "the address of the request is too long");
        return Some(Problem::new(Code::UriTooLong, text));
    }
    let draining = state.is_some_and(|s| s.is_draining() && !s.always_answered.contains(&request.path()));
    draining.then(|| {
        let text = Text::new("服务器正在停止，请稍后再试", "the server is stopping; try again in a moment");
        let mut problem = Problem::new(Code::Draining, text);
        problem.retry_after = Some(5);
        problem
    })
}

/// Replaces what is wrong by its problem, logs the cause of what is our fault, and gives the problem's code.
fn explained(
    response: ServiceResponse<BoxBody>,
    language: crate::core::Language,
    id: Uuid,
) -> (ServiceResponse<BoxBody>, Option<&'static str>) {
    let status = response.status();
    // What a handler sent itself under such a status is its own answer: JSON (`/readyz`), or a page.
    let own = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"application/") || v.as_bytes().starts_with(b"text/html"));
    let error = response.response().error();
    if status.as_u16() < 400 || (error.is_none() && own) {
        return (response, None);
    }
    let failure = failure_of(error, status);
    let problem = &failure.problem;
    // Neither is a failure: the server takes no more for a moment.
    let busy = matches!(problem.code, Code::Overloaded | Code::Draining);
    if problem.status >= 500 && !busy {
        let cause = problem.cause.as_deref().unwrap_or_default();
        tracing::error!(code = problem.code.as_str(), cause, "the request failed");
    } else if let Some(cause) = &problem.cause {
        tracing::debug!(code = problem.code.as_str(), cause, "the request was refused");
    }
    let (request, _) = response.into_parts();
    let code = problem.code.as_str();
    (ServiceResponse::new(request, render(&failure, language, id)), Some(code))
}

const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
    // What no page of ours uses.
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// HSTS (RFC 6797), where people come over https.
fn transport_security(state: &State) -> Option<HeaderValue> {
    let server = state.app.settings().section::<ServerSettings>();
    let told = server.is_https() && server.hsts_seconds > 0;
    let below = match server.hsts_scope {
        HstsScope::Subdomains => "; includeSubDomains",
        HstsScope::Host => "",
    };
    let value = told.then(|| format!("max-age={}{below}", server.hsts_seconds));
    value.and_then(|value| HeaderValue::from_str(&value).ok())
}

/// Whether a browser keeps `Cross-Origin-Opener-Policy`: over https and on localhost, where it sends `Sec-Fetch-Site` as well.
/// Elsewhere it ignores the header and complains on the console of every page.
fn keeps_opener_policy(request: &HeaderMap, state: Option<&State>) -> bool {
    request.contains_key("sec-fetch-site") || state.is_some_and(|s| s.public_url.starts_with("https://"))
}

fn add_headers(headers: &mut HeaderMap, id: Uuid, api: bool) {
    for (name, value) in HEADERS {
        // What a handler has forbidden itself, an attachment's for one, is stricter.
        if !headers.contains_key(name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
}

/// Around one route: authenticates where the table asks for it, refuses the roles that it does not admit, and turns a panic into
/// a 500.
pub(super) async fn guard(
    row: &RouteInfo,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Err(failure) = admit(row, request.request()).await {
        return Ok(refusal(request, failure));
    }
    catch_panic(request, next).await
}

/// Refuses whom the row of the route does not admit: who is not logged in, who may not know of the thing, a wrong role, and who must
/// prove again who it is.
async fn admit(row: &RouteInfo, request: &HttpRequest) -> Result<(), Failure> {
    match row.access {
        Access::Public => return Ok(()),
        Access::SettingUp => admit_setting_up(request),
        _ => {}
    }
    if let Some(scope) = row.key {
        admit_keys(request, scope);
    }
    let person = identify(request).await?.ok_or_else(Problem::unauthenticated)?;
    let role = person.scope.role();
    // A call with a key may repeat one that was done, after which its caller no longer sees the thing: the command decides.
    let repeats = row.access.roles().is_some_and(|roles| roles.contains(&role))
        && request.headers().contains_key(IDEMPOTENCY_KEY);
    if let Access::ByPolicy(_, may_know) = row.access
        && !repeats
    {
        require_known(request, person.clone(), may_know).await?;
    }
    row.access.admit(&person)?;
    if row.step_up {
        let state = state(request)?;
        (state.log_in.require_step_up)(&state.app, &person)?;
    }
    if let Access::Knowing(_, may_know) = row.access
        && !repeats
    {
        require_known(request, person, may_know).await?;
    }
    Ok(())
}

/// Refuses who may not know of the thing whose id stands in the path.
async fn require_known(request: &HttpRequest, person: Person, may_know: MayKnow) -> Result<(), Failure> {
    let id = request.match_info().get("id").and_then(|id| id.parse::<Uuid>().ok());
    let id = id.ok_or_else(Problem::not_found)?;
    let known = read(state(request)?, move |app| may_know(&mut *app.conn()?, &Actor::Person(person), id));
    if known.await? { Ok(()) } else { Err(Problem::not_found().into()) }
}

/// Goes on, and makes a failure of a panic.
pub(super) async fn catch_panic(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // The request is routed by now, so a second handle on it is allowed.
    let kept = request.request().clone();
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(result) => result,
        Err(panic) => {
            let what = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
            let what = what.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            let failure = Failure::from(Problem::internal(format!("the handler panicked: {what}")));
            Ok(ServiceResponse::new(kept, HttpResponse::from_error(failure)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::middleware::from_fn;
    use actix_web::{App, test, web};

    #[actix_web::test]
    async fn a_panic_in_a_handler_is_a_problem_without_the_panic_message() {
        static ROW: RouteInfo = RouteInfo {
            method: "GET",
            path: "/",
            access: Access::Public,
            zh: "",
            key: None,
            handler: web::get,
            document: || utoipa::openapi::OpenApiBuilder::new().build(),
            without_key: false,
            always_answered: false,
            step_up: false,
        };
        async fn panics() -> HttpResponse {
            panic!("a secret")
        }
        let around = from_fn(move |request, next| guard(&ROW, request, next));
        let service = App::new().route("/", web::get().to(panics).wrap(around)).wrap(from_fn(outermost));
        let service = test::init_service(service).await;
        let response = test::call_service(&service, test::TestRequest::get().to_request()).await;
        assert_eq!(response.status(), 500);
        let body = test::read_body(response).await;
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["code"], &body["title"]), (&"internal".into(), &"服务器错误".into()));
        assert!(!body.to_string().contains("secret"));
    }
}
