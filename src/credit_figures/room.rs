//! What the `credit_figures` domain declares of itself.

use crate::core::actor::Role::Admin;
use crate::credit_figures::{api, pages};
use crate::web::room::Access::Roles;
use crate::web::room::Room;
use crate::{pages, routes};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "credit_figures",
    functions: include_str!("functions.sql"),
    routes: routes![
        api::report, Roles(&[Admin]), "信用统计";
    ],
    pages: pages![
        GET "/credit/figures" => pages::figures, Roles(&[Admin]);
    ],
    ..Room::EMPTY
};
