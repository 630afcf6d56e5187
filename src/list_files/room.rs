//! What the module declares of itself: the limits of uploaded lists.

use crate::list_files::settings::ImportSettings;
use crate::settings::DeclaredSection;
use crate::web::room::Room;

/// What the server gathers from here.
pub static ROOM: Room =
    Room { name: "list_files", settings: &[DeclaredSection::of::<ImportSettings>()], ..Room::EMPTY };
