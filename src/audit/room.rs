//! What the `audit` domain declares of itself.

use crate::audit::{api, pages};
use crate::core::actor::Role::{Admin, Operator};
use crate::web::room::Access::Roles;
use crate::web::room::{Place, Room, SearchSource};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "audit",
    routes: routes![
        api::list, Roles(&[Admin, Operator]), "审计记录";
    ],
    pages: pages![
        GET "/audit" => pages::page, Roles(&[Admin, Operator]), Place::new(&[Admin, Operator], 110, "审计", "Audit", "shield");
    ],
    search: &[SearchSource {
        zh: "审计记录",
        en: "audit",
        by_zh: "操作人（姓名或用户名）",
        by_en: "Actor (name or username)",
        route: "/api/v1/audit",
        page: "/audit",
        parameter: "by",
    }],
    personal: crate::audit::personal::PARTS,
    ..Room::EMPTY
};
