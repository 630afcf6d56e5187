//! What the `alerts` domain declares of itself.

use crate::alerts::settings::ClusterSettings;
use crate::alerts::{api, pages};
use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::settings::DeclaredSection;
use crate::web::room::Access::Roles;
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of quality alerts.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "count",
        "不合格最多在前",
        "most nonconformities first",
        "quality_alert.nonconformities DESC",
    ),
    ListOrder::new(
        "enterprises",
        "涉及企业最多在前",
        "most enterprises first",
        "quality_alert.enterprises DESC",
    ),
    ListOrder::new("product", "按产品种类", "by product kind", "quality_alert.product_kind"),
    ListOrder::new("region", "按地区", "by region", "quality_alert.region"),
    ListOrder::new("state", "按状态", "by state", "quality_alert.state"),
    ListOrder::new("oldest", "最早在前", "oldest first", "quality_alert.opened_at"),
];

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "alerts",
    tables: &["quality_alert", "quality_meeting"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "质量预警列表";
        api::alert, Roles(&[Admin]), "质量预警详情";
        api::meeting, Roles(&[Admin]), "登记质量分析会";
        api::dismiss, Roles(&[Admin]), "撤销质量预警";
    ],
    pages: pages![
        GET "/alerts" => pages::list, Roles(&[Admin]), Place::new(&[Admin], 90, "质量预警", "Alerts", "alert");
        GET "/alerts/{id}" => pages::one, Roles(&[Admin]);
    ],
    audit: &[
        word("raise_alert", "质量预警", "raised quality alerts"),
        word("hold_quality_meeting", "登记质量分析会", "recorded a quality meeting"),
        word("withdraw_alert", "质量预警随记录撤回", "closed an alert with its records"),
        word("dismiss_quality_alert", "撤销质量预警", "dismissed a quality alert"),
    ],
    subjects: &[subject("quality_alert", "质量预警", "quality alert", "/alerts/{id}").named("SELECT a.id, concat_ws(' · ', k.name_zh, a.item) AS name FROM quality_alert a LEFT JOIN product_kind k ON k.code = a.product_kind WHERE a.id = ANY ($1)")],
    search: &[SearchSource {
        zh: "质量预警",
        en: "quality alerts",
        by_zh: "项目、产品或地区",
        by_en: "Item, product or region",
        route: "/api/v1/remediation/alerts",
        page: "/alerts",
        parameter: "q",
    }],
    jobs: &[crate::alerts::JOB],
    settings: &[DeclaredSection::of::<ClusterSettings>()],
    orders: &[OrderedList { page: "/alerts", orders: ORDERS }],
    ..Room::EMPTY
};
