//! What the `chat` domain declares of itself.

use crate::chat::events::EVENTS;
use crate::chat::settings::{ChatSettings, FanoutSettings, NatsSettings};
use crate::chat::{api, metrics};
use crate::db::grants::Rights;
use crate::routes;
use crate::settings::DeclaredSection;
use crate::web::room::Access::LoggedIn;
use crate::web::room::Room;

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "chat",
    tables: &[
        "chat_stream",
        "chat_message",
        "chat_erased",
        "chat_read",
        "chat_retraction",
        "chat_volume",
        "installation",
    ],
    rights: &[
        ("chat_message", Rights::Append),
        ("chat_erased", Rights::Read),
        ("chat_retraction", Rights::Append),
        ("installation", Rights::Read),
    ],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::socket, LoggedIn, "打开聊天连接";
    ],
    jobs: &[crate::chat::volume::JOB],
    events: EVENTS,
    metrics: Some(metrics::metrics),
    settings: &[
        DeclaredSection::of::<FanoutSettings>(),
        DeclaredSection::of::<ChatSettings>(),
        DeclaredSection::of::<NatsSettings>(),
    ],
    personal: crate::chat::personal::PARTS,
    ..Room::EMPTY
};
