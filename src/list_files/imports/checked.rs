//! A checked file: kept with its check for a while, and imported from there. What is imported is the very file that was checked. A check is
//! imported once: whoever asks again is given the same import, unless that one was refused or withdrawn.

use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::list_files::imports::{ImportState, Tables};
use crate::list_files::settings::ImportSettings;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use std::collections::HashMap;
use uuid::Uuid;

/// A check as the room has loaded and locked it, for who may know of it.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its id.
    pub id: Uuid,
    /// Whether it is a check at all.
    pub dry_run: bool,
    /// Its state.
    pub state: ImportState,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    check_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Refuses what is no check that has come to its end.
///
/// # Errors
/// 409 `import_not_checked`.
pub fn require_checked(dry_run: bool, state: ImportState) -> Result<(), Problem> {
    if dry_run && state == ImportState::Done {
        return Ok(());
    }
    Err(Problem::new(
        Code::ImportNotChecked,
        Text::new(
            "这不是已完成的检查，没有可导入的文件；请先检查文件",
            "this is no check at its end, so there is no checked file to import; check the file first",
        ),
    ))
}

/// The imports of the files of these checks, by the check, unless they were refused or withdrawn.
///
/// # Errors
/// When the database can't be asked.
pub fn imported_as(
    conn: &mut PgConnection,
    tables: Tables,
    checks: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>, Problem> {
    let found: Vec<Found> = diesel::sql_query(format!(
        "SELECT DISTINCT ON (check_id) check_id, id FROM {} \
         WHERE check_id = ANY($1) AND state NOT IN ('failed', 'withdrawn') ORDER BY check_id, id",
        tables.imports
    ))
    .bind::<Array<SqlUuid>, _>(checks)
    .load(conn)?;
    Ok(found.into_iter().map(|found| (found.check_id, found.id)).collect())
}

/// That the file of a check is not kept any more.
#[must_use]
pub fn gone() -> Problem {
    Problem::new(
        Code::ImportFileGone,
        Text::new(
            "检查过的文件已不再保存；请重新上传并检查",
            "the checked file is not kept any more; upload it and check it again",
        ),
    )
}

/// Queues the import of a check's file under the id `new`; gives the import, which is another one where the file is imported already.
///
/// # Errors
/// 409 where it is no check at its end, or its file is not kept any more.
pub fn import(tx: &mut Tx, tables: Tables, check: Check, new: Uuid) -> Result<Uuid, Problem> {
    require_checked(check.dry_run, check.state)?;
    if let Some(already) = imported_as(&mut tx.conn, tables, &[check.id])?.remove(&check.id) {
        return Ok(already);
    }
    let imports = tables.imports;
    // The bytes do not leave the database. What was kept is held against its SHA-256.
    let copied = diesel::sql_query(format!(
        "INSERT INTO {imports} \
             (id, requested_by, region, file_name, file, sha256, dry_run, defaults, state, created_at, check_id) \
         SELECT $1, $2, region, file_name, file, sha256, false, defaults, 'queued', $3, id \
         FROM {imports} o WHERE o.id = $4 AND o.file IS NOT NULL AND o.file_until > $3 AND sha256(o.file) = o.sha256"
    ))
    .bind::<SqlUuid, _>(new)
    .bind::<Nullable<SqlUuid>, _>(tx.actor.account())
    .bind::<Timestamptz, _>(tx.now)
    .bind::<SqlUuid, _>(check.id)
    .execute(&mut *tx.conn)?;
    if copied == 0 {
        return Err(gone());
    }
    Ok(new)
}

/// Keeps the file of a check that has come to its end, and lets go of the eldest ones of whoever asked for it. The platform itself counts as one
/// account.
///
/// # Errors
/// When the database refuses.
pub fn keep(tx: &mut Tx, tables: Tables, id: Uuid, ended: DateTime<Utc>) -> Result<(), Problem> {
    let settings = tx.settings.section::<ImportSettings>();
    let (hours, most) =
        (i64::from(settings.checked_file_hours), i64::from(settings.checked_files_per_account));
    let imports = tables.imports;
    let until = (hours > 0).then(|| ended + Duration::hours(hours));
    diesel::sql_query(format!(
        "UPDATE {imports} SET file_until = $2, file = CASE WHEN $2 IS NULL THEN NULL ELSE file END WHERE id = $1"
    ))
    .bind::<SqlUuid, _>(id)
    .bind::<Nullable<Timestamptz>, _>(until)
    .execute(&mut *tx.conn)?;
    diesel::sql_query(format!(
        "UPDATE {imports} SET file = NULL WHERE id IN (
            SELECT id FROM {imports}
            WHERE requested_by IS NOT DISTINCT FROM (SELECT requested_by FROM {imports} WHERE id = $1)
              AND file_until IS NOT NULL AND file IS NOT NULL
            ORDER BY id DESC OFFSET $2)"
    ))
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(most)
    .execute(&mut *tx.conn)?;
    Ok(())
}

/// Deletes the files of checks whose time is over; the checks stay. Gives how many.
///
/// # Errors
/// When the database refuses.
pub fn delete_over(tx: &mut Tx, tables: Tables) -> Result<usize, Problem> {
    let sql =
        format!("UPDATE {} SET file = NULL WHERE file_until <= $1 AND file IS NOT NULL", tables.imports);
    Ok(diesel::sql_query(sql).bind::<Timestamptz, _>(tx.now).execute(&mut *tx.conn)?)
}
