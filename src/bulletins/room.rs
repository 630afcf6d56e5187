//! What the `bulletins` domain declares of itself.

use crate::bulletins::policy::may_know;
use crate::bulletins::{api, pages};
use crate::core::actor::Role::Admin;
use crate::core::page::ListOrder;
use crate::db::grants::Rights;
use crate::web::room::Access::{Knowing, Public, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of bulletins.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "published",
        "最近发布在前",
        "last published first",
        "bulletin.published_at DESC NULLS LAST",
    ),
    ListOrder::new("title", "按标题（拼音）", "by title", "search_readings(search_fold(bulletin.title))"),
    ListOrder::new("state", "按状态", "by state", "bulletin.state"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "bulletins",
    tables: &["bulletin", "bulletin_event", "bulletin_item"],
    rights: &[("bulletin", Rights::Keep), ("bulletin_event", Rights::Append)],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin]), "抽查通报列表";
        api::create, Roles(&[Admin]), "起草抽查通报";
        api::one, Roles(&[Admin]), "抽查通报详情";
        api::items, Roles(&[Admin]), "抽查通报的结果";
        api::change, Knowing(&[Admin], may_know), "修改抽查通报";
        api::submit, Knowing(&[Admin], may_know), "提交通报审批";
        api::send_back, Knowing(&[Admin], may_know), "退回通报";
        api::withdraw, Knowing(&[Admin], may_know), "撤销通报";
        api::publish, Knowing(&[Admin], may_know), "发布通报";
        api::public_list, Public, "公开的抽查通报列表";
        api::public_results, Public, "公开的抽查结果查询";
        api::public_one, Public, "公开的抽查通报";
        api::public_items, Public, "公开的抽查通报结果";
        api::public_corrections, Public, "公开的抽查通报更正";
    ],
    pages: pages![
        GET "/sampling-bulletins" => pages::office::list, Roles(&[Admin]), Place::new(&[Admin], 84, "抽查通报", "Bulletins", "list");
        GET "/sampling-bulletins/{id}" => pages::office::one, Roles(&[Admin]);
        GET "/bulletins" => pages::public::list, Public;
        GET "/bulletins/{key}" => pages::public::one, Public;
        GET "/bulletins/{key}/corrections" => pages::public::corrections, Public;
    ],
    audit: &[
        word("create_bulletin", "起草抽查通报", "wrote a bulletin"),
        word("change_bulletin", "修改抽查通报", "changed a bulletin"),
        word("submit_bulletin", "提交通报审批", "handed a bulletin in"),
        word("return_bulletin", "退回通报", "sent a bulletin back"),
        word("withdraw_bulletin", "撤销通报", "gave a bulletin up"),
        word("publish_bulletin", "发布通报", "published a bulletin"),
    ],
    subjects: &[subject("bulletin", "抽查通报", "bulletin", "/sampling-bulletins/{id}")],
    search: &[
        SearchSource {
            zh: "抽查通报",
            en: "bulletins of sampling",
            by_zh: "标题或编号",
            by_en: "Title or number",
            route: "/api/v1/bulletins",
            page: "/sampling-bulletins",
            parameter: "q",
        },
        SearchSource {
            zh: "通报的抽查结果",
            en: "results in a bulletin",
            by_zh: "产品、企业、商标或批号",
            by_en: "Product, enterprise, trademark or batch",
            route: "/api/v1/bulletins/{id}/items",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "公开的抽查通报",
            en: "published bulletins",
            by_zh: "标题或编号",
            by_en: "Title or number",
            route: "/api/v1/public/bulletins",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "公开通报的抽查结果",
            en: "results in a published bulletin",
            by_zh: "产品、企业、商标或批号",
            by_en: "Product, enterprise, trademark or batch",
            route: "/api/v1/public/bulletins/{key}/items",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "公开通报的更正",
            en: "corrections of a published bulletin",
            by_zh: "产品、企业、商标或批号",
            by_en: "Product, enterprise, trademark or batch",
            route: "/api/v1/public/bulletins/{key}/corrections",
            page: "",
            parameter: "q",
        },
        SearchSource {
            zh: "公开的抽查结果",
            en: "published results",
            by_zh: "产品、企业、商标或批号",
            by_en: "Product, enterprise, trademark or batch",
            route: "/api/v1/public/bulletin-results",
            page: "/bulletins",
            parameter: "q",
        },
    ],
    orders: &[OrderedList { page: "/sampling-bulletins", orders: ORDERS }],
    ..Room::EMPTY
};
