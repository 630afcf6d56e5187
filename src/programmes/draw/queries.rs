//! Reading draws, and the operators that were drawn, as officers see them.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::regional::seen_regions;
use crate::db::schema::{programme, programme_draw, programme_drawn, programme_frame};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::draw::algorithm::RECIPE;
use crate::programmes::draw::frame::hex;
use crate::programmes::ids::{DrawId, DrawnId, FrameId, LaboratoryId, ProgrammeId, TargetId};
use crate::programmes::policy::{permit, visible_to};
use crate::programmes::state::OperatorRole;
use crate::programmes::target_queries::laboratory_names;
use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, max};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// A draw.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DrawView {
    /// Id of the draw.
    pub id: DrawId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The target for which was drawn.
    pub target_id: TargetId,
    /// The first draw of the target is 1.
    pub ordinal: i32,
    /// Whether it is the last one of its target.
    pub in_force: bool,
    /// The name of the recipe by which it is repeated.
    pub recipe: String,
    /// The list from which was drawn.
    pub frame: FrameView,
    /// The seed, 64 hexadecimal digits.
    pub seed: String,
    /// The public event that gave the seed; absent where the system drew it.
    pub seed_event: Option<String>,
    /// The version of the weights.
    pub weights_version: String,
    /// How many operators were wanted.
    pub wanted: i32,
    /// How many were drawn.
    pub drawn: i64,
    /// Why the target was drawn again; absent for its first draw.
    pub reason: Option<String>,
    /// Who drew.
    pub drawn_by: String,
    /// The moment of the draw.
    pub drawn_at: DateTime<Utc>,
    /// The page on which it is published.
    pub public_page: String,
}

/// The list from which a draw is made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FrameView {
    /// Id of the frame.
    pub id: FrameId,
    /// When it was fixed.
    pub taken_at: DateTime<Utc>,
    /// How its rows were found.
    #[schema(value_type = Object)]
    pub query: Value,
    /// How many rows it has.
    pub rows: i32,
    /// SHA-256 of its text, 64 hexadecimal digits.
    pub sha256: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = programme_draw, check_for_backend(Pg))]
struct Record {
    id: DrawId,
    programme_id: ProgrammeId,
    target_id: TargetId,
    ordinal: i32,
    frame_id: FrameId,
    seed: Vec<u8>,
    seed_event: Option<String>,
    weights_version: String,
    wanted: i32,
    reason: Option<String>,
    drawn_by: AccountId,
    drawn_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = programme_frame, check_for_backend(Pg))]
struct FrameRecord {
    id: FrameId,
    taken_at: DateTime<Utc>,
    query: Value,
    rows: i32,
    sha256: Vec<u8>,
}

fn views(conn: &mut PgConnection, rows: Vec<Record>) -> Result<Vec<DrawView>, Problem> {
    let frames: Vec<FrameRecord> = programme_frame::table
        .filter(programme_frame::id.eq_any(rows.iter().map(|row| row.frame_id)))
        .select(FrameRecord::as_select())
        .load(conn)?;
    let mut frames: HashMap<FrameId, FrameView> = frames
        .into_iter()
        .map(|f| {
            let FrameRecord { id, taken_at, query, rows, sha256 } = f;
            (id, FrameView { id, taken_at, query, rows, sha256: hex(&sha256) })
        })
        .collect();
    let last: Vec<(TargetId, Option<i32>)> = programme_draw::table
        .filter(programme_draw::target_id.eq_any(rows.iter().map(|row| row.target_id)))
        .group_by(programme_draw::target_id)
        .select((programme_draw::target_id, max(programme_draw::ordinal)))
        .load(conn)?;
    let last: HashMap<TargetId, Option<i32>> = last.into_iter().collect();
    let drawn: Vec<(DrawId, i64)> = programme_drawn::table
        .filter(programme_drawn::draw_id.eq_any(rows.iter().map(|row| row.id)))
        .group_by(programme_drawn::draw_id)
        .select((programme_drawn::draw_id, count_star()))
        .load(conn)?;
    let drawn: HashMap<DrawId, i64> = drawn.into_iter().collect();
    let people: Vec<AccountId> = rows.iter().map(|row| row.drawn_by).collect();
    let names = names(conn, &people)?;
    let view = |row: Record| {
        Some(DrawView {
            in_force: last.get(&row.target_id).copied().flatten() == Some(row.ordinal),
            frame: frames.remove(&row.frame_id)?,
            seed: hex(&row.seed),
            drawn: drawn.get(&row.id).copied().unwrap_or_default(),
            drawn_by: names.get(&row.drawn_by).cloned().unwrap_or_default(),
            public_page: format!("/public/draws/{}", row.id),
            recipe: RECIPE.to_owned(),
            id: row.id,
            programme_id: row.programme_id,
            target_id: row.target_id,
            ordinal: row.ordinal,
            seed_event: row.seed_event,
            weights_version: row.weights_version,
            wanted: row.wanted,
            reason: row.reason,
            drawn_at: row.drawn_at,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

/// A page of the draws of a programme, the last first, those that are no longer in force as well.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of the programme.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    programme: ProgrammeId,
    slice: Slice,
) -> Result<Page<DrawView>, Problem> {
    use programme_draw as d;
    known(conn, actor, programme)?;
    let mut query = d::table.filter(d::programme_id.eq(programme)).into_boxed();
    if let Some(after) = slice.after {
        query = query.filter(d::id.lt(DrawId(after)));
    }
    let rows = query.order(d::id.desc()).limit(slice.limit + 1).select(Record::as_select()).load(conn)?;
    let Page { items, next_cursor } = Page::cut(rows, slice, |row: &Record| row.id.0);
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many draws a programme has.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, programme: ProgrammeId) -> Result<Total, Problem> {
    known(conn, actor, programme)?;
    let query = programme_draw::table.filter(programme_draw::programme_id.eq(programme));
    Ok(total(conn, query.select(programme_draw::id))?)
}

/// Refuses a programme that the actor may not know of; gives the region of its organiser.
fn known(conn: &mut PgConnection, actor: &Actor, programme: ProgrammeId) -> Result<String, Problem> {
    permit(actor)?;
    let query = visible_to(actor).filter(programme::id.eq(programme));
    Ok(query.select(programme::organiser_region).first(conn)?)
}

/// One draw.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: DrawId) -> Result<DrawView, Problem> {
    permit(actor)?;
    let row: Record = programme_draw::table.find(id).select(Record::as_select()).first(conn)?;
    known(conn, actor, row.programme_id)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// The draw whoever asks, for the public page.
///
/// # Errors
/// 404 where there is none.
pub(super) fn published(conn: &mut PgConnection, id: DrawId) -> Result<DrawView, Problem> {
    let row: Record = programme_draw::table.find(id).select(Record::as_select()).first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// An operator that was drawn.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DrawnView {
    /// Id of the operator that was drawn.
    pub id: DrawnId,
    /// Its place in the draw, from 1.
    pub ordinal: i32,
    /// The id of its row in the frame.
    pub row_id: String,
    /// The enterprise, where it is in the register.
    pub enterprise_id: Option<EnterpriseId>,
    /// Its unified social credit code; empty where it is not known.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// The role in which the operator is sampled.
    #[schema(inline)]
    pub role: OperatorRole,
    /// Code of the product kind.
    pub product_kind: String,
    /// The laboratory that tests its sample.
    pub laboratory_id: Option<LaboratoryId>,
    /// The name of the laboratory.
    pub laboratory: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = programme_drawn, check_for_backend(Pg))]
struct DrawnRecord {
    id: DrawnId,
    ordinal: i32,
    row_id: String,
    enterprise_id: Option<EnterpriseId>,
    uscc: String,
    name: String,
    region: String,
    role: OperatorRole,
    product_kind: String,
    laboratory_id: Option<LaboratoryId>,
}

/// Where operators that were drawn are searched: the name and the code.
const TEXTS: Columns = Columns {
    texts: &["(search_name(programme_drawn.name) || E'\\n' || search_fold(programme_drawn.uscc) || E'\\n')"],
    readings: &["search_readings(search_name(programme_drawn.name))"],
    code: false,
};

/// The operators of a draw that the actor may know of: all for who keeps the programme, those of the own region and under it for others.
fn operators_of(
    conn: &mut PgConnection,
    actor: &Actor,
    id: DrawId,
) -> Result<impl Fn(Option<Condition>) -> programme_drawn::BoxedQuery<'static, Pg> + use<>, Problem> {
    permit(actor)?;
    let programme: ProgrammeId =
        programme_draw::table.find(id).select(programme_draw::programme_id).first(conn)?;
    let organiser = known(conn, actor, programme)?;
    let keeps: i64 = seen_regions(actor)
        .filter(crate::db::schema::region_scope::region.eq(organiser))
        .count()
        .get_result(conn)?;
    let actor = actor.clone();
    Ok(move |found: Option<Condition>| {
        let mut query = programme_drawn::table.filter(programme_drawn::draw_id.eq(id)).into_boxed();
        if keeps == 0 {
            query = query.filter(programme_drawn::region.eq_any(seen_regions(&actor)));
        }
        if let Some(found) = found {
            query = query.filter(found);
        }
        query
    })
}

/// A page of the operators that were drawn, in the order of the draw within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of the draw.
pub fn operators(
    conn: &mut PgConnection,
    actor: &Actor,
    id: DrawId,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<DrawnView>, Problem> {
    use programme_drawn as o;
    let of = operators_of(conn, actor, id)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<DrawnRecord>> {
        let mut query = of(search.of(slice));
        if let Some(after) = slice.after {
            let ordinal: i32 = o::table.find(DrawnId(after)).select(o::ordinal).first(conn)?;
            query = query.filter(o::ordinal.gt(ordinal));
        }
        let rows = query.order(in_order(slice, o::ordinal.asc())).offset(slice.skip).limit(slice.limit + 1);
        rows.select(DrawnRecord::as_select()).load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    let laboratories: Vec<LaboratoryId> = page.items.iter().filter_map(|row| row.laboratory_id).collect();
    let names = laboratory_names(conn, &laboratories)?;
    Ok(page.map(|row| {
        let DrawnRecord {
            id,
            ordinal,
            row_id,
            enterprise_id,
            uscc,
            name,
            region,
            role,
            product_kind,
            laboratory_id,
        } = row;
        let laboratory = laboratory_id.and_then(|id| names.get(&id).cloned());
        DrawnView {
            id,
            ordinal,
            row_id,
            enterprise_id,
            uscc,
            name,
            region,
            role,
            product_kind,
            laboratory_id,
            laboratory,
        }
    }))
}

/// How many operators a search finds.
///
/// # Errors
/// As [`operators`].
pub fn count_operators(
    conn: &mut PgConnection,
    actor: &Actor,
    id: DrawId,
    q: Option<&str>,
) -> Result<Total, Problem> {
    let of = operators_of(conn, actor, id)?;
    Ok(total(conn, of(Search::new(q, TEXTS).any()).select(programme_drawn::id))?)
}
