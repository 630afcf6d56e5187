//! Reading vouchers.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::schema::{voucher, voucher_code, voucher_issue};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::vouchers::ids::{IssueId, VoucherId};
use crate::vouchers::policy::{permit, visible_vouchers};
use crate::vouchers::state::VoucherState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A voucher. All amounts are in fen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VoucherView {
    /// The voucher.
    #[serde(flatten)]
    pub voucher: VoucherRow,
    /// The name of its issue.
    pub issue: String,
    /// The name of the enterprise.
    pub enterprise: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Whether a code was given out that was not used.
    pub has_code: bool,
}

/// A row of `voucher`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = voucher, check_for_backend(Pg))]
pub struct VoucherRow {
    /// Id of the voucher.
    pub id: VoucherId,
    /// Its issue.
    pub issue_id: IssueId,
    /// Its place in the draw, from 1.
    pub ordinal: i32,
    /// The id of the row that was drawn.
    pub row_id: String,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The amount.
    pub amount_fen: i64,
    /// What is left.
    pub rest_fen: i64,
    /// The state.
    #[schema(inline)]
    pub state: VoucherState,
    /// The last day on which it is redeemed.
    pub expires_on: NaiveDate,
    /// When it was won.
    pub won_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct VoucherFilter {
    /// Only those of this issue.
    pub issue: Option<IssueId>,
    /// Only those of this state.
    pub state: Option<VoucherState>,
    /// Only those of an enterprise in whose name or code these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where vouchers are searched: name and code of the enterprise.
const TEXTS: Columns = Columns {
    texts: &["(SELECT e.search_text FROM published.enterprise e WHERE e.id = voucher.enterprise_id)"],
    readings: &["(SELECT e.search_readings FROM published.enterprise e WHERE e.id = voucher.enterprise_id)"],
    code: true,
};

fn narrowed(
    actor: &Actor,
    filter: &VoucherFilter,
    found: Option<Condition>,
) -> voucher::BoxedQuery<'static, Pg> {
    let mut query = visible_vouchers(actor);
    if let Some(issue) = filter.issue {
        query = query.filter(voucher::issue_id.eq(issue));
    }
    if let Some(state) = filter.state {
        query = query.filter(voucher::state.eq(state));
    }
    match found {
        Some(found) => query.filter(found),
        None => query,
    }
}

fn views(conn: &mut PgConnection, rows: Vec<VoucherRow>) -> Result<Vec<VoucherView>, Problem> {
    let of: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let named: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(of))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    let named: HashMap<EnterpriseId, (String, String)> =
        named.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect();
    let of: Vec<IssueId> = rows.iter().map(|row| row.issue_id).collect();
    let issues: Vec<(IssueId, String)> = voucher_issue::table
        .filter(voucher_issue::id.eq_any(of))
        .select((voucher_issue::id, voucher_issue::name))
        .load(conn)?;
    let issues: HashMap<IssueId, String> = issues.into_iter().collect();
    let of: Vec<VoucherId> = rows.iter().map(|row| row.id).collect();
    let coded: Vec<VoucherId> = voucher_code::table
        .filter(voucher_code::voucher_id.eq_any(of))
        .filter(voucher_code::used_at.is_null())
        .filter(voucher_code::replaced_at.is_null())
        .select(voucher_code::voucher_id)
        .load(conn)?;
    let coded: HashSet<VoucherId> = coded.into_iter().collect();
    let view = |row: VoucherRow| {
        let (enterprise, uscc) = named.get(&row.enterprise_id).cloned().unwrap_or_default();
        VoucherView {
            issue: issues.get(&row.issue_id).cloned().unwrap_or_default(),
            enterprise,
            uscc,
            has_code: coded.contains(&row.id),
            voucher: row,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of vouchers, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers and enterprises.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &VoucherFilter,
    slice: Slice,
) -> Result<Page<VoucherView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<VoucherRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(voucher::id.lt(VoucherId(after)));
        }
        query
            .order(in_order(slice, voucher::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(VoucherRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many vouchers a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &VoucherFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(voucher::id))?)
}

/// One voucher that the actor may know of.
///
/// # Errors
/// 403 for anyone but officers and enterprises, 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: VoucherId) -> Result<VoucherView, Problem> {
    permit(actor)?;
    let row =
        visible_vouchers(actor).filter(voucher::id.eq(id)).select(VoucherRow::as_select()).first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}
