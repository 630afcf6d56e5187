//! One uploaded file, written to the disk as it comes: never whole in memory.

use std::fs::File;
use std::io::Write;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use crate::attachments::Files;
use crate::attachments::settings::AttachmentSettings;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::web::extract::{Local, state};
use crate::web::problem::{Failure, body_too_large, multipart, unsupported_media_type};

/// Bytes gathered before they are written.
const CHUNK: usize = 256 * 1024;
/// Bytes of a multipart body that are not the file.
const AROUND: u64 = 16 * 1024;

/// The part `file` of a multipart body, which has no other part: on disk, without a name there.
pub struct UploadedFile {
    /// The name, as the client gave it.
    pub name: String,
    /// The file.
    pub file: File,
    /// Its bytes; at least one.
    pub size: u64,
    /// SHA-256 of them.
    pub sha256: Vec<u8>,
}

impl FromRequest for UploadedFile {
    type Error = Failure;
    type Future = Local<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request
            .mime_type()
            .ok()
            .flatten()
            .is_some_and(|m| m.type_() == "multipart" && m.subtype() == "form-data");
        let limit = state(request).map(|s| s.app.settings().section::<AttachmentSettings>().max_bytes);
        let files = request.app_data::<web::Data<Files>>().cloned();
        let length =
            request.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        let form = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            if !is_form {
                return Err(unsupported_media_type("multipart/form-data").into());
            }
            let limit = limit?;
            if length.is_some_and(|bytes| bytes > limit.saturating_add(AROUND)) {
                return Err(too_large(limit).into());
            }
            let files = files.ok_or_else(|| Problem::internal("the store of attachments is missing"))?;
            read(form, &files, limit).await
        })
    }
}

fn too_large(limit: u64) -> Problem {
    let mut problem = body_too_large(Some(limit));
    let text = Text::new(format!("不能超过 {limit} 字节"), format!("must be at most {limit} bytes"));
    problem.errors.push(FieldError::body("/file", text));
    problem
}

async fn read(mut form: Multipart, files: &Files, limit: u64) -> Result<UploadedFile, Failure> {
    let mut found = None;
    while let Some(part) = form.next().await {
        let part = part.map_err(|e| multipart(&e))?;
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            return Err(Problem::field(&pointer, Text::new("未知的名称", "unknown field")).into());
        }
        if found.is_some() {
            return Err(Problem::field("/file", Text::new("只能上传一个文件", "must be one file")).into());
        }
        found = Some(store(part, files, limit).await?);
    }
    match found {
        None => Err(Problem::field("/file", Text::new("缺少文件", "is missing")).into()),
        Some(file) if file.size == 0 => {
            Err(Problem::field("/file", Text::new("文件为空", "must not be empty")).into())
        }
        Some(file) => Ok(file),
    }
}

async fn store(mut part: Field, files: &Files, limit: u64) -> Result<UploadedFile, Failure> {
    let name = part.content_disposition().and_then(|d| match d.get_filename_ext() {
        Some(ext) => String::from_utf8(ext.value.clone()).ok(),
        None => d.get_filename().map(str::to_owned),
    });
    let mut sink = Sink { file: files.incoming().map_err(disk)?, hash: Sha256::new() };
    let (mut size, mut waiting) = (0_u64, BytesMut::new());
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|e| multipart(&e))?;
        size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if size > limit {
            return Err(too_large(limit).into());
        }
        waiting.extend_from_slice(&chunk);
        if waiting.len() >= CHUNK {
            sink = sink.write(waiting.split().freeze()).await?;
        }
    }
    let Sink { file, hash } = sink.write(waiting.freeze()).await?;
    Ok(UploadedFile { name: name.unwrap_or_default(), file, size, sha256: hash.finalize().to_vec() })
}

/// What blocks: the disk, and the hash.
struct Sink {
    file: File,
    hash: Sha256,
}

impl Sink {
    async fn write(mut self, bytes: Bytes) -> Result<Self, Problem> {
        let written = web::block(move || {
            self.hash.update(&bytes);
            self.file.write_all(&bytes).map(|()| self)
        });
        written.await.map_err(|_| Problem::internal("the writing of an upload panicked"))?.map_err(disk)
    }
}

fn disk(error: std::io::Error) -> Problem {
    Problem::unavailable(format!("an upload could not be written: {error}"))
}
