//! What the `presence` domain declares of itself.

use crate::presence::events::EVENTS;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "presence",
    tables: &["account_connection"],
    functions: include_str!("functions.sql"),
    events: EVENTS,
    ..Room::EMPTY
};
