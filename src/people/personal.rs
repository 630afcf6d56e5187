//! What `people` keeps of a person: the invitation that the account was made by.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[INVITATIONS];

const INVITATIONS: PersonalPart = PersonalPart {
    name: "invitations",
    zh: "开通账号的邀请",
    en: "invitation of the person",
    fields: &[
        ("name", "姓名", "Name"),
        ("email", "邮箱", "Mail address"),
        ("sent_at", "发送时间", "Sent"),
        ("decided_at", "接受时间", "Accepted"),
    ],
    rows: "
        SELECT NULL::text AS key, jsonb_build_object('name', name, 'email', email, 'role', role, 'region', region, 'title', title,
            'sent_at', sent_at, 'decided_at', decided_at, 'state', state) AS data
        FROM account_invitation WHERE account_id = $1 AND $2::text IS NULL ORDER BY id LIMIT $3",
    on_erasure: OnErasure::WithAccount,
};
