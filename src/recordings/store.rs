//! Loading what commands decide by, and writing down what the folds come to.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::{recording, recording_segment, recording_summary};
use crate::db::tx::Subject;
use crate::inspections::ids::InspectionId;
use crate::recordings::chain::{self, Chain, ChainState, Link};
use crate::recordings::custody_store;
use crate::recordings::external_store;
use crate::recordings::flags::Flag;
use crate::recordings::ids::{RecordingId, SegmentId};
use crate::recordings::inspected::Inspected;
use crate::recordings::settings::{RecordingRules, rules_of, rules_on};
use crate::recordings::shots::{Channel, Shot, missing};
use crate::settings::Settings;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// A recording.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = recording, check_for_backend(Pg))]
pub struct RecordingRow {
    /// Its id.
    pub id: RecordingId,
    /// The inspection.
    pub inspection_id: InspectionId,
    /// Where and how the sample is taken.
    pub channel: Channel,
    /// The device that began it.
    pub device_id: String,
    /// The server's nonce.
    pub nonce: Vec<u8>,
    /// The version of the rules.
    pub rules_version: String,
    /// Who began it.
    pub began_by: AccountId,
    /// When the nonce was given, UTC.
    pub began_at: DateTime<Utc>,
    /// Until when the first segment has to begin, UTC.
    pub nonce_until: DateTime<Utc>,
    /// Milliseconds by which the device's clock was ahead.
    pub clock_offset: i64,
    /// How many segments there are, as the device says.
    pub declared_segments: Option<i32>,
    /// When it was closed, UTC.
    pub closed_at: Option<DateTime<Utc>>,
    /// Since when its files are erased, UTC.
    pub erased_at: Option<DateTime<Utc>>,
}

/// A segment.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = recording_segment, check_for_backend(Pg))]
pub struct SegmentRow {
    /// Its id.
    pub id: SegmentId,
    /// The recording.
    pub recording_id: RecordingId,
    /// Its place in it, from 1.
    pub seq: i32,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// SHA-256 of the previous segment, as this one names it.
    pub previous_sha256: Vec<u8>,
    /// The media type.
    pub content_type: String,
    /// Size of the file, in bytes.
    pub size: i64,
    /// Its first moment, as the device says, UTC.
    pub starts_device: DateTime<Utc>,
    /// Its first moment by the server's clock, UTC.
    pub starts_at: DateTime<Utc>,
    /// Its last moment, likewise.
    pub ends_at: DateTime<Utc>,
    /// When it was received, UTC.
    pub received_at: DateTime<Utc>,
    /// Degrees.
    pub latitude: Option<f64>,
    /// Degrees.
    pub longitude: Option<f64>,
    /// Metres.
    pub accuracy: Option<f64>,
    /// Words of what is to be seen on it.
    pub shots: Vec<String>,
    /// Words of what was noted when it came.
    pub flags: Vec<String>,
    /// The file.
    pub attachment_id: Uuid,
    /// The blurred rendition.
    pub blurred_id: Option<Uuid>,
}

impl SegmentRow {
    /// What is to be seen on it.
    pub fn shots(&self) -> Vec<Shot> {
        self.shots.iter().filter_map(|word| word.parse().ok()).collect()
    }

    /// What was noted when it came.
    pub fn flags(&self) -> Vec<Flag> {
        self.flags.iter().filter_map(|word| word.parse().ok()).collect()
    }

    /// The segment as a link of its hash chain.
    pub fn link(&self) -> Link {
        Link {
            seq: self.seq,
            sha256: self.sha256.clone(),
            previous: self.previous_sha256.clone(),
            starts: self.starts_at,
            ends: self.ends_at,
        }
    }
}

/// Waits for the turn of an inspection: what is added to its recordings and its custody comes one after the other.
///
/// # Errors
/// When the database refuses.
pub fn lock(tx: &mut Tx, id: InspectionId) -> Result<(), Problem> {
    use recording_summary as s;
    diesel::insert_into(s::table)
        .values((
            s::inspection_id.eq(id),
            s::chain.eq(ChainState::Empty),
            s::recordings.eq(0),
            s::segments.eq(0),
            s::seconds.eq(0),
            s::shots_missing.eq(0),
            s::gaps.eq(0),
            s::late.eq(0),
            s::flagged.eq(0),
            s::custody_flags.eq(0),
            s::began_at.eq(tx.now),
            s::updated_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    s::table.find(id).select(s::inspection_id).for_update().first::<InspectionId>(&mut *tx.conn)?;
    Ok(())
}

/// The recordings of an inspection, the earliest first.
///
/// # Errors
/// When the database can't be asked.
pub fn recordings(conn: &mut PgConnection, id: InspectionId) -> QueryResult<Vec<RecordingRow>> {
    recording::table
        .filter(recording::inspection_id.eq(id))
        .order(recording::id)
        .select(RecordingRow::as_select())
        .load(conn)
}

/// The segments of some recordings, in the order of their numbers.
///
/// # Errors
/// When the database can't be asked.
pub fn segments(conn: &mut PgConnection, of: &[RecordingRow]) -> QueryResult<Vec<SegmentRow>> {
    let ids: Vec<RecordingId> = of.iter().map(|row| row.id).collect();
    recording_segment::table
        .filter(recording_segment::recording_id.eq_any(ids))
        .order((recording_segment::recording_id, recording_segment::seq))
        .select(SegmentRow::as_select())
        .load(conn)
}

/// The chain of one recording among some segments.
pub fn chain_of(row: &RecordingRow, segments: &[SegmentRow], rules: &RecordingRules) -> Chain {
    let links: Vec<Link> =
        segments.iter().filter(|segment| segment.recording_id == row.id).map(SegmentRow::link).collect();
    chain::fold(&row.nonce, &links, row.declared_segments, Duration::minutes(i64::from(rules.gap_minutes)))
}

/// The shots that the recordings of an inspection have to show, each once, in the order of the rules.
pub fn required(
    settings: &Settings,
    rows: &[RecordingRow],
    inspected: &Inspected,
    today: NaiveDate,
) -> Result<Vec<Shot>, Problem> {
    let mut required: Vec<Shot> = Vec::new();
    let mut add = |shots: &[Shot]| {
        for shot in shots {
            if !required.contains(shot) {
                required.push(*shot);
            }
        }
    };
    for row in rows {
        add(rules_of(settings, &row.rules_version)?.required(row.channel));
    }
    // A re-test adds its own; the taking of the sample is to be recorded all the same.
    if rows.iter().all(|row| row.channel == Channel::Retest) {
        add(rules_on(settings, inspected.sampled_on.unwrap_or(today))?.required(inspected.channel()));
    }
    Ok(required)
}

/// Folds the recordings and the custody of an inspection anew, and keeps what they come to.
///
/// # Errors
/// When the database refuses.
pub fn refold(tx: &mut Tx, inspected: &Inspected) -> Result<(), Problem> {
    use recording_summary as s;
    let settings = std::sync::Arc::clone(&tx.settings);
    let rows = recordings(&mut tx.conn, inspected.id)?;
    let all = segments(&mut tx.conn, &rows)?;
    let mut chains = Vec::new();
    for row in &rows {
        chains.push(chain_of(row, &all, rules_of(&settings, &row.rules_version)?));
    }
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let elsewhere = external_store::shots(&mut tx.conn, inspected.id)?;
    let taken = all.iter().flat_map(SegmentRow::shots).chain(elsewhere);
    let required = required(&settings, &rows, inspected, tx.today())?;
    let custody = custody_store::flags(tx, inspected)?;
    let late = all.iter().filter(|segment| segment.flags().contains(&Flag::Late)).count();
    diesel::update(s::table.find(inspected.id))
        .set((
            s::chain.eq(chain::together(chains.iter().map(|chain| chain.state))),
            s::recordings.eq(count(rows.len())),
            s::segments.eq(count(all.len())),
            s::seconds.eq(chains.iter().map(|chain| chain.seconds).sum::<i64>()),
            s::shots_missing.eq(count(missing(&required, taken).len())),
            s::gaps.eq(count(chains.iter().map(|chain| chain.gaps.len()).sum())),
            s::late.eq(count(late)),
            s::flagged.eq(count(all.iter().filter(|segment| !segment.flags.is_empty()).count())),
            s::custody_flags.eq(count(custody)),
            s::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes a row of the audit about the recordings of an inspection, for the officers of its organiser.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, inspected: &Inspected, action: &str, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("number".to_owned(), serde_json::json!(inspected.number));
    }
    let subject = Subject::new("inspection", inspected.id.0).in_region(&inspected.organiser_region);
    tx.audit(action, subject, data)
}

/// A segment with its recording. Says nothing of who may know of it.
///
/// # Errors
/// 404 where there is none.
pub fn segment(conn: &mut PgConnection, id: SegmentId) -> Result<(RecordingRow, SegmentRow), Problem> {
    Ok(recording_segment::table
        .find(id)
        .inner_join(recording::table)
        .select((RecordingRow::as_select(), SegmentRow::as_select()))
        .first(conn)?)
}

/// A recording by its id. Says nothing of who may know of it.
///
/// # Errors
/// 404 where there is none.
pub fn recording(conn: &mut PgConnection, id: RecordingId) -> Result<RecordingRow, Problem> {
    Ok(recording::table.find(id).select(RecordingRow::as_select()).first(conn)?)
}
