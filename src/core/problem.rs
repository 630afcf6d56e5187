//! What went wrong, in a form that every interface can show: RFC 9457 for HTTP and the chat, a line of
//! text for the command line. The cause stays inside; it is logged once and never sent.

use crate::core::code::Code;
use crate::core::text::{Language, Text};
use serde::Serialize;
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

/// A refusal or a failure. Boxed, so that a `Result` stays small where nothing fails.
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
    /// What kind of problem it is.
    pub code: Code,
    /// What it is, in a sentence that also says what to do.
    pub detail: Text,
    /// The fields at fault.
    pub errors: Vec<FieldError>,
    /// The article of the law that it would break.
    pub article: Option<Text>,
    /// After how many seconds to try again.
    pub retry_after: Option<u64>,
    /// What the log shall know and the caller not.
    pub cause: Option<String>,
    /// Whether the database ended the transaction for the sake of another, so that it may be run again.
    pub run_again: bool,
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
    /// A problem with the status of its code, and a sentence.
    pub fn new(code: Code, detail: Text) -> Self {
        Self::with_status(code.status(), code, detail)
    }

    /// A problem of a code whose problems have more than one status.
    pub fn with_status(status: u16, code: Code, detail: Text) -> Self {
        Self(Box::new(Details {
            status,
            code,
            detail,
            errors: Vec::new(),
            article: None,
            retry_after: None,
            cause: None,
            run_again: false,
        }))
    }

    /// The same, naming the article of the law that it would break, where it names none yet.
    #[must_use]
    pub fn under(mut self, article: &Text) -> Self {
        if self.article.is_none() {
            self.detail = Text::new(
                format!("{}（依据：{}）", self.detail.zh, article.zh),
                format!("{} ({})", self.detail.en, article.en),
            );
            self.article = Some(article.clone());
        }
        self
    }

    /// 404: there is no such thing, or none that the caller may know of.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, Text::new("找不到该资源", "there is no such resource"))
    }

    /// 401: not, or no longer, logged in.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, Text::new("请先登录", "log in first"))
    }

    /// 403: may see it, may not do this.
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, Text::new("您无权进行此操作", "your role may not do this"))
    }

    /// 422: fields that are not as they must be.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            Code::InvalidFields,
            Text::new("部分内容填写有误，请按提示修改", "some fields are not valid; see errors"),
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
            Code::Internal,
            Text::new("服务器内部错误，请稍后再试", "something failed on our side; try again later"),
        );
        problem.cause = Some(cause.to_string());
        problem
    }

    /// 503: something we depend on is away for now.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        let mut problem = Self::new(
            Code::Unavailable,
            Text::new("服务暂时不可用，请稍后再试", "the service is unavailable for a moment; try again"),
        );
        problem.retry_after = Some(2);
        problem.cause = Some(cause.to_string());
        problem
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

/// The body of a problem (RFC 9457, with `code`, `errors` and `request_id` besides).
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem; relative to the server.
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
    /// The article of the law that it would break, in the caller's language; absent where none is at stake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The same in both languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub articles: Option<ProblemArticle>,
    /// The fields at fault; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemField>,
    /// The id under which the server's log knows the request; absent in the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Uuid>,
}

/// An article of the law, as the version of the rules names it in both languages.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProblemArticle {
    /// Chinese.
    #[schema(example = "产品质量监督抽查管理暂行办法第四十七条")]
    pub zh: String,
    /// English.
    #[schema(example = "SAMR Order No. 18, art. 47")]
    pub en: String,
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

impl Problem {
    /// The object of RFC 9457, the same for HTTP and for the chat's `error` frames.
    pub fn body(&self, language: Language, request_id: Option<Uuid>) -> ProblemBody {
        let field = |e: &FieldError| ProblemField {
            pointer: e.pointer.clone(),
            detail: e.detail.get(language).to_owned(),
        };
        ProblemBody {
            kind: format!("/problems/{}", self.code),
            title: title(self.status).get(language).to_owned(),
            status: self.status,
            detail: self.detail.get(language).to_owned(),
            code: self.code.as_str().to_owned(),
            article: self.article.as_ref().map(|article| article.get(language).to_owned()),
            articles: self
                .article
                .as_ref()
                .map(|article| ProblemArticle { zh: article.zh.to_string(), en: article.en.to_string() }),
            errors: self.errors.iter().map(field).collect(),
            request_id,
        }
    }
}

/// The kind of problem in a few words; the same for all problems of a status.
pub(crate) fn title(status: u16) -> Text {
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
