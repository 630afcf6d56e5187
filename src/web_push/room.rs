//! What the `web_push` domain declares of itself.

use crate::routes;
use crate::settings::DeclaredSection;
use crate::web::room::Access::LoggedIn;
use crate::web::room::{Room, word};
use crate::web_push::settings::WebPushSettings;
use crate::web_push::{api, housekeeping, worker};

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "web_push",
    tables: &["push_key", "push_subscription", "push_waiting", "push_message"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::key, LoggedIn, "浏览器提醒的公钥";
        api::list, LoggedIn, "接收提醒的浏览器";
        api::subscribe, LoggedIn, "在浏览器接收提醒";
        api::unsubscribe, LoggedIn, "停止在浏览器接收提醒";
        api::test, LoggedIn, "向浏览器发送测试提醒";
    ],
    jobs: &[worker::JOB, housekeeping::JOB],
    audit: &[
        word("subscribe_browser", "开启浏览器提醒", "turned on notices in a browser"),
        word("unsubscribe_browser", "关闭浏览器提醒", "turned off notices in a browser"),
    ],
    settings: &[DeclaredSection::of::<WebPushSettings>()],
    personal: crate::web_push::personal::PARTS,
    ..Room::EMPTY
};
