//! The list of support programmes.

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{ListOrder, Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::programme;
use crate::db::schema::{
    region_scope, support_baseline, support_kind, support_measure, support_programme, support_region,
};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::{ProgrammeLevel, ProgrammeState};
use crate::sampling_figures::effect::province_of;
use crate::sampling_figures::intervals::{Count, Rate, Verdict};
use crate::support_programmes::policy::{permit, visible};
use crate::support_programmes::state::{MeasureState, SupportScope, SupportStage};
use crate::support_programmes::store::Row;
use chrono::NaiveDate;
use diesel::dsl::{count_star, exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Serialize;
use std::collections::HashMap;

/// A support programme.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SupportView {
    /// The programme.
    pub id: ProgrammeId,
    /// Its name.
    pub name: String,
    /// Whether it is for a place or for products.
    #[schema(inline)]
    pub scope: SupportScope,
    /// Stage of the programme.
    #[schema(inline)]
    pub stage: SupportStage,
    /// Its base state.
    #[schema(inline)]
    pub state: ProgrammeState,
    /// The level that organises it.
    #[schema(inline)]
    pub level: ProgrammeLevel,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// Its first day.
    pub period_from: NaiveDate,
    /// Its last day.
    pub period_until: NaiveDate,
    /// The number of the document that orders it.
    pub document_no: Option<String>,
    /// Codes of the regions that it is for.
    pub regions: Vec<String>,
    /// Codes of the product kinds that it is for; none where it is for all of them.
    pub kinds: Vec<String>,
    /// Code of the product hospital that leads it.
    pub lead_hospital: String,
    /// What the nonconforming rate is to come down to, in percent.
    pub target_percent: Option<f64>,
    /// By how many results that is judged at least.
    pub target_samples: Option<i32>,
    /// The frozen baseline; absent before the approval.
    pub baseline: Option<Rate>,
    /// The verdict of the last evaluation; absent where there is none.
    #[schema(inline)]
    pub verdict: Option<Verdict>,
    /// Its day.
    pub evaluated_on: Option<NaiveDate>,
    /// How many measures it has, without those that were dropped.
    pub measure_count: i64,
    /// How many of them are done.
    pub measures_done: i64,
    /// The version of the rules.
    pub rules_version: String,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct SupportFilter {
    /// Only those that are so far.
    pub stage: Option<SupportStage>,
    /// Only those with this verdict of the last evaluation.
    pub verdict: Option<Verdict>,
    /// Only those that are for this region, one around it or one under it.
    pub region: Option<String>,
    /// Only those that are for this product kind.
    pub kind: Option<String>,
    /// Only those for a place, or for a product.
    pub scope: Option<SupportScope>,
    /// Only those in whose name or document number these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// The orders of the list.
pub(super) const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按名称（拼音）",
        "by name",
        "(SELECT search_readings(search_fold(p.name)) FROM published.programme p WHERE p.id = support_programme.programme_id)",
    ),
    ListOrder::new(
        "from",
        "最近开始在前",
        "last begun first",
        "(SELECT p.period_from FROM published.programme p WHERE p.id = support_programme.programme_id) DESC",
    ),
    ListOrder::new(
        "state",
        "按状态",
        "by state",
        "(SELECT p.state FROM published.programme p WHERE p.id = support_programme.programme_id)",
    ),
    ListOrder::new("verdict", "按评估结果", "by verdict", "support_programme.verdict NULLS LAST"),
];

/// Where programmes are searched: the name and the number of the document.
const TEXTS: Columns = Columns {
    texts: &[
        "(SELECT search_name(p.name) || E'\\n' FROM published.programme p WHERE p.id = support_programme.programme_id)",
        "(SELECT search_fold(coalesce(p.document_no, '')) || E'\\n' FROM published.programme p
          WHERE p.id = support_programme.programme_id)",
    ],
    readings: &[
        "(SELECT search_readings(search_name(p.name)) FROM published.programme p WHERE p.id = support_programme.programme_id)",
    ],
    code: false,
};

/// The base state of a stage, and whether it was evaluated where that tells stages apart.
fn base(stage: SupportStage) -> (ProgrammeState, Option<bool>) {
    match stage {
        SupportStage::Draft => (ProgrammeState::Draft, None),
        SupportStage::Submitted => (ProgrammeState::Submitted, None),
        SupportStage::Approved => (ProgrammeState::Approved, None),
        SupportStage::Running => (ProgrammeState::Running, Some(false)),
        SupportStage::Evaluated => (ProgrammeState::Running, Some(true)),
        SupportStage::Closed => (ProgrammeState::Closed, None),
        SupportStage::Returned => (ProgrammeState::Returned, None),
        SupportStage::Withdrawn => (ProgrammeState::Withdrawn, None),
    }
}

fn narrowed(
    known: &[ProgrammeId],
    filter: &SupportFilter,
    found: Option<Condition>,
) -> support_programme::BoxedQuery<'static, Pg> {
    use {support_kind as k, support_programme as s, support_region as r};
    let mut query = s::table.filter(s::programme_id.eq_any(known.to_vec())).into_boxed();
    if let Some(stage) = filter.stage {
        let (state, evaluated) = base(stage);
        let in_state =
            programme::table.filter(programme::id.eq(s::programme_id)).filter(programme::state.eq(state));
        query = query.filter(exists(in_state));
        query = match evaluated {
            Some(true) => query.filter(s::verdict.is_not_null()),
            Some(false) => query.filter(s::verdict.is_null()),
            None => query,
        };
    }
    if let Some(verdict) = filter.verdict {
        query = query.filter(s::verdict.assume_not_null().eq(verdict));
    }
    if let Some(region) = filter.region.clone() {
        let under =
            region_scope::table.filter(region_scope::scope.eq(region.clone())).select(region_scope::region);
        let around = region_scope::table.filter(region_scope::region.eq(region)).select(region_scope::scope);
        let of = r::table
            .filter(r::programme_id.eq(s::programme_id))
            .filter(r::region.eq_any(under).or(r::region.eq_any(around)));
        query = query.filter(exists(of));
    }
    let of_kind = || k::table.filter(k::programme_id.eq(s::programme_id));
    if let Some(kind) = filter.kind.clone() {
        query = query.filter(exists(of_kind().filter(k::product_kind.eq(kind))));
    }
    if let Some(scope) = filter.scope {
        // A province has a region that lies in none.
        let whole = sql::<Bool>(
            "EXISTS (SELECT FROM support_region x WHERE x.programme_id = support_programme.programme_id
                     AND (SELECT count(*) FROM region_scope w WHERE w.region = x.region) = 1)",
        );
        query = match scope {
            SupportScope::Place => query.filter(diesel::dsl::not(exists(of_kind()))),
            SupportScope::Product => query.filter(exists(of_kind())).filter(whole),
            SupportScope::ProductInPlace => query.filter(exists(of_kind())).filter(diesel::dsl::not(whole)),
        };
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A row of `published.programme`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = programme, check_for_backend(Pg))]
pub(super) struct Base {
    id: ProgrammeId,
    name: String,
    level: ProgrammeLevel,
    organiser_region: String,
    period_from: NaiveDate,
    period_until: NaiveDate,
    document_no: Option<String>,
    state: ProgrammeState,
}

/// A target in percent.
pub(super) fn percent_of(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

fn grouped(rows: Vec<(ProgrammeId, String)>) -> HashMap<ProgrammeId, Vec<String>> {
    let mut all: HashMap<ProgrammeId, Vec<String>> = HashMap::new();
    for (id, code) in rows {
        all.entry(id).or_default().push(code);
    }
    all
}

/// Some rows with what belongs to them, in their order.
pub(super) fn views(app: &App, conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<SupportView>, Problem> {
    use {support_baseline as b, support_kind as k, support_measure as m, support_region as r};
    let ids: Vec<ProgrammeId> = rows.iter().map(|row| row.programme_id).collect();
    let bases: Vec<Base> =
        programme::table.filter(programme::id.eq_any(&ids)).select(Base::as_select()).load(conn)?;
    let bases: HashMap<ProgrammeId, Base> = bases.into_iter().map(|base| (base.id, base)).collect();
    let regions = r::table.filter(r::programme_id.eq_any(&ids)).order((r::programme_id, r::region));
    let mut regions = grouped(regions.select((r::programme_id, r::region)).load(conn)?);
    let kinds = k::table.filter(k::programme_id.eq_any(&ids)).order((k::programme_id, k::product_kind));
    let mut kinds = grouped(kinds.select((k::programme_id, k::product_kind)).load(conn)?);
    let measures: Vec<(ProgrammeId, MeasureState, i64)> = m::table
        .filter(m::programme_id.eq_any(&ids))
        .group_by((m::programme_id, m::state))
        .select((m::programme_id, m::state, count_star()))
        .load(conn)?;
    let baselines: Vec<(ProgrammeId, i64, i64)> = b::table
        .filter(b::programme_id.eq_any(&ids))
        .select((b::programme_id, b::nonconforming, b::tested))
        .load(conn)?;
    let baselines: HashMap<ProgrammeId, Rate> = baselines
        .into_iter()
        .map(|(id, failed, tested)| (id, Rate::from(Count { failed, tested })))
        .collect();
    let many = |id: ProgrammeId, wanted: &dyn Fn(MeasureState) -> bool| -> i64 {
        measures.iter().filter(|(of, state, _)| *of == id && wanted(*state)).map(|(_, _, many)| many).sum()
    };
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.programme_id;
        let base = bases.get(&id).cloned().ok_or_else(Problem::not_found)?;
        let (regions, kinds) =
            (regions.remove(&id).unwrap_or_default(), kinds.remove(&id).unwrap_or_default());
        let whole = regions.iter().any(|code| province_of(app.catalogue(), code) == Some(code.as_str()));
        views.push(SupportView {
            id,
            name: base.name,
            scope: SupportScope::of(whole, !kinds.is_empty()),
            stage: SupportStage::of(base.state, row.verdict),
            state: base.state,
            level: base.level,
            organiser_region: base.organiser_region,
            period_from: base.period_from,
            period_until: base.period_until,
            document_no: base.document_no,
            regions,
            kinds,
            lead_hospital: row.lead_hospital,
            target_percent: row.target_hundredths.map(percent_of),
            target_samples: row.target_samples,
            baseline: baselines.get(&id).copied(),
            verdict: row.verdict,
            evaluated_on: row.evaluated_on,
            measure_count: many(id, &|state| state != MeasureState::Dropped),
            measures_done: many(id, &|state| state == MeasureState::Done),
            rules_version: row.rules_version,
        });
    }
    Ok(views)
}

/// A page of support programmes, the newest first within the ranks of a search.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but an officer.
pub fn list(
    app: &App,
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &SupportFilter,
    slice: Slice,
) -> Result<Page<SupportView>, Problem> {
    use support_programme as s;
    permit(actor)?;
    let known = visible(conn, actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = narrowed(&known, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(s::programme_id.lt(ProgrammeId(after)));
        }
        query
            .order(in_order(slice, s::programme_id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Row::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.programme_id.0)?;
    Ok(Page { items: views(app, conn, items)?, next_cursor })
}

/// How many support programmes a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &SupportFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let known = visible(conn, actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(&known, filter, found).select(support_programme::programme_id))?)
}
