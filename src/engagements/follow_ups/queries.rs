//! Reading check-ups: the list, and one of them.

use crate::attachments::Attachment;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{engagement, follow_up, follow_up_past, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::engagements::common::enterprises::{Named, names};
use crate::engagements::common::files::files_of;
use crate::engagements::common::words::FollowUpResult;
use crate::engagements::follow_ups::plan::is_overdue;
use crate::engagements::ids::EngagementId;
use crate::engagements::policy;
use crate::engagements::state::EngagementState;
use crate::programmes::ids::ProgrammeId;
use crate::remediation::ids::CaseId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A check-up.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FollowUpView {
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Whether it is overdue today.
    pub overdue: bool,
    /// The check-up.
    #[serde(flatten)]
    pub row: FollowUpRow,
}

/// A row of `follow_up`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = follow_up, check_for_backend(Pg))]
pub struct FollowUpRow {
    /// Id of the check-up, which is that of the engagement.
    pub id: EngagementId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Code of the region whose officers hold it.
    pub region: String,
    /// The programme to which it belongs.
    pub programme_id: Option<ProgrammeId>,
    /// The topic.
    pub topic: String,
    /// The state: `planned`, `closed` or `cancelled`.
    #[schema(inline)]
    pub state: EngagementState,
    /// The case that was cleared.
    pub case_id: Option<CaseId>,
    /// The day of the clearance, in Asia/Shanghai.
    pub cleared_on: Option<NaiveDate>,
    /// How many months after the clearance it is.
    pub months: i32,
    /// Until when it is to be held.
    pub due_on: NaiveDate,
    /// Result of the check-up.
    #[schema(inline)]
    pub result: Option<FollowUpResult>,
    /// The day on which it was held.
    pub held_on: Option<NaiveDate>,
    /// Description of what was seen there.
    pub note: Option<String>,
    /// When the enterprise was told that it comes.
    pub announced_at: Option<DateTime<Utc>>,
    /// Why it was called off.
    pub ended_reason: Option<String>,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct FollowUpFilter {
    /// Only those of this state.
    pub state: Option<EngagementState>,
    /// Only those with this result.
    pub result: Option<FollowUpResult>,
    /// Only those that are overdue, or only those that are not.
    pub overdue: Option<bool>,
    /// Only those so many months after the clearance.
    pub months: Option<i32>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those due on this day or earlier.
    pub until: Option<NaiveDate>,
    /// Only those in whose enterprise, credit code or topic these words stand.
    pub q: Option<String>,
}

const TEXTS: Columns =
    Columns { texts: &["follow_up.search_text"], readings: &["follow_up.search_readings"], code: true };

fn visible(actor: &Actor) -> follow_up::BoxedQuery<'static, Pg> {
    let known = policy::visible_to(actor).select(engagement::id);
    follow_up::table.filter(follow_up::id.eq_any(known)).into_boxed()
}

fn narrowed(
    actor: &Actor,
    filter: &FollowUpFilter,
    today: NaiveDate,
    found: Option<Condition>,
) -> follow_up::BoxedQuery<'static, Pg> {
    use follow_up as u;
    let mut query = visible(actor);
    if let Some(state) = filter.state {
        query = query.filter(u::state.eq(state));
    }
    if let Some(result) = filter.result {
        query = query.filter(u::result.assume_not_null().eq(result));
    }
    let waiting = u::state.eq(EngagementState::Planned).and(u::due_on.lt(today));
    match filter.overdue {
        Some(true) => query = query.filter(waiting),
        Some(false) => query = query.filter(diesel::dsl::not(waiting)),
        None => {}
    }
    if let Some(months) = filter.months {
        query = query.filter(u::months.eq(months));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(u::region.eq_any(under));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(u::enterprise_id.eq(enterprise));
    }
    if let Some(until) = filter.until {
        query = query.filter(u::due_on.le(until));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

fn view(named: &Named, row: FollowUpRow, now: DateTime<Utc>) -> FollowUpView {
    let (enterprise_name, uscc) = named.get(&row.enterprise_id).cloned().unwrap_or_default();
    FollowUpView { enterprise_name, uscc, overdue: is_overdue(row.state, row.due_on, now), row }
}

/// A page of check-ups, the last planned first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    (filter, now): (&FollowUpFilter, DateTime<Utc>),
    slice: Slice,
) -> Result<Page<FollowUpView>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let today = crate::core::clock::shanghai_date(now);
    let load = |slice: Slice| -> QueryResult<Vec<FollowUpRow>> {
        let mut query = narrowed(actor, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(follow_up::id.lt(EngagementId(after)));
        }
        query
            .order(in_order(slice, follow_up::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(FollowUpRow::as_select())
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let ids: Vec<EnterpriseId> = page.items.iter().map(|row| row.enterprise_id).collect();
    let named = names(conn, &ids)?;
    Ok(page.map(|row| view(&named, row, now)))
}

/// How many check-ups a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    (filter, now): (&FollowUpFilter, DateTime<Utc>),
) -> Result<Total, Problem> {
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    let today = crate::core::clock::shanghai_date(now);
    Ok(total(conn, narrowed(actor, filter, today, found).select(follow_up::id))?)
}

/// A check-up with its files.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FollowUpDetail {
    /// The check-up.
    #[serde(flatten)]
    pub view: FollowUpView,
    /// Files that belong to it.
    pub files: Vec<Attachment>,
    /// What was entered of it and corrected, the last correction first.
    pub corrected: Vec<CorrectedFollowUp>,
}

/// What was entered of a check-up until it was corrected.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = follow_up_past, check_for_backend(Pg))]
pub struct CorrectedFollowUp {
    /// What was found, as it was entered.
    #[schema(inline)]
    pub result: FollowUpResult,
    /// The day on which it was held, as it was entered.
    pub held_on: NaiveDate,
    /// What was seen, as it was entered.
    pub note: Option<String>,
    /// Since when it was known so.
    pub from_at: DateTime<Utc>,
    /// When it was corrected.
    pub until_at: DateTime<Utc>,
    /// Reason for the correction.
    pub reason: String,
}

/// The most corrections that are shown.
const MOST_CORRECTED: i64 = 50;

/// One check-up that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: EngagementId,
    now: DateTime<Utc>,
) -> Result<FollowUpDetail, Problem> {
    let row: FollowUpRow =
        visible(actor).filter(follow_up::id.eq(id)).select(FollowUpRow::as_select()).first(conn)?;
    let named = names(conn, &[row.enterprise_id])?;
    let files = files_of(conn, id)?.into_iter().map(|(_, file)| file).collect();
    let corrected = follow_up_past::table
        .filter(follow_up_past::follow_up_id.eq(id))
        .order((follow_up_past::until_at.desc(), follow_up_past::id.desc()))
        .limit(MOST_CORRECTED)
        .select(CorrectedFollowUp::as_select())
        .load(conn)?;
    Ok(FollowUpDetail { view: view(&named, row, now), files, corrected })
}
