//! What went wrong, in a form that every door can show: RFC 9457 for HTTP and the chat, a line of
//! text for the command line. The cause stays inside; it is logged once and never sent.

use crate::core::text::{Language, Text};
use serde_json::{Value, json};
use uuid::Uuid;

/// A field that was not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON pointer into the body (RFC 6901), or `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: Text,
}

impl FieldError {
    /// A field of the body, by its pointer with the leading slash.
    pub fn body(pointer: impl Into<String>, detail: Text) -> Self {
        Self { pointer: pointer.into(), detail }
    }

    /// A parameter of the query string.
    pub fn query(name: &str, detail: Text) -> Self {
        Self { pointer: format!("?{name}"), detail }
    }
}

/// A refusal or a failure. Boxed, so that a `Result` stays small on the way that goes well.
#[derive(Debug, Clone)]
pub struct Problem(Box<Details>);

impl std::ops::Deref for Problem {
    type Target = Details;
    fn deref(&self) -> &Details {
        &self.0
    }
}

impl std::ops::DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

/// What a problem says.
#[derive(Debug, Clone)]
pub struct Details {
    /// The HTTP status that fits it.
    pub status: u16,
    /// The stable word by which programs tell it.
    pub code: &'static str,
    /// What it is, in a sentence that also says what to do.
    pub detail: Text,
    /// The fields at fault.
    pub errors: Vec<FieldError>,
    /// After how many seconds to try again.
    pub retry_after: Option<u64>,
    /// What the log shall know and the caller not.
    pub cause: Option<String>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail.en)?;
        for e in &self.errors {
            write!(f, "; {} {}", e.pointer, e.detail.en)?;
        }
        if let Some(cause) = &self.cause {
            write!(f, " ({cause})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl Problem {
    /// A problem with a status, a code and a sentence.
    pub fn new(status: u16, code: &'static str, detail: Text) -> Self {
        Self(Box::new(Details { status, code, detail, errors: Vec::new(), retry_after: None, cause: None }))
    }

    /// 404: there is no such thing, or none that the caller may know of.
    pub fn not_found() -> Self {
        Self::new(404, "not_found", Text::new("找不到该资源", "there is no such resource"))
    }

    /// 401: not, or no longer, logged in.
    pub fn unauthenticated() -> Self {
        Self::new(401, "unauthenticated", Text::new("请先登录", "log in first"))
    }

    /// 403: may see it, may not do this.
    pub fn forbidden() -> Self {
        Self::new(403, "forbidden", Text::new("您无权进行此操作", "your role may not do this"))
    }

    /// 409: a step that the present state does not allow.
    pub fn conflict(code: &'static str, detail: Text) -> Self {
        Self::new(409, code, detail)
    }

    /// 422: fields that are not as they must be.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            422,
            "invalid_fields",
            Text::new("部分字段有误,请按提示更正", "some fields are not valid; see errors"),
        );
        problem.errors = errors;
        problem
    }

    /// 422 for one field of the body.
    pub fn field(pointer: &str, detail: Text) -> Self {
        Self::invalid(vec![FieldError::body(pointer, detail)])
    }

    /// Nothing where the list is empty, else 422 with it.
    ///
    /// # Errors
    /// The list as a problem.
    pub fn unless_empty(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() { Ok(()) } else { Err(Self::invalid(errors)) }
    }

    /// 500: a fault of ours. The caller learns that it is; the log learns why.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let mut problem = Self::new(
            500,
            "internal",
            Text::new("服务器内部错误,请稍后再试", "something failed on our side; try again later"),
        );
        problem.cause = Some(cause.to_string());
        problem
    }

    /// 503: something we depend on is away for now.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        let mut problem = Self::new(
            503,
            "unavailable",
            Text::new("服务暂时不可用,请稍后再试", "the service is away for a moment; try again"),
        );
        problem.retry_after = Some(2);
        problem.cause = Some(cause.to_string());
        problem
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match &error {
            Error::NotFound => Problem::not_found(),
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => Problem::unavailable(error),
            Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, _) => Problem::unavailable(error),
            Error::DatabaseError(_, info)
                if ["terminating connection", "server closed the connection", "the database system is"]
                    .iter()
                    .any(|sign| info.message().contains(sign)) =>
            {
                Problem::unavailable(error)
            }
            Error::BrokenTransactionManager => Problem::unavailable(error),
            _ => Problem::internal(error),
        }
    }
}

impl From<getrandom::Error> for Problem {
    fn from(error: getrandom::Error) -> Self {
        Problem::internal(error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Problem::internal(error)
    }
}

impl Problem {
    /// The object of RFC 9457, the same for HTTP and for the chat's `error` frames.
    pub fn body(&self, language: Language, request: Option<Uuid>) -> Value {
        let mut body = json!({
            "type": format!("/problems/{}", self.code),
            "title": title(self.status).get(language),
            "status": self.status,
            "detail": self.detail.get(language),
            "code": self.code,
        });
        if let Value::Object(fields) = &mut body {
            if !self.errors.is_empty() {
                let errors = self
                    .errors
                    .iter()
                    .map(|e| json!({ "pointer": e.pointer, "detail": e.detail.get(language) }))
                    .collect();
                fields.insert("errors".to_owned(), Value::Array(errors));
            }
            if let Some(request) = request {
                fields.insert("request_id".to_owned(), json!(request));
            }
        }
        body
    }
}

fn title(status: u16) -> Text {
    let (zh, en) = match status {
        400 => ("请求格式错误", "Bad request"),
        401 => ("未登录", "Not logged in"),
        403 => ("禁止访问", "Forbidden"),
        404 => ("未找到", "Not found"),
        405 => ("不支持的请求方法", "Method not allowed"),
        409 => ("与当前状态冲突", "Conflict"),
        413 => ("请求体过大", "Too large"),
        415 => ("不支持的媒体类型", "Unsupported media type"),
        422 => ("内容有误", "Not valid"),
        429 => ("请求过于频繁", "Too many requests"),
        503 => ("服务暂不可用", "Unavailable"),
        402 | 406..=408 | 410..=412 | 414 | 416..=421 | 423..=428 | 430..=499 => {
            ("请求有误", "Request error")
        }
        _ => ("服务器错误", "Server error"),
    };
    Text::new(zh, en)
}
