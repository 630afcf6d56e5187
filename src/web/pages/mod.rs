//! The pages for people. Written by the server, in both languages; small modules add what is live.
//!
//! Rules of the room:
//! * A page decides nothing. It asks the rooms' queries and shows; what its forms change goes to the JSON API, or, for the
//!   session, to the same commands.
//! * No script stands in a page, and no style but those that its policy names (`assets`). What people wrote reaches a page through askama, which escapes it, or through
//!   `textContent`.
//! * A failure of a page is a page: `around` writes it. Who is not logged in is sent to the log-in and back.
//!
//! Neighbours: `assets` for what the browser loads beside the page, `templates/web` for the pages' text.

mod admin;
mod case;
mod chart;
mod consultation;
mod enterprise;
mod expert;
mod frame;
mod home;
mod join;
mod nav;
pub mod problems;
mod profile;
mod rooms;
mod session;
mod thread;
mod words;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse, Route};
use askama::Template;

use crate::core::Problem;
use crate::core::page::Slice;
use crate::web::assets::page_policy;
use crate::web::middleware::caught;
use crate::web::problem::{Answer, failure_of};
use crate::web::routes::{of_method, other_methods};
use frame::Frame;

pub use session::Renewals;

const HTML: &str = "text/html; charset=utf-8";

/// A row of a module's table of pages.
struct PageRow {
    method: &'static str,
    path: &'static str,
    handler: fn() -> Route,
}

/// A module's table of pages, as `PAGES`.
macro_rules! pages {
    ($($method:ident $path:literal => $($name:ident)::+;)+) => {
        /// The pages of this module.
        pub(super) const PAGES: &[PageRow] = &[$(PageRow {
            method: stringify!($method), path: $path, handler: || actix_web::web::to($($name)::+),
        }),+];
    };
}
use pages;

/// Every page, each in the table of its module.
const TABLES: [&[PageRow]; 10] = [
    home::PAGES,
    session::PAGES,
    join::PAGES,
    consultation::PAGES,
    case::PAGES,
    enterprise::PAGES,
    expert::PAGES,
    profile::PAGES,
    rooms::PAGES,
    admin::PAGES,
];

/// As much of a list as one answer may hold.
fn wide() -> Slice {
    Slice { limit: crate::core::page::MAX_LIMIT, ..Slice::default() }
}

/// Method and path of every page, for whoever must not forget one.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLES.into_iter().flatten().map(|row| (row.method, row.path))
}

/// Adds the pages.
pub(in crate::web) fn configure(config: &mut ServiceConfig) {
    let mut paths: Vec<&'static str> = Vec::new();
    let pages = || TABLES.into_iter().flatten();
    for row in pages() {
        if !paths.contains(&row.path) {
            paths.push(row.path);
        }
    }
    for path in paths {
        let rows = pages().filter(|row| row.path == path);
        let mut resource = web::resource(path);
        for row in rows.clone() {
            resource = resource.route(of_method((row.handler)(), row.method).wrap(from_fn(around)));
        }
        let methods: Vec<_> = rows.map(|row| row.method).collect();
        config.service(resource.default_service(other_methods(&methods)));
    }
}

/// Around a page: remembers the language that was asked for, and shows failures as pages.
async fn around(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    // What calls from a script reads problems.
    let script = request.method() == Method::POST && request.path() == "/session/renew";
    let mut response = caught(request, next).await?;
    let status = response.status();
    if status.as_u16() >= 400 && !script && response.response().error().is_some() {
        let failure = failure_of(response.response().error(), status);
        let (request, _) = response.into_parts();
        let shown = failed(&request, &failure.problem);
        response = ServiceResponse::new(request, shown);
    }
    if let Some(cookie) = frame::language_cookie(response.request())
        && let Ok(value) = HeaderValue::from_str(&cookie.to_string())
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

fn failed(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    if problem.status == 401 && request.method() == Method::GET {
        return session::to_log_in(request);
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

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    f: Frame,
    status: u16,
    problem: Problem,
}

/// 200 with a page. Never kept by caches: it may be about the person who asks.
fn show(frame: &Frame, page: &impl Template) -> Answer {
    let body = page.render().map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(HTML)
        .insert_header((header::CONTENT_LANGUAGE, frame.tag()))
        .insert_header((header::VARY, "Accept-Language, Cookie"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, page_policy()))
        .body(body))
}
