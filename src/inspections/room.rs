//! What the `inspections` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise, Laboratory, Sampler};
use crate::db::grants::Rights;
use crate::inspections::mails::Mail;
use crate::inspections::policy::may_know;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::{api, files, global_search, pages, sweep};
use crate::settings::DeclaredSection;
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, Hidden, Roles};
use crate::web::room::{Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "inspections",
    tables: &[
        "inspection",
        "inspection_challenge",
        "inspection_event",
        "inspection_file",
        "inspection_finding",
        "inspection_item",
        "inspection_link",
        "inspection_past",
        "inspection_subject",
        "inspection_term",
    ],
    rights: &[
        ("inspection", Rights::Keep),
        ("inspection_event", Rights::Append),
        ("inspection_file", Rights::Append),
        ("inspection_finding", Rights::Keep),
        ("inspection_past", Rights::Append),
        ("inspection_subject", Rights::Keep),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin, Sampler, Laboratory]), "监督检查列表";
        api::mine, Roles(&[Enterprise]), "本企业的监督检查";
        api::register, Roles(&[Admin, Sampler, Laboratory]), "登记监督检查";
        api::one, ByPolicy(&[Admin, Enterprise, Sampler, Laboratory], may_know), "监督检查详情";
        api::record, ByPolicy(&[Admin, Enterprise, Sampler, Laboratory], may_know), "登记监督检查的步骤";
        api::name_kind, ByPolicy(&[Admin], may_know), "补充监督检查的产品种类";
    ],
    pages: pages![
        GET "/inspections" => pages::list::list, Roles(&[Admin]), Place::new(&[Admin], 83, "监督检查", "Inspections", "check");
        GET "/inspections/new" => pages::new::new, Roles(&[Admin]);
        GET "/inspections/{id}" => pages::one::one, ByPolicy(&[Admin, Enterprise, Sampler, Laboratory], may_know);
        GET "/inspections/{id}/events/{seq}/correct" => pages::correct::correct, ByPolicy(&[Admin, Sampler, Laboratory], may_know);
        GET "/my/inspections" => pages::mine::mine, Hidden(&[Enterprise]);
        GET "/lab" => pages::lab::lab, Hidden(&[Laboratory]), Place::new(&[Laboratory], 10, "检验任务", "Tests", "list").over(&["/inspections"]);
        GET "/sampling-tasks" => pages::tasks::tasks, Hidden(&[Sampler]), Place::new(&[Sampler], 10, "抽样任务", "Sampling", "list").over(&["/inspections"]);
    ],
    sees_attachment: Some(files::sees),
    audit: &[
        word("register_inspection", "登记监督检查", "registered an inspection"),
        word("name_product_kind", "补充监督检查的产品种类", "named the product kind of an inspection"),
        word("record_inspection_step", "登记监督检查的步骤", "entered a step of an inspection"),
    ],
    subjects: &[subject("inspection", "监督检查", "inspection", "/inspections/{id}")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<InspectionSettings>()],
    search: &[
        SearchSource {
            zh: "监督检查",
            en: "inspections",
            by_zh: "单位、产品、抽样单或报告编号",
            by_en: "Names, product, form or report",
            route: "/api/v1/inspections",
            page: "/inspections",
            parameter: "q",
        },
        SearchSource {
            zh: "本企业的监督检查",
            en: "inspections of one's enterprise",
            by_zh: "单位、产品、抽样单或报告编号",
            by_en: "Names, product, form or report",
            route: "/api/v1/my/inspections",
            page: "/my/inspections",
            parameter: "q",
        },
        SearchSource {
            zh: "检验任务",
            en: "samples to test",
            by_zh: "产品、抽样单或报告编号",
            by_en: "Product, form or report",
            route: "",
            page: "/lab",
            parameter: "q",
        },
        SearchSource {
            zh: "抽样任务",
            en: "sampling tasks",
            by_zh: "单位、产品或抽样单编号",
            by_en: "Operator, product or form",
            route: "",
            page: "/sampling-tasks",
            parameter: "q",
        },
    ],
    global_search: &[GlobalSearchSource {
        kind: "inspections",
        zh: "监督检查",
        en: "Inspections",
        roles: &[Admin, Enterprise, Laboratory, Sampler],
        find: global_search::find,
    }],
    jobs: &[sweep::JOB],
    ..Room::EMPTY
};
