//! Asking for the import of a penalty list.

use crate::core::{Problem, Wake};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::Tables;
use crate::list_files::imports::request::{NewImport, keep, plain_name};
use crate::penalty_lists::ids::PenaltyListId;
use crate::penalty_lists::list::row::Defaults;
use crate::penalty_lists::policy::importer_region;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Wakes the job that imports penalty lists.
pub const WAKE: Wake = Wake::new("penalty_list");

/// The tables of the imports.
pub const TABLES: Tables = Tables { imports: "penalty_list", rejections: "penalty_list_rejection" };

/// Keeps a list and queues its import, or its check.
#[derive(Debug, Serialize)]
pub struct RequestPenaltyList {
    file_name: String,
    sha256: Vec<u8>,
    dry_run: bool,
    defaults: Defaults,
    #[serde(skip)]
    file: Vec<u8>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PenaltyListRequested {
    /// The list.
    pub id: PenaltyListId,
}

impl RequestPenaltyList {
    /// A file whose SHA-256 is known.
    #[must_use]
    pub fn new(file_name: &str, file: Vec<u8>, sha256: Vec<u8>, dry_run: bool, defaults: Defaults) -> Self {
        Self { file_name: plain_name(file_name), sha256, dry_run, defaults, file }
    }
}

impl Command for RequestPenaltyList {
    type Output = PenaltyListRequested;
    const NAME: &'static str = "request_penalty_list";

    fn run(&self, tx: &mut Tx) -> Result<PenaltyListRequested, Problem> {
        let region = importer_region(&tx.actor)?;
        let id = PenaltyListId::new();
        let defaults = serde_json::to_value(&self.defaults)?;
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
        let subject = Subject::new("penalty_list", id.0).in_region(&region);
        let data = json!({ "file_name": self.file_name, "bytes": self.file.len(), "dry_run": self.dry_run });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(WAKE);
        Ok(PenaltyListRequested { id })
    }
}
