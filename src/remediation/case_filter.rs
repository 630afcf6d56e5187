//! The filter of a list of cases as conditions of a query; the search by names and numbers is in `case_search`.

use crate::catalogue::within as in_region;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::ListOrder;
use crate::db::published::nonconformity_ever as nonconformity;
use crate::db::schema::{product_kind, remediation_case};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::policy::{CaseCondition, of_region};
use crate::remediation::state::CaseState;
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Text as SqlText, Uuid as SqlUuid};

crate::word_enum! {
    /// Whose step is next, as the course goes on.
    pub enum Turn {
        /// The enterprise's: it corrects and hands in its evidence.
        Enterprise = "enterprise",
        /// The authority's, be it that of the case's region or one above it.
        Authority = "authority",
    }
}

impl Turn {
    /// Whose step is next in a state; nobody's once the case has ended.
    pub const fn of(state: CaseState) -> Option<Self> {
        match state {
            CaseState::Ordered | CaseState::Correcting => Some(Self::Enterprise),
            CaseState::Stopped
            | CaseState::Retesting
            | CaseState::RetestingOrder
            | CaseState::EvidenceSubmitted
            | CaseState::ReinspectionPassed
            | CaseState::Failed
            | CaseState::ReportedToCity
            | CaseState::ReportedToProvince
            | CaseState::Announced
            | CaseState::FailedAgain
            | CaseState::Suspended
            | CaseState::CheckFailed => Some(Self::Authority),
            CaseState::Cleared
            | CaseState::Overturned
            | CaseState::LicenceRevoked
            | CaseState::Closed
            | CaseState::Withdrawn => None,
        }
    }
}

/// Days in which a statutory deadline ends, in Asia/Shanghai, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day; none: any day before.
    pub from: Option<NaiveDate>,
    /// The last day; none: any day after.
    pub to: Option<NaiveDate>,
    /// Of the deadlines only this one.
    pub clock: Option<Clock>,
}

impl Window {
    /// What was asked for, if anything was.
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>, clock: Option<Clock>) -> Option<Self> {
        (from.is_some() || to.is_some() || clock.is_some()).then_some(Self { from, to, clock })
    }
}

/// When each clock runs and where its last day is stored, as the view `case_deadline` says and as its indexes are made for.
fn running(clock: Clock) -> (&'static str, &'static str) {
    match clock {
        Clock::Rectification => ("state IN ('ordered', 'correcting')", "rectify_by"),
        Clock::Reinspection => ("state IN ('ordered', 'correcting', 'evidence_submitted')", "reinspect_by"),
        Clock::SecondReinspection => ("state = 'announced'", "second_by"),
        Clock::Suspension => ("state = 'suspended'", "suspended_until"),
    }
}

/// The clock runs and ends within the window.
fn ends(clock: Clock, window: Window) -> CaseCondition {
    let (state, day) = running(clock);
    // PostgreSQL's days reach further than these, chrono's further still.
    let from = window.from.unwrap_or(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default());
    let to = window.to.unwrap_or(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default());
    Box::new(
        sql::<Bool>(&format!("(remediation_case.{state} AND remediation_case.{day} BETWEEN "))
            .bind::<Date, _>(from)
            .sql(" AND ")
            .bind::<Date, _>(to)
            .sql(")"),
    )
}

fn due(window: Window) -> CaseCondition {
    let mut clocks = Clock::ALL.iter().filter(|clock| window.clock.is_none_or(|wanted| wanted == **clock));
    let first = clocks
        .next()
        .map_or_else(|| Box::new(false.into_sql::<Bool>()) as CaseCondition, |c| ends(*c, window));
    clocks.fold(first, |all, clock| Box::new(all.or(ends(*clock, window))))
}

/// Who asks for the cases that are theirs to act on, and the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mine {
    /// An officer.
    Officer {
        /// The officer's account.
        account: AccountId,
        /// Code of the officer's region.
        region: String,
        /// The day, in Asia/Shanghai.
        today: NaiveDate,
    },
    /// Anybody else: no step of an authority is theirs.
    Nobody,
}

impl Mine {
    /// An actor on a day.
    pub fn of(actor: &Actor, today: NaiveDate) -> Self {
        match (actor.account(), actor.scope()) {
            (Some(account), Some(Scope::Admin(region))) => {
                Self::Officer { account, region: region.clone(), today }
            }
            _ => Self::Nobody,
        }
    }
}

/// States in which the authority that handles the case, or one above it, may take a step on any day.
const ANY_DAY: &str =
    "'stopped', 'retesting', 'retesting_order', 'evidence_submitted', 'failed_again', 'check_failed'";

/// Where the officer may take a step today that leads on, as `view::allowed_events` decides for one case; a test holds the two against each
/// other. The clearance is not for who has entered the last result or corrected one, a report goes up from the level that holds the case.
pub fn actionable(mine: &Mine) -> CaseCondition {
    let Mine::Officer { account, region, today } = mine else { return Box::new(false.into_sql::<Bool>()) };
    let authority = "coalesce(remediation_case.handled_in, remediation_case.region)";
    let (within, stem) = in_region(authority, region);
    let by_day = "remediation_case.state IN ('ordered', 'correcting') AND remediation_case.rectify_by < ";
    Box::new(
        sql::<Bool>(&format!("({within}"))
            .bind::<SqlText, _>(stem.to_owned())
            .sql(&format!(" AND (remediation_case.state IN ({ANY_DAY}) OR ({by_day}"))
            .bind::<Date, _>(*today)
            .sql(") OR (remediation_case.state = 'announced' AND remediation_case.second_from <= ")
            .bind::<Date, _>(*today)
            .sql(") OR (remediation_case.state = 'suspended' AND remediation_case.suspended_until < ")
            .bind::<Date, _>(*today)
            .sql(&format!(
                ") OR (remediation_case.state IN ('failed', 'reported_to_city', 'reported_to_province') \
                 AND coalesce(remediation_case.held_by, {authority}) = "
            ))
            .bind::<SqlText, _>(region.clone())
            .sql(
                ") OR (remediation_case.state = 'reinspection_passed' \
                 AND remediation_case.reinspected_by IS DISTINCT FROM ",
            )
            .bind::<SqlUuid, _>(*account)
            .sql(
                " AND NOT EXISTS (SELECT 1 FROM case_event e \
                 JOIN case_event r ON r.case_id = e.case_id AND r.seq = e.corrects \
                 WHERE e.case_id = remediation_case.id AND r.event IN ('correct', 'pass_reinspection', \
                 'fail_reinspection', 'pass_second_reinspection', 'fail_second_reinspection', 'pass_check', \
                 'fail_check') AND NOT coalesce((e.details ->> 'annulled')::boolean, false) AND e.actor_id = ",
            )
            .bind::<SqlUuid, _>(*account)
            .sql("))))"),
    )
}

/// The filter of a list of cases.
#[derive(Debug, Default, Clone)]
pub struct CaseFilter {
    /// Only those of this state.
    pub state: Option<CaseState>,
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those of this nonconformity.
    pub nonconformity: Option<NonconformityId>,
    /// Only those of a region and all under it.
    pub region: Option<String>,
    /// Only those that are not cleared and whose re-inspection is due on or before this day.
    pub due_before: Option<NaiveDate>,
    /// Only those whose next step is this side's.
    pub turn: Option<Turn>,
    /// Only those on which an officer may take a step that leads on, today.
    pub mine: Option<Mine>,
    /// Only those of products of this class.
    pub class: Option<String>,
    /// Only those with a statutory deadline that runs and ends on one of these days.
    pub deadline: Option<Window>,
    /// Words of the enterprise's name, how it is read, a part of its code, or the beginning of the report's number.
    pub q: Option<String>,
}

/// What has not ended, as its index has it; a test holds it against [`CaseState::is_final`].
pub const NOT_ENDED: &str =
    "remediation_case.state NOT IN ('cleared', 'overturned', 'licence_revoked', 'closed', 'withdrawn')";

/// The orders of the list of cases.
pub const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "deadline",
        "期限最近在前",
        "nearest deadline first",
        "(SELECT min(d.due_on) FROM case_clocks(remediation_case.state, remediation_case.rectify_by, \
         remediation_case.reinspect_by, remediation_case.second_by, remediation_case.suspended_until) d) ASC NULLS LAST",
    ),
    ListOrder::new(
        "enterprise",
        "按企业名称（拼音）",
        "by enterprise",
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = remediation_case.enterprise_id)",
    ),
    ListOrder::new("region", "按地区", "by region", "remediation_case.region"),
    ListOrder::new("state", "按状态", "by state", "remediation_case.state"),
    ListOrder::new("oldest", "最早在前", "oldest first", "remediation_case.id"),
];

/// A query of cases with the conditions of a filter, the search aside.
pub fn narrow(
    mut query: remediation_case::BoxedQuery<'static, Pg>,
    filter: &CaseFilter,
) -> remediation_case::BoxedQuery<'static, Pg> {
    if let Some(state) = filter.state {
        query = query.filter(remediation_case::state.eq(state));
    }
    if let Some(id) = filter.enterprise {
        query = query.filter(remediation_case::enterprise_id.eq(id));
    }
    if let Some(id) = filter.nonconformity {
        query = query.filter(remediation_case::nonconformity_id.eq(id));
    }
    if let Some(region) = &filter.region {
        query = query.filter(of_region(region));
    }
    if let Some(day) = filter.due_before {
        query = query.filter(sql::<Bool>(NOT_ENDED)).filter(remediation_case::reinspect_by.le(day));
    }
    if let Some(turn) = filter.turn {
        let states = CaseState::ALL.iter().copied().filter(|state| Turn::of(*state) == Some(turn));
        query = query.filter(remediation_case::state.eq_any(states.collect::<Vec<_>>()));
    }
    if let Some(window) = filter.deadline {
        query = query.filter(due(window));
    }
    if let Some(mine) = &filter.mine {
        query = query.filter(actionable(mine));
    }
    if let Some(class) = &filter.class {
        let of_class = nonconformity::table
            .inner_join(product_kind::table.on(product_kind::code.eq(nonconformity::product_kind)))
            .filter(product_kind::class.eq(class.clone()))
            .select(nonconformity::id);
        query = query.filter(remediation_case::nonconformity_id.eq_any(of_class));
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_has_the_next_step_until_the_case_ends() {
        for state in CaseState::ALL {
            assert_eq!(Turn::of(*state).is_none(), state.is_final(), "{state}");
        }
    }
}
