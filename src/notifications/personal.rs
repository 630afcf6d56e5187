//! What `notifications` keeps of a person: the mails to their address, as far as they are kept. They went to that person, so their texts are
//! the person's own, whoever is named in them. Addresses of pages are left out: some let whoever has them in.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[MAILS];

const MAILS: PersonalPart = PersonalPart {
    name: "mails",
    zh: "发送给本人的邮件",
    en: "mails to the person",
    fields: &[
        ("kind", "类别", "Kind"),
        ("subject", "主题", "Subject"),
        ("recipient", "收件地址", "Address"),
        ("state", "状态", "State"),
        ("created_at", "时间", "When"),
        ("sent_at", "发送时间", "Sent"),
    ],
    rows: "
        SELECT id::text AS key, jsonb_build_object('kind', template, 'recipient', recipient, 'state', state, 'created_at', created_at,
            'sent_at', sent_at, 'subject', subject, 'text', regexp_replace(body, 'https?://[^[:space:]]+', '…', 'g')) AS data
        FROM outbox_mail WHERE recipient = $4 AND $4 <> '' AND $1 IS NOT NULL AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
    on_erasure: OnErasure::Kept(
        "网络日志留存不少于六个月：《网络安全法》关于网络日志留存的规定，《个人信息保护法》第四十七条第二款",
        "network logs are kept for six months at least: Cybersecurity Law, and Personal Information Protection Law, art. 47 (2)",
    ),
};
