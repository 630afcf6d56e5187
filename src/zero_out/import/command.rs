//! Asking for an import.

use crate::core::secret::sha256;
use crate::core::{Problem, Wake};
use crate::db::schema::zero_out_import as imports;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::Tables;
use crate::list_files::imports::request::{plain_name, require_size};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::state::ImportState;
use crate::zero_out::policy::permit;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The tables of imports of the zero-out list.
pub const TABLES: Tables = Tables { imports: "zero_out_import", rejections: "zero_out_rejection" };

/// Wakes the import worker: an import is queued.
pub const WAKE: Wake = Wake::new("import");

/// Keeps a list and queues its import. Admins (for their region) and operators.
#[derive(Debug, Serialize)]
pub struct RequestImport {
    file_name: String,
    sha256: Vec<u8>,
    dry_run: bool,
    #[serde(skip)]
    file: Vec<u8>,
}

/// An import that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ImportRequested {
    /// Its id.
    pub id: ImportId,
}

impl RequestImport {
    /// A file as it was uploaded; `dry_run` reports all and changes nothing.
    #[must_use]
    pub fn new(file_name: &str, file: Vec<u8>, dry_run: bool) -> Self {
        let digest = sha256(&file);
        Self::uploaded(file_name, file, digest, dry_run)
    }

    /// The same of a file whose SHA-256 is known.
    #[must_use]
    pub fn uploaded(file_name: &str, file: Vec<u8>, sha256: Vec<u8>, dry_run: bool) -> Self {
        Self { file_name: plain_name(file_name), sha256, dry_run, file }
    }

    /// The file.
    pub(super) fn file(&self) -> &[u8] {
        &self.file
    }
}

impl Command for RequestImport {
    type Output = ImportRequested;
    const NAME: &'static str = "request_import";

    fn run(&self, tx: &mut Tx) -> Result<ImportRequested, Problem> {
        permit(&tx.actor)?;
        let region = tx.actor.officer_region().map(str::to_owned);
        require_size(tx, &self.file)?;
        let id = ImportId::new();
        diesel::insert_into(imports::table)
            .values((
                imports::id.eq(id),
                imports::requested_by.eq(tx.actor.account()),
                imports::region.eq(&region),
                imports::file_name.eq(&self.file_name),
                imports::file.eq(&self.file),
                imports::sha256.eq(&self.sha256),
                imports::dry_run.eq(self.dry_run),
                imports::state.eq(ImportState::Queued),
                imports::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject { region: region.as_deref(), ..Subject::new("zero_out_import", id.0) };
        let data = json!({ "file_name": self.file_name, "bytes": self.file.len(), "dry_run": self.dry_run });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(WAKE);
        Ok(ImportRequested { id })
    }
}
