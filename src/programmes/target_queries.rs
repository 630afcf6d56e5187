//! Reading the targets of programmes: the tasks of one, and how far each has come.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{laboratory, programme, programme_target};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::{LaboratoryId, ProgrammeId, TargetId};
use crate::programmes::policy::{permit, visible_to};
use crate::programmes::state::{OperatorRole, ProgrammeState};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A target with how far it has come.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TargetView {
    /// The target.
    #[serde(flatten)]
    pub target: TargetRow,
    /// The name of the laboratory.
    pub laboratory: Option<String>,
    /// The name of who takes the samples.
    pub sampler: Option<String>,
    /// Whether it is late: past its day, with samples that were not taken, while the programme is under way.
    pub late: bool,
}

/// A row of `programme_target`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = programme_target, check_for_backend(Pg))]
pub struct TargetRow {
    /// Id of the target.
    pub id: TargetId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// Code of the region that is charged with it.
    pub region: String,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// Code of the product class.
    pub product_class: Option<String>,
    /// As what the operators are sampled.
    #[schema(inline)]
    pub role: OperatorRole,
    /// How many samples.
    pub samples: i32,
    /// Of how many operators.
    pub operators: Option<i32>,
    /// The laboratory that tests the samples.
    pub laboratory_id: Option<LaboratoryId>,
    /// Who takes the samples.
    pub sampler_id: Option<LaboratoryId>,
    /// The last day on which the samples are to be taken.
    pub due_on: NaiveDate,
    /// Samples that were taken.
    pub taken: i32,
    /// Samples whose result is final.
    pub finished: i32,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct TargetFilter {
    /// Only those that are late, or only those that are not.
    pub late: Option<bool>,
    /// Only those in whose region or product these words stand, or whose region or product is read so.
    pub q: Option<String>,
}

/// Where targets are searched: the region and the product.
const TEXTS: Columns = Columns {
    texts: &[
        "(SELECT search_fold(r.name) || E'\\n' FROM region r WHERE r.code = programme_target.region)",
        "(SELECT search_fold(k.name_zh) || E'\\n' || search_fold(k.name_en) || E'\\n' FROM product_kind k WHERE k.code = programme_target.product_kind UNION ALL SELECT search_fold(c.name_zh) || E'\\n' || search_fold(c.name_en) || E'\\n' FROM product_class c WHERE c.code = programme_target.product_class)",
    ],
    readings: &[
        "(SELECT search_readings(search_fold(r.name)) FROM region r WHERE r.code = programme_target.region)",
        "(SELECT search_readings(search_fold(k.name_zh)) FROM product_kind k WHERE k.code = programme_target.product_kind UNION ALL SELECT search_readings(search_fold(c.name_zh)) FROM product_class c WHERE c.code = programme_target.product_class)",
    ],
    code: false,
};

/// The state of a programme that the actor may know of.
fn state(conn: &mut PgConnection, actor: &Actor, id: ProgrammeId) -> Result<ProgrammeState, Problem> {
    permit(actor)?;
    Ok(visible_to(actor).filter(programme::id.eq(id)).select(programme::state).first(conn)?)
}

fn narrowed(
    id: ProgrammeId,
    under_way: bool,
    filter: &TargetFilter,
    today: NaiveDate,
    found: Option<Condition>,
) -> programme_target::BoxedQuery<'static, Pg> {
    use programme_target as t;
    let mut query = t::table.filter(t::programme_id.eq(id)).into_boxed();
    match filter.late {
        Some(true) if under_way => {
            query = query.filter(t::due_on.lt(today)).filter(t::taken.lt(t::samples));
        }
        Some(true) => query = query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("FALSE")),
        Some(false) if under_way => query = query.filter(t::due_on.ge(today).or(t::taken.ge(t::samples))),
        Some(false) | None => {}
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of the targets of a programme, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of the programme.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ProgrammeId,
    filter: &TargetFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<TargetView>, Problem> {
    let under_way = state(conn, actor, id)?.is_under_way();
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<TargetRow>> {
        let mut query = narrowed(id, under_way, filter, today, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(programme_target::id.lt(TargetId(after)));
        }
        let rows = query
            .order(in_order(slice, programme_target::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1);
        rows.select(TargetRow::as_select()).load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, under_way, today, items)?, next_cursor })
}

/// How many targets a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ProgrammeId,
    filter: &TargetFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    let under_way = state(conn, actor, id)?.is_under_way();
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(id, under_way, filter, today, found).select(programme_target::id))?)
}

/// One target of a programme.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    (programme, id): (ProgrammeId, TargetId),
    today: NaiveDate,
) -> Result<TargetView, Problem> {
    use programme_target as t;
    let under_way = state(conn, actor, programme)?.is_under_way();
    let row: TargetRow = t::table
        .filter(t::programme_id.eq(programme))
        .filter(t::id.eq(id))
        .select(TargetRow::as_select())
        .first(conn)?;
    views(conn, under_way, today, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

fn views(
    conn: &mut PgConnection,
    under_way: bool,
    today: NaiveDate,
    rows: Vec<TargetRow>,
) -> Result<Vec<TargetView>, Problem> {
    let ids: Vec<LaboratoryId> =
        rows.iter().flat_map(|row| [row.laboratory_id, row.sampler_id]).flatten().collect();
    let names = laboratory_names(conn, &ids)?;
    let name = |id: Option<LaboratoryId>| id.and_then(|id| names.get(&id).cloned());
    let view = |row: TargetRow| TargetView {
        laboratory: name(row.laboratory_id),
        sampler: name(row.sampler_id),
        late: under_way && row.due_on < today && row.taken < row.samples,
        target: row,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The names of laboratories.
///
/// # Errors
/// When the database can't be asked.
pub fn laboratory_names(
    conn: &mut PgConnection,
    ids: &[LaboratoryId],
) -> Result<HashMap<LaboratoryId, String>, Problem> {
    let rows =
        laboratory::table.filter(laboratory::id.eq_any(ids)).select((laboratory::id, laboratory::name));
    Ok(rows.load::<(LaboratoryId, String)>(conn)?.into_iter().collect())
}
