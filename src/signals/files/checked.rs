//! Importing the file of a check, and letting go of such files when their time is over.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::schema::signal_import as imports;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::ImportState;
use crate::list_files::imports::checked::{Check, delete_over, import};
use crate::signals::feed::Feed;
use crate::signals::files::request::{SignalFile, SignalImportRequested, TABLES, WAKE};
use crate::signals::ids::SignalImportId;
use crate::signals::policy::{permit, sees};
use crate::web::room::Job;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

/// How often files whose time is over are looked for.
const POLL: std::time::Duration = std::time::Duration::from_secs(600);

/// Imports the file of a check.
#[derive(Debug, Serialize)]
pub struct ImportCheckedSignals {
    /// The check.
    pub id: SignalImportId,
}

impl Command for ImportCheckedSignals {
    type Output = SignalImportRequested;
    const NAME: &'static str = "import_checked_signals";

    fn run(&self, tx: &mut Tx) -> Result<SignalImportRequested, Problem> {
        permit(&tx.actor)?;
        // Two who ask at once wait for each other here.
        let (dry_run, state, region, file_name, defaults): (bool, ImportState, String, String, Value) =
            imports::table
                .find(self.id)
                .select((
                    imports::dry_run,
                    imports::state,
                    imports::region,
                    imports::file_name,
                    imports::defaults,
                ))
                .for_no_key_update()
                .first(&mut *tx.conn)?;
        if !sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let new = SignalImportId::new();
        let id = SignalImportId(import(tx, TABLES, Check { id: self.id.0, dry_run, state }, new.0)?);
        if id == new {
            let said: SignalFile = serde_json::from_value(defaults)?;
            if said.feed == Feed::Complaints {
                // A digest is kept no longer than it takes to import it.
                diesel::update(imports::table.find(self.id))
                    .set(imports::file.eq(None::<Vec<u8>>))
                    .execute(&mut *tx.conn)?;
            }
            let subject = Subject::new("signal_import", id.0).in_region(&region);
            tx.audit(Self::NAME, subject, json!({ "file_name": file_name, "check": self.id }))?;
            tx.wake(WAKE);
        }
        Ok(SignalImportRequested { id })
    }
}

/// Deletes the files of checks whose time is over. The checks stay.
#[derive(Debug, Serialize)]
pub struct DeleteCheckedSignals {}

impl Command for DeleteCheckedSignals {
    type Output = usize;
    const NAME: &'static str = "delete_checked_signals";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        delete_over(tx, TABLES)
    }
}

/// Deletes checked files whose time is over.
pub const JOB: Job = Job {
    name: "checked_signals",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let delete = |app: &App| app.execute(&Caller::system(), &DeleteCheckedSignals {});
        Ok(Box::new(move |app| delete(app).map(|_| false)))
    },
};
