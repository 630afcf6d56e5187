//! Multipart uploads: one file and a few short fields.

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use crate::core::{Code, Problem, Text};
use crate::settings::Settings;
use crate::web::extract::{Local, state};
use crate::web::problem::{Failure, body_too_large, unsupported_media_type};

/// Bytes of a field that is not the file.
const MOST_FIELD: usize = 1024;

/// Says how large a file may be, by the settings of the domain that takes it.
pub trait UploadLimit: 'static {
    /// The greatest file in bytes.
    fn most_bytes(settings: &Settings) -> u64;
}

/// A multipart body with one part called `file` and, perhaps, short text parts.
pub struct Upload<L> {
    /// The file's name, as the client gave it.
    pub file_name: String,
    /// Its bytes.
    pub file: Vec<u8>,
    /// The other parts by name.
    pub fields: BTreeMap<String, String>,
    limit: PhantomData<L>,
}

impl<L> Upload<L> {
    /// A yes or no among the fields; no where it is absent.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.fields.get(name).map(|v| v.trim()) {
            None | Some("" | "false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(Problem::field(
                &format!("/{name}"),
                Text::new("须为 true 或 false", "must be true or false"),
            )),
        }
    }

    /// Refuses fields that nobody reads.
    ///
    /// # Errors
    /// 422 naming the first of them.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        match self.fields.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(Problem::field(
                &format!("/{}", name.replace('~', "~0").replace('/', "~1")),
                Text::new("未知的名称", "unknown field"),
            )),
        }
    }
}

impl<L: UploadLimit> FromRequest for Upload<L> {
    type Error = Failure;
    type Future = Local<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request
            .mime_type()
            .ok()
            .flatten()
            .is_some_and(|m| m.type_() == "multipart" && m.subtype() == "form-data");
        let limit = state(request).map(|s| L::most_bytes(s.app.settings()));
        let form = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            if !is_form {
                return Err(unsupported_media_type("multipart/form-data").into());
            }
            let limit = limit?;
            let (file_name, file, fields) = read(form, limit).await?;
            Ok(Self { file_name, file, fields, limit: PhantomData })
        })
    }
}

/// The file's name, its bytes, and the other parts.
type Parts = (String, Vec<u8>, BTreeMap<String, String>);

async fn read(mut form: Multipart, limit: u64) -> Result<Parts, Failure> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut file = None;
    let mut fields = BTreeMap::new();
    while let Some(part) = form.next().await {
        let part = part.map_err(|e| bad_multipart(&e))?;
        let Some(name) = part.name().map(str::to_owned) else {
            return Err(bad_multipart(&"a part without a name").into());
        };
        if name == "file" {
            if file.is_some() {
                let text = Text::new("只能上传一个文件", "must be one file");
                return Err(Problem::field("/file", text).into());
            }
            let given = part.content_disposition().and_then(|d| d.get_filename().map(str::to_owned));
            let bytes = collect(part, most).await?.ok_or_else(|| body_too_large(Some(limit)))?;
            file = Some((given.unwrap_or_default(), bytes));
        } else {
            let text = Text::new("过长", "is too long");
            let pointer = format!("/{name}");
            let bytes = collect(part, MOST_FIELD).await?.ok_or_else(|| Problem::field(&pointer, text))?;
            let value = String::from_utf8(bytes)
                .map_err(|_| Problem::field(&pointer, Text::new("不是 UTF-8 文本", "is not UTF-8 text")))?;
            fields.insert(name, value);
        }
    }
    let Some((file_name, file)) = file else {
        return Err(Problem::field("/file", Text::new("缺少文件", "is missing")).into());
    };
    Ok((file_name, file, fields))
}

/// The bytes of a part, or nothing where there are more than `most`.
async fn collect(mut part: Field, most: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|e| bad_multipart(&e))?;
        if bytes.len() + chunk.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

fn bad_multipart(cause: &dyn std::fmt::Display) -> Problem {
    tracing::debug!(%cause, "a multipart body could not be read");
    Problem::new(
        Code::BadMultipart,
        Text::new("无法解析 multipart 请求正文", "the multipart body can't be read"),
    )
}
