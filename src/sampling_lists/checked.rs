//! A checked list: kept with its check for a while, and imported from there. What is imported is the very file that was checked. A check is
//! imported once: whoever asks again is given the same import, unless that one was refused or withdrawn.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::schema::sampling_list as lists;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::ImportState;
use crate::list_files::imports::checked::{delete_over, gone, imported_as, require_checked};
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::policy::{permit, visible_to};
use crate::sampling_lists::request::{SamplingListRequested, TABLES, WAKE};
use crate::web::room::Job;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz, Uuid};
use serde::Serialize;
use serde_json::json;

/// How often files whose time is over are looked for.
const POLL: std::time::Duration = std::time::Duration::from_secs(600);

/// Imports the file of a check.
#[derive(Debug, Serialize)]
pub struct ImportCheckedList {
    /// The check.
    pub id: SamplingListId,
}

/// The bytes do not leave the database. What was kept is held against its SHA-256.
const COPY: &str = "INSERT INTO sampling_list
        (id, requested_by, region, source, file_name, file, sha256, dry_run, defaults, state, created_at, check_id)
    SELECT $1, $2, region, source, file_name, file, sha256, false, defaults, 'queued', $3, id
    FROM sampling_list
    WHERE id = $4 AND file IS NOT NULL AND file_until > $3 AND sha256(file) = sampling_list.sha256";

impl Command for ImportCheckedList {
    type Output = SamplingListRequested;
    const NAME: &'static str = "import_checked_list";

    fn run(&self, tx: &mut Tx) -> Result<SamplingListRequested, Problem> {
        permit(&tx.actor)?;
        // Two who ask at once wait for each other here.
        let (dry_run, state, region, file_name): (bool, ImportState, String, String) = lists::table
            .filter(visible_to(&tx.actor))
            .filter(lists::id.eq(self.id))
            .select((lists::dry_run, lists::state, lists::region, lists::file_name))
            .for_no_key_update()
            .first(&mut *tx.conn)?;
        require_checked(dry_run, state)?;
        if let Some(id) = imported_as(&mut tx.conn, TABLES, &[self.id.0])?.remove(&self.id.0) {
            return Ok(SamplingListRequested { id: SamplingListId(id) });
        }
        let id = SamplingListId::new();
        let copied = diesel::sql_query(COPY)
            .bind::<Uuid, _>(id)
            .bind::<Nullable<Uuid>, _>(tx.actor.account())
            .bind::<Timestamptz, _>(tx.now)
            .bind::<Uuid, _>(self.id)
            .execute(&mut *tx.conn)?;
        if copied == 0 {
            return Err(gone());
        }
        let subject = Subject::new("sampling_list", id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "file_name": file_name, "check": self.id }))?;
        tx.wake(WAKE);
        Ok(SamplingListRequested { id })
    }
}

/// Deletes the files of checks whose time is over. The checks stay.
#[derive(Debug, Serialize)]
pub struct DeleteCheckedLists {}

impl Command for DeleteCheckedLists {
    type Output = usize;
    const NAME: &'static str = "delete_checked_lists";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        delete_over(tx, TABLES)
    }
}

/// Deletes checked files whose time is over.
pub const JOB: Job = Job {
    name: "checked_sampling_lists",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let delete = |app: &App| app.execute(&Caller::system(), &DeleteCheckedLists {});
        Ok(Box::new(move |app| delete(app).map(|_| false)))
    },
};
