//! What the `experts` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Expert, Operator};
use crate::core::page::ListOrder;
use crate::experts::mails::Mail;
use crate::experts::policy::may_know;
use crate::experts::settings::ApplicationSettings;
use crate::experts::specialty_queries::may_know as may_know_change;
use crate::experts::{
    api, certificate_api, certificates, global_search, housekeeping, pages, specialty_api, suspension,
};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Knowing, LoggedIn, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of experts.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("oldest", "最早申请在前", "oldest application first", "expert.applied_at"),
    ListOrder::new("name", "按姓名（拼音）", "by name", "expert.search_readings"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "experts",
    tables: &[
        "expert",
        "expert_application",
        "expert_specialty",
        "expert_region",
        "expert_conflict",
        "expert_signed_report",
        "expert_refusal",
        "expert_shift",
        "expert_specialty_change",
        "expert_suspension",
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::apply, Public, "专家申请入驻";
        api::inspect, Public, "查看一次性链接所对应的专家申请";
        api::confirm, Public, "凭一次性链接设置用户名和密码并提交专家申请";
        api::decline, Public, "凭一次性链接否认专家申请";
        certificate_api::add, Public, "上传申请的证书";
        certificate_api::remove, Public, "移除申请的证书";
        api::applications, Roles(&[Admin, Operator]), "专家申请列表";
        api::application, Roles(&[Admin, Operator]), "专家申请详情";
        api::approve, Knowing(&[Admin, Operator], may_know), "通过专家申请";
        api::reject, Knowing(&[Admin, Operator], may_know), "驳回专家申请";
        api::list, LoggedIn, "专家列表";
        api::availability, Roles(&[Expert]), "设置是否接诊";
        api::specialties, Roles(&[Expert]), "设置专长";
        api::my_duty, Roles(&[Expert]), "设置值班表";
        api::my_conflict, Roles(&[Expert]), "申报回避事项";
        api::expert, LoggedIn, "专家详情";
        api::duty, ByPolicy(&[Expert, Admin, Operator], may_know), "设置专家值班表";
        api::capacity, ByPolicy(&[Admin, Operator], may_know), "调整专家的承接数量";
        api::regions, ByPolicy(&[Admin, Operator], may_know), "调整专家的服务地区";
        api::lift_suspension, ByPolicy(&[Admin, Operator], may_know), "恢复专家接诊资格";
        specialty_api::list, Roles(&[Expert, Admin, Operator]), "专长变更列表";
        specialty_api::approve, ByPolicy(&[Admin, Operator], may_know_change), "通过专长变更";
        specialty_api::reject, ByPolicy(&[Admin, Operator], may_know_change), "驳回专长变更";
        specialty_api::withdraw, ByPolicy(&[Expert], may_know_change), "撤回专长变更";
        api::conflict, ByPolicy(&[Expert, Admin], may_know), "登记专家回避事项";
        api::withdraw_conflict, ByPolicy(&[Admin], may_know), "撤销专家回避事项";
    ],
    pages: pages![
        GET "/vetting" => pages::vetting::page, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 103, "审核", "Vetting", "check");
        GET "/vetting/{id}" => pages::application::page, Roles(&[Admin, Operator]);
        GET "/apply" => pages::apply::page, Public;
        GET "/apply/confirm" => pages::apply::confirm, Public;
    ],
    audit: &[
        word("request_application", "填报专家申请（邮箱待确认）", "filled in an expert's application"),
        word("decline_application", "否认专家申请", "declined an application as not theirs"),
        word("apply_as_expert", "专家申请", "applied as an expert"),
        word("approve_expert", "通过专家申请", "approved an expert"),
        word("reject_expert", "驳回专家申请", "rejected an expert"),
        word("set_availability", "设置接诊与休假", "set availability"),
        word("set_specialties", "设置专长", "set specialties"),
        word("set_duty", "设置值班表", "set a duty rota"),
        word("add_certificate", "上传证书", "uploaded a certificate"),
        word("remove_certificate", "移除证书", "removed a certificate"),
        word("approve_specialty", "通过专长变更", "approved a specialty"),
        word("reject_specialty", "驳回专长变更", "rejected a specialty"),
        word("withdraw_specialty", "撤回专长变更", "took a proposed specialty back"),
        word("set_regions", "调整服务地区", "set the regions of an expert"),
        word("lift_suspension", "恢复接诊资格", "lifted a suspension"),
        word("end_suspensions", "暂停期满，恢复接诊资格", "a suspension ended"),
        word("set_capacity", "调整承接数量", "set a capacity"),
        word("record_conflict", "登记回避事项", "recorded a conflict of interest"),
        word("withdraw_conflict", "撤销回避事项", "withdrew a conflict of interest"),
    ],
    subjects: &[
        subject("expert", "专家", "expert", "/experts/{id}")
            .named("SELECT id, name FROM expert WHERE id = ANY ($1)"),
        subject("expert_application", "邮箱待确认的专家申请", "application without a proved mailbox", ""),
    ],
    sees_attachment: Some(certificates::sees),
    jobs: &[housekeeping::JOB, suspension::JOB],
    settings: &[DeclaredSection::of::<ApplicationSettings>()],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    search: &[
        SearchSource {
            zh: "专家",
            en: "experts",
            by_zh: "姓名或职称",
            by_en: "Name or title",
            route: "/api/v1/experts",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "专家申请",
            en: "applications of experts",
            by_zh: "姓名或职称",
            by_en: "Name or title",
            route: "/api/v1/expert-applications",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "审核",
            en: "vetting",
            by_zh: "专家、企业、信用代码或联系人",
            by_en: "Expert, enterprise, credit code or contact",
            route: "",
            page: "/vetting",
            parameter: "q",
        },
    ],
    orders: &[OrderedList { page: "/vetting", orders: ORDERS }],
    global_search: &[GlobalSearchSource {
        kind: "people",
        zh: "人员",
        en: "People",
        roles: &[Enterprise, Expert],
        find: global_search::find,
    }],
    personal: crate::experts::personal::PARTS,
    ..Room::EMPTY
};
