//! What the `sampling_lists` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::key_scope::KeyScope;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::sampling_lists::settings::SamplingListSettings;
use crate::sampling_lists::{api, checked, pages, policy, run};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of sampling lists.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按文件名（拼音）",
        "by file name",
        "search_readings(search_fold(sampling_list.file_name))",
    ),
    ListOrder::new("rows", "行数最多在前", "most rows first", "sampling_list.rows DESC"),
    ListOrder::new("rejected", "未通过最多在前", "most rejected first", "sampling_list.rejected DESC"),
    ListOrder::new("state", "按状态", "by state", "sampling_list.state"),
];

/// The orders of the list of proposals.
const PROPOSAL_ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按企业名称（拼音）",
        "by name",
        "search_readings(search_fold(sampling_list_proposal.name))",
    ),
    ListOrder::new("state", "按状态", "by state", "sampling_list_proposal.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "sampling_lists",
    tables: &["sampling_list", "sampling_list_proposal", "sampling_list_rejection", "sampling_list_row"],
    rights: &[("sampling_list_proposal", Rights::Keep), ("sampling_list_row", Rights::Append)],
    routes: routes![
        api::import, Roles(&[Admin]), "导入抽样名单", KeyScope::InspectionsReport;
        api::lists, Roles(&[Admin]), "抽样名单导入记录", KeyScope::InspectionsReport;
        api::template_of, Roles(&[Admin]), "下载抽样名单模板";
        api::list_of, Roles(&[Admin]), "抽样名单导入进度与结果", KeyScope::InspectionsReport;
        api::import_checked, Knowing(&[Admin], policy::may_know), "导入已检查的抽样名单";
        api::rejections_of, Roles(&[Admin]), "抽样名单被拒的行", KeyScope::InspectionsReport;
        api::samples_of, Roles(&[Admin]), "抽样名单导入的批次", KeyScope::InspectionsReport;
        api::withdraw, Knowing(&[Admin], policy::may_know), "整批撤回抽样名单";
        api::standing, Roles(&[Admin]), "不能撤回的批次";
        api::proposals, Roles(&[Admin]), "企业匹配建议";
        api::decide, Knowing(&[Admin], policy::may_know_proposal), "处理企业匹配建议";
        api::take_reports, Roles(&[Admin]), "提交检验报告", KeyScope::InspectionsReport;
    ],
    pages: pages![
        GET "/sampling-lists" => pages::lists::lists, Roles(&[Admin]), Place::new(&[Admin], 101, "抽样名单", "Sampling lists", "upload");
        GET "/sampling-lists/proposals" => pages::proposals::list, Roles(&[Admin]);
        GET "/sampling-lists/{id}" => pages::list::one, Roles(&[Admin]);
        GET "/sampling-lists/{id}/samples" => pages::samples::list, Roles(&[Admin]);
        GET "/sampling-lists/{id}/withdraw" => pages::withdraw::withdraw, Roles(&[Admin]);
    ],
    audit: &[
        word("request_sampling_list", "提交抽样名单", "asked for the import of a sampling list"),
        word("import_checked_list", "导入已检查的抽样名单", "asked to import a checked list of samples"),
        word("run_sampling_list", "导入抽样名单", "imported a sampling list"),
        word("take_reports", "提交检验报告", "handed over reports of a laboratory"),
        word("decide_proposal", "处理企业匹配建议", "decided which enterprise a list names"),
        word("withdraw_sampling_list", "撤回抽样名单", "withdrew a sampling list"),
    ],
    subjects: &[subject("sampling_list", "抽样名单", "sampling list", "/sampling-lists/{id}")],
    jobs: &[run::JOB, checked::JOB],
    settings: &[DeclaredSection::of::<SamplingListSettings>()],
    search: &[
        SearchSource {
            zh: "抽样名单",
            en: "sampling lists",
            by_zh: "文件名或提交人",
            by_en: "File name or who sent it",
            route: "/api/v1/inspections/imports",
            page: "/sampling-lists",
            parameter: "q",
        },
        SearchSource {
            zh: "企业匹配建议",
            en: "proposed enterprises",
            by_zh: "名称、信用代码或抽样单编号",
            by_en: "Name, credit code or form",
            route: "/api/v1/inspections/proposals",
            page: "/sampling-lists/proposals",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/sampling-lists", orders: ORDERS },
        OrderedList { page: "/sampling-lists/proposals", orders: PROPOSAL_ORDERS },
    ],
    ..Room::EMPTY
};
