//! Opening cases: the one way in, for the case that an officer enters and for the ten thousand of a list.
//!
//! [`Opening::judge`] says what the law makes of the days on which a case begins. [`open_case`] and [`open_cases`] write cases and
//! their first events by the same statement. What belongs to the command around it stays with the command: its entry in the
//! audit, and the order's day on the nonconformity.

use crate::catalogue::Catalogue;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Code, Problem, Text};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::breach::refusal;
use crate::remediation::course::{Course, Law};
use crate::remediation::fact::{Fact, Terms};
use crate::remediation::history::Author;
use crate::remediation::ids::CaseId;
use crate::remediation::settings::{RemediationSettings, Rules};
use crate::remediation::state::CaseStep;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Date, Nullable, Text as SqlText, Timestamptz, Uuid};

/// The days on which a case begins, in Asia/Shanghai.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstDays {
    /// Day of the order to stop production and sale.
    pub stopped_on: Option<NaiveDate>,
    /// Day on which the enterprise received the result.
    pub received_on: Option<NaiveDate>,
    /// Day of the rectification order. Without one, the case waits for it.
    pub ordered_on: Option<NaiveDate>,
}

impl FirstDays {
    /// The days of a case that a rectification order alone opens.
    pub fn of_order(day: NaiveDate) -> Self {
        Self { ordered_on: Some(day), ..Self::default() }
    }

    /// The version of the rules that the case begins under.
    pub fn rules(self, settings: &RemediationSettings) -> Option<&Rules> {
        settings.in_force_on(self.stopped_on.or(self.received_on).or(self.ordered_on)?)
    }

    /// The first events of the case.
    fn facts(self, account: Option<AccountId>, region: Option<&str>) -> impl Iterator<Item = Fact> {
        let steps = [(CaseStep::StopOrder, self.stopped_on), (CaseStep::Order, self.ordered_on)];
        let (mut received_on, region) = (self.received_on, region.map(str::to_owned));
        let dated = steps.into_iter().filter_map(|(step, day)| Some((step, day?)));
        (1..).zip(dated).map(move |(seq, (step, on))| Fact {
            seq,
            step,
            on,
            entered_by: account.into_iter().collect(),
            region: region.clone(),
            terms: Terms { received_on: received_on.take(), ..Terms::default() },
        })
    }
}

/// A case as it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The days on which it begins.
    pub days: FirstDays,
    /// The version of the rules that it keeps.
    pub rule_version: String,
    /// The last day to rectify; none without an order.
    pub rectify_by: Option<NaiveDate>,
    /// The last day for the re-inspection; none without an order.
    pub reinspect_by: Option<NaiveDate>,
}

impl Opening {
    /// Folds the first events of a case. `home` is the region of the enterprise.
    ///
    /// # Errors
    /// What the law does not allow of them.
    pub fn judge(
        days: FirstDays,
        home: &str,
        author: (Option<AccountId>, Option<&str>),
        settings: &RemediationSettings,
        catalogue: &Catalogue,
    ) -> Result<Self, Problem> {
        let rules = days.rules(settings).ok_or_else(|| Problem::internal("no rules in the settings"))?;
        let law = Law { rules, calendar: &catalogue.calendar, regions: &catalogue.regions };
        let mut course = Course::new(home);
        for fact in days.facts(author.0, author.1) {
            let before = course.clone();
            course.take(&fact, law).map_err(|breach| refusal(fact.step, &breach, &before, rules))?;
        }
        let deadlines = course.deadlines(law);
        Ok(Self {
            days,
            rule_version: rules.version.clone(),
            rectify_by: deadlines.rectify_by,
            reinspect_by: deadlines.reinspect_by,
        })
    }

    /// How many events it begins with.
    pub fn events(&self) -> i32 {
        i32::from(self.days.stopped_on.is_some()) + i32::from(self.days.ordered_on.is_some())
    }
}

/// The case that is opened, and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The id that the case gets.
    pub case: CaseId,
    /// The nonconformity that it is about.
    pub nonconformity: NonconformityId,
    /// The enterprise of the nonconformity.
    pub enterprise: EnterpriseId,
}

/// Opens the cases of `{source}`, a relation with the columns of [`open_cases`], each with its first events. The number and the state of the first events follow from the days, as
/// [`Opening::judge`] folds them; the ids rise in the order of the source, so that they go to the ends of the indexes.
const OPEN: &str = "WITH opened AS (
        INSERT INTO remediation_case (id, nonconformity_id, enterprise_id, region, state, version, rule_version,
            stopped_on, received_on, ordered_on, rectify_by, reinspect_by, created_at, updated_at)
        SELECT o.case_id, o.nonconformity_id, o.enterprise_id, o.region,
            CASE WHEN o.ordered_on IS NULL THEN 'stopped' ELSE 'ordered' END,
            num_nonnulls(o.stopped_on, o.ordered_on), o.rule_version,
            o.stopped_on, o.received_on, o.ordered_on, o.rectify_by, o.reinspect_by, $1, $1
        FROM {source} AS o
        RETURNING id, stopped_on, received_on, ordered_on
    ), entered AS (
        INSERT INTO case_event (case_id, seq, event, from_state, to_state, actor_id, actor_role, actor_region,
            occurred_on, document, details, recorded_at)
        SELECT o.id, e.seq, e.event, e.from_state, e.to_state, $2, $3, $4, e.occurred_on, $5,
            CASE WHEN e.received_on IS NULL THEN '{}'::jsonb
                 ELSE jsonb_build_object('received_on', e.received_on) END, $1
        FROM opened o
        CROSS JOIN LATERAL (VALUES
            (1, 'stop_order', NULL, 'stopped', o.stopped_on, o.received_on),
            (num_nonnulls(o.stopped_on, o.ordered_on), 'order_issued',
                CASE WHEN o.stopped_on IS NOT NULL THEN 'stopped' END, 'ordered', o.ordered_on,
                CASE WHEN o.stopped_on IS NULL THEN o.received_on END)
        ) AS e (seq, event, from_state, to_state, occurred_on, received_on)
        WHERE e.occurred_on IS NOT NULL
    )
    SELECT count(*) AS opened FROM opened";

/// What [`OPEN`] gives.
#[derive(QueryableByName)]
struct Opened {
    #[diesel(sql_type = BigInt)]
    opened: i64,
}

/// [`OPEN`] over a source, with what all its events share.
fn statement<'a>(
    source: &str,
    author: Author<'a>,
    document: Option<&'a str>,
) -> BoxedSqlQuery<'a, Pg, SqlQuery> {
    diesel::sql_query(OPEN.replace("{source}", source))
        .into_boxed::<Pg>()
        .bind::<Timestamptz, _>(author.at)
        .bind::<Nullable<Uuid>, _>(author.account)
        .bind::<SqlText, _>(author.role)
        .bind::<Nullable<SqlText>, _>(author.region)
        .bind::<Nullable<SqlText>, _>(document)
}

/// Opens one case. The caller holds the lock of its nonconformity; the region is looked up under the lock of the enterprise, by the
/// trigger `case_set_region`.
///
/// # Errors
/// 409 `case_exists` where the nonconformity has a case already; else when the database refuses.
pub fn open_case(
    conn: &mut PgConnection,
    author: Author<'_>,
    target: Target,
    opening: &Opening,
    document: Option<&str>,
) -> Result<(), Problem> {
    let source = "(VALUES ($6::uuid, $7::uuid, $8::uuid, '', $9::text, $10::date, $11::date, $12::date, \
                  $13::date, $14::date)) AS one (case_id, nonconformity_id, enterprise_id, region, rule_version, \
                  stopped_on, received_on, ordered_on, rectify_by, reinspect_by)";
    let source = format!(
        "(SELECT * FROM {source}
          WHERE NOT EXISTS (SELECT FROM remediation_case c
                            WHERE c.nonconformity_id = one.nonconformity_id AND c.withdrawn_at IS NULL))"
    );
    let days = opening.days;
    let done: Opened = statement(&source, author, document)
        .bind::<Uuid, _>(target.case)
        .bind::<Uuid, _>(target.nonconformity)
        .bind::<Uuid, _>(target.enterprise)
        .bind::<SqlText, _>(&opening.rule_version)
        .bind::<Nullable<Date>, _>(days.stopped_on)
        .bind::<Nullable<Date>, _>(days.received_on)
        .bind::<Nullable<Date>, _>(days.ordered_on)
        .bind::<Nullable<Date>, _>(opening.rectify_by)
        .bind::<Nullable<Date>, _>(opening.reinspect_by)
        .get_result(conn)?;
    match done.opened {
        0 => Err(Problem::new(
            Code::CaseExists,
            Text::new("该不合格记录已有整改案件", "this nonconformity has a case already"),
        )),
        _ => Ok(()),
    }
}

/// Opens cases by one statement over all of them. `source` is a table, or a SELECT in parentheses, over temporary tables of the
/// caller, with the columns `case_id`, `nonconformity_id`, `enterprise_id`, `region`, `rule_version`, `stopped_on`, `received_on`,
/// `ordered_on`, `rectify_by` and `reinspect_by`; the version and the last days come of [`Opening::judge`]. The caller holds the
/// locks of the nonconformities that were stored before, knows that none has a case, and makes sure that no enterprise moves meanwhile.
/// Gives how many were opened.
///
/// # Errors
/// When the database refuses.
pub fn open_cases(conn: &mut PgConnection, author: Author<'_>, source: &'static str) -> Result<i64, Problem> {
    Ok(statement(source, author, None).get_result::<Opened>(conn)?.opened)
}
