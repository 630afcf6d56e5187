//! The recordings that other systems keep, as they are read.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::published::account;
use crate::db::schema::recording_external;
use crate::inspections::ids::InspectionId;
use crate::recordings::ids::ExternalId;
use crate::recordings::shots::Shot;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A recording that another system keeps, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExternalView {
    /// Its id.
    pub id: ExternalId,
    /// The name of the system.
    pub system: String,
    /// The number of the recording in it.
    pub reference: String,
    /// Its first moment, UTC.
    pub from: DateTime<Utc>,
    /// Its last moment, UTC.
    pub until: DateTime<Utc>,
    /// What is to be seen on it, as who named it says.
    pub shots: Vec<Shot>,
    /// Who named it.
    pub by: String,
    /// When it was named, UTC.
    pub named_at: DateTime<Utc>,
    /// When that was taken back, UTC.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was taken back.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = recording_external, check_for_backend(Pg))]
struct ExternalRow {
    id: ExternalId,
    system: String,
    reference: String,
    from_at: DateTime<Utc>,
    until_at: DateTime<Utc>,
    shots: Vec<String>,
    named_by: AccountId,
    named_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    reason: Option<String>,
}

fn shots_of(words: &[String]) -> Vec<Shot> {
    words.iter().filter_map(|word| word.parse().ok()).collect()
}

/// The recordings of an inspection that other systems keep, the earliest first, those that were taken back included.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, id: InspectionId) -> Result<Vec<ExternalView>, Problem> {
    use recording_external as e;
    let rows: Vec<ExternalRow> = e::table
        .filter(e::inspection_id.eq(id))
        .order((e::from_at, e::id))
        .select(ExternalRow::as_select())
        .load(conn)?;
    let people: Vec<AccountId> = rows.iter().map(|row| row.named_by).collect();
    let names: HashMap<AccountId, String> = account::table
        .filter(account::id.eq_any(people))
        .select((account::id, account::name))
        .load::<(AccountId, String)>(conn)?
        .into_iter()
        .collect();
    let view = |row: ExternalRow| ExternalView {
        id: row.id,
        shots: shots_of(&row.shots),
        by: names.get(&row.named_by).cloned().unwrap_or_default(),
        system: row.system,
        reference: row.reference,
        from: row.from_at,
        until: row.until_at,
        named_at: row.named_at,
        ended_at: row.ended_at,
        reason: row.reason,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What is to be seen on the recordings of an inspection that other systems keep.
///
/// # Errors
/// When the database can't be asked.
pub fn shots(conn: &mut PgConnection, id: InspectionId) -> Result<Vec<Shot>, Problem> {
    use recording_external as e;
    let words: Vec<Vec<String>> =
        e::table.filter(e::inspection_id.eq(id)).filter(e::ended_at.is_null()).select(e::shots).load(conn)?;
    Ok(words.iter().flat_map(|words| shots_of(words)).collect())
}
