//! Reading registers and schools.

use crate::accounts::store::names;
use crate::campaigns::ids::{SchoolId, SubjectId};
use crate::campaigns::policy::{permit_officers, visible_schools, visible_subjects};
use crate::campaigns::state::{CheckOutcome, Theme};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{campaign, campaign_check, campaign_school, campaign_subject, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// An entry of a register.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CampaignSubjectView {
    /// The entry.
    #[serde(flatten)]
    pub subject: CampaignSubjectRow,
    /// The name of the nearest school.
    pub school: Option<String>,
    /// The name of the earlier entry that may be the same.
    pub double: Option<String>,
    /// Whether it may be the same as that one, which stands in the register as well, and was not decided.
    pub possible_double: bool,
    /// How often it was checked.
    pub checks: i64,
    /// The day of its last check.
    pub checked_on: Option<NaiveDate>,
    /// Result of it.
    #[schema(inline)]
    pub outcome: Option<CheckOutcome>,
    /// How many goods were taken off its shelf.
    pub off_shelf: i64,
}

/// A row of `campaign_subject`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = campaign_subject, check_for_backend(Pg))]
pub struct CampaignSubjectRow {
    /// Id of the entry.
    pub id: SubjectId,
    /// The campaign.
    #[serde(rename = "campaign_id")]
    pub programme_id: Uuid,
    /// The enterprise, where it is in the register of the platform.
    pub enterprise_id: Option<EnterpriseId>,
    /// The name.
    pub name: String,
    /// The unified social credit code.
    pub uscc: Option<String>,
    /// Code of the region.
    pub region: String,
    /// The address.
    pub address: Option<String>,
    /// The word of the key product.
    pub product: Option<String>,
    /// The latitude.
    pub latitude: Option<f64>,
    /// The longitude.
    pub longitude: Option<f64>,
    /// The nearest school.
    pub school_id: Option<SchoolId>,
    /// How far away it is, in metres.
    pub distance_m: Option<i32>,
    /// The earlier entry that may be the same.
    pub double_of: Option<SubjectId>,
    /// Why: `uscc` or `likeness`.
    pub double_ground: Option<String>,
    /// What an officer decided of it: `same` or `different`.
    pub double_decided: Option<String>,
    /// When it was taken off the register.
    pub removed_at: Option<DateTime<Utc>>,
    /// Reason for the removal.
    pub removed_reason: Option<String>,
    /// When it was entered.
    pub entered_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct SubjectFilter {
    /// Only those of this campaign.
    pub campaign: Option<Uuid>,
    /// Only those of campaigns of this theme.
    pub theme: Option<Theme>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those of this key product.
    pub product: Option<String>,
    /// Only those that were checked, or only the others.
    pub checked: Option<bool>,
    /// Only those that may be the same as another one and were not decided, or only the others.
    pub double: Option<bool>,
    /// Also those that were taken off.
    pub removed: bool,
    /// Only those in whose name, code or address these words stand.
    pub q: Option<String>,
}

/// Where entries are searched.
const TEXTS: Columns = Columns {
    texts: &["campaign_subject.search_text"],
    readings: &["campaign_subject.search_readings"],
    code: true,
};

/// Whether an entry may be the same as an earlier one that stands in the register, and was not decided.
const POSSIBLE_DOUBLE: &str = "(campaign_subject.double_decided IS NULL AND EXISTS (
    SELECT FROM campaign_subject o WHERE o.id = campaign_subject.double_of AND o.removed_at IS NULL))";

fn narrowed(
    actor: &Actor,
    filter: &SubjectFilter,
    found: Option<Condition>,
) -> campaign_subject::BoxedQuery<'static, Pg> {
    use campaign_subject as s;
    let mut query = visible_subjects(actor);
    if let Some(id) = filter.campaign {
        query = query.filter(s::programme_id.eq(id));
    }
    if let Some(theme) = filter.theme {
        let of = campaign::table.filter(campaign::theme.eq(theme)).select(campaign::programme_id);
        query = query.filter(s::programme_id.eq_any(of));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(s::region.eq_any(under));
    }
    if let Some(product) = filter.product.clone() {
        query = query.filter(s::product.eq(product));
    }
    let checks = || {
        let own = campaign_check::table.filter(campaign_check::subject_id.eq(s::id));
        own.filter(campaign_check::annulled_at.is_null())
    };
    match filter.checked {
        Some(true) => query = query.filter(exists(checks())),
        Some(false) => query = query.filter(diesel::dsl::not(exists(checks()))),
        None => {}
    }
    match filter.double {
        Some(true) => query = query.filter(sql::<Bool>(POSSIBLE_DOUBLE)),
        Some(false) => query = query.filter(diesel::dsl::not(sql::<Bool>(POSSIBLE_DOUBLE))),
        None => {}
    }
    if !filter.removed {
        query = query.filter(s::removed_at.is_null());
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

type Check = (SubjectId, NaiveDate, CheckOutcome, i32);

fn views(
    conn: &mut PgConnection,
    rows: Vec<CampaignSubjectRow>,
) -> Result<Vec<CampaignSubjectView>, Problem> {
    use campaign_check as c;
    let ids: Vec<SubjectId> = rows.iter().map(|row| row.id).collect();
    let checks: Vec<Check> = c::table
        .filter(c::subject_id.eq_any(ids))
        .filter(c::annulled_at.is_null())
        .order(c::checked_on)
        .select((c::subject_id, c::checked_on, c::outcome, c::off_shelf))
        .load(conn)?;
    let ids: Vec<SchoolId> = rows.iter().filter_map(|row| row.school_id).collect();
    let schools: Vec<(SchoolId, String)> = campaign_school::table
        .filter(campaign_school::id.eq_any(ids))
        .select((campaign_school::id, campaign_school::name))
        .load(conn)?;
    let schools: HashMap<SchoolId, String> = schools.into_iter().collect();
    let ids: Vec<SubjectId> = rows.iter().filter_map(|row| row.double_of).collect();
    let doubles: Vec<(SubjectId, String, bool)> = campaign_subject::table
        .filter(campaign_subject::id.eq_any(ids))
        .select((campaign_subject::id, campaign_subject::name, campaign_subject::removed_at.is_null()))
        .load(conn)?;
    let doubles: HashMap<SubjectId, (String, bool)> =
        doubles.into_iter().map(|(id, name, stands)| (id, (name, stands))).collect();
    let view = |subject: CampaignSubjectRow| {
        let own: Vec<&Check> = checks.iter().filter(|check| check.0 == subject.id).collect();
        let last = own.last();
        let double = subject.double_of.and_then(|id| doubles.get(&id));
        CampaignSubjectView {
            school: subject.school_id.and_then(|id| schools.get(&id).cloned()),
            possible_double: subject.double_decided.is_none() && double.is_some_and(|(_, stands)| *stands),
            double: double.map(|(name, _)| name.clone()),
            checks: i64::try_from(own.len()).unwrap_or(i64::MAX),
            checked_on: last.map(|check| check.1),
            outcome: last.map(|check| check.2),
            off_shelf: own.iter().map(|check| i64::from(check.3)).sum(),
            subject,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of entries, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &SubjectFilter,
    slice: Slice,
) -> Result<Page<CampaignSubjectView>, Problem> {
    permit_officers(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<CampaignSubjectRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(campaign_subject::id.lt(SubjectId(after)));
        }
        query
            .order(in_order(slice, campaign_subject::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(CampaignSubjectRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many entries a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &SubjectFilter) -> Result<Total, Problem> {
    permit_officers(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(campaign_subject::id))?)
}

/// One entry.
///
/// # Errors
/// 403 for anyone but officers, 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: SubjectId) -> Result<CampaignSubjectView, Problem> {
    permit_officers(actor)?;
    let row: CampaignSubjectRow = visible_subjects(actor)
        .filter(campaign_subject::id.eq(id))
        .select(CampaignSubjectRow::as_select())
        .first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// An entry with the checks of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CampaignSubjectDetail {
    /// The entry.
    #[serde(flatten)]
    pub view: CampaignSubjectView,
    /// The checks, the newest first, with those that were annulled; at most 200.
    pub history: Vec<CampaignCheckView>,
}

/// A check of an entry.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CampaignCheckView {
    /// The day, in Asia/Shanghai.
    pub checked_on: NaiveDate,
    /// Result of the check.
    #[schema(inline)]
    pub outcome: CheckOutcome,
    /// How many goods were taken off the shelf.
    pub off_shelf: i32,
    /// The inspection with the check of a label that failed.
    pub inspection_id: Option<Uuid>,
    /// A note.
    pub note: Option<String>,
    /// Name of the officer who entered the check.
    pub by: Option<String>,
    /// When it was entered.
    pub entered_at: DateTime<Utc>,
    /// When it was annulled.
    pub annulled_at: Option<DateTime<Utc>>,
    /// Reason for the annulment.
    pub annulled_reason: Option<String>,
}

/// A row of `campaign_check`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = campaign_check, check_for_backend(Pg))]
struct CheckRow {
    checked_on: NaiveDate,
    outcome: CheckOutcome,
    off_shelf: i32,
    inspection_id: Option<Uuid>,
    note: Option<String>,
    entered_by: AccountId,
    entered_at: DateTime<Utc>,
    annulled_at: Option<DateTime<Utc>>,
    annulled_reason: Option<String>,
}

/// So many checks of an entry are notified.
const MOST_CHECKS: i64 = 200;

/// One entry with its checks.
///
/// # Errors
/// As [`get`].
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: SubjectId,
) -> Result<CampaignSubjectDetail, Problem> {
    use campaign_check as c;
    let view = get(conn, actor, id)?;
    let rows: Vec<CheckRow> = c::table
        .filter(c::subject_id.eq(id))
        .order((c::checked_on.desc(), c::entered_at.desc()))
        .limit(MOST_CHECKS)
        .select(CheckRow::as_select())
        .load(conn)?;
    let people: Vec<AccountId> = rows.iter().map(|row| row.entered_by).collect();
    let people = names(conn, &people)?;
    let history = rows.into_iter().map(|row| CampaignCheckView {
        checked_on: row.checked_on,
        outcome: row.outcome,
        off_shelf: row.off_shelf,
        inspection_id: row.inspection_id,
        note: row.note,
        by: people.get(&row.entered_by).cloned(),
        entered_at: row.entered_at,
        annulled_at: row.annulled_at,
        annulled_reason: row.annulled_reason,
    });
    Ok(CampaignSubjectDetail { view, history: history.collect() })
}

/// A school of a campaign.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = campaign_school, check_for_backend(Pg))]
pub struct CampaignSchoolView {
    /// Id of the school.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// The latitude.
    pub latitude: f64,
    /// The longitude.
    pub longitude: f64,
    /// The day on which it was told what the checks came to.
    pub told_on: Option<NaiveDate>,
    /// When it was taken out again, as it was entered by mistake.
    pub removed_at: Option<DateTime<Utc>>,
    /// Reason for the removal.
    pub removed_reason: Option<String>,
}

/// How many schools of a campaign the actor may know of.
///
/// # Errors
/// 403 for anyone but officers.
pub fn count_schools(conn: &mut PgConnection, actor: &Actor, campaign: Uuid) -> Result<Total, Problem> {
    permit_officers(actor)?;
    let all = visible_schools(actor)
        .filter(campaign_school::programme_id.eq(campaign))
        .filter(campaign_school::removed_at.is_null());
    Ok(total(conn, all.select(campaign_school::id))?)
}

/// A page of the schools of a campaign, the newest first.
///
/// # Errors
/// 403 for anyone but officers.
pub fn schools(
    conn: &mut PgConnection,
    actor: &Actor,
    campaign: Uuid,
    slice: Slice,
) -> Result<Page<CampaignSchoolView>, Problem> {
    permit_officers(actor)?;
    let mut query = visible_schools(actor)
        .filter(campaign_school::programme_id.eq(campaign))
        .filter(campaign_school::removed_at.is_null());
    if let Some(after) = slice.after {
        query = query.filter(campaign_school::id.lt(SchoolId(after)));
    }
    let rows: Vec<CampaignSchoolView> = query
        .order(campaign_school::id.desc())
        .limit(slice.limit + 1)
        .select(CampaignSchoolView::as_select())
        .load(conn)?;
    Ok(Page::cut(rows, slice, |row| row.id.0))
}

/// One school.
///
/// # Errors
/// 403 for anyone but officers, 404 where the actor may not know of it.
pub fn school(conn: &mut PgConnection, actor: &Actor, id: SchoolId) -> Result<CampaignSchoolView, Problem> {
    permit_officers(actor)?;
    let query = visible_schools(actor).filter(campaign_school::id.eq(id));
    Ok(query.select(CampaignSchoolView::as_select()).first(conn)?)
}
