//! What the `notifications` domain declares of itself.

use crate::notifications::worker;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "notifications",
    tables: &["outbox_mail"],
    jobs: &[worker::JOB],
    settings: &["mail"],
    ..Room::EMPTY
};
