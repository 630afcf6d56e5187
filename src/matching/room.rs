//! What the `matching` domain declares of itself.

use crate::web::room::Room;

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "matching",
    tables: &["expert_change", "matching_assignment"],
    functions: include_str!("functions.sql"),
    jobs: &[crate::matching::roster::JOB],
    settings: &["matching"],
    ..Room::EMPTY
};
