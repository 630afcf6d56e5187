//! What the `conduct_sources` domain declares of itself.

use crate::conduct_sources::follow;
use crate::conduct_sources::settings::ConductSourceSettings;
use crate::settings::DeclaredSection;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "conduct_sources",
    tables: &["conduct_source_entry", "conduct_source_note"],
    functions: include_str!("functions.sql"),
    jobs: &[follow::JOB],
    settings: &[DeclaredSection::of::<ConductSourceSettings>()],
    ..Room::EMPTY
};
