//! Extractors: what a handler asks of a request. Each refuses with a problem that names what is wrong.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::pin::Pin;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::http::header::{self, AcceptLanguage, Preference, Quality};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::core::problem::FieldError;
use crate::core::{Code, Language, Problem, Text};
use crate::settings::ServerSettings;
use crate::web::body;
use crate::web::body_memory::Held;
use crate::web::client_address::ClientAddress;
use crate::web::problem::{Failure, body_too_large, payload, unsupported_media_type};
use crate::web::state::State;

/// A future of one thread, as extractors give them.
pub type Local<T> = Pin<Box<dyn Future<Output = T>>>;

/// The state of the server that took the request.
pub fn state(request: &HttpRequest) -> Result<&State, Failure> {
    request.app_data::<State>().ok_or_else(|| Problem::internal("the server's state is missing").into())
}

/// The id of the request: the caller's `X-Request-Id` where that is a UUID, else a new one.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

impl RequestId {
    /// The id that the tracing middleware noted.
    pub fn of(request: &impl HttpMessage) -> Self {
        let known = request.extensions().get::<RequestId>().copied();
        known.unwrap_or_else(|| Self(Uuid::now_v7()))
    }
}

/// The language of the answer: by `Accept-Language`, Chinese in doubt.
#[derive(Debug, Clone, Copy)]
pub struct Lang(pub Language);

impl Lang {
    /// The language that a request asks for (RFC 9110, section 12.5.4): the first of the highest weight that is Chinese or
    /// English, else Chinese.
    pub fn of(request: &impl HttpMessage) -> Self {
        let mut best: Option<(Quality, Language)> = None;
        for asked in request.get_header::<AcceptLanguage>().map(|header| header.0).unwrap_or_default() {
            let language = match &asked.item {
                Preference::Any => Language::Zh,
                Preference::Specific(tag) => match tag.primary_language().to_ascii_lowercase().as_str() {
                    "zh" => Language::Zh,
                    "en" => Language::En,
                    _ => continue,
                },
            };
            if asked.quality > Quality::ZERO && best.is_none_or(|(quality, _)| asked.quality > quality) {
                best = Some((asked.quality, language));
            }
        }
        Self(best.map(|(_, language)| language).unwrap_or_default())
    }
}

impl FromRequest for Lang {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// A body of JSON: an object, of a known form, of at most `server.max_json_bytes`.
///
/// `T` should say `#[serde(deny_unknown_fields)]`: a field that nobody reads is a mistake of the caller's.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Failure;
    type Future = Local<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, stream: &mut Payload) -> Self::Future {
        let checked = check_headers(request)
            .and_then(|()| Ok(state(request)?.app.settings().section::<ServerSettings>().max_json_bytes))
            .and_then(|limit| check_length(request, limit));
        let (stream, request) = (stream.take(), request.clone());
        Box::pin(async move {
            let limit = checked?;
            let mut held = held(&request)?;
            let bytes = collect(stream, limit, |bytes| held.grow(bytes)).await?;
            // What is made of it is no greater for long, and lives as long as the request.
            held.until_answered(&request);
            Ok(Self(body::json(&bytes)?))
        })
    }
}

/// What the body of a request will hold of the memory for bodies.
pub(super) fn held(request: &HttpRequest) -> Result<Held, Failure> {
    let state = state(request)?;
    let most = state.app.settings().section::<ServerSettings>().bodies_bytes;
    Ok(Held::new(&state.body_memory, ClientAddress::of(request).network(), most))
}

fn check_headers(request: &HttpRequest) -> Result<(), Failure> {
    let json = request.mime_type().ok().flatten().is_some_and(|m| {
        m.type_() == "application" && (m.subtype() == "json" || m.suffix().is_some_and(|s| s == "json"))
    });
    if !json {
        return Err(unsupported_media_type("application/json").into());
    }
    let plain = request
        .headers()
        .get(header::CONTENT_ENCODING)
        .is_none_or(|v| v.as_bytes().eq_ignore_ascii_case(b"identity"));
    if plain {
        return Ok(());
    }
    let text = Text::new("请求正文不可压缩", "the body must not be compressed");
    Err(Problem::new(Code::UnsupportedContentEncoding, text).into())
}

fn check_length(request: &HttpRequest, limit: usize) -> Result<usize, Failure> {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|l| l > limit) { Err(too_large(limit)) } else { Ok(limit) }
}

fn too_large(limit: usize) -> Failure {
    body_too_large(u64::try_from(limit).ok()).into()
}

async fn collect(
    mut stream: Payload,
    limit: usize,
    mut held: impl FnMut(usize) -> Result<(), Problem>,
) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|e| payload(&e))?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(too_large(limit));
        }
        held(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The query string, of a known form.
///
/// `T` should say `#[serde(deny_unknown_fields)]`: an unknown parameter is a filter that would silently not filter.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(body::query(request.query_string()).map(Self).map_err(Failure::from))
    }
}

/// The `{id}` of the path. What can't be an id names nothing: 404.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

impl<T> Deref for Id<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(|| Problem::not_found().into()))
    }
}

/// The `{action}`, the `{key}`, the `{enterprise}`, the `{seq}` or the `{other}` of a path, which is behind its `{id}`. What can't be one names nothing: 404.
#[derive(Debug, Clone)]
pub struct Part<T>(pub T);

impl<T: FromStr> FromRequest for Part<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let names = request.match_info();
        let part = ["action", "key", "enterprise", "seq", "other"].iter().find_map(|name| names.get(name));
        let part = part.and_then(|text| text.parse().ok());
        ready(part.map(Self).ok_or_else(|| Problem::not_found().into()))
    }
}

/// The header `Idempotency-Key`, where it was sent.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

impl IdempotencyKey {
    /// The key of a request: 1 to 255 visible ASCII characters, once.
    ///
    /// # Errors
    /// 422 naming the header.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let mut values = request.headers().get_all(IDEMPOTENCY_KEY);
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let fits = (1..=255).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(key) if fits && values.next().is_none() => Ok(Self(Some(key.to_owned()))),
            _ => Err(Problem::invalid(vec![FieldError::body(
                IDEMPOTENCY_KEY,
                Text::new(
                    "须为 1 到 255 个可见 ASCII 字符，且只出现一次",
                    "must be 1 to 255 visible ASCII characters, sent once",
                ),
            )])),
        }
    }
}

/// The header's name.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

impl FromRequest for IdempotencyKey {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).map_err(Failure::from))
    }
}

/// A body of JSON that may be left out.
#[derive(Debug)]
pub struct MaybeJson<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for MaybeJson<T> {
    type Error = Failure;
    type Future = Local<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, stream: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            // Some clients send no body as a chunked one without chunks, so only its end tells.
            let stream = stream.take();
            return Box::pin(async {
                match collect(stream, 0, |_| Ok(())).await {
                    Ok(_) => Ok(Self(T::default())),
                    Err(_) => Err(unsupported_media_type("application/json").into()),
                }
            });
        }
        let json = Json::<T>::from_request(request, stream);
        Box::pin(async move { json.await.map(|Json(value)| Self(value)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn accept_language_is_negotiated() {
        for (header, wanted) in [
            ("", Language::Zh),
            ("en", Language::En),
            ("EN", Language::En),
            ("en-US,en;q=0.9", Language::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Zh),
            ("fr, en;q=0.3", Language::En),
            ("fr", Language::Zh),
            ("zh;q=0.1, en;q=0.5", Language::En),
            ("en;q=0", Language::Zh),
            ("*", Language::Zh),
            (";;;q=x,,", Language::Zh),
        ] {
            let request =
                TestRequest::default().insert_header((header::ACCEPT_LANGUAGE, header)).to_http_request();
            assert_eq!(Lang::of(&request).0, wanted, "{header}");
        }
        let two = [(header::ACCEPT_LANGUAGE, "fr"), (header::ACCEPT_LANGUAGE, "en")];
        let request = two.into_iter().fold(TestRequest::default(), TestRequest::append_header);
        assert_eq!(Lang::of(&request.to_http_request()).0, Language::En, "sent twice");
    }
}
