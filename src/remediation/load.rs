//! Loading cases, with their histories and what those come to.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::schema::remediation_case;
use crate::enterprises::queries::regions_of;
use crate::remediation::course::{Course, Law};
use crate::remediation::fact::Fact;
use crate::remediation::history::{EventRow, facts, histories};
use crate::remediation::ids::CaseId;
use crate::remediation::law::law_of;
use crate::remediation::policy::{AccessContext, access_context, sees};
use crate::remediation::settings::RemediationSettings;
use crate::remediation::store::Row;
use diesel::prelude::*;
use std::collections::HashMap;

/// Loads a row and locks it until the transaction ends: of two who act on a case, the second sees what the first has done.
///
/// # Errors
/// 404 where there is none.
fn lock(tx: &mut Tx, id: CaseId) -> Result<Row, Problem> {
    Ok(remediation_case::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?)
}

/// Loads and locks a case that the actor may see.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn lock_visible(tx: &mut Tx, id: CaseId) -> Result<(Row, AccessContext), Problem> {
    let row = lock(tx, id)?;
    let context = access_context(&mut tx.conn, &row)?;
    if sees(&tx.actor, &row, &context, &tx.catalogue) {
        Ok((row, context))
    } else {
        Err(Problem::not_found())
    }
}

/// A case with its history and the result of it.
#[derive(Debug)]
pub struct LoadedCase {
    /// The row.
    pub row: Row,
    /// Code of the enterprise's region.
    pub home: String,
    /// All events, corrections included.
    pub events: Vec<EventRow>,
    /// The effective events.
    pub facts: Vec<Fact>,
    /// Of each effective event, whether it came late.
    pub late: Vec<bool>,
    /// The result of these events.
    pub course: Course,
}

impl LoadedCase {
    /// Folds the history of a case.
    ///
    /// # Errors
    /// 500 where the stored history is not lawful.
    pub fn fold(row: Row, home: String, events: Vec<EventRow>, law: Law<'_>) -> Result<Self, Problem> {
        let facts = facts(&events)?;
        let (course, late) = Course::replay(&home, &facts, law)
            .map_err(|unlawful| Problem::internal(format!("case {}: {unlawful}", row.id)))?;
        Ok(Self { row, home, events, facts, late, course })
    }
}

/// Loads and locks a case that the actor may see, with its history.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn load_visible(tx: &mut Tx, id: CaseId) -> Result<LoadedCase, Problem> {
    let (row, context) = lock_visible(tx, id)?;
    let events = histories(&mut tx.conn, &[id])?.remove(&id).unwrap_or_default();
    let law = law_of(&row, tx.settings.section::<RemediationSettings>(), &tx.catalogue)?;
    LoadedCase::fold(row, context.region, events, law)
}

/// Loads cases with their histories and locks them in the order of their ids until the transaction ends.
///
/// # Errors
/// When the database can't be asked.
pub fn load_locked(
    conn: &mut PgConnection,
    ids: &[CaseId],
    rules: &RemediationSettings,
    catalogue: &Catalogue,
) -> Result<Vec<LoadedCase>, Problem> {
    let rows: Vec<Row> = remediation_case::table
        .filter(remediation_case::id.eq_any(ids))
        .order(remediation_case::id)
        .for_update()
        .select(Row::as_select())
        .load(conn)?;
    let enterprises: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let homes: HashMap<EnterpriseId, String> = regions_of(conn, &enterprises)?;
    let mut events = histories(conn, ids)?;
    rows.into_iter()
        .map(|row| {
            let home = homes.get(&row.enterprise_id).cloned().unwrap_or_default();
            let law = law_of(&row, rules, catalogue)?;
            let events = events.remove(&row.id).unwrap_or_default();
            LoadedCase::fold(row, home, events, law)
        })
        .collect()
}
