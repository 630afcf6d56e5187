//! What is gathered from the list of rooms in `lib.rs`.

use std::sync::LazyLock;

use crate::ROOMS;
use crate::core::event::EventKind;
use crate::db::grants::{self, TableRights};
use crate::db::migrate::Functions;
use crate::server::room::SERVER;
use crate::settings::{DeclaredSection, LoadOptions, Settings, SettingsError};
use crate::web::room::{self, PageRow, Room, RouteInfo};

/// The functions, triggers and views of the domains that have any, lower domains first.
pub static FUNCTIONS: LazyLock<Vec<Functions>> = LazyLock::new(|| {
    ROOMS.iter().filter(|room| !room.functions.is_empty()).map(|room| (room.name, room.functions)).collect()
});

/// The statements that give the program's own role its rights to the tables of all domains.
pub fn grants(role: &str) -> String {
    let rights =
        |room: &Room, table: &str| room.rights.iter().find(|(of, _)| *of == table).map(|(_, rights)| *rights);
    let tables: Vec<TableRights> = ROOMS
        .iter()
        .flat_map(|room| room.tables.iter().map(move |table| (*table, rights(room, table))))
        .collect();
    grants::statements(role, &tables)
}

/// Every route, with method and path.
pub static ROUTES: LazyLock<Vec<RouteInfo>> = LazyLock::new(|| room::routes(ROOMS));

/// Every section of the settings: those of the server, then those of the domains.
pub static SECTIONS: LazyLock<Vec<DeclaredSection>> = LazyLock::new(|| {
    let domains = ROOMS.iter().filter(|room| room.name != SERVER.name);
    SERVER.settings.iter().chain(domains.flat_map(|room| room.settings)).copied().collect()
});

/// The settings in force.
///
/// # Errors
/// As [`Settings::load`].
pub fn load_settings(options: LoadOptions) -> Result<Settings, SettingsError> {
    Settings::load(&SECTIONS, options)
}

/// Every kind of event that is read from the feed.
pub fn event_kinds() -> Vec<EventKind> {
    ROOMS.iter().flat_map(|room| room.events).copied().collect()
}

/// Every page.
pub fn all_pages() -> impl Iterator<Item = &'static PageRow> {
    ROOMS.iter().flat_map(|room| room.pages)
}
