//! Importing the file of a check, and letting go of such files when their time is over.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::schema::penalty_list as lists;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::ImportState;
use crate::list_files::imports::checked::{Check, delete_over, import};
use crate::penalty_lists::ids::PenaltyListId;
use crate::penalty_lists::policy::{permit, visible_to};
use crate::penalty_lists::request::{PenaltyListRequested, TABLES, WAKE};
use crate::web::room::Job;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;

/// How often files whose time is over are looked for.
const POLL: std::time::Duration = std::time::Duration::from_secs(600);

/// Imports the file of a check.
#[derive(Debug, Serialize)]
pub struct ImportCheckedPenalties {
    /// The check.
    pub id: PenaltyListId,
}

impl Command for ImportCheckedPenalties {
    type Output = PenaltyListRequested;
    const NAME: &'static str = "import_checked_penalties";

    fn run(&self, tx: &mut Tx) -> Result<PenaltyListRequested, Problem> {
        permit(&tx.actor)?;
        // Two who ask at once wait for each other here.
        let (dry_run, state, region, file_name): (bool, ImportState, String, String) = lists::table
            .filter(visible_to(&tx.actor))
            .filter(lists::id.eq(self.id))
            .select((lists::dry_run, lists::state, lists::region, lists::file_name))
            .for_no_key_update()
            .first(&mut *tx.conn)?;
        let new = PenaltyListId::new();
        let id = PenaltyListId(import(tx, TABLES, Check { id: self.id.0, dry_run, state }, new.0)?);
        if id == new {
            let subject = Subject::new("penalty_list", id.0).in_region(&region);
            tx.audit(Self::NAME, subject, json!({ "file_name": file_name, "check": self.id }))?;
            tx.wake(WAKE);
        }
        Ok(PenaltyListRequested { id })
    }
}

/// Deletes the files of checks whose time is over. The checks stay.
#[derive(Debug, Serialize)]
pub struct DeleteCheckedPenalties {}

impl Command for DeleteCheckedPenalties {
    type Output = usize;
    const NAME: &'static str = "delete_checked_penalties";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        delete_over(tx, TABLES)
    }
}

/// Deletes checked files whose time is over.
pub const JOB: Job = Job {
    name: "checked_penalty_lists",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let delete = |app: &App| app.execute(&Caller::system(), &DeleteCheckedPenalties {});
        Ok(Box::new(move |app| delete(app).map(|_| false)))
    },
};
