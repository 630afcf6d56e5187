//! A checked list: kept with its check for a while, and imported from there. What is imported is the very file that was checked. A check is
//! imported once: whoever asks again is given the same import, unless that one was refused or withdrawn.

use crate::app::App;
use crate::core::{Caller, Code, Problem, Text};
use crate::db::schema::sampling_list as lists;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::settings::ImportSettings;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::policy::{permit, visible_to};
use crate::sampling_lists::request::{SamplingListRequested, WAKE};
use crate::web::room::Job;
use crate::zero_out::import::ImportState;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid};
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
        if !dry_run || state != ImportState::Done {
            return Err(Problem::new(
                Code::ImportNotChecked,
                Text::new(
                    "这不是已完成的检查，没有可导入的文件；请先检查文件",
                    "this is no check at its end, so there is no checked file to import; check the file first",
                ),
            ));
        }
        if let Some(id) = import_of(&mut tx.conn, self.id)? {
            return Ok(SamplingListRequested { id });
        }
        let id = SamplingListId::new();
        let copied = diesel::sql_query(COPY)
            .bind::<Uuid, _>(id)
            .bind::<Nullable<Uuid>, _>(tx.actor.account())
            .bind::<Timestamptz, _>(tx.now)
            .bind::<Uuid, _>(self.id)
            .execute(&mut *tx.conn)?;
        if copied == 0 {
            return Err(Problem::new(
                Code::ImportFileGone,
                Text::new(
                    "检查过的文件已不再保存；请重新上传并检查",
                    "the checked file is not kept any more; upload it and check it again",
                ),
            ));
        }
        let subject = Subject::new("sampling_list", id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "file_name": file_name, "check": self.id }))?;
        tx.wake(WAKE);
        Ok(SamplingListRequested { id })
    }
}

/// The import of a check's file, unless it was refused or withdrawn.
pub(super) fn import_of(
    conn: &mut PgConnection,
    check: SamplingListId,
) -> Result<Option<SamplingListId>, Problem> {
    Ok(lists::table
        .filter(lists::check_id.eq(check))
        .filter(lists::state.ne_all([ImportState::Failed, ImportState::Withdrawn]))
        .select(lists::id)
        .first(conn)
        .optional()?)
}

/// Keeps the file of a check that has come to its end, and lets go of the eldest ones of whoever asked for it.
pub(super) fn keep(tx: &mut Tx, id: SamplingListId, ended: DateTime<Utc>) -> Result<(), Problem> {
    let settings = tx.settings.section::<ImportSettings>();
    let (hours, most) =
        (i64::from(settings.checked_file_hours), i64::from(settings.checked_files_per_account));
    let row = diesel::update(lists::table.find(id));
    match (hours > 0).then(|| ended + Duration::hours(hours)) {
        Some(until) => row.set(lists::file_until.eq(until)).execute(&mut *tx.conn)?,
        None => row.set(lists::file.eq(None::<Vec<u8>>)).execute(&mut *tx.conn)?,
    };
    diesel::sql_query(
        "UPDATE sampling_list SET file = NULL WHERE id IN (
            SELECT id FROM sampling_list
            WHERE requested_by IS NOT DISTINCT FROM (SELECT requested_by FROM sampling_list WHERE id = $1)
              AND file_until IS NOT NULL AND file IS NOT NULL
            ORDER BY id DESC OFFSET $2)",
    )
    .bind::<Uuid, _>(id)
    .bind::<BigInt, _>(most)
    .execute(&mut *tx.conn)?;
    Ok(())
}

/// Deletes the files of checks whose time is over. The checks stay.
#[derive(Debug, Serialize)]
pub struct DeleteCheckedLists {}

impl Command for DeleteCheckedLists {
    type Output = usize;
    const NAME: &'static str = "delete_checked_lists";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        let over = lists::table.filter(lists::file_until.le(tx.now)).filter(lists::file.is_not_null());
        Ok(diesel::update(over).set(lists::file.eq(None::<Vec<u8>>)).execute(&mut *tx.conn)?)
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
