//! What the `retention` domain declares of itself.

use crate::core::actor::Role::{Admin, Operator};
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::retention::queries::may_know;
use crate::retention::settings::RetentionSettings;
use crate::retention::{api, pages};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of holds.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("until", "最早到期在前", "first to end first", "retention_hold.until_day ASC NULLS LAST"),
    ListOrder::new(
        "enterprise",
        "按企业名称（拼音）",
        "by enterprise",
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = retention_hold.enterprise_id)",
    ),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "retention",
    tables: &["retention_hold", "retention_run"],
    rights: &[("retention_hold", Rights::Keep), ("retention_run", Rights::Keep)],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::preview_all, Roles(&[Admin, Operator]), "预览到期清除的数据";
        api::runs, Roles(&[Admin, Operator]), "清除记录";
        api::holds, Roles(&[Admin, Operator]), "留存措施";
        api::set, Roles(&[Admin]), "设置留存措施";
        api::release, Knowing(&[Admin], may_know), "解除留存措施";
    ],
    pages: pages![
        GET "/retention" => pages::page, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 107, "保存期限", "Retention", "clock");
        GET "/enterprises/{id}/hold" => pages::of_enterprise, Roles(&[Admin]);
        GET "/cases/{id}/hold" => pages::of_case, Roles(&[Admin]);
        GET "/queue/{id}/hold" => pages::of_consultation, Roles(&[Admin]);
    ],
    jobs: &[crate::retention::erase::JOB],
    audit: &[
        word("erase_expired", "清除到期数据", "erased what was due"),
        word("set_hold", "设置留存措施", "set a legal hold"),
        word("release_hold", "解除留存措施", "released a legal hold"),
    ],
    subjects: &[subject("retention_run", "到期清除", "erasure", "")],
    settings: &[DeclaredSection::of::<RetentionSettings>()],
    search: &[SearchSource {
        zh: "留存措施",
        en: "legal holds",
        by_zh: "企业名称、信用代码",
        by_en: "Name or code of the enterprise",
        route: "/api/v1/retention/holds",
        page: "/retention",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/retention", orders: ORDERS }],
    ..Room::EMPTY
};
