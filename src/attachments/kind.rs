//! What a file is, by its content, and what it may be called.

use std::io::{self, Read, Seek, SeekFrom};

crate::word_enum! {
    /// The kinds of files that can be taken. Which of them are is a setting.
    pub enum FileKind {
        /// A photo.
        Jpeg = "jpeg",
        /// A photo or a drawing.
        Png = "png",
        /// A photo or a drawing.
        Webp = "webp",
        /// A photo, as some telephones make it.
        Heic = "heic",
        /// A report.
        Pdf = "pdf",
        /// A text document (Office Open XML), without macros.
        Docx = "docx",
        /// A workbook (Office Open XML), without macros.
        Xlsx = "xlsx",
        /// A presentation (Office Open XML), without macros.
        Pptx = "pptx",
        /// A drawing of AutoCAD.
        Dwg = "dwg",
        /// A drawing in the form in which programs exchange them (DXF).
        Dxf = "dxf",
        /// A video clip.
        Mp4 = "mp4",
        /// A video clip, as iPhones make it.
        Mov = "mov",
        /// A video clip, as browsers record it.
        Webm = "webm",
        /// A voice message.
        M4a = "m4a",
        /// A voice message.
        Mp3 = "mp3",
        /// A voice message.
        Aac = "aac",
        /// A voice message, as older telephones make it.
        Amr = "amr",
        /// A voice message.
        Ogg = "ogg",
        /// A voice message.
        Wav = "wav",
    }
}

/// As many bytes of the beginning as any signature needs.
const HEAD: usize = 8192;
/// Longest name in characters.
const LONGEST_NAME: usize = 150;

impl FileKind {
    /// The media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            FileKind::Jpeg => "image/jpeg",
            FileKind::Png => "image/png",
            FileKind::Webp => "image/webp",
            FileKind::Heic => "image/heic",
            FileKind::Pdf => "application/pdf",
            FileKind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            FileKind::Dwg => "image/vnd.dwg",
            FileKind::Dxf => "image/vnd.dxf",
            FileKind::Mp4 => "video/mp4",
            FileKind::Mov => "video/quicktime",
            FileKind::Webm => "video/webm",
            FileKind::M4a => "audio/mp4",
            FileKind::Mp3 => "audio/mpeg",
            FileKind::Aac => "audio/aac",
            FileKind::Amr => "audio/amr",
            FileKind::Ogg => "audio/ogg",
            FileKind::Wav => "audio/wav",
        }
    }

    /// Whether it is a video clip or a voice message.
    pub fn is_clip(self) -> bool {
        let kind = self.content_type();
        kind.starts_with("video/") || kind.starts_with("audio/")
    }

    /// Whether a browser may show it in a page: pictures that every browser draws and none runs.
    pub fn is_shown(content_type: &str) -> bool {
        [FileKind::Jpeg, FileKind::Png, FileKind::Webp].iter().any(|k| k.content_type() == content_type)
    }

    /// The endings of names, the usual one first.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            FileKind::Jpeg => &["jpg", "jpeg"],
            FileKind::Png => &["png"],
            FileKind::Webp => &["webp"],
            FileKind::Heic => &["heic", "heif"],
            FileKind::Pdf => &["pdf"],
            FileKind::Docx => &["docx"],
            FileKind::Xlsx => &["xlsx"],
            FileKind::Pptx => &["pptx"],
            FileKind::Dwg => &["dwg"],
            FileKind::Dxf => &["dxf"],
            FileKind::Mp4 => &["mp4", "m4v"],
            FileKind::Mov => &["mov"],
            FileKind::Webm => &["webm"],
            FileKind::M4a => &["m4a"],
            FileKind::Mp3 => &["mp3"],
            FileKind::Aac => &["aac"],
            FileKind::Amr => &["amr"],
            FileKind::Ogg => &["ogg", "opus"],
            FileKind::Wav => &["wav"],
        }
    }
}

/// What a file is; nothing where it is none of the kinds.
///
/// # Errors
/// When the file can't be read. A damaged file is no error, but of no kind.
pub fn detect(file: &mut (impl Read + Seek)) -> io::Result<Option<FileKind>> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let found = match infer::get(&head).map(|t| t.mime_type()) {
        Some("image/jpeg") => Some(FileKind::Jpeg),
        Some("image/png") => Some(FileKind::Png),
        Some("image/webp") => Some(FileKind::Webp),
        Some("image/heif" | "image/heic") => Some(FileKind::Heic),
        Some("application/pdf") => Some(FileKind::Pdf),
        Some("image/vnd.dwg") => Some(FileKind::Dwg),
        Some("video/mp4" | "video/x-m4v") => Some(FileKind::Mp4),
        Some("video/quicktime") => Some(FileKind::Mov),
        Some("video/webm") => Some(FileKind::Webm),
        Some("audio/m4a") => Some(FileKind::M4a),
        Some("audio/mpeg") => Some(FileKind::Mp3),
        Some("audio/aac") => Some(FileKind::Aac),
        Some("audio/amr") => Some(FileKind::Amr),
        Some("audio/ogg" | "audio/opus") => Some(FileKind::Ogg),
        Some("audio/x-wav") => Some(FileKind::Wav),
        // The order of what is inside differs from program to program, so the beginning does not identify it.
        _ if head.starts_with(b"PK\x03\x04") => office(file),
        _ if is_dxf(&head) => Some(FileKind::Dxf),
        _ => None,
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(found)
}

/// Which document of Office Open XML (ECMA-376) an archive is. One with macros is none.
fn office(file: &mut (impl Read + Seek)) -> Option<FileKind> {
    let archive = zip::ZipArchive::new(file).ok()?;
    let macros = |name: &[u8]| name.to_ascii_lowercase().ends_with(b"vbaproject.bin");
    if archive.file_names_raw().any(macros) {
        return None;
    }
    let has = |wanted: &str| archive.index_for_name(wanted).is_some();
    if !has("[Content_Types].xml") {
        None
    } else if has("word/document.xml") {
        Some(FileKind::Docx)
    } else if has("xl/workbook.xml") {
        Some(FileKind::Xlsx)
    } else if has("ppt/presentation.xml") {
        Some(FileKind::Pptx)
    } else {
        None
    }
}

/// Whether a file begins as DXF: binary, or pairs of lines of which the first are comments (999) and the next begins a section.
fn is_dxf(head: &[u8]) -> bool {
    if head.starts_with(b"AutoCAD Binary DXF\r\n\x1a\0") {
        return true;
    }
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    while let (Some(code), Some(value)) = (lines.next(), lines.next()) {
        match code {
            b"999" => {}
            b"0" => return value == b"SECTION",
            _ => return false,
        }
    }
    false
}

/// A name that is safe on every system: the last part of a path, without what does not show, turns the
/// reading direction or means something to a file system, with an ending that fits the content.
pub fn safe_name(given: &str, kind: FileKind) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !is_unsafe(*c)).collect();
    let shown = shown.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let (stem, ending) = match shown.rsplit_once('.') {
        Some((stem, ending)) if fits(ending, kind) => (stem.trim_end(), ending.to_owned()),
        _ => (shown, kind.endings().first().copied().unwrap_or_default().to_owned()),
    };
    let stem: String = stem.chars().take(LONGEST_NAME - ending.len() - 1).collect();
    let stem = if stem.is_empty() { "attachment" } else { stem.trim_end() };
    format!("{stem}.{ending}")
}

fn fits(ending: &str, kind: FileKind) -> bool {
    kind.endings().iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Control characters, those of the reading direction and other invisible ones, and what a file system
/// or a header takes for something else.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffd}')
        || "<>:\"|?*".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};

    fn kind_of(bytes: &[u8]) -> Option<FileKind> {
        detect(&mut Cursor::new(bytes)).unwrap()
    }

    fn archive(names: &[&str]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(b"<x/>").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn content_tells_what_a_file_is() {
        assert_eq!(kind_of(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some(FileKind::Jpeg));
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some(FileKind::Png));
        assert_eq!(kind_of(b"RIFF\x24\0\0\0WEBPVP8 "), Some(FileKind::Webp));
        assert_eq!(kind_of(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Some(FileKind::Heic));
        assert_eq!(kind_of(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), Some(FileKind::Pdf));
        let types = "[Content_Types].xml";
        assert_eq!(kind_of(b"\0\0\0\x18ftypisom\0\0\x02\0isommp41"), Some(FileKind::Mp4));
        assert_eq!(kind_of(b"\0\0\0\x14ftypqt  \0\0\x02\0qt  "), Some(FileKind::Mov));
        assert_eq!(
            kind_of(
                &[b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".as_slice(), &[0; 256]].concat()
            ),
            Some(FileKind::Webm)
        );
        assert_eq!(kind_of(b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42"), Some(FileKind::M4a));
        assert_eq!(kind_of(b"ID3\x04\0\0\0\0\0\0"), Some(FileKind::Mp3));
        assert_eq!(kind_of(b"#!AMR\n\x3c\x91\x17\x16\xbe\x66\x79"), Some(FileKind::Amr));
        assert_eq!(kind_of(b"OggS\0\x02\0\0\0\0\0\0"), Some(FileKind::Ogg));
        assert_eq!(kind_of(b"RIFF\x24\0\0\0WAVEfmt "), Some(FileKind::Wav));
        assert_eq!(kind_of(b"AC1032\0\0\0\0\x01\x03"), Some(FileKind::Dwg));
        assert_eq!(
            kind_of(b"999\r\nmade by hand\r\n  0\r\nSECTION\r\n  2\r\nHEADER\r\n"),
            Some(FileKind::Dxf)
        );
        assert_eq!(kind_of(b"0\nSECTION\n2\nENTITIES\n"), Some(FileKind::Dxf));
        assert_eq!(kind_of(b"AutoCAD Binary DXF\r\n\x1a\0\0SECTION"), Some(FileKind::Dxf));
        assert_eq!(kind_of(&archive(&[types, "ppt/presentation.xml"])), Some(FileKind::Pptx));
        assert_eq!(kind_of(&archive(&[types, "word/document.xml"])), Some(FileKind::Docx));
        assert_eq!(kind_of(&archive(&["docProps/app.xml", "xl/workbook.xml", types])), Some(FileKind::Xlsx));
    }

    #[test]
    fn other_texts_are_not_recognised() {
        let types = "[Content_Types].xml";
        for bytes in [
            &b""[..],
            b"<html><script>alert(1)</script>",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
            b"MZ\x90\0",
            b"\x7fELF",
            b"#!/bin/sh\n",
            b"GIF89a",
            b"PK\x03\x04 and then nothing",
            b"0\nno section\n",
            b"999\na comment alone",
            &archive(&["word/document.xml"]),
            &archive(&[types, "index.html"]),
            &archive(&[types, "word/document.xml", "word/vbaProject.bin"]),
        ] {
            assert_eq!(kind_of(bytes), None, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn names_are_made_safe() {
        for (given, kind, name) in [
            ("报告.pdf", FileKind::Pdf, "报告.pdf"),
            ("Photo.JPEG", FileKind::Jpeg, "Photo.JPEG"),
            ("../../etc/passwd", FileKind::Png, "passwd.png"),
            (r"C:\Users\a\photo.png", FileKind::Png, "photo.png"),
            ("page.html", FileKind::Png, "page.html.png"),
            ("a\r\nX: y.pdf", FileKind::Pdf, "aX y.pdf"),
            ("invoice\u{202e}fdp.exe", FileKind::Pdf, "invoicefdp.exe.pdf"),
            ("\"><img>.webp", FileKind::Webp, "img.webp"),
            ("", FileKind::Docx, "attachment.docx"),
            ("...", FileKind::Xlsx, "attachment.xlsx"),
            (".pdf", FileKind::Pdf, "pdf.pdf"),
        ] {
            assert_eq!(safe_name(given, kind), name, "{given:?}");
        }
    }

    proptest! {
        #[test]
        fn any_name_becomes_a_short_one_that_fits(given in any::<String>(), at in 0..FileKind::ALL.len()) {
            let kind = FileKind::ALL[at];
            let name = safe_name(&given, kind);
            prop_assert!(name.chars().count() <= LONGEST_NAME && !name.chars().any(is_unsafe));
            prop_assert!(!name.contains(['/', '\\']) && !name.starts_with('.'));
            prop_assert!(fits(name.rsplit('.').next().unwrap(), kind));
            prop_assert_eq!(safe_name(&name, kind), name);
        }

        #[test]
        fn no_content_is_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = kind_of(&bytes);
            let _ = kind_of(&[b"PK\x03\x04".as_slice(), &bytes].concat());
        }
    }
}
