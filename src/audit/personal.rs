//! What the audit has of a person: what the person did, and what was done to the account. The details are those of what is about the account
//! itself; of other things they may name other people.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[ENTRIES];

const ENTRIES: PersonalPart = PersonalPart {
    name: "audit",
    zh: "审计记录",
    en: "audit",
    fields: &[
        ("at", "时间", "When"),
        ("action", "操作事项", "Action"),
        ("subject_type", "操作对象", "Object"),
        ("own", "是否本人操作", "By the person"),
    ],
    rows: "
        SELECT id::text AS key, jsonb_build_object('at', at, 'action', action, 'subject_type', subject_type, 'subject_id', subject_id,
            'region', region, 'own', actor_id IS NOT DISTINCT FROM $1,
            'details', CASE WHEN subject_id = $1 THEN data END) AS data
        FROM published.audit_entry
        WHERE (actor_id = $1 OR subject_id = $1) AND ($2::text IS NULL OR id > $2::bigint) ORDER BY id LIMIT $3",
    on_erasure: OnErasure::Kept(
        "审计记录前后相连，依法留存，不能单独删除：《网络安全法》关于网络日志留存的规定，《个人信息保护法》第四十七条第二款",
        "entries of the audit are chained and kept by law, and none can be removed alone: Cybersecurity Law, and Personal Information Protection Law, art. 47 (2)",
    ),
};
