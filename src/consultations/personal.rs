//! What `consultations` keeps of a person: the consultations in which the person took part, as references, and drafts.

use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::consultation_draft as draft;
use crate::web::room::{OnErasure, PersonalPart};
use diesel::prelude::*;

/// The parts.
pub const PARTS: &[PersonalPart] = &[PARTS_TAKEN, DRAFTS];

const PARTS_TAKEN: PersonalPart = PersonalPart {
    name: "consultations",
    zh: "参与的问诊",
    en: "consultations of the person",
    fields: &[
        ("subject", "主题", "Subject"),
        ("role", "身份", "Part"),
        ("joined_at", "加入时间", "Joined"),
        ("removed_at", "退出时间", "Left"),
        ("status", "状态", "State"),
        ("rating", "评价", "Rating"),
    ],
    rows: "
        SELECT c.id::text AS key, jsonb_build_object('id', c.id, 'subject', c.subject, 'role', p.role, 'joined_at', p.joined_at,
            'removed_at', p.removed_at, 'status', shown.status, 'rating', shown.rating, 'rated_at', shown.rated_at,
            'opened_by_the_person', c.opened_by = $1) AS data
        FROM consultation_participant p
        JOIN consultation c ON c.id = p.consultation_id
        -- Whoever left learns nothing of what came afterwards.
        LEFT JOIN consultation shown ON shown.id = c.id AND p.removed_at IS NULL
        WHERE p.account_id = $1 AND ($2::text IS NULL OR c.id > $2::uuid) ORDER BY c.id LIMIT $3",
    on_erasure: OnErasure::Kept(
        "办理问诊和案件所形成的记录，由主管部门依法留存：《个人信息保护法》第十三条第一款第三项、第四十七条第二款",
        "records of consultations and cases, which the regulator keeps by law: Personal Information Protection Law, art. 13 (1) no. 3 and art. 47 (2)",
    ),
};

const DRAFTS: PersonalPart = PersonalPart {
    name: "drafts",
    zh: "草稿",
    en: "drafts",
    fields: &[
        ("updated_at", "时间", "When"),
        ("consultation", "问诊", "Consultation"),
        ("body", "内容", "Text"),
    ],
    rows: "
        SELECT NULL::text AS key, jsonb_build_object('updated_at', updated_at, 'consultation', consultation_id, 'stream', stream, 'body', body) AS data
        FROM consultation_draft WHERE account_id = $1 AND $2::text IS NULL ORDER BY consultation_id, stream LIMIT $3",
    on_erasure: OnErasure::Erased(erase_drafts),
};

fn erase_drafts(tx: &mut Tx, account: AccountId) -> QueryResult<usize> {
    diesel::delete(draft::table.filter(draft::account_id.eq(account))).execute(&mut *tx.conn)
}
