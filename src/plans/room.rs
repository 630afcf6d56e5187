//! What the `plans` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::plans::mails::Mail;
use crate::plans::policy::may_know;
use crate::plans::{api, pages, pair_api, pair_page};
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of plans.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(matching_plan.name))"),
    ListOrder::new("region", "按地区", "by region", "matching_plan.region"),
    ListOrder::new("state", "按状态", "by state", "matching_plan.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "plans",
    tables: &["matching_plan", "matching_plan_by_hand", "matching_plan_line", "matching_plan_pairs"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::request, Roles(&[Admin]), "提交巡回问诊分派方案的计算";
        api::list, Roles(&[Admin]), "分派方案列表";
        api::plan, Roles(&[Admin]), "分派方案进度与结果";
        api::assignments, Roles(&[Admin]), "方案与现状逐企业对比";
        pair_api::options, Roles(&[Admin]), "方案中一家企业可改派的专家及分差";
        pair_api::change, Knowing(&[Admin], may_know), "手动调整方案中一家企业的安排";
        api::unserved, Roles(&[Admin]), "方案未能安排的企业及原因";
        api::experts, Roles(&[Admin]), "方案前后各专家的负荷";
        api::changes, Roles(&[Admin]), "方案算出以来的变更";
        api::pairs, Roles(&[Admin]), "导出方案的全部可派组合";
        api::apply, Knowing(&[Admin], may_know), "执行方案并邀请企业";
        api::discard, Knowing(&[Admin], may_know), "作废方案";
    ],
    pages: pages![
        GET "/plans" => pages::list, Roles(&[Admin]), Place::new(&[Admin], 61, "巡回方案", "Plans", "plan");
        GET "/plans/{id}" => pages::one, Roles(&[Admin]);
        GET "/plans/{id}/enterprises/{enterprise}" => pair_page::pair, Roles(&[Admin]);
    ],
    audit: &[
        word("request_plan", "提交方案计算", "requested a plan"),
        word("compute_plan", "完成方案计算", "computed a plan"),
        word("change_plan_pair", "手动调整方案安排", "changed a plan by hand"),
        word("apply_plan", "执行方案", "applied a plan"),
        word("discard_plan", "作废方案", "discarded a plan"),
    ],
    subjects: &[subject("matching_plan", "方案", "plan", "/plans/{id}")
        .named("SELECT id, name FROM matching_plan WHERE id = ANY ($1)")],
    jobs: &[crate::plans::run::JOB],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    search: &[
        SearchSource {
            zh: "方案",
            en: "plans",
            by_zh: "名称或提交人",
            by_en: "Name or who asked for it",
            route: "/api/v1/matching/plans",
            page: "/plans",
            parameter: "q",
        },
        SearchSource {
            zh: "方案明细",
            en: "lines of a plan",
            by_zh: "企业、信用代码或专家",
            by_en: "Enterprise, credit code or expert",
            route: "/api/v1/matching/plans/{id}/assignments",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "未安排的企业",
            en: "enterprises that a plan gives nobody",
            by_zh: "企业或信用代码",
            by_en: "Enterprise or credit code",
            route: "/api/v1/matching/plans/{id}/unserved",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "方案中的专家",
            en: "experts of a plan",
            by_zh: "姓名",
            by_en: "Name",
            route: "/api/v1/matching/plans/{id}/experts",
            page: "",
            parameter: "q",
        },
    ],
    orders: &[OrderedList { page: "/plans", orders: ORDERS }],
    ..Room::EMPTY
};
