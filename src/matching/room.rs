//! What the `matching` domain declares of itself.

use crate::matching::settings::MatchingSettings;
use crate::settings::DeclaredSection;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "matching",
    tables: &["expert_change", "matching_assignment"],
    functions: include_str!("functions.sql"),
    jobs: &[crate::matching::roster::JOB],
    settings: &[DeclaredSection::of::<MatchingSettings>()],
    ..Room::EMPTY
};
