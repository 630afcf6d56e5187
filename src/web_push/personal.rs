//! What `web_push` keeps of a person: the browsers that show notices.

use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::{push_message, push_subscription, push_waiting};
use crate::web::room::{OnErasure, PersonalPart};
use diesel::prelude::*;

/// The parts.
pub const PARTS: &[PersonalPart] = &[BROWSERS];

const BROWSERS: PersonalPart = PersonalPart {
    name: "browsers",
    zh: "接收提醒的浏览器",
    en: "browsers that show notices",
    fields: &[
        ("user_agent", "设备", "Device"),
        ("endpoint", "推送地址", "Endpoint"),
        ("created_at", "时间", "When"),
    ],
    rows: "
        SELECT id::text AS key, jsonb_build_object('user_agent', user_agent, 'endpoint', endpoint, 'created_at', created_at,
            'delivered_at', delivered_at) AS data
        FROM push_subscription WHERE account_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
    on_erasure: OnErasure::Erased(erase_browsers),
};

fn erase_browsers(tx: &mut Tx, account: AccountId) -> QueryResult<usize> {
    diesel::delete(push_message::table.filter(push_message::account_id.eq(account)))
        .execute(&mut *tx.conn)?;
    diesel::delete(push_waiting::table.filter(push_waiting::account_id.eq(account)))
        .execute(&mut *tx.conn)?;
    let browsers = push_subscription::table.filter(push_subscription::account_id.eq(account));
    diesel::delete(browsers).execute(&mut *tx.conn)
}
