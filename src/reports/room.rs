//! What the `reports` domain declares of itself.

use crate::core::actor::Role::{Admin, Operator};
use crate::core::key_scope::KeyScope;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::reports::{api, pages};
use crate::web::room::Access::Roles;
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of experts.
const EXPERT_ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按姓名（拼音）", "by name", "expert.search_readings"),
    ListOrder::new("open", "在办最多在前", "most open consultations first", "expert.open_count DESC"),
    ListOrder::new(
        "rating",
        "评分最高在前",
        "best rated first",
        "(expert.rating_sum::numeric / nullif(expert.rating_count, 0)) DESC NULLS LAST",
    ),
    ListOrder::new(
        "passed",
        "复查通过率最高在前",
        "best re-inspection rate first",
        "(expert.passed_first::numeric / nullif(expert.reinspected, 0)) DESC NULLS LAST",
    ),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "reports",
    tables: &["enterprise_figure", "region_figure", "figure_stale", "past_day", "published_figure"],
    rights: &[("published_figure", Rights::Append)],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::overview, Roles(&[Admin, Operator]), "总览", KeyScope::ReportsRead;
        api::zero_out_rate, Roles(&[Admin, Operator]), "清零率", KeyScope::ReportsRead;
        api::funnel, Roles(&[Admin, Operator]), "清零进程", KeyScope::ReportsRead;
        api::experts, Roles(&[Admin, Operator]), "专家工作量";
        api::deadlines, Roles(&[Admin, Operator]), "法定期限", KeyScope::ReportsRead;
        api::published, Roles(&[Admin, Operator]), "已公布的数据", KeyScope::ReportsRead;
        api::publish, Roles(&[Admin]), "登记已公布的数据";
        api::deadline_days, Roles(&[Admin, Operator]), "逐日法定期限", KeyScope::ReportsRead;
    ],
    pages: pages![
        GET "/progress" => pages::progress::page, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 20, "进度", "Progress", "chart");
        GET "/published-figures" => pages::published::page, Roles(&[Admin, Operator]);
        GET "/experts" => pages::experts::list, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 58, "专家", "Experts", "people");
        GET "/experts/{id}" => pages::experts::one, Roles(&[Admin, Operator]);
    ],
    audit: &[word("publish_figures", "登记已公布的数据", "entered published figures")],
    subjects: &[subject("published_figure", "已公布的数据", "published figures", "/published-figures")],
    jobs: &[crate::reports::kept_figures::JOB],
    search: &[SearchSource {
        zh: "专家工作量",
        en: "experts with their workload",
        by_zh: "姓名",
        by_en: "Name",
        route: "",
        page: "/experts",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/experts", orders: EXPERT_ORDERS }],
    ..Room::EMPTY
};
