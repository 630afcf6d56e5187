//! What is gathered from the list of rooms in `lib.rs`.

use std::sync::LazyLock;

use crate::ROOMS;
use crate::core::event::EventKind;
use crate::db::migrate::Functions;
use crate::web::room::{self, PageRow, RouteInfo};

/// The functions, triggers and views of the domains that have any, lower domains first.
pub static FUNCTIONS: LazyLock<Vec<Functions>> = LazyLock::new(|| {
    ROOMS.iter().filter(|room| !room.functions.is_empty()).map(|room| (room.name, room.functions)).collect()
});

/// Every route, with method and path.
pub static ROUTES: LazyLock<Vec<RouteInfo>> = LazyLock::new(|| room::routes(ROOMS));

/// Every kind of event that is read from the feed.
pub fn event_kinds() -> Vec<EventKind> {
    ROOMS.iter().flat_map(|room| room.events).copied().collect()
}

/// Every page.
pub fn all_pages() -> impl Iterator<Item = &'static PageRow> {
    ROOMS.iter().flat_map(|room| room.pages)
}
