//! Reading bulletins and their results.

use crate::accounts::store::names;
use crate::bulletins::ids::{BulletinId, BulletinItemId};
use crate::bulletins::policy::{permit, visible_to};
use crate::bulletins::state::{BulletinMethod, BulletinState, BulletinStep, Mark, allowed};
use crate::bulletins::totals::{BulletinTotals, totals};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{bulletin, bulletin_event, bulletin_item};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::inspections::words::Outcome;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeLevel;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A bulletin.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = bulletin, check_for_backend(Pg))]
pub struct BulletinView {
    /// Id of the bulletin.
    pub id: BulletinId,
    /// Its number; absent until it is published.
    pub number: Option<String>,
    /// Its title.
    pub title: String,
    /// Code of the region of the office.
    pub region: String,
    /// The programme whose results it has; all where none is named.
    pub programme_id: Option<ProgrammeId>,
    /// Code of the region where the samples were taken.
    pub place_region: String,
    /// The method.
    #[schema(inline)]
    pub method: BulletinMethod,
    /// The first day of the samplings.
    pub period_from: NaiveDate,
    /// The last one.
    pub period_until: NaiveDate,
    /// The state.
    #[schema(inline)]
    pub state: BulletinState,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last handed in.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The day on which it was published.
    pub published_on: Option<NaiveDate>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A failed item of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FailedItem {
    /// The item (不合格项目).
    pub item: String,
    /// What the standard asks for (标准值).
    pub requirement: Option<String>,
    /// What was measured (实测值).
    pub measured: Option<String>,
    /// The unit of both.
    pub unit: Option<String>,
}

/// A result in a bulletin.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BulletinItem {
    /// Id of the result.
    pub id: BulletinItemId,
    /// Its place in the bulletin.
    pub ordinal: i32,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// Product name (产品名称).
    pub product_name: String,
    /// Trademark (商标).
    pub trademark: Option<String>,
    /// Model (规格型号).
    pub model: Option<String>,
    /// Batch number (批号).
    pub batch: Option<String>,
    /// Sampled operator (被抽样单位).
    pub operator_name: String,
    /// Nominal producer (标称生产者).
    pub producer_name: Option<String>,
    /// Code of the region where the sample was taken.
    pub place_region: String,
    /// The level of the inspection.
    #[schema(inline)]
    pub level: ProgrammeLevel,
    /// The day of the sampling.
    pub sampled_on: Option<NaiveDate>,
    /// Testing laboratory (承检机构).
    pub laboratory: Option<String>,
    /// Whether the sample passed or failed.
    #[schema(inline)]
    pub outcome: Outcome,
    /// What failed.
    pub failed_items: Vec<FailedItem>,
    /// Why the result no longer stands; absent where it does.
    #[schema(inline)]
    pub mark: Option<Mark>,
    /// Since which day it does not.
    pub marked_on: Option<NaiveDate>,
}

/// A row of `bulletin_item`, without what only searches read.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = bulletin_item, check_for_backend(Pg))]
pub struct ItemRow {
    pub(super) id: BulletinItemId,
    ordinal: i32,
    product_kind: Option<String>,
    product_name: String,
    trademark: Option<String>,
    model: Option<String>,
    batch: Option<String>,
    operator_name: String,
    producer_name: Option<String>,
    place_region: String,
    level: ProgrammeLevel,
    sampled_on: Option<NaiveDate>,
    laboratory: Option<String>,
    outcome: Outcome,
    failed_items: serde_json::Value,
    mark: Option<Mark>,
    marked_on: Option<NaiveDate>,
}

impl From<ItemRow> for BulletinItem {
    fn from(row: ItemRow) -> Self {
        Self {
            id: row.id,
            ordinal: row.ordinal,
            product_kind: row.product_kind,
            product_name: row.product_name,
            trademark: row.trademark,
            model: row.model,
            batch: row.batch,
            operator_name: row.operator_name,
            producer_name: row.producer_name,
            place_region: row.place_region,
            level: row.level,
            sampled_on: row.sampled_on,
            laboratory: row.laboratory,
            outcome: row.outcome,
            failed_items: serde_json::from_value(row.failed_items).unwrap_or_default(),
            mark: row.mark,
            marked_on: row.marked_on,
        }
    }
}

/// What the list of bulletins is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct BulletinFilter {
    /// Only those of this state.
    pub state: Option<BulletinState>,
    /// Only those in whose title or number these words stand.
    pub q: Option<String>,
}

/// Where bulletins are searched: title and number.
pub const TEXTS: Columns = Columns { texts: &["bulletin.search_text"], readings: &[], code: false };

/// Where results are searched: product, enterprises, trademark, model, batch.
pub const ITEM_TEXTS: Columns = Columns {
    texts: &["bulletin_item.search_text"],
    readings: &["bulletin_item.search_readings"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &BulletinFilter,
    found: Option<Condition>,
) -> bulletin::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(bulletin::state.eq(state));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of bulletins, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &BulletinFilter,
    slice: Slice,
) -> Result<Page<BulletinView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<BulletinView>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(bulletin::id.lt(BulletinId(after)));
        }
        query
            .order(in_order(slice, bulletin::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(BulletinView::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}

/// How many bulletins a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &BulletinFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(bulletin::id))?)
}

/// A bulletin with its totals, its history and what its state allows.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BulletinDetail {
    /// The bulletin.
    #[serde(flatten)]
    pub view: BulletinView,
    /// Name of the officer who wrote the bulletin.
    pub created_by: String,
    /// Who handed it in.
    pub submitted_by: Option<String>,
    /// Who published it.
    pub published_by: Option<String>,
    /// How many results it lists, and how many of them failed.
    pub totals: BulletinTotals,
    /// The steps that its state allows.
    #[schema(inline)]
    pub allowed: Vec<BulletinStep>,
    /// Its steps, the first one first; the last 200.
    pub history: Vec<BulletinEvent>,
}

/// A step of a bulletin.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BulletinEvent {
    /// The step.
    #[schema(inline)]
    pub step: BulletinStep,
    /// The state after it.
    #[schema(inline)]
    pub to: BulletinState,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Name of the officer who took the step.
    pub by: String,
    /// The moment of the step.
    pub at: DateTime<Utc>,
}

/// The most steps of a history.
const MOST_EVENTS: i64 = 200;

type Step = (BulletinStep, BulletinState, Option<String>, AccountId, DateTime<Utc>);
type People = (AccountId, Option<AccountId>, Option<AccountId>);

/// One bulletin.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn detail(conn: &mut PgConnection, actor: &Actor, id: BulletinId) -> Result<BulletinDetail, Problem> {
    use bulletin_event as e;
    permit(actor)?;
    let people = (bulletin::created_by, bulletin::submitted_by, bulletin::published_by);
    let (view, (created, submitted, published)): (BulletinView, People) = visible_to(actor)
        .filter(bulletin::id.eq(id))
        .select((BulletinView::as_select(), people))
        .first(conn)?;
    let mut steps: Vec<Step> = e::table
        .filter(e::bulletin_id.eq(id))
        .order(e::ordinal.desc())
        .limit(MOST_EVENTS)
        .select((e::step, e::to_state, e::reason, e::account_id, e::at))
        .load(conn)?;
    steps.reverse();
    // Who wrote it or handed it in does not publish it, and is not offered to.
    let own = [Some(created), submitted].into_iter().flatten().any(|by| actor.account() == Some(by));
    let mut ids: Vec<AccountId> = steps.iter().map(|step| step.3).collect();
    ids.extend([Some(created), submitted, published].into_iter().flatten());
    let names = names(conn, &ids)?;
    let name = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
    Ok(BulletinDetail {
        totals: totals(conn, id)?,
        allowed: allowed(view.state)
            .into_iter()
            .filter(|step| *step != BulletinStep::Publish || !own)
            .collect(),
        created_by: name(created),
        submitted_by: submitted.map(name),
        published_by: published.map(name),
        history: steps
            .into_iter()
            .map(|(step, to, reason, by, at)| BulletinEvent { step, to, reason, by: name(by), at })
            .collect(),
        view,
    })
}

/// The results of a bulletin.
pub fn results_of(id: BulletinId, found: Option<Condition>) -> bulletin_item::BoxedQuery<'static, Pg> {
    let query = bulletin_item::table.filter(bulletin_item::bulletin_id.eq(id)).into_boxed();
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// A page of the results of a bulletin that the caller may read, in their order within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn results(
    conn: &mut PgConnection,
    id: BulletinId,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<BulletinItem>, Problem> {
    page_of(conn, q, slice, |found| results_of(id, found))
}

/// A page of results, in their order within the ranks of a search. `of` says which.
///
/// # Errors
/// When the database can't be asked.
pub fn page_of(
    conn: &mut PgConnection,
    q: Option<&str>,
    slice: Slice,
    of: impl Fn(Option<Condition>) -> bulletin_item::BoxedQuery<'static, Pg>,
) -> Result<Page<BulletinItem>, Problem> {
    let search = Search::new(q, ITEM_TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<ItemRow>> {
        let mut query = of(search.rank(slice.rank));
        if let Some(after) = slice.after {
            query = query.filter(bulletin_item::id.gt(BulletinItemId(after)));
        }
        query.order(bulletin_item::id).limit(slice.limit + 1).select(ItemRow::as_select()).load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row: &ItemRow| row.id.0)?.map(BulletinItem::from))
}

/// How many results of a bulletin a search finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count_results(conn: &mut PgConnection, id: BulletinId, q: Option<&str>) -> Result<Total, Problem> {
    let found = Search::new(q, ITEM_TEXTS).any();
    Ok(total(conn, results_of(id, found).select(bulletin_item::id))?)
}

/// The results of a bulletin that an officer may know of.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of the bulletin.
pub fn office_results(
    conn: &mut PgConnection,
    actor: &Actor,
    id: BulletinId,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<BulletinItem>, Problem> {
    permit(actor)?;
    let _: BulletinId = visible_to(actor).filter(bulletin::id.eq(id)).select(bulletin::id).first(conn)?;
    results(conn, id, q, slice)
}
