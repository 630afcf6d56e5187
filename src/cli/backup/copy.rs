//! Uploaded files, out of the store and back into it.

use std::fs::{DirBuilder, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use diesel::PgConnection;
use futures_util::StreamExt;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::layout::{FILES, LIST};
use super::manifest::Sum;
use crate::attachments::Files;
use crate::attachments::store::{Stored, hex, is_quarantined};
use crate::cli::CliError;
use crate::core::Problem;

/// What was copied.
pub(super) struct Copied {
    pub(super) list: Sum,
    pub(super) missing: Vec<Uuid>,
    pub(super) count: usize,
    pub(super) bytes: u64,
}

/// Copies files out of the store, and lists those that were copied. One that the store does not have is missing: it was lost, or
/// something was found in it since the snapshot.
pub(super) fn out(
    conn: &mut PgConnection,
    store: &Files,
    dir: &Path,
    files: &[Stored],
    bar: &ProgressBar,
) -> Result<Copied, CliError> {
    let list = dir.join(LIST);
    let failed = |path: &Path| CliError::io(path.display().to_string());
    let file = File::options().write(true).create_new(true).mode(0o600).open(&list).map_err(failed(&list))?;
    let mut lines = BufWriter::new(file);
    let (mut missing, mut count, mut bytes) = (Vec::new(), 0_usize, 0_u64);
    for file in files {
        match runtime()?.block_on(copy(store, &path_of(dir, file.id.0), file)) {
            Ok(()) => {
                let line = serde_json::to_string(file).map_err(|e| CliError::Other(e.to_string()))?;
                writeln!(lines, "{line}").map_err(failed(&list))?;
                count = count.saturating_add(1);
                bytes = bytes.saturating_add(file.size.unsigned_abs());
            }
            Err(error) => {
                if !runtime()?.block_on(store.lacks(file.id))? && !is_quarantined(conn, file.id)? {
                    return Err(error);
                }
                missing.push(file.id.0);
            }
        }
        bar.inc(file.size.unsigned_abs());
    }
    lines.flush().map_err(failed(&list))?;
    drop(lines);
    Ok(Copied { list: Sum::of(&list)?, missing, count, bytes })
}

async fn copy(store: &Files, to: &Path, file: &Stored) -> Result<(), CliError> {
    let failed = || CliError::io(to.display().to_string());
    let mut bytes = store.get(file.id, file.size.unsigned_abs()).await?;
    let folder = to.parent().unwrap_or(to);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed())?;
    let copy = File::options().write(true).create_new(true).mode(0o600).open(to).map_err(failed())?;
    let (mut copy, mut hash) = (BufWriter::new(copy), Sha256::new());
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(Problem::unavailable)?;
        hash.update(&piece);
        copy.write_all(&piece).map_err(failed())?;
    }
    copy.flush().and_then(|()| copy.get_ref().sync_all()).map_err(failed())?;
    let found = hex(&hash.finalize());
    if found == file.sha256 {
        return Ok(());
    }
    Err(CliError::Other(format!("the store gives other bytes for the file {} than were put there", file.id)))
}

/// The files that a back-up holds; refused where one is not as it was written.
pub(super) fn listed(dir: &Path, bar: &ProgressBar) -> Result<Vec<Stored>, CliError> {
    let list = dir.join(LIST);
    let failed = || CliError::io(list.display().to_string());
    let lines = BufReader::new(File::open(&list).map_err(failed())?).lines();
    let mut files = Vec::new();
    for line in lines {
        let file: Stored = serde_json::from_str(&line.map_err(failed())?).map_err(|error| {
            CliError::Other(format!("the back-up is damaged: {}: {error}", list.display()))
        })?;
        Sum { bytes: file.size.unsigned_abs(), sha256: file.sha256.clone() }
            .check(&path_of(dir, file.id.0))?;
        bar.inc(1);
        files.push(file);
    }
    Ok(files)
}

/// Puts files into the store.
pub(super) fn back(store: &Files, dir: &Path, files: &[Stored], bar: &ProgressBar) -> Result<(), CliError> {
    for file in files {
        let path = path_of(dir, file.id.0);
        let bytes = File::open(&path).map_err(CliError::io(path.display().to_string()))?;
        runtime()?.block_on(store.put(file.id, bytes))?;
        bar.inc(file.size.unsigned_abs());
    }
    Ok(())
}

/// Whether a store holds nothing yet.
pub(super) fn is_empty(store: &Files) -> Result<bool, CliError> {
    Ok(runtime()?.block_on(store.is_empty())?)
}

/// Where a back-up keeps a file: spread over 256 folders, as the store does.
fn path_of(dir: &Path, id: Uuid) -> PathBuf {
    let name = id.to_string();
    let folder: String = name.chars().skip(name.len().saturating_sub(2)).collect();
    dir.join(FILES).join(folder).join(name)
}

fn runtime() -> Result<&'static tokio::runtime::Runtime, CliError> {
    static RUNTIME: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CliError::io("can't work in the background"))?;
    Ok(RUNTIME.get_or_init(|| made))
}
