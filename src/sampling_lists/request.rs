//! Asking for the import of a sampling list.

use crate::core::{Problem, Wake};
use crate::db::schema::sampling_list as lists;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::ImportState;
use crate::list_files::imports::Tables;
use crate::list_files::imports::request::{plain_name, require_size};
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::list::row::Defaults;
use crate::sampling_lists::policy::importer_region;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The tables of sampling lists.
pub const TABLES: Tables = Tables { imports: "sampling_list", rejections: "sampling_list_rejection" };

/// Wakes the job that imports sampling lists.
pub const WAKE: Wake = Wake::new("sampling_list");

/// Keeps a list and queues its import, or its check.
#[derive(Debug, Serialize)]
pub struct RequestSamplingList {
    file_name: String,
    sha256: Vec<u8>,
    dry_run: bool,
    defaults: Defaults,
    #[serde(skip)]
    file: Vec<u8>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SamplingListRequested {
    /// The list.
    pub id: SamplingListId,
}

impl RequestSamplingList {
    /// A file whose SHA-256 is known.
    #[must_use]
    pub fn new(file_name: &str, file: Vec<u8>, sha256: Vec<u8>, dry_run: bool, defaults: Defaults) -> Self {
        Self { file_name: plain_name(file_name), sha256, dry_run, defaults, file }
    }
}

impl Command for RequestSamplingList {
    type Output = SamplingListRequested;
    const NAME: &'static str = "request_sampling_list";

    fn run(&self, tx: &mut Tx) -> Result<SamplingListRequested, Problem> {
        let region = importer_region(&tx.actor)?;
        require_size(tx, &self.file)?;
        let id = SamplingListId::new();
        diesel::insert_into(lists::table)
            .values((
                lists::id.eq(id),
                lists::requested_by.eq(tx.actor.account()),
                lists::region.eq(&region),
                lists::source.eq("file"),
                lists::file_name.eq(&self.file_name),
                lists::file.eq(&self.file),
                lists::sha256.eq(&self.sha256),
                lists::dry_run.eq(self.dry_run),
                lists::defaults.eq(serde_json::to_value(&self.defaults)?),
                lists::state.eq(ImportState::Queued),
                lists::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("sampling_list", id.0).in_region(&region);
        let data = json!({ "file_name": self.file_name, "bytes": self.file.len(), "dry_run": self.dry_run });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(WAKE);
        Ok(SamplingListRequested { id })
    }
}
