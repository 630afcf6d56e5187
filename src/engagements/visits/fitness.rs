//! Whether an expert may visit an enterprise, and has the time.

use crate::core::clock::{day_text, shanghai_date};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::count_lock::{Counted, wait};
use crate::db::published::nonconformity;
use crate::engagements::ids::EngagementId;
use crate::engagements::settings::VisitRules;
use crate::engagements::visits::slots::SlotInput;
use crate::programmes::ids::ProgrammeId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::min;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};

/// Since which day an enterprise is on the list, in Asia/Shanghai; none where it is not.
///
/// # Errors
/// When the database can't be asked.
pub fn listed_on(conn: &mut PgConnection, enterprise: EnterpriseId) -> QueryResult<Option<NaiveDate>> {
    let first: Option<DateTime<Utc>> = nonconformity::table
        .filter(nonconformity::enterprise_id.eq(enterprise))
        .select(min(nonconformity::created_at))
        .first(conn)?;
    Ok(first.map(shanghai_date))
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    answer: bool,
}

/// Whether an enterprise is in the cohort of a programme.
///
/// # Errors
/// When the database can't be asked.
pub fn in_cohort(
    conn: &mut PgConnection,
    programme: Option<ProgrammeId>,
    enterprise: EnterpriseId,
) -> QueryResult<bool> {
    let Some(programme) = programme else { return Ok(true) };
    let row: Answer = diesel::sql_query("SELECT engagement_in_cohort($1, $2) AS answer")
        .bind::<SqlUuid, _>(programme)
        .bind::<SqlUuid, _>(enterprise)
        .get_result(conn)?;
    Ok(row.answer)
}

/// Refuses where the enterprise is outside the cohort of the programme.
///
/// # Errors
/// 409 `outside_cohort`.
pub fn require_cohort(
    tx: &mut Tx,
    programme: Option<ProgrammeId>,
    enterprise: EnterpriseId,
) -> Result<(), Problem> {
    if in_cohort(&mut tx.conn, programme, enterprise)? {
        return Ok(());
    }
    Err(Problem::new(
        Code::OutsideCohort,
        Text::new(
            "该企业不在该计划的企业名单内",
            "the enterprise is not among those for whom the programme was made",
        ),
    ))
}

/// Whether an expert and an enterprise are or were together in a consultation.
///
/// # Errors
/// When the database can't be asked.
pub fn knows(conn: &mut PgConnection, expert: ExpertId, enterprise: EnterpriseId) -> QueryResult<bool> {
    Ok(!known_among(conn, expert, &[enterprise])?.is_empty())
}

#[derive(QueryableByName)]
struct KnownFirm {
    #[diesel(sql_type = SqlUuid)]
    id: EnterpriseId,
}

/// Those of these enterprises with which an expert is or was in a consultation.
///
/// # Errors
/// When the database can't be asked.
pub fn known_among(
    conn: &mut PgConnection,
    expert: ExpertId,
    of: &[EnterpriseId],
) -> QueryResult<Vec<EnterpriseId>> {
    let sql = "SELECT DISTINCT c.enterprise_id AS id FROM published.consultation c
        WHERE c.enterprise_id = ANY ($2) AND (c.expert_id = $1 OR EXISTS (
            SELECT FROM published.consultation_participant p JOIN published.account a ON a.id = p.account_id
            WHERE p.consultation_id = c.id AND p.role = 'expert' AND a.expert_id = $1))";
    let rows: Vec<KnownFirm> =
        diesel::sql_query(sql).bind::<SqlUuid, _>(expert).bind::<Array<SqlUuid>, _>(of).load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(QueryableByName)]
struct Excluded {
    #[diesel(sql_type = SqlText)]
    name: String,
    #[diesel(sql_type = Nullable<SqlText>)]
    why: Option<String>,
}

/// Why an expert must not visit an enterprise: the lasting rules of matching, read at this moment.
const WHY: &str = "
    SELECT x.name, CASE
        WHEN x.vetting <> 'approved' THEN 'not_approved'
        WHEN NOT EXISTS (SELECT FROM published.account a WHERE a.expert_id = x.id AND a.active) THEN 'left'
        WHEN x.suspended THEN 'suspended'
        WHEN x.employer = n.name OR EXISTS (SELECT FROM published.expert_conflict c WHERE c.expert_id = x.id AND c.uscc = n.uscc) THEN 'conflict'
        WHEN EXISTS (
            SELECT FROM published.expert_signed_report s JOIN published.nonconformity f ON f.report_no = s.report_no
            WHERE s.expert_id = x.id AND f.enterprise_id = n.id) THEN 'signed'
        WHEN EXISTS (SELECT FROM published.expert_refusal r WHERE r.expert_id = x.id AND r.enterprise_id = n.id) THEN 'refused'
        END AS why
    FROM published.expert x CROSS JOIN published.enterprise n
    WHERE x.id = $1 AND n.id = $2";

/// Refuses an expert who must not visit the enterprise.
///
/// # Errors
/// 409 `visit_expert_excluded`, naming the expert and the reason; 404 where there is no such expert.
pub fn require_fit(tx: &mut Tx, experts: &[ExpertId], enterprise: EnterpriseId) -> Result<(), Problem> {
    for expert in experts {
        let found: Excluded = diesel::sql_query(WHY)
            .bind::<SqlUuid, _>(*expert)
            .bind::<SqlUuid, _>(enterprise)
            .get_result(&mut *tx.conn)?;
        let Some(why) = found.why else { continue };
        let (zh, en) = match why.as_str() {
            "not_approved" => ("未通过审核", "is not approved"),
            "left" => ("账号已停用", "has no active account any more"),
            "suspended" => ("已暂停", "is suspended"),
            "conflict" => ("与该企业存在利害关系", "has a conflict of interest with the enterprise"),
            "signed" => ("签发了该企业的不合格检验报告", "signed a failed report of the enterprise"),
            _ => ("企业已申请其回避", "is excluded by the enterprise"),
        };
        let name = found.name;
        return Err(Problem::new(
            Code::VisitExpertExcluded,
            Text::new(format!("专家{name}{zh}，不能上门帮扶该企业"), format!("the expert {name} {en}")),
        ));
    }
    Ok(())
}

/// Waits until no other transaction arranges visits of these experts. Called before rows are locked.
///
/// # Errors
/// When the database can't be asked.
pub fn wait_for(tx: &mut Tx, experts: &[ExpertId]) -> Result<(), Problem> {
    let mut in_order = experts.to_vec();
    in_order.sort();
    for expert in in_order {
        wait(&mut tx.conn, Counted::Visits, expert.0)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = BigInt)]
    on_day: i64,
    #[diesel(sql_type = BigInt)]
    at_once: i64,
}

/// How many other visits of an expert are on a day, agreed or proposed for that day alone, and how many agreed ones are at a time.
const TAKEN: &str = "
    SELECT count(*) FILTER (WHERE g.on_day = $2 OR (g.state = 'proposed' AND s.slots > 0 AND s.slots = s.on_day)) AS on_day,
           count(*) FILTER (WHERE g.state IN ('confirmed', 'started') AND g.starts_at < $4 AND g.ends_at > $3) AS at_once
    FROM engagement_expert x
    JOIN engagement g ON g.id = x.engagement_id AND g.kind = 'visit'
        AND g.state IN ('proposed', 'confirmed', 'started', 'held', 'minuted', 'closed')
    JOIN visit v ON v.engagement_id = g.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS slots, count(*) FILTER (WHERE (l.starts_at AT TIME ZONE 'Asia/Shanghai')::date = $2) AS on_day
        FROM visit_slot l WHERE l.engagement_id = g.id AND l.proposal = v.proposal) AS s
    WHERE x.expert_id = $1 AND g.id IS DISTINCT FROM $5";

/// Refuses a time at which one of the experts is at another visit, or on whose day one has as many visits as are allowed.
///
/// # Errors
/// 409 `visits_per_day` or `visit_overlaps`.
pub fn require_free(
    tx: &mut Tx,
    experts: &[ExpertId],
    but: Option<EngagementId>,
    slots: &[SlotInput],
    rules: &VisitRules,
) -> Result<(), Problem> {
    for expert in experts {
        for slot in slots {
            let taken: Taken = diesel::sql_query(TAKEN)
                .bind::<SqlUuid, _>(*expert)
                .bind::<Date, _>(slot.day())
                .bind::<Timestamptz, _>(slot.starts_at)
                .bind::<Timestamptz, _>(slot.ends_at)
                .bind::<Nullable<SqlUuid>, _>(but)
                .get_result(&mut *tx.conn)?;
            let (day, most) = (day_text(slot.day()), rules.visits_per_day);
            if taken.on_day >= most {
                return Err(Problem::new(
                    Code::VisitsPerDay,
                    Text::new(
                        format!("该专家{}的上门次数已达上限（{most} 次）", day.zh),
                        format!("the expert has as many visits on {} as are allowed ({most})", day.en),
                    ),
                ));
            }
            if taken.at_once > 0 {
                return Err(Problem::new(
                    Code::VisitOverlaps,
                    Text::new(
                        "该专家在此时间已约定其他上门",
                        "the expert has agreed to another visit at that time",
                    ),
                ));
            }
        }
    }
    Ok(())
}
