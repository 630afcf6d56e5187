//! What the `chat` domain declares of itself.

use crate::chat::api;
use crate::chat::events::EVENTS;
use crate::routes;
use crate::web::room::Access::LoggedIn;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "chat",
    tables: &["chat_stream", "chat_message", "chat_read", "installation"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::socket, LoggedIn, "打开聊天连接";
    ],
    events: EVENTS,
    settings: &["chat", "nats"],
    ..Room::EMPTY
};
