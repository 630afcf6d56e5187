//! What the `canned_replies` domain declares of itself.

use crate::canned_replies::policy::may_know;
use crate::canned_replies::settings::CannedReplySettings;
use crate::canned_replies::{api, pages};
use crate::core::actor::Role::{Admin, Expert};
use crate::core::page::ListOrder;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Hidden, Knowing, Roles};
use crate::web::room::{OrderedList, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of canned replies.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("title", "按标题（拼音）", "by title", "search_readings(search_fold(canned_reply.title))"),
    ListOrder::new("scope", "按范围", "by scope", "canned_reply.scope"),
    ListOrder::new("updated", "最近修改在前", "last changed first", "canned_reply.updated_at DESC"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "canned_replies",
    tables: &["canned_reply"],
    routes: routes![
        api::list, Roles(&[Expert, Admin]), "常用语列表";
        api::create, Roles(&[Expert, Admin]), "新增常用语";
        api::change, Knowing(&[Expert, Admin], may_know), "修改常用语";
        api::delete, Knowing(&[Expert, Admin], may_know), "删除常用语";
    ],
    pages: pages![
        GET "/canned-replies" => pages::list, Hidden(&[Expert, Admin]);
    ],
    audit: &[
        word("create_canned_reply", "新增常用语", "added a canned reply"),
        word("change_canned_reply", "修改常用语", "changed a canned reply"),
        word("delete_canned_reply", "删除常用语", "deleted a canned reply"),
    ],
    subjects: &[subject("canned_reply", "常用语", "canned reply", "/canned-replies")],
    settings: &[DeclaredSection::of::<CannedReplySettings>()],
    search: &[SearchSource {
        zh: "常用语",
        en: "canned replies",
        by_zh: "标题或内容",
        by_en: "Title or text",
        route: "/api/v1/canned-replies",
        page: "/canned-replies",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/canned-replies", orders: ORDERS }],
    personal: crate::canned_replies::personal::PARTS,
    ..Room::EMPTY
};
