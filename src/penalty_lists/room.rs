//! What the `penalty_lists` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::penalty_lists::api::{lists, penalties};
use crate::penalty_lists::settings::PenaltyListSettings;
use crate::penalty_lists::{checked, execute, pages, policy, register};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of penalty lists.
const LIST_ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按文件名（拼音）",
        "by file name",
        "search_readings(search_fold(penalty_list.file_name))",
    ),
    ListOrder::new("rows", "行数最多在前", "most rows first", "penalty_list.rows DESC"),
    ListOrder::new("rejected", "未通过最多在前", "most rejected first", "penalty_list.rejected DESC"),
    ListOrder::new("state", "按状态", "by state", "penalty_list.state"),
];

/// The orders of the list of penalties.
const PENALTY_ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按当事人（拼音）",
        "by party",
        "search_readings(search_fold(penalty.party_name))",
    ),
    ListOrder::new("decided", "处罚决定日期最近在前", "latest decision first", "penalty.decided_on DESC"),
    ListOrder::new("state", "按状态", "by state", "penalty.state"),
];

/// The orders of the list of what is to be decided.
const QUESTION_ORDERS: &[ListOrder] = &[
    ListOrder::new("reason", "按原因", "by reason", "penalty_question.reason"),
    ListOrder::new("state", "按状态", "by state", "penalty_question.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "penalty_lists",
    tables: &[
        "penalty",
        "penalty_event",
        "penalty_list",
        "penalty_list_rejection",
        "penalty_list_row",
        "penalty_question",
    ],
    rights: &[
        ("penalty", Rights::Keep),
        ("penalty_event", Rights::Append),
        ("penalty_list_row", Rights::Append),
        ("penalty_question", Rights::Keep),
    ],
    routes: routes![
        lists::import, Roles(&[Admin]), "导入处罚名单";
        lists::lists, Roles(&[Admin]), "处罚名单导入记录";
        lists::template_of, Roles(&[Admin]), "下载处罚名单模板";
        lists::list_of, Roles(&[Admin]), "处罚名单导入进度与结果";
        lists::import_checked, Knowing(&[Admin], policy::may_know), "导入已检查的处罚名单";
        lists::rejections_of, Roles(&[Admin]), "处罚名单被拒的行";
        lists::withdraw, Knowing(&[Admin], policy::may_know), "整批撤回处罚名单";
        lists::standing, Roles(&[Admin]), "不能撤回的处罚";
        penalties::penalties, Roles(&[Admin]), "行政处罚列表";
        penalties::penalty, Roles(&[Admin]), "行政处罚详情";
        penalties::annul, Knowing(&[Admin], policy::may_know_penalty), "登记处罚撤销";
        penalties::join, Knowing(&[Admin], policy::may_know_penalty), "处罚关联抽查";
        penalties::questions, Roles(&[Admin]), "待确认的处罚";
        penalties::decide, Knowing(&[Admin], policy::may_know_question), "确认处罚的当事人或违法行为";
    ],
    pages: pages![
        GET "/penalty-lists" => pages::lists::lists, Roles(&[Admin]), Place::new(&[Admin], 102, "处罚名单", "Penalty lists", "upload");
        GET "/penalty-lists/penalties" => pages::penalties::list, Roles(&[Admin]);
        GET "/penalty-lists/penalties/{id}" => pages::penalty::one, Roles(&[Admin]);
        GET "/penalty-lists/questions" => pages::questions::list, Roles(&[Admin]);
        GET "/penalty-lists/{id}" => pages::list::one, Roles(&[Admin]);
        GET "/penalty-lists/{id}/withdraw" => pages::withdraw::withdraw, Roles(&[Admin]);
    ],
    audit: &[
        word("request_penalty_list", "提交处罚名单", "asked for the import of a penalty list"),
        word("import_checked_penalties", "导入已检查的处罚名单", "asked to import a checked penalty list"),
        word("run_penalty_list", "导入处罚名单", "imported a penalty list"),
        word("withdraw_penalty_list", "撤回处罚名单", "withdrew a penalty list"),
        word(
            "decide_penalty_question",
            "确认处罚的当事人或违法行为",
            "decided whom a penalty is against or what it is",
        ),
        word("annul_penalty", "登记处罚撤销", "entered that a penalty was annulled"),
        word("join_penalty", "处罚关联抽查", "joined a penalty to an inspection"),
    ],
    subjects: &[
        subject("penalty_list", "处罚名单", "penalty list", "/penalty-lists/{id}"),
        subject("penalty", "行政处罚", "penalty", "/penalty-lists/penalties/{id}"),
    ],
    jobs: &[execute::JOB, checked::JOB, register::JOB],
    settings: &[DeclaredSection::of::<PenaltyListSettings>()],
    search: &[
        SearchSource {
            zh: "处罚名单",
            en: "penalty lists",
            by_zh: "文件名或提交人",
            by_en: "File name or who sent it",
            route: "/api/v1/conduct/imports",
            page: "/penalty-lists",
            parameter: "q",
        },
        SearchSource {
            zh: "行政处罚",
            en: "penalties",
            by_zh: "文号、当事人、违法行为或处罚机关",
            by_en: "Number, party, act or authority",
            route: "/api/v1/conduct/penalties",
            page: "/penalty-lists/penalties",
            parameter: "q",
        },
        SearchSource {
            zh: "待确认的处罚",
            en: "penalties to be decided",
            by_zh: "当事人、文号、违法行为或企业",
            by_en: "Party, number, act or enterprise",
            route: "/api/v1/conduct/questions",
            page: "/penalty-lists/questions",
            parameter: "q",
        },
    ],
    orders: &[
        OrderedList { page: "/penalty-lists", orders: LIST_ORDERS },
        OrderedList { page: "/penalty-lists/penalties", orders: PENALTY_ORDERS },
        OrderedList { page: "/penalty-lists/questions", orders: QUESTION_ORDERS },
    ],
    ..Room::EMPTY
};
