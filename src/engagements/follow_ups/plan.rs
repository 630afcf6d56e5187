//! The job: check-ups are planned for each clearance, announced to the enterprise, and called off where their ground is gone. Also an officer plans one by
//! hand.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Caller, Problem};
use crate::db::regional::permit;
use crate::db::schema::follow_up;
use crate::db::{Command, Tx};
use crate::engagements::common::enterprises::named_firm;
use crate::engagements::common::settings::EngagementKindSettings;
use crate::engagements::common::steps::{MAX_SHORT, audit, check_programme, load, step};
use crate::engagements::follow_ups::notices::{self, AnnounceFollowUps};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep};
use crate::engagements::store::{NewEngagement, Row, insert};
use crate::programmes::ids::ProgrammeId;
use crate::remediation::ids::CaseId;
use crate::web::room::Job;
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How often it looks.
const POLL: Duration = Duration::from_secs(60);
/// How many check-ups it plans or calls off in one transaction.
const BATCH: i64 = 200;
/// For how many months behind a check-up's own day a clearance still gets one: those of years ago, before anybody checked up, get none.
const LATEST_MONTHS: i32 = 12;

/// Plans check-ups and calls them off.
pub const JOB: Job = Job {
    name: "follow_ups",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// Plans check-ups, announces them and calls them off; returns whether more is waiting.
///
/// # Errors
/// When the database can't be asked.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    while !stopped() {
        let ended = app.execute(&Caller::system(), &EndFollowUps {})?;
        let planned = app.execute(&Caller::system(), &PlanFollowUps {})?;
        let announced = app.execute(&Caller::system(), &AnnounceFollowUps {})?;
        if ended + planned + announced == 0 {
            break;
        }
    }
    Ok(false)
}

/// Plans check-ups for clearances that have none.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct PlanFollowUps {}

/// A check-up that is to be planned.
#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = Date)]
    cleared_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    months: i32,
}

/// The day so many months after a clearance.
fn due_on(cleared_on: NaiveDate, months: i32) -> Option<NaiveDate> {
    cleared_on.checked_add_months(Months::new(u32::try_from(months).ok()?))
}

/// What a check-up is planned for.
struct Planned {
    enterprise: EnterpriseId,
    region: String,
    programme: Option<ProgrammeId>,
    round: Option<i32>,
    topic: String,
    case: Option<(CaseId, NaiveDate)>,
    months: i32,
    due_on: NaiveDate,
}

fn write(tx: &mut Tx, planned: &Planned) -> Result<Row, Problem> {
    let new = NewEngagement {
        kind: EngagementKind::FollowUp,
        programme_id: planned.programme,
        round_no: planned.round,
        region: &planned.region,
        on_day: None,
        times: None,
        place: None,
        topic: &planned.topic,
        experts: &[],
        enterprises: &[planned.enterprise],
    };
    let row = insert(tx, &new)?;
    diesel::insert_into(follow_up::table)
        .values((
            follow_up::id.eq(row.id),
            follow_up::enterprise_id.eq(planned.enterprise),
            follow_up::region.eq(&planned.region),
            follow_up::programme_id.eq(planned.programme),
            follow_up::topic.eq(&planned.topic),
            follow_up::state.eq(EngagementState::Planned),
            follow_up::case_id.eq(planned.case.map(|(case, _)| case)),
            follow_up::cleared_on.eq(planned.case.map(|(_, day)| day)),
            follow_up::months.eq(planned.months),
            follow_up::due_on.eq(planned.due_on),
            follow_up::created_at.eq(tx.now),
            follow_up::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(row)
}

impl Command for PlanFollowUps {
    type Output = usize;
    const NAME: &'static str = "plan_follow_ups";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let today = tx.today();
        let rules = tx.settings.section::<EngagementKindSettings>().rules_on(today).cloned();
        let months: Vec<i32> = rules
            .map(|rules| rules.follow_up_months)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|months| i32::try_from(months).ok())
            .collect();
        // The lock keeps two servers from planning the same ones.
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('plan_follow_ups'))")
            .execute(&mut *tx.conn)?;
        let due: Vec<Due> = diesel::sql_query(
            "SELECT c.id AS case_id, c.enterprise_id, e.region, (c.cleared_at AT TIME ZONE 'Asia/Shanghai')::date AS cleared_on, m.months
             FROM published.remediation_case c
             JOIN published.enterprise e ON e.id = c.enterprise_id AND e.operating_status = 'operating' AND e.withdrawn_at IS NULL
             CROSS JOIN unnest($1) AS m (months)
             WHERE c.state = 'cleared' AND c.cleared_at IS NOT NULL
               AND c.cleared_at > $2::date - make_interval(months => m.months + $3)
               AND NOT EXISTS (SELECT FROM follow_up f WHERE f.case_id = c.id AND f.months = m.months
                               AND f.cleared_on = (c.cleared_at AT TIME ZONE 'Asia/Shanghai')::date)
             ORDER BY c.id, m.months LIMIT $4",
        )
        .bind::<Array<Integer>, _>(months)
        .bind::<Date, _>(today)
        .bind::<Integer, _>(LATEST_MONTHS)
        .bind::<BigInt, _>(BATCH)
        .load(&mut *tx.conn)?;
        let mut planned = 0;
        for one in due {
            let Some(due_on) = due_on(one.cleared_on, one.months) else { continue };
            let new = Planned {
                enterprise: one.enterprise_id,
                region: one.region,
                programme: None,
                round: None,
                topic: format!("清零后 {} 个月回访", one.months),
                case: Some((one.case_id, one.cleared_on)),
                months: one.months,
                due_on,
            };
            write(tx, &new)?;
            planned += 1;
        }
        Ok(planned)
    }
}

/// Calls off check-ups that wait for an enterprise that ceased, or whose case is not cleared any more.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct EndFollowUps {}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Ended {
    #[diesel(sql_type = SqlUuid)]
    id: EngagementId,
    #[diesel(sql_type = SqlText)]
    reason: String,
}

impl Command for EndFollowUps {
    type Output = usize;
    const NAME: &'static str = "end_follow_ups";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let ended: Vec<Ended> = diesel::sql_query(
            "SELECT f.id, CASE WHEN c.id IS NULL AND f.case_id IS NOT NULL THEN '清零已撤销' ELSE '企业已停止经营' END AS reason
             FROM follow_up f
             JOIN published.enterprise e ON e.id = f.enterprise_id
             LEFT JOIN published.remediation_case c ON c.id = f.case_id AND c.state = 'cleared'
                AND (c.cleared_at AT TIME ZONE 'Asia/Shanghai')::date = f.cleared_on
             WHERE f.state = 'planned'
               AND (e.operating_status <> 'operating' OR e.withdrawn_at IS NOT NULL OR (f.case_id IS NOT NULL AND c.id IS NULL))
             ORDER BY f.id LIMIT $1",
        )
        .bind::<BigInt, _>(BATCH)
        .load(&mut *tx.conn)?;
        let mut count = 0;
        for Ended { id, reason } in ended {
            let mut row = load(tx, id, EngagementKind::FollowUp)?;
            if row.state != EngagementState::Planned {
                continue;
            }
            step(tx, &mut row, EngagementStep::Cancel, json!({ "reason": reason }))?;
            diesel::update(follow_up::table.find(id))
                .set(follow_up::ended_reason.eq(&reason))
                .execute(&mut *tx.conn)?;
            notices::cancelled(tx, (id, &row.topic), &reason)?;
            count += 1;
        }
        Ok(count)
    }
}

/// A check-up that is planned by hand.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFollowUp {
    /// The enterprise. Either this or `uscc` is needed.
    #[serde(default)]
    pub enterprise_id: Option<EnterpriseId>,
    /// Its unified social credit code.
    #[serde(default)]
    pub uscc: Option<String>,
    /// The topic, at most 200 characters.
    pub topic: String,
    /// Until when it is to be held, in Asia/Shanghai: today or later, at most five years ahead.
    pub due_on: NaiveDate,
    /// How many months after the clearance it is; 0 where it is none of those.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 60)]
    pub months: i32,
    /// The programme to which it belongs.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// The round of the programme.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub round_no: Option<i32>,
}

impl NewFollowUp {
    /// Plans the check-up. Done by an officer of the region.
    ///
    /// # Errors
    /// 401 or 403 for all others; 422 that names the fields.
    pub fn create(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        permit(&tx.actor)?;
        let today = tx.today();
        let mut fields = Fields::new();
        let firm = named_firm(tx, &mut fields, (self.enterprise_id, self.uscc.as_deref()))?;
        let topic = fields.text("/topic", &self.topic, MAX_SHORT);
        let last = today.checked_add_months(Months::new(60)).unwrap_or(today);
        let (zh, en) = ("须在今天至五年以内", "must be between today and five years ahead");
        fields.require((today..=last).contains(&self.due_on), "/due_on", zh, en);
        let (zh, en) = ("须为 0 到 60 的整数", "must be a whole number from 0 to 60");
        fields.require((0..=60).contains(&self.months), "/months", zh, en);
        let region = firm.as_ref().map(|firm| firm.region.as_str());
        check_programme(tx, &mut fields, (self.programme_id, self.round_no), region)?;
        fields.done()?;
        let firm = firm.ok_or_else(Problem::not_found)?;
        let planned = Planned {
            enterprise: firm.id,
            region: firm.region,
            programme: self.programme_id,
            round: self.round_no,
            topic,
            case: None,
            months: self.months,
            due_on: self.due_on,
        };
        let row = write(tx, &planned)?;
        audit(
            tx,
            &row,
            PlanFollowUp::NAME,
            json!({ "enterprise": planned.enterprise, "due_on": self.due_on }),
        )?;
        Ok(row.id)
    }
}

/// Plans a check-up by hand. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanFollowUp {
    /// The check-up.
    pub follow_up: NewFollowUp,
}

impl Command for PlanFollowUp {
    type Output = EngagementId;
    const NAME: &'static str = "plan_follow_up";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        self.follow_up.create(tx)
    }
}

/// Whether a check-up is overdue on a day: its own day is over and nobody held it.
pub fn is_overdue(state: EngagementState, due_on: NaiveDate, now: chrono::DateTime<chrono::Utc>) -> bool {
    state == EngagementState::Planned && due_on < shanghai_date(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_up_is_due_so_many_months_after_the_clearance() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(due_on(day("2026-11-30"), 3), Some(day("2027-02-28")));
        assert_eq!(due_on(day("2026-01-15"), 12), Some(day("2027-01-15")));
        assert_eq!(due_on(day("2026-01-15"), -1), None);
    }

    #[test]
    fn overdue_is_what_waits_past_its_day() {
        let now = "2026-12-01T16:30:00Z".parse().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(is_overdue(EngagementState::Planned, day("2026-12-01"), now), "it is the second in Shanghai");
        assert!(!is_overdue(EngagementState::Planned, day("2026-12-02"), now));
        assert!(!is_overdue(EngagementState::Closed, day("2026-01-01"), now));
    }
}
