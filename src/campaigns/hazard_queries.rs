//! Reading hazards.

use crate::accounts::store::names;
use crate::attachments::Attachment;
use crate::campaigns::files;
use crate::campaigns::ids::{HazardId, SubjectId};
use crate::campaigns::policy::{permit, visible_to};
use crate::campaigns::state::{HazardSource, HazardState, HazardStep, allowed};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::{account, enterprise, programme};
use crate::db::schema::{hazard, hazard_event, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A hazard.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HazardView {
    /// The hazard.
    #[serde(flatten)]
    pub hazard: HazardRow,
    /// The name of the enterprise.
    pub enterprise: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// The name of the campaign.
    pub campaign: Option<String>,
    /// Whether its term has passed without a correction.
    pub overdue: bool,
}

/// A row of `hazard`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = hazard, check_for_backend(Pg))]
pub struct HazardRow {
    /// Id of the hazard.
    pub id: HazardId,
    /// The campaign.
    #[serde(rename = "campaign_id")]
    pub programme_id: Option<Uuid>,
    /// The entry of its register.
    pub subject_id: Option<SubjectId>,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Code of its region.
    pub region: String,
    /// The word of the key product.
    pub product: String,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// What is dangerous.
    pub item: String,
    /// Description of the hazard.
    pub description: String,
    /// From where it is known.
    #[schema(inline)]
    pub source: HazardSource,
    /// The inspection.
    pub inspection_id: Option<Uuid>,
    /// The day on which it was found.
    pub found_on: NaiveDate,
    /// The state.
    #[schema(inline)]
    pub state: HazardState,
    /// The day on which its correction was ordered.
    pub ordered_on: Option<NaiveDate>,
    /// The last day for the correction.
    pub due_on: Option<NaiveDate>,
    /// The day on which it was corrected.
    pub corrected_on: Option<NaiveDate>,
    /// The day on which that was verified.
    pub verified_on: Option<NaiveDate>,
    /// The day on which it was struck off.
    pub closed_on: Option<NaiveDate>,
    /// The first day after the term that was first missed.
    pub overdue_since: Option<NaiveDate>,
    /// Since when it is proposed for listing.
    pub listing_proposed_at: Option<DateTime<Utc>>,
    /// The number of its changes.
    pub version: i32,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// A hazard with its history.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HazardDetail {
    /// The hazard.
    #[serde(flatten)]
    pub view: HazardView,
    /// The steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<HazardStep>,
    /// Whether the caller found it, and so may not verify it.
    pub found_by_caller: bool,
    /// The steps, the first one first.
    pub history: Vec<HazardEvent>,
}

/// A step of a hazard.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HazardEvent {
    /// Its number.
    pub ordinal: i32,
    /// The step.
    #[schema(inline)]
    pub step: HazardStep,
    /// The state after it.
    #[schema(inline)]
    pub to: HazardState,
    /// Remark or reason that was given with the step.
    pub said: Option<String>,
    /// The day of the step.
    pub occurred_on: NaiveDate,
    /// The term that it set.
    pub due_on: Option<NaiveDate>,
    /// Who took it: to enterprises their own people only; nobody where a term passed.
    pub by: Option<String>,
    /// When it was entered.
    pub at: DateTime<Utc>,
    /// Its files.
    pub files: Vec<Attachment>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct HazardFilter {
    /// Only those of this campaign.
    pub campaign: Option<Uuid>,
    /// Only those of this enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only those of this state.
    pub state: Option<HazardState>,
    /// Only those of this key product.
    pub product: Option<String>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those whose term has passed without a correction, or only the others.
    pub overdue: Option<bool>,
    /// Only those in whose enterprise, item or description these words stand.
    pub q: Option<String>,
}

/// Where hazards are searched.
const TEXTS: Columns =
    Columns { texts: &["hazard.search_text"], readings: &["hazard.search_readings"], code: true };

fn narrowed(
    actor: &Actor,
    filter: &HazardFilter,
    today: NaiveDate,
    found: Option<Condition>,
) -> hazard::BoxedQuery<'static, Pg> {
    use hazard as h;
    let mut query = visible_to(actor);
    if let Some(id) = filter.campaign {
        query = query.filter(h::programme_id.eq(id));
    }
    if let Some(id) = filter.enterprise {
        query = query.filter(h::enterprise_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(h::state.eq(state));
    }
    if let Some(product) = filter.product.clone() {
        query = query.filter(h::product.eq(product));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(h::region.eq_any(under));
    }
    match filter.overdue {
        Some(true) => query = query.filter(h::state.eq(HazardState::Ordered)).filter(h::due_on.lt(today)),
        Some(false) => {
            query = query.filter(
                h::state
                    .ne(HazardState::Ordered)
                    .or(h::due_on.is_null())
                    .or(h::due_on.assume_not_null().ge(today)),
            );
        }
        None => {}
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

fn views(
    conn: &mut PgConnection,
    today: NaiveDate,
    rows: Vec<HazardRow>,
) -> Result<Vec<HazardView>, Problem> {
    let of: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let named: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(of))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    let named: HashMap<EnterpriseId, (String, String)> =
        named.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let of: Vec<Uuid> = rows.iter().filter_map(|row| row.programme_id).collect();
    let campaigns: Vec<(Uuid, String)> = programme::table
        .filter(programme::id.eq_any(of))
        .select((programme::id, programme::name))
        .load(conn)?;
    let campaigns: HashMap<Uuid, String> = campaigns.into_iter().collect();
    let view = |row: HazardRow| {
        let (enterprise, uscc) = named.get(&row.enterprise_id).cloned().unwrap_or_default();
        HazardView {
            enterprise,
            uscc,
            campaign: row.programme_id.and_then(|id| campaigns.get(&id).cloned()),
            overdue: row.state == HazardState::Ordered && row.due_on.is_some_and(|due| due < today),
            hazard: row,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of hazards, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers and enterprises.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &HazardFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<HazardView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<HazardRow>> {
        let mut query = narrowed(actor, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(hazard::id.lt(HazardId(after)));
        }
        query
            .order(in_order(slice, hazard::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(HazardRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, today, items)?, next_cursor })
}

/// How many hazards a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &HazardFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, today, found).select(hazard::id))?)
}

type Recorded = (
    i32,
    HazardStep,
    HazardState,
    Option<String>,
    NaiveDate,
    Option<NaiveDate>,
    Option<AccountId>,
    DateTime<Utc>,
);

/// One hazard with its history.
///
/// # Errors
/// 403 for anyone but officers and enterprises, 404 where the actor may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: HazardId,
    today: NaiveDate,
) -> Result<HazardDetail, Problem> {
    use hazard_event as e;
    permit(actor)?;
    let (row, found_by): (HazardRow, AccountId) = visible_to(actor)
        .filter(hazard::id.eq(id))
        .select((HazardRow::as_select(), hazard::found_by))
        .first(conn)?;
    let view = views(conn, today, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)?;
    let steps: Vec<Recorded> = e::table
        .filter(e::hazard_id.eq(id))
        .order(e::ordinal)
        .limit(500)
        .select((e::ordinal, e::step, e::to_state, e::said, e::occurred_on, e::due_on, e::account_id, e::at))
        .load(conn)?;
    let people: Vec<AccountId> = steps.iter().filter_map(|step| step.6).collect();
    let shown: Vec<AccountId> = match actor.scope() {
        Some(Scope::Enterprise(own)) => account::table
            .filter(account::id.eq_any(&people))
            .filter(account::enterprise_id.is_not_null())
            .filter(account::enterprise_id.assume_not_null().eq(*own))
            .select(account::id)
            .load(conn)?,
        _ => people,
    };
    let names = names(conn, &shown)?;
    let mut files = files::of(conn, id)?;
    let event = |(ordinal, step, to, said, occurred_on, due_on, by, at): Recorded| HazardEvent {
        ordinal,
        step,
        to,
        said,
        occurred_on,
        due_on,
        by: by.and_then(|by| names.get(&by).cloned()),
        at,
        files: files.remove(&ordinal).unwrap_or_default(),
    };
    let history = steps.into_iter().map(event).collect();
    Ok(HazardDetail {
        allowed: allowed(view.hazard.state),
        found_by_caller: actor.account() == Some(found_by),
        history,
        view,
    })
}
