//! Multipart uploads: one file, written to the disk as it comes and never whole in memory, and the short fields that go with it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::marker::PhantomData;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use bytes::{Bytes, BytesMut};
use futures_util::stream::poll_fn;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::settings::{ProcessSettings, Settings};
use crate::web::extract::{Local, held, state};
use crate::web::problem::{Failure, body_too_large, multipart, unsupported_media_type};

/// Bytes gathered before they are written.
const CHUNK: usize = 64 * 1024;
/// Bytes of a field that is not the file.
const MOST_FIELD: usize = 1024;
/// Bytes of a multipart body that are not the file.
const AROUND: u64 = 16 * 1024;

/// What a route takes as an upload.
pub trait UploadRules: 'static {
    /// The names of the fields that may come with the file.
    const FIELDS: &'static [&'static str];

    /// Bytes of the greatest file.
    fn limit(settings: &Settings) -> u64;
}

/// The part `file` of a multipart body and the fields that come with it, as the rules allow.
pub struct Upload<R> {
    /// The file's name, as the client gave it.
    pub name: String,
    /// The file; it has no name on the disk and is gone with its last handle.
    pub file: File,
    /// The number of its bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    fields: BTreeMap<&'static str, String>,
    rules: PhantomData<R>,
}

impl<R> Upload<R> {
    /// A yes or no among the fields; no where it is absent.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.fields.get(name).map(|v| v.trim()) {
            None | Some("" | "false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => {
                Err(Problem::field(&pointer(name), Text::new("须为 true 或 false", "must be true or false")))
            }
        }
    }

    /// The text of a field; empty where it is absent.
    pub fn text(&self, name: &str) -> String {
        self.fields.get(name).map(|value| value.trim().to_owned()).unwrap_or_default()
    }

    /// A whole number among the fields, 0 or greater.
    ///
    /// # Errors
    /// 422 naming the field.
    pub fn number(&self, name: &str) -> Result<i64, Problem> {
        let number = self.fields.get(name).and_then(|value| value.trim().parse::<i64>().ok());
        number.filter(|number| *number >= 0).ok_or_else(|| {
            Problem::field(
                &pointer(name),
                Text::new("须为不小于 0 的整数", "must be a whole number, 0 or greater"),
            )
        })
    }

    /// The bytes of the file, for what must have them whole. Blocks.
    ///
    /// # Errors
    /// 503 when the disk fails.
    pub fn bytes(&mut self) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.size).unwrap_or(0));
        self.file.rewind().and_then(|()| self.file.read_to_end(&mut bytes)).map_err(failed)?;
        Ok(bytes)
    }
}

/// Makes the folder for files that come in.
pub(super) fn make_folder(settings: &Settings) -> io::Result<PathBuf> {
    let folder = settings.section::<ProcessSettings>().data_dir.join("incoming");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    Ok(folder)
}

impl<R: UploadRules> FromRequest for Upload<R> {
    type Error = Failure;
    type Future = Local<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request
            .mime_type()
            .ok()
            .flatten()
            .is_some_and(|m| m.type_() == "multipart" && m.subtype() == "form-data");
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let state = state(request).cloned();
        let (payload, request) = (payload.take(), request.clone());
        Box::pin(async move {
            if !is_form {
                return Err(unsupported_media_type("multipart/form-data").into());
            }
            let state = state?;
            let limit = R::limit(state.app.settings());
            if length.is_some_and(|bytes| bytes > limit.saturating_add(AROUND)) {
                return Err(too_large(limit).into());
            }
            // While it comes, a piece of it is in memory.
            let mut held = held(&request)?;
            held.grow(CHUNK)?;
            let disk = Disk { folder: &state.uploads, writes: &state.writes };
            receive(request.headers(), payload, disk, limit).await
        })
    }
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn too_large(limit: u64) -> Problem {
    let mut problem = body_too_large(Some(limit));
    let text = Text::new(format!("不能超过 {limit} 字节"), format!("must be at most {limit} bytes"));
    problem.errors.push(FieldError::body("/file", text));
    problem
}

/// Where an upload is written.
#[derive(Clone, Copy)]
pub struct Disk<'a> {
    /// The folder of the file while it comes; it has no name there.
    pub folder: &'a Path,
    /// Turns for writing.
    pub writes: &'a Semaphore,
}

/// Reads a multipart body: one file of at most `limit` bytes and the fields that the rules know, each once. Needs the runtime of actix,
/// and of the server nothing, so that the fuzz targets call it as the server does.
///
/// # Errors
/// 413 for a file or a body that is too large, 400 or 422 naming the field for what is wrong with the form, 503 when the disk fails.
pub async fn receive<R: UploadRules>(
    headers: &HeaderMap,
    body: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static,
    disk: Disk<'_>,
    limit: u64,
) -> Result<Upload<R>, Failure> {
    read(Multipart::new(headers, capped(body, limit.saturating_add(AROUND))), disk, limit).await
}

/// A body that ends with an error once it is greater than this, whatever its parts are.
fn capped(
    mut payload: impl Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    most: u64,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let mut left = most;
    poll_fn(move |context| {
        payload.poll_next_unpin(context).map(|piece| {
            let piece = piece?;
            Some(piece.and_then(|bytes| {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                left = left.checked_sub(length).ok_or(PayloadError::Overflow)?;
                Ok(bytes)
            }))
        })
    })
}

async fn read<R: UploadRules>(mut form: Multipart, disk: Disk<'_>, limit: u64) -> Result<Upload<R>, Failure> {
    let mut file = None;
    let mut fields = BTreeMap::new();
    while let Some(part) = form.next().await {
        let part = part.map_err(|e| multipart(&e))?;
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            if file.is_some() {
                return Err(Problem::field("/file", Text::new("只能上传一个文件", "must be one file")).into());
            }
            file = Some(store(part, disk, limit).await?);
        } else if let Some(known) = R::FIELDS.iter().find(|known| **known == name) {
            let text = text(part, &name).await?;
            if fields.insert(*known, text).is_some() {
                return Err(
                    Problem::field(&pointer(&name), Text::new("只能填写一次", "must be given once")).into()
                );
            }
        } else {
            return Err(Problem::field(&pointer(&name), Text::new("未知字段", "unknown field")).into());
        }
    }
    let Some(Stored { name, file, size, sha256 }) = file else {
        return Err(Problem::field("/file", Text::new("缺少文件", "is missing")).into());
    };
    Ok(Upload { name, file, size, sha256, fields, rules: PhantomData })
}

/// The text of a part that is not the file.
async fn text(mut part: Field, name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|e| multipart(&e))?;
        if bytes.len().saturating_add(chunk.len()) > MOST_FIELD {
            return Err(Problem::field(&pointer(name), Text::new("过长", "is too long")).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    let not_text = || Problem::field(&pointer(name), Text::new("不是 UTF-8 文本", "is not UTF-8 text"));
    String::from_utf8(bytes).map_err(|_| not_text().into())
}

/// A file on the disk.
struct Stored {
    name: String,
    file: File,
    size: u64,
    sha256: Vec<u8>,
}

async fn store(mut part: Field, disk: Disk<'_>, limit: u64) -> Result<Stored, Failure> {
    let name = part.content_disposition().and_then(|d| match d.get_filename_ext() {
        Some(ext) => String::from_utf8(ext.value.clone()).ok(),
        None => d.get_filename().map(str::to_owned),
    });
    let mut sink = Sink { file: tempfile::tempfile_in(disk.folder).map_err(failed)?, hash: Sha256::new() };
    let (mut size, mut waiting) = (0_u64, BytesMut::new());
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|e| multipart(&e))?;
        size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if size > limit {
            return Err(too_large(limit).into());
        }
        waiting.extend_from_slice(&chunk);
        if waiting.len() >= CHUNK {
            sink = sink.write(waiting.split().freeze(), disk).await?;
        }
    }
    let Sink { file, hash } = sink.write(waiting.freeze(), disk).await?;
    Ok(Stored { name: name.unwrap_or_default(), file, size, sha256: hash.finalize().to_vec() })
}

/// What blocks: the disk, and the hash.
struct Sink {
    file: File,
    hash: Sha256,
}

impl Sink {
    /// As many write at one time as there are workers: uploads may take time, and others' requests need the cores as well.
    async fn write(mut self, bytes: Bytes, disk: Disk<'_>) -> Result<Self, Problem> {
        let _turn = disk.writes.acquire().await.map_err(Problem::internal)?;
        let written = web::block(move || {
            self.hash.update(&bytes);
            self.file.write_all(&bytes).map(|()| self)
        });
        written.await.map_err(|_| Problem::internal("the writing of an upload panicked"))?.map_err(failed)
    }
}

fn failed(error: io::Error) -> Problem {
    Problem::unavailable(format!("an upload could not be written or read: {error}"))
}
