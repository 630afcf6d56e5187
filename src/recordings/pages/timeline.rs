//! One line of time: the steps of the inspection, the recordings, the custody of the sample, in the order in which they happened, with the gaps.

use crate::core::Problem;
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionStep;
use crate::recordings::manifest::{CustodyView, Manifest, RecordingView};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};

/// A step of the inspection with the moment at which it happened.
#[derive(Debug, Clone, QueryableByName)]
pub struct Step {
    /// The word of the step.
    #[diesel(sql_type = Text)]
    pub step: String,
    /// When it happened, UTC.
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
}

/// What stands on the line of time.
pub enum Item {
    /// A step of the inspection.
    Step(InspectionStep),
    /// A recording, with its strip.
    Recording(Box<RecordingView>, Strip),
    /// An entry of the custody.
    Custody(Box<CustodyView>),
}

/// An item with its moment.
pub struct Entry {
    /// When it happened, or began, UTC.
    pub at: DateTime<Utc>,
    /// The step, the part of the recording or the access that happened then.
    pub item: Item,
}

/// A recording drawn as a strip, in a thousand parts of its length.
pub struct Strip {
    /// The segments: place, width, number, whether something is noted.
    pub pieces: Vec<(i64, i64, i32, bool)>,
    /// The gaps: place, width.
    pub gaps: Vec<(i64, i64)>,
}

/// Draws a recording.
pub fn strip(recording: &RecordingView) -> Strip {
    let first = recording.segments.iter().map(|segment| segment.starts_at).min();
    let last = recording.segments.iter().map(|segment| segment.ends_at).max();
    let (Some(first), Some(last)) = (first, last) else {
        return Strip { pieces: Vec::new(), gaps: Vec::new() };
    };
    let whole = (last - first).num_milliseconds().max(1);
    let part = |from: DateTime<Utc>, until: DateTime<Utc>| {
        let place = (from - first).num_milliseconds().saturating_mul(1000) / whole;
        let width = (until - from).num_milliseconds().saturating_mul(1000) / whole;
        (place.clamp(0, 1000), width.clamp(2, 1000))
    };
    let piece = |segment: &crate::recordings::manifest::SegmentView| {
        let (place, width) = part(segment.starts_at, segment.ends_at);
        (place, width, segment.seq, !segment.flags.is_empty())
    };
    Strip {
        pieces: recording.segments.iter().map(piece).collect(),
        gaps: recording.chain.gaps.iter().map(|gap| part(gap.from, gap.until)).collect(),
    }
}

/// The steps at which something is done with the product or the sample, so that the film can be held against them.
///
/// # Errors
/// When the database can't be asked.
pub fn steps(conn: &mut PgConnection, id: InspectionId) -> Result<Vec<Step>, Problem> {
    Ok(diesel::sql_query(
        "SELECT e.step, e.occurred_at AS at FROM published.inspection_event e
         WHERE e.inspection_id = $1 AND e.occurred_at IS NOT NULL
           AND e.step IN ('attempt', 'sample', 'seal', 'receive', 'receive_broken', 'order_retest', 'return_sample', 'destroy_sample')
           AND NOT EXISTS (SELECT FROM published.inspection_event c WHERE c.inspection_id = e.inspection_id AND c.corrects = e.ordinal)
         ORDER BY e.ordinal",
    )
    .bind::<SqlUuid, _>(id.0)
    .load(conn)?)
}

/// All of it, in order.
pub fn line(manifest: &Manifest, steps: &[Step]) -> Vec<Entry> {
    let mut line: Vec<Entry> = Vec::new();
    for step in steps {
        if let Ok(word) = step.step.parse() {
            line.push(Entry { at: step.at, item: Item::Step(word) });
        }
    }
    for recording in &manifest.recordings {
        let first = recording.segments.iter().map(|segment| segment.starts_at).min();
        let item = Item::Recording(Box::new(recording.clone()), strip(recording));
        line.push(Entry { at: first.unwrap_or(recording.began_at), item });
    }
    for entry in manifest.custody.iter().filter(|entry| entry.step.is_some()) {
        line.push(Entry {
            at: entry.began_at.unwrap_or(entry.at),
            item: Item::Custody(Box::new(entry.clone())),
        });
    }
    line.sort_by_key(|entry| entry.at);
    line
}
