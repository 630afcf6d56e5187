//! The results of a published bulletin that were overturned or corrected since: what the letter of corrections lists.

use crate::bulletins::ids::BulletinId;
use crate::bulletins::queries::{self, BulletinItem, ITEM_TEXTS};
use crate::core::Problem;
use crate::core::page::{Page, Slice, Total};
use crate::db::schema::bulletin_item;
use crate::db::search::{Condition, Search};
use crate::db::total::total;
use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;

fn marked(id: BulletinId, found: Option<Condition>) -> bulletin_item::BoxedQuery<'static, Pg> {
    queries::results_of(id, found).filter(bulletin_item::mark.is_not_null())
}

/// A page of the results that no longer stand, in the order of the bulletin within the ranks of a search.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    id: BulletinId,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<BulletinItem>, Problem> {
    queries::page_of(conn, q, slice, |found| marked(id, found))
}

/// How many of them a search finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, id: BulletinId, q: Option<&str>) -> Result<Total, Problem> {
    Ok(total(conn, marked(id, Search::new(q, ITEM_TEXTS).any()).select(bulletin_item::id))?)
}

/// The day of the last correction, in Asia/Shanghai; none where all results stand.
///
/// # Errors
/// When the database can't be asked.
pub fn last_on(conn: &mut PgConnection, id: BulletinId) -> Result<Option<NaiveDate>, Problem> {
    let of = bulletin_item::table.filter(bulletin_item::bulletin_id.eq(id));
    Ok(of.select(max(bulletin_item::marked_on)).first(conn)?)
}
