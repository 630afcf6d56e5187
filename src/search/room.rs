//! What the `search` domain declares of itself.

use crate::consultations::policy::may_know;
use crate::core::actor::Role::{Admin, Enterprise, Expert};
use crate::search::{api, messages, pages};
use crate::web::global_search::GlobalSearchSource;
use crate::web::room::Access::{ByPolicy, LoggedIn};
use crate::web::room::Room;
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "search",
    tables: &["search_progress", "search_run", "search_posting", "search_recent"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::search, LoggedIn, "全站查找";
        api::within, ByPolicy(&[Enterprise, Expert, Admin], may_know), "在对话中查找";
    ],
    pages: pages![
        GET "/search" => pages::search, LoggedIn;
    ],
    global_search: &[GlobalSearchSource {
        kind: "messages",
        zh: "消息",
        en: "Messages",
        roles: &[Enterprise, Expert, Admin],
        find: messages::find,
    }],
    jobs: &[crate::search::index::JOB],
    ..Room::EMPTY
};
