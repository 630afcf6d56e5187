//! What is due: counted for the preview, and chosen for the job. Both read the same statements.

use crate::accounts::erasure;
use crate::conduct::ids::ConductId;
use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId};
use crate::inspections::ids::InspectionId;
use crate::notifications::outbox::expired;
use crate::retention::rules::{Kind, Unit, due_before};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// Consultations that were concluded before `$1`, with what keeps them on the day `$2`.
const CONCLUDED: &str = "
    SELECT c.id, c.concluded_at, retention_keeps(c.id, c.enterprise_id, c.nonconformity_id, $2) AS keeps
    FROM published.consultation c
    WHERE c.status = 'concluded' AND c.concluded_at < $1";

/// People of enterprises who left before `$1` and are not erased, with what keeps them on the day `$2`.
const LEFT: &str = "
    SELECT a.id, a.deactivated_at, retention_keeps_person(a.enterprise_id, $2) AS keeps
    FROM published.account a
    WHERE a.role = 'enterprise' AND NOT a.active AND a.deactivated_at < $1 AND a.erased_at IS NULL";

/// Inspections with recordings whose files are kept, that came to their end before `$1`, with what keeps them on the day `$2`. `{state}` says
/// which of them.
const INSPECTED: &str = "
    SELECT i.id, coalesce(i.final_on::timestamp AT TIME ZONE 'Asia/Shanghai', i.updated_at) AS ended,
           retention_keeps_inspection(i.id, i.operator_id, i.producer_id, $2) AS keeps,
           (SELECT count(*) FROM published.recording r WHERE r.inspection_id = i.id AND r.erased_at IS NULL) AS recordings,
           (SELECT coalesce(sum(g.size), 0) FROM published.recording_segment g JOIN published.recording r ON r.id = g.recording_id
            WHERE r.inspection_id = i.id AND r.erased_at IS NULL) AS bytes
    FROM published.inspection i
    WHERE coalesce(i.final_on::timestamp AT TIME ZONE 'Asia/Shanghai', i.updated_at) < $1
      AND EXISTS (SELECT FROM published.recording r WHERE r.inspection_id = i.id AND r.erased_at IS NULL)";

/// Which inspections a kind is about: those that failed keep their recordings longer.
fn inspected(kind: Kind) -> String {
    let state = match kind {
        Kind::RecordingsFailed => {
            "(i.state = 'handed_over' OR (i.state IN ('final', 'published') AND i.outcome = 'nonconforming'))"
        }
        _ => {
            "(i.state IN ('refused', 'not_found', 'barred', 'void', 'closed', 'withdrawn')
              OR (i.state IN ('final', 'published') AND i.outcome = 'conforming'))"
        }
    };
    format!("{INSPECTED} AND {state}")
}

/// Entries of credit conduct that count no more since before `$1`, with what keeps their texts and files. One that waits for a decision is not over.
const ENDED: &str = "
    SELECT c.id, w.ended, retention_keeps_conduct(c.enterprise_id, c.case_id, $2) AS keeps
    FROM published.conduct c
    CROSS JOIN LATERAL (
        SELECT (CASE c.state WHEN 'annulled' THEN c.annulled_on WHEN 'repaired' THEN c.repaired_on ELSE c.counts_until + 1 END)::timestamp
                   AT TIME ZONE 'Asia/Shanghai' AS ended) w
    WHERE c.erased_at IS NULL AND c.state NOT IN ('contested', 'repair_pending') AND w.ended < $1";

/// The enterprises of which something has a hold on the day `$1`.
const HELD: &str = "
    SELECT h.enterprise_id FROM retention_hold h WHERE h.released_at IS NULL AND (h.until_day IS NULL OR h.until_day >= $1)";

/// What would go of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KindPreview {
    /// The kind.
    pub kind: Kind,
    /// The period by which it is counted; 0: kept for ever.
    pub period: u32,
    /// In what the period is counted.
    pub unit: Unit,
    /// The period that is in force.
    pub in_force: u32,
    /// What ended before this moment is due, UTC; none where it is kept for ever.
    pub before: Option<DateTime<Utc>>,
    /// Rows that would go.
    pub rows: i64,
    /// Their bytes, where they are counted: of files, mails and recordings.
    pub bytes: Option<i64>,
    /// Rows that a legal hold keeps.
    pub held: i64,
    /// Rows that a case keeps whose course has not ended.
    pub in_case: i64,
    /// When the oldest of those that would go ended, UTC.
    pub oldest: Option<DateTime<Utc>>,
}

#[derive(Debug, Default, QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    rows: i64,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    #[diesel(sql_type = BigInt)]
    held: i64,
    #[diesel(sql_type = BigInt)]
    in_case: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    oldest: Option<DateTime<Utc>>,
}

/// The columns of [`Counted`], over rows with what keeps them.
fn counts(size: &str, bytes: &str, ended: &str) -> String {
    format!(
        "SELECT coalesce(sum({size}) FILTER (WHERE keeps IS NULL), 0)::bigint AS rows,
                coalesce(sum({bytes}) FILTER (WHERE keeps IS NULL), 0)::bigint AS bytes,
                coalesce(sum({size}) FILTER (WHERE keeps = 'hold'), 0)::bigint AS held,
                coalesce(sum({size}) FILTER (WHERE keeps = 'case'), 0)::bigint AS in_case,
                min({ended}) FILTER (WHERE keeps IS NULL) AS oldest"
    )
}

/// Counts what would go of a kind by a period, at a moment whose day in Asia/Shanghai is `today`. The rows of one person or conversation are
/// counted as the job takes them.
///
/// # Errors
/// When the database can't be asked.
pub fn preview(
    conn: &mut PgConnection,
    kind: Kind,
    (period, in_force): (u32, u32),
    (now, today): (DateTime<Utc>, NaiveDate),
) -> Result<KindPreview, Problem> {
    let before = due_before(kind, period, now);
    let found = match before {
        Some(before) => count(conn, kind, before, today)?,
        None => Counted::default(),
    };
    let Counted { rows, bytes, held, in_case, oldest } = found;
    let sized = matches!(kind, Kind::Files | Kind::Mails | Kind::RecordingsPassed | Kind::RecordingsFailed);
    let bytes = sized.then_some(bytes);
    Ok(KindPreview { kind, period, unit: kind.unit(), in_force, before, rows, bytes, held, in_case, oldest })
}

fn count(
    conn: &mut PgConnection,
    kind: Kind,
    before: DateTime<Utc>,
    today: NaiveDate,
) -> QueryResult<Counted> {
    let sql = match kind {
        Kind::Messages => format!(
            "WITH due AS ({CONCLUDED}) {} FROM due d JOIN published.chat_kept k ON k.consultation_id = d.id",
            counts("k.messages", "0", "d.concluded_at")
        ),
        Kind::Files => format!(
            "WITH due AS ({CONCLUDED}) {} FROM due d JOIN published.conversation_file f ON f.consultation_id = d.id",
            counts("1", "f.size", "d.concluded_at")
        ),
        Kind::Accounts => {
            format!("WITH due AS ({LEFT}) {} FROM due d", counts("1", "0", "d.deactivated_at"))
        }
        Kind::RecordingsPassed | Kind::RecordingsFailed => {
            format!(
                "WITH due AS ({}) {} FROM due d",
                inspected(kind),
                counts("d.recordings", "d.bytes", "d.ended")
            )
        }
        Kind::Conduct => format!("WITH due AS ({ENDED}) {} FROM due d", counts("1", "0", "d.ended")),
        Kind::Sessions => {
            let kept = held_accounts(conn, today)?;
            let found = erasure::count_ended(conn, before, &kept)?;
            return Ok(Counted {
                rows: found.rows,
                held: found.kept,
                oldest: found.oldest,
                ..Counted::default()
            });
        }
        Kind::Mails => {
            let kept = held_addresses(conn, today)?;
            let found = expired::count(conn, before, &kept)?;
            return Ok(Counted {
                rows: found.rows,
                bytes: found.bytes,
                held: found.kept,
                oldest: found.oldest,
                in_case: 0,
            });
        }
    };
    diesel::sql_query(sql).bind::<Timestamptz, _>(before).bind::<Date, _>(today).get_result(conn)
}

/// Where the job goes on among the consultations: behind this one.
pub type Place = (DateTime<Utc>, ConsultationId);

#[derive(Debug, QueryableByName)]
struct DueRow {
    #[diesel(sql_type = SqlUuid)]
    id: ConsultationId,
    #[diesel(sql_type = Timestamptz)]
    concluded_at: DateTime<Utc>,
}

/// The next consultations of which something is due, in the order of their conclusions, locked until the transaction ends, so that none is taken
/// up again meanwhile. Those that another transaction holds are passed over.
///
/// # Errors
/// When the database can't be asked.
pub fn next_consultations(
    conn: &mut PgConnection,
    kind: Kind,
    (before, today): (DateTime<Utc>, NaiveDate),
    after: Option<Place>,
    most: i64,
) -> QueryResult<Vec<Place>> {
    let kept = match kind {
        Kind::Files => "published.conversation_file",
        _ => "published.chat_kept",
    };
    let (at, id) = after.unwrap_or((before, ConsultationId(uuid::Uuid::nil())));
    let rows: Vec<DueRow> = diesel::sql_query(format!(
        "SELECT c.id, c.concluded_at FROM published.consultation c
         WHERE c.status = 'concluded' AND c.concluded_at < $1
           AND ($6 OR (c.concluded_at, c.id) > ($3, $4))
           AND retention_keeps(c.id, c.enterprise_id, c.nonconformity_id, $2) IS NULL
           AND EXISTS (SELECT FROM {kept} k WHERE k.consultation_id = c.id)
         ORDER BY c.concluded_at, c.id LIMIT $5 FOR NO KEY UPDATE OF c SKIP LOCKED"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Date, _>(today)
    .bind::<Timestamptz, _>(at)
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(most)
    .bind::<diesel::sql_types::Bool, _>(after.is_none())
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.concluded_at, row.id)).collect())
}

#[derive(Debug, QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// The next people who are due, locked until the transaction ends.
///
/// # Errors
/// When the database can't be asked.
pub fn next_people(
    conn: &mut PgConnection,
    (before, today): (DateTime<Utc>, NaiveDate),
    most: i64,
) -> QueryResult<Vec<AccountId>> {
    let rows: Vec<AccountRow> = diesel::sql_query(format!(
        "{LEFT} AND retention_keeps_person(a.enterprise_id, $2) IS NULL
         ORDER BY a.id LIMIT $3 FOR NO KEY UPDATE OF a SKIP LOCKED"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Date, _>(today)
    .bind::<BigInt, _>(most)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(Debug, QueryableByName)]
struct InspectionDue {
    #[diesel(sql_type = SqlUuid)]
    id: InspectionId,
}

/// The next inspections whose recordings are due.
///
/// # Errors
/// When the database can't be asked.
pub fn next_inspections(
    conn: &mut PgConnection,
    kind: Kind,
    (before, today): (DateTime<Utc>, NaiveDate),
    most: i64,
) -> QueryResult<Vec<InspectionId>> {
    let due = inspected(kind);
    let rows: Vec<InspectionDue> = diesel::sql_query(format!(
        "SELECT d.id FROM ({due}) AS d WHERE d.keeps IS NULL ORDER BY d.id LIMIT $3"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Date, _>(today)
    .bind::<BigInt, _>(most)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(Debug, QueryableByName)]
struct ConductDue {
    #[diesel(sql_type = SqlUuid)]
    id: ConductId,
}

/// The next entries of credit conduct whose texts and files are due.
///
/// # Errors
/// When the database can't be asked.
pub fn next_conduct(
    conn: &mut PgConnection,
    (before, today): (DateTime<Utc>, NaiveDate),
    most: i64,
) -> QueryResult<Vec<ConductId>> {
    let rows: Vec<ConductDue> = diesel::sql_query(format!(
        "SELECT d.id FROM ({ENDED}) AS d WHERE d.keeps IS NULL ORDER BY d.id LIMIT $3"
    ))
    .bind::<Timestamptz, _>(before)
    .bind::<Date, _>(today)
    .bind::<BigInt, _>(most)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The people of enterprises of which something has a hold.
///
/// # Errors
/// When the database can't be asked.
pub fn held_accounts(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<AccountId>> {
    let rows: Vec<AccountRow> =
        diesel::sql_query(format!("SELECT a.id FROM published.account a WHERE a.enterprise_id IN ({HELD})"))
            .bind::<Date, _>(today)
            .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(Debug, QueryableByName)]
struct AddressRow {
    #[diesel(sql_type = Text)]
    address: String,
}

/// The mail addresses of enterprises of which something has a hold, and of their people, in lower case.
///
/// # Errors
/// When the database can't be asked.
pub fn held_addresses(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<String>> {
    let rows: Vec<AddressRow> = diesel::sql_query(format!(
        "SELECT lower(a.email) AS address FROM published.account a WHERE a.email IS NOT NULL AND a.enterprise_id IN ({HELD})
         UNION
         SELECT lower(e.contact_email) FROM published.enterprise e WHERE e.contact_email IS NOT NULL AND e.id IN ({HELD})"
    ))
    .bind::<Date, _>(today)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.address).collect())
}
