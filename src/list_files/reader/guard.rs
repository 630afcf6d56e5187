//! Whether a workbook may be unpacked, found out by unpacking it once into nothing.
//!
//! What the archive says of its own sizes is not believed. A part that can't be unpacked is passed over: whether it is needed, the
//! reader of workbooks finds out.

use crate::list_files::refusal::Refusal;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most parts of an archive; a workbook has some dozen.
const MOST_PARTS: usize = 10_000;
/// No honest part packs tighter than this, once it is of some size.
const GREATEST_RATIO: u64 = 200;
const SOME_SIZE: u64 = 16 * 1024 * 1024;
/// The part that says what the others are.
const TYPES: &str = "[content_types].xml";
/// The part that says which of the others is the document.
const RELATIONS: &str = "_rels/.rels";

/// Unpacks all parts of an archive through a counter and looks at what they are.
///
/// # Errors
/// What is no workbook, has macros or a password, is damaged, or unpacks to more than `limit` bytes.
pub fn check(bytes: &[u8], limit: u64) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(Refusal::TooManyParts { limit: MOST_PARTS });
    }
    let mut names = Vec::new();
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(|_| Refusal::Damaged)?;
        if part.encrypted() {
            return Err(Refusal::Encrypted);
        }
        names.push(part.name().map_err(|_| Refusal::Damaged)?.replace('\\', "/").to_ascii_lowercase());
    }
    kind(&names)?;
    let mut left = limit;
    for (at, name) in names.iter().enumerate() {
        let types = name.trim_start_matches('/') == TYPES;
        let Ok(part) = archive.by_index(at) else { continue };
        let packed = part.compressed_size().max(1);
        let unpacked = drain(part, packed, left, limit, types)?;
        left -= unpacked.min(left);
    }
    Ok(())
}

/// What the archive is, by the names of its parts.
fn kind(names: &[String]) -> Result<(), Refusal> {
    let has = |wanted: &str| names.iter().any(|name| name.trim_start_matches('/') == wanted);
    let holds = |part: &str| names.iter().any(|name| name.contains(part));
    if holds("vbaproject") || holds("/macrosheets/") {
        return Err(Refusal::Macros);
    }
    if has("xl/workbook.bin") {
        return Err(Refusal::not_a_table(
            "这是二进制工作簿（.xlsb），请另存为 .xlsx",
            "it is a binary workbook (.xlsb); save it as .xlsx",
        ));
    }
    if has("xl/workbook.xml") || holds("xl/") && has(TYPES) {
        return Ok(());
    }
    if has("mimetype") && has("content.xml") {
        return Err(Refusal::not_a_table(
            "这是 OpenDocument 文档，请另存为 .xlsx",
            "it is an OpenDocument file; save it as .xlsx",
        ));
    }
    if holds("word/") || holds("ppt/") {
        return Err(Refusal::not_a_table("这是其他 Office 文档", "it is another Office document"));
    }
    // By its relations a workbook may stand anywhere in its package.
    if has(RELATIONS) {
        return Ok(());
    }
    Err(Refusal::not_a_table("这是 ZIP 压缩包", "it is a ZIP archive"))
}

/// Reads a part to its end, or as far as it can be read, keeps nothing of it and gives its size in bytes.
fn drain(mut part: impl Read, packed: u64, left: u64, limit: u64, types: bool) -> Result<u64, Refusal> {
    let mut chunk = vec![0u8; 64 * 1024];
    // What a search may need of the chunk before.
    let mut tail: Vec<u8> = Vec::new();
    let mut size = 0u64;
    loop {
        let read = match part.read(&mut chunk) {
            Ok(read) => read,
            Err(_) => return Ok(size),
        };
        let Some(new) = chunk.get(..read).filter(|new| !new.is_empty()) else {
            return Ok(size);
        };
        if types && size == 0 && (new.starts_with(&[0xff, 0xfe]) || new.starts_with(&[0xfe, 0xff])) {
            // UTF-16 is lawful, but no spreadsheet writes it and the search below misses it.
            return Err(Refusal::Damaged);
        }
        size = size.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if size > left {
            return Err(Refusal::TooLarge { limit });
        }
        if size > SOME_SIZE && size / packed > GREATEST_RATIO {
            return Err(Refusal::Bomb);
        }
        if !types {
            continue;
        }
        tail.extend_from_slice(new);
        if contains(&tail.to_ascii_lowercase(), b"macroenabled") {
            return Err(Refusal::Macros);
        }
        let keep = tail.len().saturating_sub(64);
        tail.drain(..keep);
    }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}
