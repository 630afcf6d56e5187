//! The kit of the pages for people: how a domain's pages are given to the server and shown. Written by the server, in both
//! languages; small modules add what is live.
//!
//! * A page decides nothing. It asks the domains' queries and shows; what its forms change goes to the JSON API, or, for the
//!   session, to the same commands.
//! * No script is in a page, and no style but those that its policy names (`assets`). What people wrote reaches a page
//!   through askama, which escapes it, or through `textContent`.
//! * A failure of a page is a page: `around` writes it. Who is not logged in is sent to the log-in and back.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;

use crate::core::{Code, Problem};
use crate::web::accept::preferred;
use crate::web::assets::{page_policy, plain_policy};
use crate::web::extract::state;
use crate::web::frame::{Frame, language_cookie};
use crate::web::identity::{SESSION_COOKIE, admit_setting_up, cookie, identify};
use crate::web::middleware::catch_panic;
use crate::web::problem::{Answer, Failure, failure_of};
use crate::web::room::{Access, PageRow};
use crate::web::routes::{by_path, of_method, other_methods};
use crate::web::state::LogInPages;

const HTML: &str = "text/html; charset=utf-8";

/// Gives the pages to the server.
pub(super) fn configure(config: &mut ServiceConfig, pages: &[&'static PageRow]) {
    for (path, rows) in by_path(pages.iter().copied(), |row| row.path) {
        let mut resource = web::resource(path);
        for &row in &rows {
            let enclosed = from_fn(move |request, next| around(row.access, request, next));
            resource = resource.route(of_method((row.handler)(), row.method).wrap(enclosed));
        }
        let methods: Vec<_> = rows.iter().map(|row| row.method).collect();
        config.service(resource.default_service(other_methods(&methods)));
    }
}

/// Refuses who may not open the page at all.
async fn admit(access: Access, request: &HttpRequest) -> Result<(), Failure> {
    match access {
        Access::Public => return Ok(()),
        Access::SettingUp => admit_setting_up(request),
        _ => {}
    }
    let person = identify(request).await?.ok_or_else(Problem::unauthenticated)?;
    Ok(access.check(person.scope.role())?)
}

/// Around a page: checks who may open it, remembers the language that was asked for, and shows failures as pages.
async fn around(
    access: Access,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // What calls from a script reads problems.
    let renewal = state(request.request()).ok().map(|state| state.log_in.renewal);
    let script = request.method() == Method::POST && Some(request.path()) == renewal;
    let mut response = match admit(access, request.request()).await {
        Ok(()) => catch_panic(request, next).await?,
        Err(failure) => request.error_response(failure),
    };
    let status = response.status();
    if status.as_u16() >= 400 && !script && response.response().error().is_some() {
        let failure = failure_of(response.response().error(), status);
        let (request, _) = response.into_parts();
        let shown = failed(&request, &failure.problem);
        response = ServiceResponse::new(request, shown);
    }
    // What caches may keep for everybody carries no cookie.
    if !is_for_all(response.response())
        && let Some(cookie) = language_cookie(response.request())
        && let Ok(value) = HeaderValue::from_str(&cookie.to_string())
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// A failure as a page.
pub fn failed(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    if problem.status == 401 && request.method() == Method::GET {
        return to_log_in(request);
    }
    if problem.code == Code::SecondFactorSetupRequired
        && request.method() == Method::GET
        && let Ok(state) = state(request)
    {
        return redirect(&with_next(state.log_in.set_up, &here(request)));
    }
    let cause = problem.cause.as_deref().unwrap_or_default();
    if problem.status >= 500 {
        tracing::error!(code = problem.code.as_str(), cause, "a page failed");
    } else {
        tracing::debug!(code = problem.code.as_str(), cause, "a page was refused");
    }
    let page = ErrorPage { f: Frame::of(request), status: problem.status, problem: problem.clone() };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Ok(mut response) = show(&page.f, &page) else { return HttpResponse::new(status) };
    *response.status_mut() = status;
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Only paths of our own, so that nobody is led elsewhere by a link to the log-in.
pub fn inside(next: Option<&str>) -> String {
    let good = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.len() <= 2000
            && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
    };
    next.filter(good).unwrap_or("/").to_owned()
}

/// An address that names the page to go on to.
pub fn with_next(path: &str, next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("{path}?{query}")
}

/// 303 to another page.
pub fn redirect(to: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// Sends a reader who is not known to the log-in, or first to the renewal, and back to this page afterwards.
pub fn to_log_in(request: &HttpRequest) -> HttpResponse {
    let Ok(state) = state(request) else { return HttpResponse::new(StatusCode::UNAUTHORIZED) };
    let LogInPages { page, renewal, .. } = state.log_in;
    let way_in = if cookie(request, SESSION_COOKIE).is_some() { renewal } else { page };
    redirect(&with_next(way_in, &here(request)))
}

/// What is answered to an address that is not in the tables: people get a page, programs a problem. A slash too many at the end leads
/// to the address without it.
pub(super) async fn unknown(request: HttpRequest) -> Answer {
    let path = request.path();
    let wants_page = preferred(&request, &[("text/html", true), ("application/json", false)]);
    if path.starts_with("/api/") || wants_page != Some(true) {
        return Err(Problem::not_found().into());
    }
    let trimmed = path.trim_end_matches('/');
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    if trimmed.len() < path.len() && reads {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(redirect(&inside(Some(&format!("{trimmed}{query}")))));
    }
    // Who asks decides on the navigation around the page, and on nothing else.
    let _ = identify(&request).await;
    Ok(failed(&request, &Problem::not_found()))
}

/// The address that was asked for, to come back to.
fn here(request: &HttpRequest) -> String {
    inside(request.uri().path_and_query().map(|p| p.as_str()))
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    f: Frame,
    status: u16,
    problem: Problem,
}

/// 200 with a page. Never kept by caches: it may be about the person who asks.
pub fn show(frame: &Frame, page: &impl Template) -> Answer {
    let body = page.render().map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(HTML)
        .insert_header((header::CONTENT_LANGUAGE, frame.tag()))
        .insert_header((header::VARY, "Accept-Language, Cookie"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, page_policy()))
        .body(body))
}

/// A page for everybody, without scripts and cookies, with the one style for such pages (`code.css`): caches may keep it for so many seconds.
pub fn show_to_all(frame: &Frame, page: &impl Template, status: StatusCode, seconds: u32) -> Answer {
    let body = page.render().map_err(Problem::internal)?;
    Ok(HttpResponse::build(status)
        .content_type(HTML)
        .insert_header((header::CONTENT_LANGUAGE, frame.tag()))
        .insert_header((header::VARY, "Accept-Language, Cookie"))
        .insert_header((header::CACHE_CONTROL, format!("{FOR_ALL}, max-age={seconds}, must-revalidate")))
        .insert_header((header::CONTENT_SECURITY_POLICY, plain_policy()))
        .body(body))
}

/// How `Cache-Control` says that caches may keep an answer for everybody.
const FOR_ALL: &str = "public";

fn is_for_all(response: &HttpResponse) -> bool {
    let control = response.headers().get(header::CACHE_CONTROL);
    control.is_some_and(|value| value.as_bytes().starts_with(FOR_ALL.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_to_other_sites_are_refused() {
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
