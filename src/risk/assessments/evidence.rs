//! What an assessment rests on: signals, inspections and files, and since when the platform knows of each.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find_all, use_for};
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::published::{inspection, inspection_subject, signal};
use crate::db::regional::seen_regions;
use crate::db::schema::assessment_evidence;
use crate::inspections::ids::InspectionId;
use crate::inspections::policy::may_know;
use crate::risk::ids::AssessmentId;
use crate::signals::ids::SignalId;
use crate::signals::state::SignalState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

crate::word_enum! {
    /// What a piece of evidence is.
    pub enum EvidenceKind {
        /// A signal.
        Signal = "signal",
        /// An inspection.
        Inspection = "inspection",
        /// An uploaded file.
        File = "file",
    }
}

impl EvidenceKind {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Signal => ("风险信息", "signal"),
            Self::Inspection => ("抽样检查", "inspection"),
            Self::File => ("附件", "file"),
        };
        Text::new(zh, en)
    }
}

/// A thing that an assessment rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRef {
    /// The kind of record.
    #[schema(inline)]
    pub kind: EvidenceKind,
    /// Its id.
    pub id: Uuid,
}

/// Writes what an assessment rests on, in place of what was written before.
///
/// # Errors
/// 422 that names what the officer may not know of, or can't use.
pub fn write(tx: &mut Tx, id: AssessmentId, evidence: &[EvidenceRef]) -> Result<(), Problem> {
    use assessment_evidence as e;
    let mut fields = Fields::new();
    let mut named = BTreeSet::new();
    let mut rows = Vec::new();
    for (at, one) in evidence.iter().enumerate() {
        let pointer = format!("/evidence/{at}");
        if !named.insert(*one) {
            fields.fault(pointer, "依据重复", "is named twice");
            continue;
        }
        match known_at(tx, id, *one)? {
            Some(at) => rows.push((*one, at)),
            None => {
                fields.fault(pointer, "没有这一依据，或者不能使用", "is nothing that you know of and can use")
            }
        }
    }
    fields.done()?;
    diesel::delete(e::table.filter(e::assessment_id.eq(id))).execute(&mut *tx.conn)?;
    let of = |one: &EvidenceRef, kind: EvidenceKind| Some(one.id).filter(|_| one.kind == kind);
    let rows: Vec<_> = (1_i32..)
        .zip(&rows)
        .map(|(place, (one, known_at))| {
            (
                e::assessment_id.eq(id),
                e::place.eq(place),
                e::kind.eq(one.kind),
                e::signal_id.eq(of(one, EvidenceKind::Signal)),
                e::inspection_id.eq(of(one, EvidenceKind::Inspection)),
                e::attachment_id.eq(of(one, EvidenceKind::File)),
                e::known_at.eq(*known_at),
            )
        })
        .collect();
    diesel::insert_into(e::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// Since when the platform knows of a thing; none where the officer may not know of it, or can't use it.
fn known_at(tx: &mut Tx, id: AssessmentId, one: EvidenceRef) -> Result<Option<DateTime<Utc>>, Problem> {
    match one.kind {
        EvidenceKind::Signal => signal_known_at(&mut tx.conn, &tx.actor, SignalId(one.id)),
        EvidenceKind::Inspection => {
            if !may_know(&mut tx.conn, &tx.actor, one.id)? {
                return Ok(None);
            }
            let at = inspection::table.find(InspectionId(one.id)).select(inspection::updated_at);
            Ok(at.first(&mut *tx.conn).optional()?)
        }
        EvidenceKind::File => {
            let file = AttachmentId(one.id);
            let used = use_for(tx, id.0, file)?;
            let rows = find_all(&mut tx.conn, &[file])?;
            // One that came with an earlier version of the assessment stays usable for whoever revises it.
            let own = |row: &&crate::attachments::store::AttachmentRow| used || row.used_for == Some(id.0);
            Ok(rows.iter().find(own).map(|row| row.created_at))
        }
    }
}

/// When a signal came in that the officer may know of: one of the own region or below, or of no region. One that was dismissed or withdrawn is no evidence;
/// one that was merged stands for the one that it was merged into.
fn signal_known_at(
    conn: &mut PgConnection,
    actor: &Actor,
    id: SignalId,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let seen = signal::region.is_null().or(signal::region.assume_not_null().eq_any(seen_regions(actor)));
    let out = [SignalState::Dismissed, SignalState::Withdrawn].map(SignalState::as_str);
    let at = signal::table
        .filter(signal::id.eq(id))
        .filter(seen)
        .filter(signal::state.ne_all(out))
        .select(signal::created_at);
    Ok(at.first(conn).optional()?)
}

/// A piece of evidence, as people read it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AssessmentEvidence)]
pub struct EvidenceView {
    /// The kind of record.
    #[schema(inline)]
    pub kind: EvidenceKind,
    /// Its id.
    pub id: Uuid,
    /// What it says in short: the source of a signal, the number and product of an inspection, the name of a file.
    pub title: String,
    /// The day that it is of.
    pub day: Option<NaiveDate>,
    /// Since when the platform knows of it.
    pub known_at: DateTime<Utc>,
}

#[derive(Queryable)]
struct Row {
    kind: EvidenceKind,
    signal_id: Option<SignalId>,
    inspection_id: Option<InspectionId>,
    attachment_id: Option<AttachmentId>,
    known_at: DateTime<Utc>,
}

/// What an assessment rests on, in the order in which it was named.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, id: AssessmentId) -> Result<Vec<EvidenceView>, Problem> {
    use assessment_evidence as e;
    let rows: Vec<Row> = e::table
        .filter(e::assessment_id.eq(id))
        .order(e::place)
        .select((e::kind, e::signal_id, e::inspection_id, e::attachment_id, e::known_at))
        .load(conn)?;
    let mut all = Vec::new();
    for row in rows {
        let found = match (row.signal_id, row.inspection_id, row.attachment_id) {
            (Some(signal), ..) => of_signal(conn, signal)?,
            (_, Some(inspection), _) => of_inspection(conn, inspection)?,
            (.., Some(file)) => {
                find_all(conn, &[file])?.into_iter().next().map(|found| (file.0, found.name, None))
            }
            (None, None, None) => None,
        };
        if let Some((id, title, day)) = found {
            all.push(EvidenceView { kind: row.kind, id, title, day, known_at: row.known_at });
        }
    }
    Ok(all)
}

/// Id, title and day of a thing.
type Named = (Uuid, String, Option<NaiveDate>);

fn of_signal(conn: &mut PgConnection, id: SignalId) -> Result<Option<Named>, Problem> {
    let found: Option<(String, Option<String>, NaiveDate)> = signal::table
        .filter(signal::id.eq(id))
        .select((signal::source, signal::hazard, signal::published_on))
        .first(conn)
        .optional()?;
    Ok(found.map(|(source, hazard, day)| (id.0, hazard.unwrap_or(source), Some(day))))
}

fn of_inspection(conn: &mut PgConnection, id: InspectionId) -> Result<Option<Named>, Problem> {
    let found: Option<(String, Option<NaiveDate>)> = inspection::table
        .find(id)
        .select((inspection::number, inspection::sampled_on))
        .first(conn)
        .optional()?;
    let product: Option<String> =
        inspection_subject::table.find(id).select(inspection_subject::product_name).first(conn).optional()?;
    Ok(found.map(|(number, day)| {
        let title = [Some(number), product].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        (id.0, title, day)
    }))
}

/// The signals that an assessment names.
///
/// # Errors
/// When the database can't be asked.
pub fn signals(conn: &mut PgConnection, id: AssessmentId) -> Result<Vec<SignalId>, Problem> {
    use assessment_evidence as e;
    Ok(e::table
        .filter(e::assessment_id.eq(id))
        .filter(e::signal_id.is_not_null())
        .order(e::place)
        .select(e::signal_id.assume_not_null())
        .load(conn)?)
}

/// Whether an assessment names something that the platform came to know of after a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn names_newer(conn: &mut PgConnection, id: AssessmentId, since: DateTime<Utc>) -> Result<bool, Problem> {
    use assessment_evidence as e;
    let newer = e::table.filter(e::assessment_id.eq(id)).filter(e::known_at.gt(since));
    Ok(diesel::select(diesel::dsl::exists(newer)).get_result(conn)?)
}
