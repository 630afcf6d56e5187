//! What the `consultation_tags` domain declares of itself.

use crate::consultation_tags::policy::may_know_tag;
use crate::consultation_tags::settings::TagSettings;
use crate::consultation_tags::{api, pages};
use crate::consultations::policy::may_know;
use crate::core::actor::Role::{Admin, Expert};
use crate::core::page::ListOrder;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{ByPolicy, Knowing, Roles};
use crate::web::room::{OrderedList, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of tags.
const ORDERS: &[ListOrder] = &[
    ListOrder::new(
        "name",
        "按名称（拼音）",
        "by name",
        "search_readings(search_fold(consultation_tag.name))",
    ),
    ListOrder::new("region", "按地区", "by region", "consultation_tag.region"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "consultation_tags",
    tables: &["consultation_tag", "consultation_tagging"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Expert, Admin]), "问诊标签列表";
        api::create, Roles(&[Expert, Admin]), "新增问诊标签";
        api::tag, Roles(&[Expert, Admin]), "问诊标签";
        api::change, Knowing(&[Expert, Admin], may_know_tag), "修改问诊标签";
        api::retire, Knowing(&[Expert, Admin], may_know_tag), "停用问诊标签";
        api::put, ByPolicy(&[Expert, Admin], may_know), "设置问诊的标签";
    ],
    pages: pages![
        GET "/tags" => pages::list, Roles(&[Expert, Admin]);
    ],
    audit: &[
        word("create_tag", "新增问诊标签", "added a tag"),
        word("change_tag", "修改问诊标签", "changed a tag"),
        word("retire_tag", "停用问诊标签", "retired a tag"),
        word("tag_consultation", "设置问诊的标签", "changed the tags of a consultation"),
    ],
    subjects: &[subject("consultation_tag", "问诊标签", "tag of consultations", "/tags")
        .named("SELECT id, name FROM consultation_tag WHERE id = ANY ($1)")],
    settings: &[DeclaredSection::of::<TagSettings>()],
    search: &[SearchSource {
        zh: "问诊标签",
        en: "tags of consultations",
        by_zh: "标签名称",
        by_en: "Name of the tag",
        route: "/api/v1/tags",
        page: "/tags",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/tags", orders: ORDERS }],
    ..Room::EMPTY
};
