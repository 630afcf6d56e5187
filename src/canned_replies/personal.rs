//! What `canned_replies` keeps of a person: the own ones.

use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::canned_reply;
use crate::web::room::{OnErasure, PersonalPart};
use diesel::prelude::*;

/// The parts.
pub const PARTS: &[PersonalPart] = &[REPLIES];

const REPLIES: PersonalPart = PersonalPart {
    name: "canned_replies",
    zh: "本人的常用语",
    en: "canned replies of the person",
    fields: &[
        ("title", "标题", "Title"),
        ("body", "内容", "Text"),
        ("updated_at", "时间", "When"),
    ],
    rows: "
        SELECT id::text AS key, jsonb_build_object('title', title, 'body', body, 'created_at', created_at, 'updated_at', updated_at) AS data
        FROM canned_reply WHERE account_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
    on_erasure: OnErasure::Erased(erase_replies),
};

fn erase_replies(tx: &mut Tx, account: AccountId) -> QueryResult<usize> {
    diesel::delete(canned_reply::table.filter(canned_reply::account_id.eq(account))).execute(&mut *tx.conn)
}
