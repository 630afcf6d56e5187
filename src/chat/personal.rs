//! What `chat` keeps of a person: what the person wrote.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[MESSAGES];

const MESSAGES: PersonalPart = PersonalPart {
    name: "messages",
    zh: "本人发送的消息",
    en: "messages of the person",
    fields: &[
        ("sent_at", "时间", "When"),
        ("consultation", "问诊", "Consultation"),
        ("stream", "类别", "Kind"),
        ("body", "内容", "Text"),
    ],
    rows: "
        SELECT m.client_id::text AS key, jsonb_build_object('sent_at', m.sent_at, 'consultation', m.consultation_id, 'stream', m.stream,
            'seq', m.seq, 'kind', m.kind, 'body', CASE WHEN r.seq IS NULL THEN m.body ELSE '' END, 'attachments', m.attachments) AS data
        FROM chat_message m
        LEFT JOIN chat_retraction r ON r.consultation_id = m.consultation_id AND r.stream = m.stream AND r.seq = m.seq
        WHERE m.sender_id = $1 AND ($2::text IS NULL OR m.client_id > $2::uuid) ORDER BY m.client_id LIMIT $3",
    on_erasure: OnErasure::Kept(
        "办理问诊和案件所形成的记录，由主管部门依法留存：《个人信息保护法》第十三条第一款第三项、第四十七条第二款",
        "records of consultations and cases, which the regulator keeps by law: Personal Information Protection Law, art. 13 (1) no. 3 and art. 47 (2)",
    ),
};
