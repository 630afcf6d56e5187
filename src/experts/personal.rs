//! What `experts` keeps of a person: the profile of an expert.

use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::web::room::{OnErasure, PersonalPart};
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};

/// The parts.
pub const PARTS: &[PersonalPart] = &[PROFILE];

const PROFILE: PersonalPart = PersonalPart {
    name: "expert",
    zh: "专家资料",
    en: "profile of the expert",
    fields: &[
        ("name", "姓名", "Name"),
        ("title", "职称", "Title"),
        ("employer", "单位", "Employer"),
        ("email", "邮箱", "Mail address"),
        ("phone", "电话", "Telephone"),
        ("languages", "语言", "Languages"),
        ("capacity", "同时承接", "Consultations at once"),
        ("vetting", "审核状态", "Vetting"),
        ("applied_at", "申请时间", "Applied"),
    ],
    rows: "
        SELECT NULL::text AS key, jsonb_build_object('name', e.name, 'title', e.title, 'employer', e.employer, 'email', e.email, 'phone', e.phone,
            'hospital', e.hospital, 'languages', e.languages, 'capacity', e.capacity, 'vetting', e.vetting, 'vetting_reason', e.vetting_reason,
            'applied_at', e.applied_at, 'leave_from', e.leave_from, 'leave_to', e.leave_to,
            'ratings', jsonb_build_object('count', e.rating_count, 'sum', e.rating_sum),
            'specialties', (SELECT jsonb_agg(jsonb_build_object('product_kind', s.product_kind, 'product_class', s.product_class,
                'level', s.level, 'items', s.items) ORDER BY s.ordinal) FROM expert_specialty s WHERE s.expert_id = e.id)) AS data
        FROM expert e
        JOIN published.account a ON a.expert_id = e.id
        WHERE a.id = $1 AND $2::text IS NULL LIMIT $3",
    on_erasure: OnErasure::Erased(erase_profile),
};

/// Name, employer and addresses go; classes and outcomes stay with the consultations.
fn erase_profile(tx: &mut Tx, account: AccountId) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE expert e SET name = '已注销用户 ' || upper(right(a.id::text, 6)), email = 'erased-' || a.id || '@erased.invalid',
             phone = NULL, employer = NULL, updated_at = $2
         FROM published.account a WHERE a.id = $1 AND a.expert_id = e.id",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(tx.now)
    .execute(&mut *tx.conn)
}
