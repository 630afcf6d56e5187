//! What `saved_filters` keeps of a person.

use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::saved_filter;
use crate::web::room::{OnErasure, PersonalPart};
use diesel::prelude::*;

/// The parts.
pub const PARTS: &[PersonalPart] = &[FILTERS];

const FILTERS: PersonalPart = PersonalPart {
    name: "saved_filters",
    zh: "已保存的筛选",
    en: "saved filters",
    fields: &[
        ("name", "名称", "Name"),
        ("page", "页面", "Page"),
        ("query", "筛选条件", "Filter"),
        ("created_at", "时间", "When"),
    ],
    rows: "
        SELECT NULL::text AS key, jsonb_build_object('name', name, 'page', page, 'query', query, 'created_at', created_at) AS data
        FROM saved_filter WHERE account_id = $1 AND $2::text IS NULL ORDER BY id LIMIT $3",
    on_erasure: OnErasure::Erased(erase_filters),
};

fn erase_filters(tx: &mut Tx, account: AccountId) -> QueryResult<usize> {
    diesel::delete(saved_filter::table.filter(saved_filter::account_id.eq(account))).execute(&mut *tx.conn)
}
