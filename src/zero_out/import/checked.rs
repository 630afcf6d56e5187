//! A checked file: kept with its check for a while, and imported from there.
//!
//! What is imported is the very file that was checked, under the region under which it was checked. A check is imported once: whoever
//! asks again is given the same import, unless that one was refused.

use crate::app::App;
use crate::core::actor::Scope;
use crate::core::ids::AccountId;
use crate::core::{Caller, Code, Problem, Text};
use crate::db::schema::zero_out_import as imports;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::checked::{delete_over, imported_as, require_checked};
use crate::list_files::settings::ImportSettings;
use crate::web::room::Job;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::command::{ImportRequested, TABLES, WAKE};
use crate::zero_out::import::state::ImportState;
use crate::zero_out::policy::{permit, visible_to};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz, Uuid};
use serde::Serialize;
use serde_json::json;

/// How often files whose time is over are looked for.
const POLL: std::time::Duration = std::time::Duration::from_secs(600);

/// Imports the file of a check.
#[derive(Debug, Serialize)]
pub struct ImportChecked {
    /// The check.
    pub id: ImportId,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct Check {
    requested_by: Option<AccountId>,
    dry_run: bool,
    state: ImportState,
    region: Option<String>,
    file_name: String,
    file_until: Option<DateTime<Utc>>,
}

/// The bytes do not leave the database. What was kept is held against its SHA-256.
const COPY: &str = "INSERT INTO zero_out_import
        (id, requested_by, region, file_name, file, sha256, dry_run, state, created_at, check_id)
    SELECT $1, $2, region, file_name, file, sha256, false, 'queued', $3, id
    FROM zero_out_import
    WHERE id = $4 AND file IS NOT NULL AND file_until > $3 AND sha256(file) = zero_out_import.sha256";

impl Command for ImportChecked {
    type Output = ImportRequested;
    const NAME: &'static str = "import_checked";

    fn run(&self, tx: &mut Tx) -> Result<ImportRequested, Problem> {
        permit(&tx.actor)?;
        // Two who ask at once wait for each other here.
        let check: Check = imports::table
            .filter(visible_to(&tx.actor))
            .filter(imports::id.eq(self.id))
            .select(Check::as_select())
            .for_no_key_update()
            .first(&mut *tx.conn)?;
        // An operator's list opens no cases, so an officer's check is not for operators to import.
        if matches!(tx.actor.scope(), Some(Scope::Operator)) && check.requested_by != tx.actor.account() {
            return Err(Problem::forbidden());
        }
        require_checked(check.dry_run, check.state)?;
        if let Some(id) = imported_as(&mut tx.conn, TABLES, &[self.id.0])?.remove(&self.id.0) {
            return Ok(ImportRequested { id: ImportId(id) });
        }
        let id = ImportId::new();
        let copied = diesel::sql_query(COPY)
            .bind::<Uuid, _>(id)
            .bind::<Nullable<Uuid>, _>(tx.actor.account())
            .bind::<Timestamptz, _>(tx.now)
            .bind::<Uuid, _>(self.id)
            .execute(&mut *tx.conn)?;
        if copied == 0 {
            return Err(gone(check.file_until, tx));
        }
        let subject = Subject { region: check.region.as_deref(), ..Subject::new("zero_out_import", id.0) };
        tx.audit(Self::NAME, subject, json!({ "file_name": check.file_name, "check": self.id }))?;
        tx.wake(WAKE);
        Ok(ImportRequested { id })
    }
}

fn gone(until: Option<DateTime<Utc>>, tx: &Tx) -> Problem {
    let most = tx.settings.section::<ImportSettings>().checked_files_per_account;
    let (zh, en) = match until {
        Some(until) if until > tx.now => {
            let text = Text::new(
                format!("只保留同一账号最近 {most} 次检查的文件，该文件已删除；请重新上传并检查"),
                format!(
                    "of an account only the files of the last {most} checks are kept, and this one is gone; upload it and check it again"
                ),
            );
            return Problem::new(Code::ImportFileGone, text);
        }
        Some(_) => (
            "该文件的保存期已过，已删除；请重新上传并检查",
            "the file was kept for a while and is gone; upload it and check it again",
        ),
        None => (
            "该次检查没有保存文件；请重新上传并检查",
            "the file of this check was not kept; upload it and check it again",
        ),
    };
    Problem::new(Code::ImportFileGone, Text::new(zh, en))
}

/// Deletes the files of checks whose time is over. The checks stay.
#[derive(Debug, Serialize)]
pub struct DeleteCheckedFiles {}

impl Command for DeleteCheckedFiles {
    type Output = usize;
    const NAME: &'static str = "delete_checked_files";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        delete_over(tx, TABLES)
    }
}

/// Deletes checked files whose time is over.
pub const JOB: Job = Job {
    name: "checked_files",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let delete = |app: &App| app.execute(&Caller::system(), &DeleteCheckedFiles {});
        Ok(Box::new(move |app| delete(app).map(|_| false)))
    },
};
