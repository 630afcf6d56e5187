//! What `attachments` keeps of a person: the files that the person handed in.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[FILES];

const FILES: PersonalPart = PersonalPart {
    name: "files",
    zh: "上传的文件",
    en: "files of the person",
    fields: &[
        ("created_at", "时间", "When"),
        ("name", "文件名", "Name"),
        ("size", "字节数", "Bytes"),
        ("consultation", "问诊", "Consultation"),
        ("case", "案件", "Case"),
    ],
    rows: "
        SELECT id::text AS key, jsonb_build_object('id', id, 'created_at', created_at, 'name', name, 'content_type', content_type, 'size', size,
            'state', state, 'consultation', consultation_id, 'case', case_id) AS data
        FROM attachment WHERE owner_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
    on_erasure: OnErasure::Kept(
        "办理问诊和案件所形成的记录，由主管部门依法留存：《个人信息保护法》第十三条第一款第三项、第四十七条第二款",
        "records of consultations and cases, which the regulator keeps by law: Personal Information Protection Law, art. 13 (1) no. 3 and art. 47 (2)",
    ),
};
