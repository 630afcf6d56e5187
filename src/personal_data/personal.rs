//! What `personal_data` keeps of a person: what the person asked for.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[REQUESTS];

const REQUESTS: PersonalPart = PersonalPart {
    name: "requests",
    zh: "个人信息请求",
    en: "requests about personal data",
    fields: &[
        ("created_at", "时间", "When"),
        ("kind", "事项", "Request"),
        ("state", "状态", "State"),
        ("text", "说明", "Text"),
        ("reason", "答复理由", "Reason"),
    ],
    rows: "
        SELECT id::text AS key, jsonb_build_object('id', id, 'created_at', created_at, 'kind', kind, 'state', state, 'text', text,
            'due_on', due_on, 'decided_at', decided_at, 'reason', reason) AS data
        FROM personal_request WHERE account_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
    on_erasure: OnErasure::Kept(
        "请求及其答复须能说明，依法留存：《个人信息保护法》第五十条、第五十四条",
        "requests and their answers have to be shown to whoever supervises: Personal Information Protection Law, arts. 50 and 54",
    ),
};
