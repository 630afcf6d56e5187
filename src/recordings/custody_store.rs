//! The entries of a custody as they are kept, and the fold over them.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::sample_custody;
use crate::inspections::ids::InspectionId;
use crate::recordings::custody::{Custody, CustodyStep, Entry, Refusal, SamplePart, fold};
use crate::recordings::ids::{CustodyEventId, RecordingId};
use crate::recordings::inspected::Inspected;
use crate::recordings::settings::{RecordingRules, rules_on};
use chrono::{DateTime, Duration, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// An entry.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sample_custody, check_for_backend(Pg))]
pub struct CustodyRow {
    /// Its id.
    pub id: CustodyEventId,
    /// The inspection.
    pub inspection_id: InspectionId,
    /// Its number among the entries of the inspection, from 1.
    pub ordinal: i32,
    /// Which part of the sample.
    pub part: SamplePart,
    /// What was done; none of an annulment.
    pub step: Option<CustodyStep>,
    /// The entry that it annuls.
    pub annuls: Option<i32>,
    /// When a sealing began, UTC.
    pub began_at: Option<DateTime<Utc>>,
    /// When it was done, UTC.
    pub at: DateTime<Utc>,
    /// Who had the sample before.
    pub giver: Option<String>,
    /// Who has it from then on.
    pub taker: Option<String>,
    /// The place where it happened, in the words of who entered it.
    pub place: Option<String>,
    /// The numbers of the seals, as they were read.
    pub seals: Vec<String>,
    /// Whether the seals were intact.
    pub seals_whole: bool,
    /// The reason, where the step or an annulment needs one.
    pub reason: Option<String>,
    /// Who saw it.
    pub witness: Option<String>,
    /// The recording that shows it.
    pub recording_id: Option<RecordingId>,
    /// The account that entered the step.
    pub recorded_by: AccountId,
    /// When it was entered, UTC.
    pub recorded_at: DateTime<Utc>,
}

/// The entries of an inspection in their order.
///
/// # Errors
/// When the database can't be asked.
pub fn rows(conn: &mut PgConnection, id: InspectionId) -> QueryResult<Vec<CustodyRow>> {
    sample_custody::table
        .filter(sample_custody::inspection_id.eq(id))
        .order(sample_custody::ordinal)
        .select(CustodyRow::as_select())
        .load(conn)
}

/// The numbers of the entries that were annulled.
pub fn annulled(rows: &[CustodyRow]) -> BTreeSet<i32> {
    rows.iter().filter_map(|row| row.annuls).collect()
}

/// Folds the entries of one part.
///
/// # Errors
/// When they make no history.
pub fn of_part(rows: &[CustodyRow], part: SamplePart, rules: &RecordingRules) -> Result<Custody, Refusal> {
    let gone = annulled(rows);
    let entry = |row: &CustodyRow| {
        Some(Entry {
            ordinal: row.ordinal,
            step: row.step?,
            at: row.at,
            giver: row.giver.clone(),
            taker: row.taker.clone(),
            seals: row.seals.clone(),
            seals_whole: row.seals_whole,
            filmed: row.recording_id.is_some(),
        })
    };
    let counts = |row: &&CustodyRow| row.part == part && !gone.contains(&row.ordinal);
    let entries: Vec<Entry> = rows.iter().filter(counts).filter_map(entry).collect();
    fold(&entries, Duration::hours(i64::from(rules.custody_gap_hours)))
}

/// How many entries of an inspection have something noted.
///
/// # Errors
/// When the database can't be asked.
pub fn flags(tx: &mut Tx, inspected: &Inspected) -> Result<usize, Problem> {
    let rows = rows(&mut tx.conn, inspected.id)?;
    let rules = rules_on(&tx.settings, inspected.sampled_on.unwrap_or_else(|| tx.today()))?;
    let of = |part: &SamplePart| match of_part(&rows, *part, rules) {
        Ok(custody) => custody.entries.iter().filter(|entry| !entry.flags.is_empty()).count(),
        Err(_) => 0,
    };
    Ok(SamplePart::ALL.iter().map(of).sum())
}
