//! What `remediation` keeps of a person: the steps of cases that the person entered, as references.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[STEPS];

const STEPS: PersonalPart = PersonalPart {
    name: "case_steps",
    zh: "录入的案件事项",
    en: "steps of cases entered by the person",
    fields: &[
        ("recorded_at", "时间", "When"),
        ("case", "案件", "Case"),
        ("event", "事项", "Step"),
        ("occurred_on", "发生日期", "Day"),
    ],
    rows: "
        SELECT case_id || ' ' || seq AS key, jsonb_build_object('case', case_id, 'seq', seq, 'event', event, 'occurred_on', occurred_on,
            'recorded_at', recorded_at) AS data
        FROM case_event WHERE actor_id = $1 AND ($2::text IS NULL OR case_id || ' ' || seq > $2) ORDER BY 1 LIMIT $3",
    on_erasure: OnErasure::Kept(
        "办理问诊和案件所形成的记录，由主管部门依法留存：《个人信息保护法》第十三条第一款第三项、第四十七条第二款",
        "records of consultations and cases, which the regulator keeps by law: Personal Information Protection Law, art. 13 (1) no. 3 and art. 47 (2)",
    ),
};
