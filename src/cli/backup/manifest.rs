//! The manifest of a back-up: its format, its version and its files with their checksums.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::snapshot::Taken;
use crate::attachments::store::hex;
use crate::audit::verify::RecordedHead;
use crate::cli::CliError;

/// What tells a back-up from anything else.
const FORMAT: &str = "zerodesk-backup";
/// The version of the layout of the manifest.
const VERSION: u32 = 1;

/// The size of a file and the SHA-256 of its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sum {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Sum {
    /// Of a file as it is now.
    pub(super) fn of(path: &Path) -> Result<Self, CliError> {
        let failed = || CliError::io(path.display().to_string());
        let mut file = File::open(path).map_err(failed())?;
        let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
        loop {
            let read = file.read(&mut piece).map_err(failed())?;
            if read == 0 {
                return Ok(Self { bytes, sha256: hex(&hash.finalize()) });
            }
            hash.update(piece.get(..read).unwrap_or_default());
            bytes = bytes.saturating_add(read as u64);
        }
    }

    /// Refuses a file that is not as it was written.
    pub(super) fn check(&self, path: &Path) -> Result<(), CliError> {
        if path.is_file() && Self::of(path)? == *self {
            return Ok(());
        }
        Err(CliError::Other(format!("the back-up is damaged: {} is not as it was written", path.display())))
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    /// The version of the program.
    program: String,
    /// When the snapshot was taken.
    pub(super) taken_at: DateTime<Utc>,
    /// The major version of PostgreSQL.
    pub(super) postgres: u32,
    /// The migrations that had run.
    pub(super) migrations: Vec<String>,
    /// `database.dump`.
    pub(super) dump: Sum,
    /// `files.jsonl`.
    pub(super) files: Sum,
    /// Files that the store had lost.
    pub(super) missing: Vec<Uuid>,
    /// Rows of each table.
    pub(super) counts: BTreeMap<String, i64>,
    /// Where the chains of the audit ended.
    pub(super) audit_heads: Vec<RecordedHead>,
}

impl Manifest {
    pub(super) fn new(taken: &Taken, postgres: u32, dump: Sum) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at: taken.at,
            postgres,
            migrations: taken.migrations.clone(),
            dump,
            files: Sum::default(),
            missing: Vec::new(),
            counts: taken.counts.clone(),
            audit_heads: taken.heads.clone(),
        }
    }

    /// Rows of all tables.
    pub(super) fn rows(&self) -> i64 {
        self.counts.values().sum()
    }

    /// Writes it whole or not at all: it is what makes a folder a back-up.
    pub(super) fn write(&self, path: &Path) -> Result<(), CliError> {
        let failed = || CliError::io(path.display().to_string());
        let text = serde_json::to_string_pretty(self).map_err(|e| CliError::Other(e.to_string()))?;
        let new = path.with_extension("new");
        let mut file =
            File::options().write(true).create_new(true).mode(0o600).open(&new).map_err(failed())?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed())?;
        std::fs::rename(&new, path).map_err(failed())
    }

    /// Reads it.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let other = |what: &str| CliError::Other(format!("{}: {what}", path.display()));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(other("is missing: this is no back-up, or one that was broken off"));
            }
            Err(error) => return Err(CliError::io(path.display().to_string())(error)),
        };
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|_| other("is damaged: it can't be read"))?;
        if value.get("format").and_then(|format| format.as_str()) != Some(FORMAT) {
            return Err(other("is not of a back-up of ZeroDesk"));
        }
        if value.get("version").and_then(serde_json::Value::as_u64) != Some(u64::from(VERSION)) {
            return Err(other("is of another version of ZeroDesk, which lays back-ups out differently"));
        }
        serde_json::from_value(value).map_err(|error| other(&format!("is damaged: {error}")))
    }
}
