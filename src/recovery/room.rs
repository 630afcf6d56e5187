//! What the `recovery` domain declares of itself.

use crate::core::actor::Role::{Admin, Enterprise};
use crate::recovery::queries::ORDERS;
use crate::recovery::settings::RecoverySettings;
use crate::recovery::{api, pages};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Hidden, Roles};
use crate::web::room::{OrderedList, Place, Room, SearchSource};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "recovery",
    functions: include_str!("functions.sql"),
    routes: routes![
        api::list, Roles(&[Admin, Enterprise]), "康复情况列表";
        api::recovery_figures, Roles(&[Admin]), "康复统计";
    ],
    pages: pages![
        GET "/recovery" => pages::list, Roles(&[Admin]), Place::new(&[Admin], 70, "康复跟踪", "Recovery", "check");
        GET "/my/recovery" => pages::mine, Hidden(&[Enterprise]);
    ],
    settings: &[DeclaredSection::of::<RecoverySettings>()],
    search: &[SearchSource {
        zh: "康复情况",
        en: "recoveries",
        by_zh: "名称或信用代码",
        by_en: "Name or credit code",
        route: "/api/v1/recovery",
        page: "/recovery",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/recovery", orders: ORDERS }],
    ..Room::EMPTY
};
