//! Importing the file of a check, and letting go of such files when their time is over.

use crate::app::App;
use crate::campaigns::ids::CampaignImportId;
use crate::campaigns::imports::request::{CampaignImportRequested, TABLES, WAKE};
use crate::campaigns::policy::permit_officers;
use crate::core::{Caller, Problem};
use crate::db::regional;
use crate::db::schema::campaign_import as imports;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::ImportState;
use crate::list_files::imports::checked::{Check, delete_over, import};
use crate::web::room::Job;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;

/// How often files whose time is over are looked for.
const POLL: std::time::Duration = std::time::Duration::from_secs(600);

/// Imports the file of a check.
#[derive(Debug, Serialize)]
pub struct ImportCheckedRegister {
    /// The check.
    pub id: CampaignImportId,
}

impl Command for ImportCheckedRegister {
    type Output = CampaignImportRequested;
    const NAME: &'static str = "import_checked_register";

    fn run(&self, tx: &mut Tx) -> Result<CampaignImportRequested, Problem> {
        permit_officers(&tx.actor)?;
        // Two who ask at once wait for each other here.
        let (dry_run, state, region, file_name): (bool, ImportState, String, String) = imports::table
            .find(self.id)
            .select((imports::dry_run, imports::state, imports::region, imports::file_name))
            .for_no_key_update()
            .first(&mut *tx.conn)?;
        if !regional::sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let new = CampaignImportId::new();
        let id = CampaignImportId(import(tx, TABLES, Check { id: self.id.0, dry_run, state }, new.0)?);
        if id == new {
            let subject = Subject::new("campaign_import", id.0).in_region(&region);
            tx.audit(Self::NAME, subject, json!({ "file_name": file_name, "check": self.id }))?;
            tx.wake(WAKE);
        }
        Ok(CampaignImportRequested { id })
    }
}

/// Deletes the files of checks whose time is over. The checks stay.
#[derive(Debug, Serialize)]
pub struct DeleteCheckedRegisters {}

impl Command for DeleteCheckedRegisters {
    type Output = usize;
    const NAME: &'static str = "delete_checked_registers";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        delete_over(tx, TABLES)
    }
}

/// Deletes checked files whose time is over.
pub const JOB: Job = Job {
    name: "checked_registers",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let delete = |app: &App| app.execute(&Caller::system(), &DeleteCheckedRegisters {});
        Ok(Box::new(move |app| delete(app).map(|_| false)))
    },
};
