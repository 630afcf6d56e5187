//! What everybody reads: published bulletins, their results, and a search over all of them. No query here gives a draft.

use crate::bulletins::ids::{BulletinId, BulletinItemId};
use crate::bulletins::queries::{BulletinItem, ITEM_TEXTS, ItemRow, TEXTS};
use crate::bulletins::state::{BulletinMethod, BulletinState};
use crate::bulletins::totals::{BulletinTotals, totals};
use crate::core::Problem;
use crate::core::page::{Page, Slice, Total};
use crate::db::schema::{bulletin, bulletin_item};
use crate::db::search::{Condition, Search};
use crate::db::total::total;
use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A bulletin as everybody reads it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicBulletin {
    /// Its number.
    pub number: String,
    /// The day on which it was published.
    pub published_on: NaiveDate,
    /// Its title.
    pub title: String,
    /// Code of the region of the office that published it.
    pub region: String,
    /// Code of the region where the samples were taken.
    pub place_region: String,
    /// The method.
    #[schema(inline)]
    pub method: BulletinMethod,
    /// The first day of the samplings.
    pub period_from: NaiveDate,
    /// The last one.
    pub period_until: NaiveDate,
}

type Row = (
    BulletinId,
    Option<String>,
    Option<NaiveDate>,
    String,
    String,
    String,
    BulletinMethod,
    NaiveDate,
    NaiveDate,
);

fn columns() -> (
    bulletin::id,
    bulletin::number,
    bulletin::published_on,
    bulletin::title,
    bulletin::region,
    bulletin::place_region,
    bulletin::method,
    bulletin::period_from,
    bulletin::period_until,
) {
    (
        bulletin::id,
        bulletin::number,
        bulletin::published_on,
        bulletin::title,
        bulletin::region,
        bulletin::place_region,
        bulletin::method,
        bulletin::period_from,
        bulletin::period_until,
    )
}

fn view(row: Row) -> PublicBulletin {
    let (_, number, published_on, title, region, place_region, method, period_from, period_until) = row;
    PublicBulletin {
        // A published one has both, by a CHECK.
        number: number.unwrap_or_default(),
        published_on: published_on.unwrap_or_default(),
        title,
        region,
        place_region,
        method,
        period_from,
        period_until,
    }
}

fn published(found: Option<Condition>) -> bulletin::BoxedQuery<'static, Pg> {
    let query = bulletin::table.filter(bulletin::state.eq(BulletinState::Published)).into_boxed();
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// A page of published bulletins, those that were begun last first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(conn: &mut PgConnection, q: Option<&str>, slice: Slice) -> Result<Page<PublicBulletin>, Problem> {
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let mut query = published(search.rank(slice.rank));
        if let Some(after) = slice.after {
            query = query.filter(bulletin::id.lt(BulletinId(after)));
        }
        query.order(bulletin::id.desc()).limit(slice.limit + 1).select(columns()).load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row: &Row| row.0.0)?.map(view))
}

/// How many published bulletins a search finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, q: Option<&str>) -> Result<Total, Problem> {
    Ok(total(conn, published(Search::new(q, TEXTS).any()).select(bulletin::id))?)
}

/// A bulletin with what was found, as it stands now.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublicBulletinDetail {
    /// The bulletin.
    #[serde(flatten)]
    pub bulletin: PublicBulletin,
    /// What was found: results that were overturned or corrected since are marked and counted no more.
    pub totals: BulletinTotals,
}

/// One published bulletin, and its id.
///
/// # Errors
/// 404 where no published bulletin has the number.
pub fn get(conn: &mut PgConnection, number: &str) -> Result<(BulletinId, PublicBulletinDetail), Problem> {
    let row: Row = published(None).filter(bulletin::number.eq(number)).select(columns()).first(conn)?;
    let id = row.0;
    Ok((id, PublicBulletinDetail { bulletin: view(row), totals: totals(conn, id)? }))
}

/// A result with the bulletin in which it stands.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicResult {
    /// The number of the bulletin.
    pub bulletin: String,
    /// The day on which it was published.
    pub published_on: NaiveDate,
    /// The result.
    #[serde(flatten)]
    pub result: BulletinItem,
}

fn all_results(found: Option<Condition>) -> bulletin_item::BoxedQuery<'static, Pg> {
    let of_published = bulletin::table
        .filter(bulletin::id.eq(bulletin_item::bulletin_id))
        .filter(bulletin::state.eq(BulletinState::Published));
    let query = bulletin_item::table.filter(exists(of_published)).into_boxed();
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

/// A page of the results of all published bulletins, the latest first within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn results(
    conn: &mut PgConnection,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<PublicResult>, Problem> {
    let search = Search::new(q, ITEM_TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<(BulletinId, ItemRow)>> {
        let mut query = all_results(search.rank(slice.rank));
        if let Some(after) = slice.after {
            query = query.filter(bulletin_item::id.lt(BulletinItemId(after)));
        }
        query
            .order(bulletin_item::id.desc())
            .limit(slice.limit + 1)
            .select((bulletin_item::bulletin_id, ItemRow::as_select()))
            .load(conn)
    };
    let page = Page::by_rank(search.ranks(), slice, load, |(_, row): &(BulletinId, ItemRow)| row.id.0)?;
    let ids: Vec<BulletinId> = page.items.iter().map(|(id, _)| *id).collect();
    let bulletins: Vec<Row> =
        published(None).filter(bulletin::id.eq_any(ids)).select(columns()).load(conn)?;
    let of = |id: BulletinId| bulletins.iter().find(|row| row.0 == id);
    Ok(page.map(|(id, row)| PublicResult {
        bulletin: of(id).and_then(|row| row.1.clone()).unwrap_or_default(),
        published_on: of(id).and_then(|row| row.2).unwrap_or_default(),
        result: row.into(),
    }))
}

/// How many results of published bulletins a search finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count_results(conn: &mut PgConnection, q: Option<&str>) -> Result<Total, Problem> {
    let found = Search::new(q, ITEM_TEXTS).any();
    Ok(total(conn, all_results(found).select(bulletin_item::id))?)
}
