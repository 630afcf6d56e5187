//! What the codes of problems mean: the pages behind the `type` of every problem (RFC 9457), and what those of rejected rows mean.

use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;
use utoipa::ToSchema;

use crate::core::page::Page;
use crate::core::{Code, Language, Problem, Text};
use crate::list_files::rejection_code::{RejectionCode, WarningCode};
use crate::web::accept::preferred;
use crate::web::frame::{Frame, Visit, language_cookie};
use crate::web::pages::{failed, show};
use crate::web::problem::Answer;

/// A kind of problem, in the caller's language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemKind {
    /// The address of its page, relative to the server.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid_fields")]
    pub kind: String,
    /// The stable word for programs.
    #[schema(example = "invalid_fields")]
    pub code: &'static str,
    /// The HTTP status that such problems have.
    #[schema(example = 422)]
    pub status: u16,
    /// The kind in a few words.
    pub title: String,
    /// What it means and what the caller can do.
    pub explanation: String,
}

impl ProblemKind {
    fn new(code: Code, language: Language) -> Self {
        Self {
            kind: format!("/problems/{code}"),
            code: code.as_str(),
            status: code.status(),
            title: code.title().get(language).to_owned(),
            explanation: code.explanation().get(language).to_owned(),
        }
    }

    /// The status with its name, as HTTP writes it.
    fn status_line(&self) -> String {
        let status = StatusCode::from_u16(self.status).ok();
        let reason = status.and_then(|status| status.canonical_reason()).unwrap_or_default();
        format!("{} {reason}", self.status)
    }
}

#[derive(Template)]
#[template(path = "server/problem.html")]
struct ProblemPage {
    f: Frame,
    kind: ProblemKind,
}

#[derive(Template)]
#[template(path = "server/problems.html")]
struct ProblemsPage {
    f: Frame,
    kinds: Vec<ProblemKind>,
    /// Why rows of a list are rejected.
    rejections: Vec<(&'static str, Text)>,
    /// What is noted of a list.
    warnings: Vec<(&'static str, Text)>,
}

/// The codes of all problems: a page or, by `Accept: application/json`, the same for programs.
#[utoipa::path(get, path = "/problems", tag = "reference",
    responses((status = 200, content((String = "text/html"), (Page<ProblemKind> = "application/json")))))]
pub async fn problems(request: HttpRequest) -> Answer {
    let f = Visit::extract(&request).await?.frame;
    let kinds: Vec<_> = Code::ALL.iter().map(|code| ProblemKind::new(*code, f.language)).collect();
    if asks_for(&request) == Some(Kind::Json) {
        return Ok(json(&f, Page { items: kinds, next_cursor: None }));
    }
    let rejections = RejectionCode::ALL.iter().map(|code| (code.as_str(), code.explanation())).collect();
    let warnings = WarningCode::ALL.iter().map(|code| (code.as_str(), code.explanation())).collect();
    page(&request, &f, &ProblemsPage { f: f.clone(), kinds, rejections, warnings })
}

/// What a problem's code means and what to do about it: a page or, by `Accept: application/json`, the same for programs.
#[utoipa::path(get, path = "/problems/{code}", tag = "reference", params(("code" = String, Path)),
    responses((status = 200, content((String = "text/html"), (ProblemKind = "application/json")))))]
pub async fn problem(request: HttpRequest, code: Path<String>) -> Answer {
    let f = Visit::extract(&request).await?.frame;
    let Some(code) = Code::of(&code) else {
        let unknown = Problem::not_found();
        return if asks_for(&request) == Some(Kind::Page) {
            Ok(failed(&request, &unknown))
        } else {
            Err(unknown.into())
        };
    };
    let kind = ProblemKind::new(code, f.language);
    if asks_for(&request) == Some(Kind::Json) {
        return Ok(json(&f, kind));
    }
    page(&request, &f, &ProblemPage { f: f.clone(), kind })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Json,
}

/// The form that `Accept` asks for.
fn asks_for(request: &HttpRequest) -> Option<Kind> {
    let offers = [
        ("text/html", Kind::Page),
        ("application/xhtml+xml", Kind::Page),
        ("application/json", Kind::Json),
        ("application/problem+json", Kind::Json),
    ];
    preferred(request, &offers)
}

fn json(f: &Frame, value: impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_LANGUAGE, f.tag()))
        .insert_header((header::VARY, "Accept, Accept-Language, Cookie"))
        .json(value)
}

fn page(request: &HttpRequest, f: &Frame, page: &impl Template) -> Answer {
    let mut response = show(f, page)?;
    let vary = header::HeaderValue::from_static("Accept, Accept-Language, Cookie");
    response.headers_mut().insert(header::VARY, vary);
    if let Some(cookie) = language_cookie(request) {
        response.add_cookie(&cookie).map_err(Problem::internal)?;
    }
    Ok(response)
}
