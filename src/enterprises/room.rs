//! What the `enterprises` domain declares of itself.

use crate::core::actor::Role::{Admin, Operator};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::enterprises::mails::Mail;
use crate::enterprises::settings::ClaimSettings;
use crate::enterprises::{
    admission_api, admission_pages, admissions, api, claims, housekeeping, pages, policy,
};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of codes let in.
const ADMISSION_ORDERS: &[ListOrder] = &[
    ListOrder::new("code", "按代码", "by code", "uscc_admission.uscc"),
    ListOrder::new("region", "按地区", "by region", "uscc_admission.region"),
    ListOrder::new(
        "withdrawn",
        "最近收回在前",
        "last withdrawn first",
        "uscc_admission.withdrawn_at DESC NULLS LAST",
    ),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "enterprises",
    tables: &["enterprise", "enterprise_past", "enterprise_registration", "nonconformity", "uscc_admission"],
    rights: &[
        ("enterprise", Rights::Keep),
        ("enterprise_past", Rights::Append),
        ("nonconformity", Rights::Keep),
        ("uscc_admission", Rights::Keep),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::register, Public, "企业认领账号";
        api::inspect, Public, "查看一次性链接所对应的认领";
        api::confirm, Public, "凭一次性链接设置用户名和密码";
        api::decline, Public, "凭一次性链接否认认领";
        api::list, Roles(&[Admin, Operator]), "认领申请列表";
        api::approve, Knowing(&[Admin, Operator], claims::may_know), "通过认领申请";
        api::reject, Knowing(&[Admin, Operator], claims::may_know), "驳回认领申请";
        api::correct_contact, Knowing(&[Admin], policy::may_know), "更正企业联系信息";
        admission_api::admit, Roles(&[Admin]), "放行不符合规则的信用代码";
        admission_api::list, Roles(&[Admin, Operator]), "放行的信用代码列表";
        admission_api::admission, Roles(&[Admin, Operator]), "放行的信用代码";
        admission_api::withdraw, Knowing(&[Admin], admissions::may_know), "撤销信用代码的放行";
    ],
    pages: pages![
        GET "/register" => pages::register, Public;
        GET "/claim" => pages::claim, Public;
        GET "/uscc-admissions" => admission_pages::list, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 105, "放行代码", "Admitted codes", "check");
    ],
    audit: &[
        word("register_enterprise", "企业认领账号", "claimed an account"),
        word("displace_registration", "移除较早的认领", "removed an older claim"),
        word("correct_contact", "更正企业联系信息", "corrected how an enterprise is reached"),
        word("claim_account", "开通认领的账号", "opened a claimed account"),
        word("approve_registration", "通过认领", "approved a claim"),
        word("decline_registration", "企业否认认领", "said that a claim was not theirs"),
        word("reject_registration", "驳回认领", "rejected a claim"),
        word("admit_uscc", "放行信用代码", "let a credit code in"),
        word("withdraw_uscc_admission", "撤销信用代码的放行", "withdrew the admission of a credit code"),
    ],
    subjects: &[
        subject("enterprise", "企业", "enterprise", "/enterprises/{id}").named("SELECT id, name FROM enterprise WHERE id = ANY ($1)"),
        subject("enterprise_registration", "认领", "claim", "").named("SELECT r.id, e.name FROM enterprise_registration r JOIN enterprise e ON e.id = r.enterprise_id WHERE r.id = ANY ($1)"),
        subject("uscc_admission", "放行的信用代码", "admitted credit code", "").named("SELECT id, uscc AS name FROM uscc_admission WHERE id = ANY ($1)"),
    ],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    search: &[
        SearchSource {
            zh: "认领申请",
            en: "claims",
            by_zh: "企业、信用代码或联系人",
            by_en: "Enterprise, credit code or contact",
            route: "/api/v1/enterprise-registrations",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "放行的代码",
            en: "admitted credit codes",
            by_zh: "信用代码",
            by_en: "Credit code",
            route: "/api/v1/uscc-admissions",
            page: "/uscc-admissions",
            parameter: "q",
        },
    ],
    jobs: &[housekeeping::JOB],
    orders: &[OrderedList { page: "/uscc-admissions", orders: ADMISSION_ORDERS }],
    metrics: Some(admissions::metrics),
    settings: &[DeclaredSection::of::<ClaimSettings>()],
    ..Room::EMPTY
};
