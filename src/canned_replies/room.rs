//! What the `canned_replies` domain declares of itself.

use crate::canned_replies::settings::CannedReplySettings;
use crate::canned_replies::{api, pages};
use crate::core::actor::Role::{Admin, Expert};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Hidden, Roles};
use crate::web::room::{Room, SearchSource, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "canned_replies",
    tables: &["canned_reply"],
    routes: routes![
        api::list, Roles(&[Expert, Admin]), "常用语列表";
        api::create, Roles(&[Expert, Admin]), "新增常用语";
        api::change, Roles(&[Expert, Admin]), "修改常用语";
        api::delete, Roles(&[Expert, Admin]), "删除常用语";
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
    personal: crate::canned_replies::personal::PARTS,
    ..Room::EMPTY
};
