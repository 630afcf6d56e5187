//! What the `alerts` domain declares of itself.

use crate::alerts::settings::ClusterSettings;
use crate::alerts::{api, pages};
use crate::core::actor::Role::Admin;
use crate::settings::DeclaredSection;
use crate::web::room::Access::Roles;
use crate::web::room::{Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

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
    subjects: &[subject("quality_alert", "质量预警", "quality alert", "/alerts/{id}")],
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
    ..Room::EMPTY
};
