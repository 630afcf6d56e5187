//! Keeping a file that is to be imported or checked.

use crate::core::Problem;
use crate::core::cells::is_blank;
use crate::db::Tx;
use crate::list_files::imports::{ImportState, Tables};
use crate::list_files::refusal::Refusal;
use crate::list_files::settings::ImportSettings;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;
use uuid::Uuid;

/// An import as it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct NewImport<'a> {
    /// Its id.
    pub id: Uuid,
    /// The region of who asks.
    pub region: &'a str,
    /// The name of the file, by [`plain_name`].
    pub file_name: &'a str,
    /// The file.
    pub file: &'a [u8],
    /// SHA-256 of the file.
    pub sha256: &'a [u8],
    /// Whether nothing but a report is to come of it.
    pub dry_run: bool,
    /// What was said with the upload for rows that do not say it themselves.
    pub defaults: &'a Value,
}

/// The last part of a path, without what does not show.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = name.chars().filter(|c| !c.is_control() && (*c == ' ' || !is_blank(*c)));
    let name: String = shown.take(200).collect();
    if name.trim().is_empty() { "list".to_owned() } else { name.trim().to_owned() }
}

/// Refuses a file that is larger than allowed.
///
/// # Errors
/// 413.
pub fn require_size(tx: &Tx, file: &[u8]) -> Result<(), Problem> {
    let limit = tx.settings.section::<ImportSettings>().max_upload_bytes;
    if u64::try_from(file.len()).unwrap_or(u64::MAX) > limit {
        return Err(Refusal::TooLarge { limit }.into());
    }
    Ok(())
}

/// Keeps a file and queues its import.
///
/// # Errors
/// 413 for a file that is larger than allowed; when the database refuses.
pub fn keep(tx: &mut Tx, tables: Tables, import: NewImport<'_>) -> Result<(), Problem> {
    require_size(tx, import.file)?;
    diesel::sql_query(format!(
        "INSERT INTO {} (id, requested_by, region, file_name, file, sha256, dry_run, defaults, state, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tables.imports
    ))
    .bind::<SqlUuid, _>(import.id)
    .bind::<Nullable<SqlUuid>, _>(tx.actor.account())
    .bind::<Text, _>(import.region)
    .bind::<Text, _>(import.file_name)
    .bind::<Binary, _>(import.file)
    .bind::<Binary, _>(import.sha256)
    .bind::<Bool, _>(import.dry_run)
    .bind::<Jsonb, _>(import.defaults)
    .bind::<Text, _>(ImportState::Queued.as_str())
    .bind::<Timestamptz, _>(tx.now)
    .execute(&mut *tx.conn)?;
    Ok(())
}
