//! Files that are written for one answer: to the disk first, then from there to the client, so that none is in memory whole.

use crate::core::{Language, Problem};
use crate::exports::disposition_in;
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use bytes::Bytes;
use futures_util::stream::try_unfold;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;

/// Bytes that are read at a time.
const PIECE: usize = 64 * 1024;

/// A file that is being written. It has no name on the disk and is gone with its last handle.
pub struct Written(BufWriter<File>);

impl Written {
    /// An empty one on the disk of a folder.
    ///
    /// # Errors
    /// 503 when the disk fails.
    pub fn new(folder: &Path) -> Result<Self, Problem> {
        Ok(Self(BufWriter::new(tempfile::tempfile_in(folder).map_err(disk)?)))
    }

    /// The whole file, from its beginning.
    ///
    /// # Errors
    /// 503 when the disk fails.
    pub fn done(self) -> Result<Whole, Problem> {
        let mut file = self.0.into_inner().map_err(|error| disk(error.into_error()))?;
        let size = file.stream_position().map_err(disk)?;
        file.rewind().map_err(disk)?;
        Ok(Whole { file, size })
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A file that was written.
pub struct Whole {
    file: File,
    size: u64,
}

impl Whole {
    /// The answer that saves it under a name.
    pub fn answer(self, kind: &str, name: [&str; 2], ending: &str, language: Language) -> HttpResponse {
        let pieces = try_unfold(self.file, |mut file| async move {
            let read = web::block(move || {
                let mut piece = vec![0; PIECE];
                let length = file.read(&mut piece)?;
                piece.truncate(length);
                Ok::<_, io::Error>((piece, file))
            });
            let (piece, file) = read.await.map_err(io::Error::other)??;
            Ok::<_, io::Error>((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
        });
        headers(kind, name, ending, language).body(SizedStream::new(self.size, pieces))
    }
}

/// What is said of a file that the browser saves under a name (RFC 6266), in Chinese or English; the English one is ASCII.
pub fn headers(kind: &str, names: [&str; 2], ending: &str, language: Language) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, disposition_in(language, names, ending)))
        .insert_header((header::CONTENT_LANGUAGE, language.tag()));
    if !kind.starts_with("text/") {
        // Workbooks are packed already.
        response.insert_header((header::CONTENT_ENCODING, "identity"));
    }
    response
}

fn disk(error: io::Error) -> Problem {
    Problem::unavailable(format!("a file could not be written or read: {error}"))
}
