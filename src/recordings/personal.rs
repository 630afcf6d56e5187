//! What `recordings` keeps of a person: what the person recorded, entered of the custody of samples, and looked at.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[RECORDED, VIEWS];

const ON_ERASURE: OnErasure = OnErasure::Kept(
    "抽样取证和样品保管的记录，由主管部门依法留存：《个人信息保护法》第十三条第一款第三项、第四十七条第二款",
    "records of sampling and of the custody of samples, which the regulator keeps by law: Personal Information Protection Law, art. 13 (1) no. 3 and art. 47 (2)",
);

const RECORDED: PersonalPart = PersonalPart {
    name: "recordings",
    zh: "抽样录制和样品保管记录",
    en: "recordings and custody",
    fields: &[("at", "时间", "When"), ("inspection", "检查", "Inspection"), ("what", "内容", "What")],
    rows: "
        SELECT key, data FROM (
            SELECT 'r' || id AS key, jsonb_build_object('at', began_at, 'inspection', inspection_id, 'what', 'recording', 'device', device_id) AS data
            FROM recording WHERE began_by = $1
            UNION ALL
            SELECT 'e' || id, jsonb_build_object('at', named_at, 'inspection', inspection_id, 'what', 'external recording')
            FROM recording_external WHERE named_by = $1
            UNION ALL
            SELECT 'x' || id, jsonb_build_object('at', ended_at, 'inspection', inspection_id, 'what', 'external recording taken back')
            FROM recording_external WHERE ended_by = $1
            UNION ALL
            SELECT 's' || id, jsonb_build_object('at', recorded_at, 'inspection', inspection_id, 'what', coalesce(step, 'annul'))
            FROM sample_custody WHERE recorded_by = $1) AS own
        WHERE $2::text IS NULL OR key > $2 ORDER BY key LIMIT $3",
    on_erasure: ON_ERASURE,
};

const VIEWS: PersonalPart = PersonalPart {
    name: "recording_views",
    zh: "查看抽样录像的记录",
    en: "views of recordings",
    fields: &[("at", "时间", "When"), ("inspection", "检查", "Inspection"), ("reason", "原因", "Reason")],
    rows: "
        SELECT id::text AS key, jsonb_build_object('at', at, 'inspection', inspection_id, 'reason', reason) AS data
        FROM recording_view WHERE account_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
    on_erasure: ON_ERASURE,
};
