//! Problems as HTTP shows them: RFC 9457, in the caller's language.
//!
//! A handler or an extractor returns a [`Failure`]; actix keeps it in the response as its error. The outermost middleware
//! takes it from there and writes the body, because only there language and request id are known for every kind of error,
//! those of actix itself included.

use actix_multipart::MultipartError;
use actix_web::body::BoxBody;
use actix_web::error::{Error, PayloadError, UrlencodedError};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use uuid::Uuid;

use crate::core::problem::title;
use crate::core::{Code, Language, Problem, Text};

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
        f.write_str(self.problem.code.as_str())
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
            format!("该资源不支持此方法，可用：{allow}"),
            format!("this resource does not know the method; it knows {allow}"),
        );
        Self { problem: Problem::new(Code::MethodNotAllowed, detail), allow: Some(allow) }
    }
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
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
            Code::InvalidToken => "Bearer realm=\"zerodesk\", error=\"invalid_token\"",
            _ => "Bearer realm=\"zerodesk\"",
        };
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    if let Some(allow) = &failure.allow {
        response.insert_header((header::ALLOW, allow.as_str()));
    }
    // Cannot fail: the body is strings and numbers.
    response.body(serde_json::to_vec(&problem.body(language, Some(request_id))).unwrap_or_default())
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
    if let Some(UrlencodedError::Payload(error)) = error.as_error::<UrlencodedError>() {
        return payload(error).into();
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
        PayloadError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => Problem::new(
            Code::RequestTimeout,
            Text::new(
                "请求正文未在规定时间内传完，请检查网络后重试",
                "the body did not come in time; check the network and try again",
            ),
        ),
        _ => {
            let text = Text::new("请求正文不完整或无法读取", "the body is incomplete or can't be read");
            Problem::new(Code::BadBody, text)
        }
    }
}

/// What a multipart body is that can't be taken apart.
pub(super) fn multipart(error: &MultipartError) -> Problem {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => unsupported_media_type("multipart/form-data"),
        MultipartError::Payload(error) => payload(error),
        _ => Problem::new(
            Code::BadMultipart,
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
    Problem::new(Code::BodyTooLarge, text)
}

/// 415, naming what is wanted.
pub fn unsupported_media_type(wanted: &str) -> Problem {
    let text = Text::new(
        format!("请求正文的类型须为 {wanted}"),
        format!("the body must have the content type {wanted}"),
    );
    Problem::new(Code::UnsupportedMediaType, text)
}

fn by_status(status: StatusCode, cause: Option<String>) -> Failure {
    let mut problem = match status.as_u16() {
        404 => Problem::not_found(),
        401 => Problem::unauthenticated(),
        403 => Problem::forbidden(),
        413 => body_too_large(None),
        406 => Problem::new(
            Code::NotAcceptable,
            Text::new("无法以所要求的形式回答", "there is no answer in a form that the request accepts"),
        ),
        503 => Problem::unavailable(""),
        s @ 400..=499 => Problem::with_status(s, Code::BadRequest, title(s)),
        _ => Problem::internal("an error without a cause"),
    };
    if cause.is_some() {
        problem.cause = cause;
    }
    problem.into()
}
