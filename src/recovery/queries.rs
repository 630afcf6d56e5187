//! Lists of recoveries, as of any day.

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::shanghai_day_end;
use crate::core::ids::EnterpriseId;
use crate::core::page::{ListOrder, Page, Slice, Total};
use crate::db::published::enterprise;
use crate::db::search::{Columns, Search};
use crate::enterprises::ids::NonconformityId;
use crate::recovery::policy::reach;
use crate::recovery::settings::{RecoveryRules, RecoverySettings};
use crate::recovery::state::RecoveryState;
use crate::remediation::ids::CaseId;
use crate::reports::scope;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What became of a failed item after the clearance of its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
#[schema(as = Recovery)]
pub struct RecoveryView {
    /// Id of the item after this clearance.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The enterprise.
    #[diesel(sql_type = SqlUuid)]
    pub enterprise_id: EnterpriseId,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub enterprise_name: String,
    /// Its unified social credit code.
    #[diesel(sql_type = Text)]
    pub uscc: String,
    /// Code of its region on that day.
    #[diesel(sql_type = Text)]
    pub region: String,
    /// The case that was cleared.
    #[diesel(sql_type = SqlUuid)]
    pub case_id: CaseId,
    /// The record.
    #[diesel(sql_type = SqlUuid)]
    pub nonconformity_id: NonconformityId,
    /// Code of the product kind.
    #[diesel(sql_type = Text)]
    pub product_kind: String,
    /// The item that had failed; empty where the record names none.
    #[diesel(sql_type = Text)]
    pub item: String,
    /// Whether the enterprise is under care, recovered or relapsed.
    #[schema(inline)]
    #[diesel(sql_type = Text)]
    pub state: RecoveryState,
    /// The day of the clearance.
    #[diesel(sql_type = Date)]
    pub cleared_on: NaiveDate,
    /// The day on which it counts as recovered if the item does not fail again.
    #[diesel(sql_type = Date)]
    pub until_on: NaiveDate,
    /// The day of the sample that failed the item again.
    #[diesel(sql_type = Nullable<Date>)]
    pub relapsed_on: Option<NaiveDate>,
    /// The record of that failure.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub relapse_id: Option<NonconformityId>,
    /// How many check-ups were held.
    #[diesel(sql_type = BigInt)]
    pub check_ups: i64,
    /// The day of the last one.
    #[diesel(sql_type = Nullable<Date>)]
    pub last_check_up: Option<NaiveDate>,
    /// What it found, by its word.
    #[diesel(sql_type = Nullable<Text>)]
    pub last_result: Option<String>,
    /// The day of the next one.
    #[diesel(sql_type = Nullable<Date>)]
    pub next_check_up: Option<NaiveDate>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RecoveryFilter {
    /// Only those that came to this.
    pub state: Option<RecoveryState>,
    /// Only enterprises of this region or one under it, on that day.
    pub region: Option<String>,
    /// Only this product kind.
    pub kind: Option<String>,
    /// Only this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// As of the end of which day; today where none is named.
    pub as_of: Option<NaiveDate>,
    /// Only enterprises in whose name or code these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// The orders of the list.
pub(super) const ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按企业（拼音）", "by enterprise", "search_readings(search_fold(e.name))"),
    ListOrder::new("until", "最早期满在前", "first to recover first", "r.until_on"),
    ListOrder::new("state", "按状态", "by state", "r.state"),
    ListOrder::new("relapsed", "最近复发在前", "last relapse first", "r.relapsed_on DESC NULLS LAST"),
];

/// Where enterprises are searched: name and credit code.
const TEXTS: Columns =
    Columns { texts: &["enterprise.search_text"], readings: &["enterprise.search_readings"], code: true };

/// Of which enterprises, and as of which day.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Codes of regions, each with all under it.
    pub scopes: Vec<String>,
    /// The one enterprise; none where all of the regions are.
    pub enterprise: Option<EnterpriseId>,
    /// As of the end of this day.
    pub day: NaiveDate,
    /// The rules in force on it.
    pub rules: RecoveryRules,
}

/// The whole platform.
fn everywhere(catalogue: &Catalogue) -> Vec<String> {
    catalogue
        .regions
        .iter()
        .filter(|region| region.parent.is_none())
        .map(|region| region.code.clone())
        .collect()
}

/// What an actor may ask of these.
///
/// # Errors
/// 403 for anyone but officers and enterprises, 422 for a region that is not the officer's and for a day ahead.
pub(super) fn asked(app: &App, actor: &Actor, filter: &RecoveryFilter) -> Result<Option<Asked>, Problem> {
    let reach = reach(actor)?;
    let day = as_of::day(filter.as_of, app.clock().now())?;
    let scopes = match (&reach.region, filter.region.as_deref()) {
        (Some(_), region) => vec![scope::region(actor, app.catalogue(), region)?.code.clone()],
        (None, Some(region)) => vec![region.to_owned()],
        (None, None) => everywhere(app.catalogue()),
    };
    let enterprise = match (reach.enterprise, filter.enterprise) {
        // Of another enterprise there is nothing to be known.
        (Some(own), Some(other)) if own != other => return Ok(None),
        (own, other) => own.or(other),
    };
    let rules = app.settings().section::<RecoverySettings>().rules_on(day)?.clone();
    Ok(Some(Asked { scopes, enterprise, day, rules }))
}

/// Behind which the conditions of a filter stand: of the parameters 1 to 5 of `recovery_items`, then state, kind and the enterprises that a search found.
const FOUND: &str = "
    FROM recovery_items($1, $2, $3, $4, $5) r
    JOIN published.enterprise e ON e.id = r.enterprise_id
    WHERE ($6 IS NULL OR r.state = $6) AND ($7 IS NULL OR r.product_kind = $7) AND ($8 IS NULL OR r.enterprise_id = ANY ($8))";

const COLUMNS: &str = "
    SELECT r.id, r.enterprise_id, e.name AS enterprise_name, e.uscc, r.region, r.case_id, r.nonconformity_id, r.product_kind, r.item, r.state,
           r.cleared_on, r.until_on, r.relapsed_on, r.relapse_id, r.check_ups, r.last_check_up, r.last_result, r.next_check_up";

/// The enterprises that a rank of a search finds; none where nothing is searched for.
fn found(conn: &mut PgConnection, search: &Search, slice: Slice) -> QueryResult<Option<Vec<EnterpriseId>>> {
    let Some(condition) = search.of(slice) else { return Ok(None) };
    enterprise::table.filter(condition).select(enterprise::id).load(conn).map(Some)
}

/// A page of recoveries, the last cleared first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers and enterprises, 422 for a region or day that can't be asked for.
pub fn list(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RecoveryFilter,
    slice: Slice,
) -> Result<Page<RecoveryView>, Problem> {
    let Some(asked) = asked(app, actor, filter)? else {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    };
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<RecoveryView>> {
        let enterprises = found(conn, &search, slice)?;
        let order = slice.order.map_or(String::new(), |order| format!("{}, ", order.sql));
        let sql = format!(
            "{COLUMNS}{FOUND} AND ($9 IS NULL OR r.id < $9) ORDER BY {order}r.id DESC OFFSET $10 LIMIT $11"
        );
        diesel::sql_query(sql)
            .bind::<Array<Text>, _>(&asked.scopes)
            .bind::<Nullable<SqlUuid>, _>(asked.enterprise)
            .bind::<Date, _>(asked.day)
            .bind::<Timestamptz, _>(shanghai_day_end(asked.day))
            .bind::<Integer, _>(asked.rules.window_months)
            .bind::<Nullable<Text>, _>(filter.state)
            .bind::<Nullable<Text>, _>(filter.kind.as_deref())
            .bind::<Nullable<Array<SqlUuid>>, _>(enterprises)
            .bind::<Nullable<SqlUuid>, _>(slice.after)
            .bind::<BigInt, _>(slice.skip)
            .bind::<BigInt, _>(slice.limit + 1)
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id)?)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Rows {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// How many recoveries a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RecoveryFilter,
) -> Result<Total, Problem> {
    let Some(asked) = asked(app, actor, filter)? else { return Ok(Total { rows: 0, more: false }) };
    let enterprises = match Search::new(filter.q.as_deref(), TEXTS).any() {
        Some(condition) => {
            let found: Vec<EnterpriseId> =
                enterprise::table.filter(condition).select(enterprise::id).load(conn)?;
            Some(found)
        }
        None => None,
    };
    let found: Rows = diesel::sql_query(format!("SELECT count(*) AS rows{FOUND}"))
        .bind::<Array<Text>, _>(&asked.scopes)
        .bind::<Nullable<SqlUuid>, _>(asked.enterprise)
        .bind::<Date, _>(asked.day)
        .bind::<Timestamptz, _>(shanghai_day_end(asked.day))
        .bind::<Integer, _>(asked.rules.window_months)
        .bind::<Nullable<Text>, _>(filter.state)
        .bind::<Nullable<Text>, _>(filter.kind.as_deref())
        .bind::<Nullable<Array<SqlUuid>>, _>(enterprises)
        .get_result(conn)?;
    Ok(Total { rows: found.rows, more: false })
}
