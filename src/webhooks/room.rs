//! What the `webhooks` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::webhooks::mails::Mail;
use crate::webhooks::policy::may_know;
use crate::webhooks::settings::WebhookSettings;
use crate::webhooks::{api, hand_over, housekeeping, pages, worker};
use crate::{pages, routes};

/// The orders of the list of webhooks.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "description",
        "按说明（拼音）",
        "by description",
        "search_readings(search_fold(webhook.description))",
    ),
    ListOrder::new("address", "按地址", "by address", "webhook.url"),
    ListOrder::new("state", "按状态", "by state", "webhook.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "webhooks",
    tables: &["webhook", "webhook_delivery", "webhook_attempt"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "事件推送列表";
        api::create, Roles(&[Admin]), "新增事件推送";
        api::webhook, Roles(&[Admin]), "事件推送详情";
        api::change, Knowing(&[Admin], may_know), "修改、停用或启用事件推送";
        api::delete, Knowing(&[Admin], may_know), "删除事件推送";
        api::rotate, Knowing(&[Admin], may_know), "更换签名密钥";
        api::test, Knowing(&[Admin], may_know), "发送测试推送";
        api::deliveries, Roles(&[Admin]), "推送记录";
        api::replay, Knowing(&[Admin], may_know), "重新推送";
    ],
    pages: pages![
        GET "/webhooks" => pages::list, Roles(&[Admin]), Place::new(&[Admin], 108, "系统对接", "Other systems", "plan").over(&["/api-keys"]);
        GET "/webhooks/{id}" => pages::one, Roles(&[Admin]);
    ],
    audit: &[
        word("create_webhook", "新增事件推送", "made a webhook"),
        word("change_webhook", "修改事件推送", "changed a webhook"),
        word("delete_webhook", "删除事件推送", "deleted a webhook"),
        word("rotate_webhook_secret", "更换推送签名密钥", "changed the secret of a webhook"),
        word("test_webhook", "发送测试推送", "tried a webhook"),
        word("replay_webhook", "重新推送", "had deliveries of a webhook sent again"),
        word("disable_webhook", "自动停用事件推送", "stopped a webhook that nobody answers"),
    ],
    subjects: &[subject("webhook", "事件推送", "webhook", "/webhooks/{id}")
        .named("SELECT id, coalesce(nullif(description, ''), url) AS name FROM webhook WHERE id = ANY ($1)")],
    jobs: &[worker::JOB, housekeeping::JOB],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<WebhookSettings>()],
    search: &[SearchSource {
        zh: "事件推送",
        en: "webhooks",
        by_zh: "推送地址或用途",
        by_en: "Endpoint or what it is for",
        route: "/api/v1/webhooks",
        page: "/webhooks",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/webhooks", orders: ORDERS }],
    open_matters: &[hand_over::WEBHOOKS],
    ..Room::EMPTY
};
