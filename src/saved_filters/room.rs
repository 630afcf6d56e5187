//! What the `saved_filters` domain declares of itself.

use crate::routes;
use crate::saved_filters::api;
use crate::web::room::Access::LoggedIn;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "saved_filters",
    tables: &["saved_filter"],
    routes: routes![
        api::list, LoggedIn, "已保存的筛选";
        api::save, LoggedIn, "保存筛选";
        api::delete, LoggedIn, "删除已保存的筛选";
    ],
    personal: crate::saved_filters::personal::PARTS,
    ..Room::EMPTY
};
