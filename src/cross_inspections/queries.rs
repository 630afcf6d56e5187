//! Reading rounds: each reader gets what the policy grants, and no more.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::core::page::{Page, Slice, Total};
use crate::cross_inspections::ids::RoundId;
use crate::cross_inspections::policy::{Standing, permit, visible_to};
use crate::cross_inspections::state::RoundState;
use crate::cross_inspections::store::participants;
use crate::db::order::in_order;
use crate::db::published::laboratory;
use crate::db::schema::{cross_product, cross_round, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A round of cross-inspection.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoundView {
    /// The round.
    #[serde(flatten)]
    pub round: RoundRow,
    /// Who leads it.
    pub led_by: String,
    /// The laboratory that tests a share as well.
    pub laboratory_id: Option<LaboratoryId>,
    /// Its name.
    pub laboratory: Option<String>,
    /// How many enterprises take part.
    pub participants: usize,
    /// How many products were handed in.
    pub products: i64,
    /// Of how many of them the participants have reported a result.
    pub reported: i64,
    /// How many of them the laboratory tests as well.
    pub to_check: i64,
    /// Of how many of those its result is there.
    pub checked: i64,
    /// What the caller is in it: `leader`, `participant`, `laboratory` or `officer`.
    pub standing: String,
}

/// A row of `cross_round`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = cross_round, check_for_backend(Pg))]
pub struct RoundRow {
    /// Id of the round.
    pub id: RoundId,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// Code of the product hospital that leads it; none where the authority does.
    pub hospital: Option<String>,
    /// Code of the product kind that is tested.
    pub product_kind: String,
    /// The state.
    #[schema(inline)]
    pub state: RoundState,
    /// The version of the rules.
    pub rules_version: String,
    /// Per cent of the products that the laboratory tests as well.
    pub check_percent: i32,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
    /// When the products were assigned to laboratories and enterprises.
    pub assigned_at: Option<DateTime<Utc>>,
    /// The last day for the results of those who test.
    pub results_due_on: Option<NaiveDate>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was given up.
    pub withdrawn_reason: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cross_round, check_for_backend(Pg))]
struct Record {
    #[diesel(embed)]
    row: RoundRow,
    led_by: AccountId,
    laboratory_id: Option<LaboratoryId>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RoundFilter {
    /// Only those of this state.
    pub state: Option<RoundState>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those in whose name these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where rounds are searched: the name.
const TEXTS: Columns = Columns {
    texts: &["(search_name(cross_round.name) || E'\\n')"],
    readings: &["search_readings(search_name(cross_round.name))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &RoundFilter,
    found: Option<Condition>,
) -> cross_round::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(cross_round::state.eq(state));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(cross_round::region.eq_any(under));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// What the actor is in a round that it may know of.
fn standing(actor: &Actor, record: &Record) -> Standing {
    match actor.scope() {
        Some(Scope::Enterprise(_)) => Standing::Participant,
        Some(Scope::Laboratory(_)) => Standing::Laboratory,
        _ if actor.account() == Some(record.led_by) => Standing::Leader,
        _ => Standing::Officer,
    }
}

impl Standing {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Participant => "participant",
            Self::Laboratory => "laboratory",
            Self::Officer => "officer",
        }
    }
}

/// Products of a round: all, with a result, for the laboratory, with its result.
type Counts = (i64, i64, i64, i64);

fn counts(conn: &mut PgConnection, id: RoundId) -> QueryResult<Counts> {
    use cross_product as p;
    let of = || p::table.filter(p::round_id.eq(id)).select(count_star());
    Ok((
        of().first(conn)?,
        of().filter(p::reported_at.is_not_null()).first(conn)?,
        of().filter(p::checked).first(conn)?,
        of().filter(p::check_at.is_not_null()).first(conn)?,
    ))
}

fn views(conn: &mut PgConnection, actor: &Actor, records: Vec<Record>) -> Result<Vec<RoundView>, Problem> {
    let people: Vec<AccountId> = records.iter().map(|record| record.led_by).collect();
    let people = names(conn, &people)?;
    let places: Vec<LaboratoryId> = records.iter().filter_map(|record| record.laboratory_id).collect();
    let places: HashMap<LaboratoryId, String> = laboratory::table
        .filter(laboratory::id.eq_any(places))
        .select((laboratory::id, laboratory::name))
        .load::<(LaboratoryId, String)>(conn)?
        .into_iter()
        .collect();
    let mut views = Vec::with_capacity(records.len());
    for record in records {
        let (products, reported, to_check, checked) = counts(conn, record.row.id)?;
        views.push(RoundView {
            led_by: people.get(&record.led_by).cloned().unwrap_or_default(),
            laboratory_id: record.laboratory_id,
            laboratory: record.laboratory_id.and_then(|id| places.get(&id).cloned()),
            participants: participants(conn, record.row.id)?.len(),
            products,
            reported,
            to_check,
            checked,
            standing: standing(actor, &record).as_str().to_owned(),
            round: record.row,
        });
    }
    Ok(views)
}

/// A page of rounds, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for the operator.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RoundFilter,
    slice: Slice,
) -> Result<Page<RoundView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(cross_round::id.lt(RoundId(after)));
        }
        query
            .order(in_order(slice, cross_round::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Record::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |record| record.row.id.0)?;
    Ok(Page { items: views(conn, actor, items)?, next_cursor })
}

/// How many rounds a filter finds.
///
/// # Errors
/// 403 for the operator.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &RoundFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(cross_round::id))?)
}

/// One round, with what the caller is in it.
///
/// # Errors
/// 403 for the operator, 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: RoundId,
) -> Result<(RoundView, Standing, Option<EnterpriseId>), Problem> {
    permit(actor)?;
    let query = visible_to(actor).filter(cross_round::id.eq(id));
    let record: Record = query.select(Record::as_select()).first(conn)?;
    let standing = standing(actor, &record);
    let own = match actor.scope() {
        Some(Scope::Enterprise(own)) => Some(*own),
        _ => None,
    };
    let view = views(conn, actor, vec![record])?.into_iter().next().ok_or_else(Problem::not_found)?;
    Ok((view, standing, own))
}
