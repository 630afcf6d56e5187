//! What a file is, recognised by its content.

use crate::core::cells::is_blank;
use crate::list_files::refusal::Refusal;
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// What a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, perhaps a CSV.
    Text,
    /// A ZIP archive, perhaps a workbook.
    Zip,
}

const OLE2: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const UTF8_BOM: &[u8] = &[0xef, 0xbb, 0xbf];

/// How many characters beyond ASCII make it sure that a text was meant as UTF-8: GB18030 hardly
/// ever looks like UTF-8 for so long.
const SURELY_UTF8: usize = 8;

/// Tells what a file is.
///
/// # Errors
/// All that is neither text nor a ZIP archive, by its name.
pub fn kind(bytes: &[u8]) -> Result<Kind, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    if bytes.starts_with(OLE2) {
        return Err(ole2(bytes));
    }
    let known: [(&[u8], &str, &str); 9] = [
        (b"%PDF", "这是 PDF 文件", "it is a PDF"),
        (b"{\\rtf", "这是 RTF 文档", "it is an RTF document"),
        (b"\x1f\x8b", "这是 gzip 压缩包", "it is a gzip archive"),
        (b"Rar!", "这是 RAR 压缩包", "it is a RAR archive"),
        (b"7z\xbc\xaf", "这是 7z 压缩包", "it is a 7z archive"),
        (b"\x89PNG", "这是图片", "it is a picture"),
        (b"\xff\xd8\xff", "这是图片", "it is a picture"),
        (b"GIF8", "这是图片", "it is a picture"),
        (b"\x7fELF", "这是程序", "it is a program"),
    ];
    if let Some((_, zh, en)) = known.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Err(Refusal::not_a_table(zh, en));
    }
    let text = bytes.strip_prefix(UTF8_BOM).unwrap_or(bytes);
    let start: Vec<u8> = (text.iter().copied().skip_while(u8::is_ascii_whitespace).take(16))
        .map(|b| b.to_ascii_lowercase())
        .collect();
    for tag in ["<!doctype", "<html", "<head", "<body", "<table", "<?xml", "<meta", "<style"] {
        if start.starts_with(tag.as_bytes()) {
            return Err(Refusal::not_a_table("这是网页或 XML 文件", "it is a web page or XML"));
        }
    }
    Ok(Kind::Text)
}

/// The names of the streams are in the directory of the container, in UTF-16.
fn ole2(bytes: &[u8]) -> Refusal {
    let holds = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|window| window == name)
    };
    if holds("EncryptedPackage") {
        Refusal::Encrypted
    } else if holds("Workbook") || holds("Book") {
        Refusal::Xls
    } else {
        Refusal::not_a_table("这是旧版 Office 文档", "it is a document of an old Office")
    }
}

/// The text of a file: UTF-16 or UTF-8 with a byte order mark, else UTF-8, else GB18030.
///
/// # Errors
/// An empty file; one that is none of these.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => decoded(rest, UTF_16LE)?,
        [0xfe, 0xff, rest @ ..] => decoded(rest, UTF_16BE)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest)
            .map(Cow::Borrowed)
            .map_err(|error| Refusal::BadEncoding { line: Some(line_at(rest, error.valid_up_to())) })?,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(error) => chinese(bytes, error.valid_up_to())?,
        },
    };
    // Half of an UTF-16 text without a mark is NUL; a stray one is its row's fault alone.
    let nuls = text.bytes().filter(|b| *b == 0).count();
    if nuls > 8 && nuls > text.len() / 20 {
        return Err(Refusal::BadEncoding { line: None });
    }
    // Excel writes rows of separators for cells that were cleared.
    if text.chars().all(|c| is_blank(c) || matches!(c, ',' | ';' | '"')) {
        return Err(Refusal::Empty);
    }
    Ok(text)
}

fn decoded<'a>(bytes: &'a [u8], encoding: &'static encoding_rs::Encoding) -> Result<Cow<'a, str>, Refusal> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| Refusal::BadEncoding { line: line_of_fault(bytes, encoding) })
}

/// The line up to which a text can be read in an encoding in which it can't be read to its end.
fn line_of_fault(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Option<usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
    let _ = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    Some(line_at(text.as_bytes(), text.len()))
}

fn chinese(bytes: &[u8], good_up_to: usize) -> Result<Cow<'_, str>, Refusal> {
    let good = bytes.get(..good_up_to).and_then(|good| std::str::from_utf8(good).ok()).unwrap_or_default();
    if good.chars().filter(|c| !c.is_ascii()).take(SURELY_UTF8).count() == SURELY_UTF8 {
        return Err(Refusal::BadEncoding { line: Some(line_at(bytes, good_up_to)) });
    }
    decoded(bytes, GB18030)
}

fn line_at(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|b| **b == b'\n').count()
}
