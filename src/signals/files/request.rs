//! Asking for the import of a file of signals.

use crate::core::{Problem, Wake};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::Tables;
use crate::list_files::imports::request::{NewImport, keep, plain_name};
use crate::signals::feed::Feed;
use crate::signals::ids::SignalImportId;
use crate::signals::policy::own_region;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Wakes the job that imports files of signals.
pub const WAKE: Wake = Wake::new("signal_import");

/// The tables of the imports.
pub const TABLES: Tables = Tables { imports: "signal_import", rejections: "signal_import_rejection" };

/// What was said with the upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalFile {
    /// The kind of file.
    #[schema(inline)]
    pub feed: Feed,
}

/// Keeps a file and queues its import, or its check.
#[derive(Debug, Serialize)]
pub struct RequestSignalImport {
    file_name: String,
    sha256: Vec<u8>,
    dry_run: bool,
    said: SignalFile,
    #[serde(skip)]
    file: Vec<u8>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalImportRequested {
    /// The import.
    pub id: SignalImportId,
}

impl RequestSignalImport {
    /// A file whose SHA-256 is known.
    #[must_use]
    pub fn new(file_name: &str, file: Vec<u8>, sha256: Vec<u8>, dry_run: bool, feed: Feed) -> Self {
        Self { file_name: plain_name(file_name), sha256, dry_run, said: SignalFile { feed }, file }
    }
}

impl Command for RequestSignalImport {
    type Output = SignalImportRequested;
    const NAME: &'static str = "request_signal_import";

    fn run(&self, tx: &mut Tx) -> Result<SignalImportRequested, Problem> {
        let region = own_region(&tx.actor)?;
        let id = SignalImportId::new();
        let defaults = serde_json::to_value(self.said)?;
        let import = NewImport {
            id: id.0,
            region: &region,
            file_name: &self.file_name,
            file: &self.file,
            sha256: &self.sha256,
            dry_run: self.dry_run,
            defaults: &defaults,
        };
        keep(tx, TABLES, import)?;
        let subject = Subject::new("signal_import", id.0).in_region(&region);
        let data = json!({
            "file_name": self.file_name, "bytes": self.file.len(), "dry_run": self.dry_run, "feed": self.said.feed,
        });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(WAKE);
        Ok(SignalImportRequested { id })
    }
}
