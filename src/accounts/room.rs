//! What the `accounts` domain declares of itself.

use crate::accounts::events::EVENTS;
use crate::accounts::pages::{LOG_IN_PAGE, RENEWAL_PAGE};
use crate::accounts::settings::AuthSettings;
use crate::accounts::{api, hashing, pages};
use crate::settings::DeclaredSection;
use crate::web::room::Access::{LoggedIn, Public};
use crate::web::room::{Room, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "accounts",
    tables: &["account", "login_session", "refresh_token", "one_time_link"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::log_in, Public, "登录";
        api::refresh, Public, "更新令牌";
        api::log_out, LoggedIn, "退出登录";
        api::me, LoggedIn, "我的账号";
    ],
    pages: pages![
        GET LOG_IN_PAGE => pages::form, Public;
        POST LOG_IN_PAGE => pages::log_in, Public;
        GET "/logout" => pages::log_out_form, Public;
        GET RENEWAL_PAGE => pages::renew_and_return, Public;
        POST RENEWAL_PAGE => pages::renew, Public;
        POST "/session/end" => pages::log_out, Public;
    ],
    events: EVENTS,
    audit: &[
        word("log_in", "登录", "log-in"),
        word("log_in_failed", "登录失败", "failed log-in"),
        word("log_out", "退出", "log-out"),
        word("refresh_token_replayed", "更新令牌被重复使用", "a refresh token was used again"),
        word("create_staff", "建立监管或运营账号", "made an officer's account"),
    ],
    subjects: &[subject("account", "账号", "account", "")],
    jobs: &[crate::accounts::housekeeping::JOB],
    settings: &[DeclaredSection::of::<AuthSettings>()],
    metrics: Some(hashing::metrics),
    ..Room::EMPTY
};
