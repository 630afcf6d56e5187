//! Multipart uploads, received as the server receives them: no more bytes than the limits allow, what arrives is what was sent, whatever the
//! pieces in which it comes, and a refusal names the field.

use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::rt::Runtime;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::Semaphore;
use zerodesk::settings::Settings;
use zerodesk::web::Failure;
use zerodesk::web::upload::{Disk, Upload, UploadRules, receive};

use super::choices::Choices;

/// Most bytes of the file.
const LIMIT: u64 = 4_096;
/// Most bytes of a body: the file, and what the server allows around it.
const LONGEST_BODY: usize = 4_096 + 16 * 1024;
/// The boundary of all bodies.
const BOUNDARY: &str = "edge";

struct Rules;

impl UploadRules for Rules {
    const FIELDS: &'static [&'static str] = &["dry_run"];

    fn limit(_: &Settings) -> u64 {
        LIMIT
    }
}

thread_local! {
    static RUNTIME: Runtime = Runtime::new().expect("a runtime");
}

/// What came of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Taken { name: String, bytes: Vec<u8>, sha256: Vec<u8>, dry_run: Option<bool> },
    Refused { status: u16, pointers: Vec<String> },
}

pub fn check(input: &[u8]) {
    if let Some(choices) = Choices::of(input) {
        return made(choices);
    }
    let whole = received(input, usize::MAX);
    let pieces = received(input, 1 + input.first().map_or(0, |byte| usize::from(byte % 61)));
    match (&whole, &pieces) {
        // Of several faults another one may be met first.
        (Outcome::Refused { .. }, Outcome::Refused { .. }) => {}
        _ => assert_eq!(whole, pieces, "the pieces of a body must not matter"),
    }
}

fn received(body: &[u8], piece: usize) -> Outcome {
    let pieces: Vec<_> = body
        .chunks(piece.clamp(1, body.len().max(1)))
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let mut headers = HeaderMap::new();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&kind).expect("a header"));
    let folder = std::env::temp_dir();
    let writes = Semaphore::new(1);
    let upload: Result<Upload<Rules>, Failure> = RUNTIME.with(|runtime| {
        let disk = Disk { folder: &folder, writes: &writes };
        runtime.block_on(receive(&headers, stream::iter(pieces), disk, LIMIT))
    });
    match upload {
        Ok(mut upload) => {
            assert!(upload.size <= LIMIT && body.len() <= LONGEST_BODY, "{} bytes are taken", upload.size);
            let bytes = upload.bytes().expect("a file on the disk");
            assert_eq!(Ok(bytes.len()), usize::try_from(upload.size));
            assert_eq!(zerodesk::core::secret::sha256(&bytes), upload.sha256);
            assert!(
                bytes.is_empty() || body.windows(bytes.len()).any(|part| part == bytes),
                "bytes that were not sent"
            );
            let dry_run =
                upload.flag("dry_run").map_err(|problem| assert_eq!(problem.errors[0].pointer, "/dry_run"));
            Outcome::Taken { name: upload.name, bytes, sha256: upload.sha256, dry_run: dry_run.ok() }
        }
        Err(Failure { problem, .. }) => {
            assert!((400..500).contains(&problem.status), "{problem:?}");
            assert!(!problem.detail.zh.is_empty() && !problem.detail.en.is_empty());
            let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.clone()).collect();
            assert!(pointers.iter().all(|pointer| pointer.starts_with('/')), "{pointers:?}");
            assert!(problem.status != 422 || !pointers.is_empty(), "no field is named: {problem:?}");
            Outcome::Refused { status: problem.status, pointers }
        }
    }
}

/// A body as a browser makes it: what was put in comes out, or is too large.
fn made(mut choices: Choices<'_>) {
    let dry_run = choices.of_these(&[None, Some("true"), Some("false"), Some("1"), Some("")]);
    let first = choices.one_in(2);
    let piece = 1 + choices.below(5_000);
    let repeat = 1 + choices.below(40);
    let name = choices.of_these(&["list.csv", "名单.xlsx", "a\u{3000}b.csv", "x"]);
    let file = choices.rest().repeat(repeat);
    // No file holds its boundary: who sends it draws one. actix-multipart also takes one behind a carriage return alone.
    let holds = |bytes: &[u8]| bytes.windows(BOUNDARY.len()).any(|part| part == BOUNDARY.as_bytes());
    if holds(&file) {
        return;
    }
    let field = dry_run.map_or(String::new(), |value| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\n{value}\r\n")
    });
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let part = [head.as_bytes(), &file, b"\r\n"].concat();
    let end = format!("--{BOUNDARY}--\r\n");
    let body = if first {
        [field.as_bytes(), &part, end.as_bytes()].concat()
    } else {
        [&part, field.as_bytes(), end.as_bytes()].concat()
    };
    match received(&body, piece) {
        Outcome::Taken { name: arrived, bytes, dry_run: flag, .. } => {
            assert_eq!((arrived.as_str(), bytes), (name, file));
            assert_eq!(flag, Some(matches!(dry_run, Some("true" | "1"))));
        }
        Outcome::Refused { status, pointers } => {
            assert!(file.len() as u64 > LIMIT, "{status} {pointers:?} for {} bytes", file.len());
            assert_eq!(status, 413);
        }
    }
}
