//! Problems as HTTP shows them: RFC 9457, in the caller's language.
//!
//! A handler or an extractor returns a [`Failure`]; actix keeps it in the response as its error. The outermost middleware
//! takes it from there and writes the body, because only there language and request id are known for every kind of error,
//! those of actix itself included.

use actix_multipart::MultipartError;
use actix_web::body::BoxBody;
use actix_web::error::{Error, PayloadError};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use uuid::Uuid;

use crate::core::{Language, Problem, Text};

/// What a handler gives.
pub type Answer = Result<HttpResponse, Failure>;

/// A problem on its way out.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What is wrong.
    pub problem: Problem,
    /// For 405: the methods that would do.
    pub allow: Option<String>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, allow: None }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.problem.code)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        status(&self.problem)
    }

    /// Without a body: the middleware writes it.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl Failure {
    /// The status that it has over HTTP.
    pub fn status(&self) -> StatusCode {
        status(&self.problem)
    }

    /// 405, with the methods that the resource knows.
    pub fn method_not_allowed(allow: String) -> Self {
        let detail = Text::new(
            format!("该资源不支持此方法,可用:{allow}"),
            format!("this resource does not know the method; it knows {allow}"),
        );
        Self { problem: Problem::new(405, "method_not_allowed", detail), allow: Some(allow) }
    }
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The body of a problem (RFC 9457, with `code`, `errors` and `request_id` besides).
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Tells the kind of problem; relative to the server.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid_fields")]
    pub kind: String,
    /// The kind in a few words, in the caller's language.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What is wrong and what to do, in the caller's language.
    pub detail: String,
    /// The stable word for programs.
    #[schema(example = "invalid_fields")]
    pub code: String,
    /// The fields at fault; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemField>,
    /// The id under which the server's log knows the request.
    pub request_id: Uuid,
}

/// A field at fault.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProblemField {
    /// A JSON pointer into the body (RFC 6901), `?name` for a query parameter, or the name of a header.
    #[schema(example = "/password")]
    pub pointer: String,
    /// What is wrong with it, in the caller's language.
    pub detail: String,
}

impl ProblemBody {
    /// The problem in one language.
    pub fn new(problem: &Problem, language: Language, request_id: Uuid) -> Self {
        let field = |e: &crate::core::problem::FieldError| ProblemField {
            pointer: e.pointer.clone(),
            detail: e.detail.get(language).to_owned(),
        };
        Self {
            kind: format!("/problems/{}", problem.code),
            title: title(problem.status).get(language).to_owned(),
            status: problem.status,
            detail: problem.detail.get(language).to_owned(),
            code: problem.code.to_owned(),
            errors: problem.errors.iter().map(field).collect(),
            request_id,
        }
    }
}

/// The response of a failure. Does not log.
pub(super) fn render(failure: &Failure, language: Language, request_id: Uuid) -> HttpResponse<BoxBody> {
    let problem = &failure.problem;
    let mut response = HttpResponse::build(status(problem));
    response
        .content_type("application/problem+json")
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::VARY, "Accept-Language"));
    if let Some(seconds) = problem.retry_after {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    if problem.status == 401 {
        let challenge = match problem.code {
            "invalid_token" => "Bearer realm=\"zerodesk\", error=\"invalid_token\"",
            _ => "Bearer realm=\"zerodesk\"",
        };
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    if let Some(allow) = &failure.allow {
        response.insert_header((header::ALLOW, allow.as_str()));
    }
    // Cannot fail: the body is strings and numbers.
    response.body(serde_json::to_vec(&ProblemBody::new(problem, language, request_id)).unwrap_or_default())
}

/// The failure in a response of 400 or above: ours as it is, actix's own by what is known of it.
pub(super) fn failure_of(error: Option<&Error>, status: StatusCode) -> Failure {
    let Some(error) = error else { return by_status(status, None) };
    if let Some(failure) = error.as_error::<Failure>() {
        return failure.clone();
    }
    if let Some(error) = error.as_error::<MultipartError>() {
        return multipart(error).into();
    }
    if let Some(error) = error.as_error::<PayloadError>() {
        return payload(error).into();
    }
    by_status(status, Some(error.to_string()))
}

/// What a body is that can't be read to its end.
pub fn payload(error: &PayloadError) -> Problem {
    match error {
        PayloadError::Overflow => body_too_large(None),
        _ => {
            let text = Text::new("请求正文不完整或无法读取", "the body is incomplete or can't be read");
            Problem::new(400, "bad_body", text)
        }
    }
}

/// What a multipart body is that can't be taken apart.
pub fn multipart(error: &MultipartError) -> Problem {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible
        | MultipartError::BoundaryMissing => unsupported_media_type("multipart/form-data"),
        MultipartError::Payload(error) => payload(error),
        _ => Problem::new(
            400,
            "bad_multipart",
            Text::new("multipart 正文格式有误", "the multipart body is not well formed"),
        ),
    }
}

/// 413, with the limit in bytes where it is known.
pub fn body_too_large(limit: Option<u64>) -> Problem {
    let text = match limit {
        Some(limit) => Text::new(
            format!("请求正文超过 {limit} 字节的上限"),
            format!("the body is greater than the limit of {limit} bytes"),
        ),
        None => Text::new("请求正文过大", "the body is too large"),
    };
    Problem::new(413, "body_too_large", text)
}

/// 415, naming what is wanted.
pub fn unsupported_media_type(wanted: &str) -> Problem {
    let text = Text::new(
        format!("请求正文的类型须为 {wanted}"),
        format!("the body must have the content type {wanted}"),
    );
    Problem::new(415, "unsupported_media_type", text)
}

fn by_status(status: StatusCode, cause: Option<String>) -> Failure {
    let mut problem = match status.as_u16() {
        404 => Problem::not_found(),
        401 => Problem::unauthenticated(),
        403 => Problem::forbidden(),
        413 => body_too_large(None),
        406 => Problem::new(
            406,
            "not_acceptable",
            Text::new("无法以所要求的形式回答", "there is no answer in a form that the request accepts"),
        ),
        503 => Problem::unavailable(""),
        s @ 400..=499 => Problem::new(s, "bad_request", title(s)),
        _ => Problem::internal("an error without a cause"),
    };
    if cause.is_some() {
        problem.cause = cause;
    }
    problem.into()
}

/// The kind of problem in a few words; the same for all problems of a status.
fn title(status: u16) -> Text {
    match status {
        401 => Text::new("未登录", "Not logged in"),
        403 => Text::new("无权操作", "Not allowed"),
        404 => Text::new("未找到", "Not found"),
        405 => Text::new("不支持的方法", "Method not allowed"),
        406 => Text::new("无法接受的形式", "Not acceptable"),
        408 => Text::new("请求超时", "Request timeout"),
        409 => Text::new("状态冲突", "Conflict"),
        410 => Text::new("已失效", "Gone"),
        413 => Text::new("正文过大", "Body too large"),
        414 => Text::new("地址过长", "Address too long"),
        415 => Text::new("不支持的类型", "Unsupported type"),
        422 => Text::new("内容有误", "Invalid content"),
        429 => Text::new("请求过于频繁", "Too many requests"),
        503 => Text::new("服务暂不可用", "Unavailable for now"),
        400..=499 => Text::new("请求有误", "Bad request"),
        _ => Text::new("服务器错误", "Server error"),
    }
}
