//! Reading the register of licensed producers.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::production_licence;
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::{LicenceId, LicenceListId};
use crate::programmes::policy::{permit, visible_licences};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A production licence for one kind of product.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = production_licence, check_for_backend(Pg))]
pub struct LicenceView {
    /// Id of the licence.
    pub id: LicenceId,
    /// Its number.
    pub licence_no: String,
    /// Unified social credit code of the producer.
    pub uscc: String,
    /// Name of the producer.
    pub name: String,
    /// Code of the region where it produces.
    pub region: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The first day of the licence, in Asia/Shanghai.
    pub valid_from: NaiveDate,
    /// The last day; none where it is not limited.
    pub valid_until: Option<NaiveDate>,
    /// From which day on it does not hold any more, where that was entered.
    pub revoked_on: Option<NaiveDate>,
    /// Why it was revoked.
    pub revoke_reason: Option<String>,
    /// When it was entered.
    pub entered_at: DateTime<Utc>,
    /// The file with which it came, where it came with one.
    #[diesel(column_name = list_id)]
    pub list: Option<LicenceListId>,
}

impl LicenceView {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day
            && self.valid_until.is_none_or(|until| day <= until)
            && self.revoked_on.is_none_or(|revoked| day < revoked)
    }
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct LicenceFilter {
    /// Only those of this product kind.
    pub product_kind: Option<String>,
    /// Only those in whose number, code or name these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where licences are searched: name of the producer, its code, number of the licence.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_name(production_licence.name) || E'\\n' || search_fold(production_licence.uscc) || E'\\n' || search_fold(production_licence.licence_no) || E'\\n')",
    ],
    readings: &["search_readings(search_name(production_licence.name))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &LicenceFilter,
    found: Option<Condition>,
) -> production_licence::BoxedQuery<'static, Pg> {
    let mut query = visible_licences(actor);
    if let Some(kind) = filter.product_kind.clone() {
        query = query.filter(production_licence::product_kind.eq(kind));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of licences, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &LicenceFilter,
    slice: Slice,
) -> Result<Page<LicenceView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<LicenceView>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(production_licence::id.lt(LicenceId(after)));
        }
        let rows = query
            .order(in_order(slice, production_licence::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1);
        rows.select(LicenceView::as_select()).load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}

/// How many licences a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &LicenceFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(production_licence::id))?)
}

/// One licence.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: LicenceId) -> Result<LicenceView, Problem> {
    permit(actor)?;
    let query = visible_licences(actor).filter(production_licence::id.eq(id));
    Ok(query.select(LicenceView::as_select()).first(conn)?)
}
