//! What the `api_keys` domain declares of itself.

use crate::api_keys::mails::Mail;
use crate::api_keys::settings::ApiKeySettings;
use crate::api_keys::{api, pages};
use crate::core::actor::Role::Admin;
use crate::core::key_scope::KeyScope;
use crate::core::page::ListOrder;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Keys, Roles};
use crate::web::room::{OrderedList, Room, SearchSource, subject, word};
use crate::{pages, routes};

/// The orders of the list of keys.
const ORDERS: &[ListOrder] = &[
    ListOrder::new("name", "按名称（拼音）", "by name", "search_readings(search_fold(api_key.name))"),
    ListOrder::new("expires", "最早到期在前", "first to expire first", "api_key.expires_at"),
    ListOrder::new("used", "最近使用在前", "last used first", "api_key.last_used_at DESC NULLS LAST"),
];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "api_keys",
    tables: &["api_key", "incoming_consultation"],
    routes: routes![
        api::list, Roles(&[Admin]), "接口密钥列表";
        api::create, Roles(&[Admin]), "新增接口密钥";
        api::key, Roles(&[Admin]), "接口密钥详情";
        api::revoke, Roles(&[Admin]), "撤销接口密钥";
        api::open, Keys, "其他系统代企业发起问诊", KeyScope::ConsultationsOpen;
    ],
    pages: pages![
        GET "/api-keys" => pages::list, Roles(&[Admin]);
    ],
    audit: &[
        word("create_api_key", "新增接口密钥", "made an API key"),
        word("revoke_api_key", "撤销接口密钥", "revoked an API key"),
        word("open_incoming_consultation", "其他系统代企业发起问诊", "another system opened a consultation"),
    ],
    subjects: &[subject("api_key", "接口密钥", "API key", "")
        .named("SELECT id, name FROM api_key WHERE id = ANY ($1)")],
    mails: Mail::TEMPLATES,
    mail_names: Mail::NAMES,
    settings: &[DeclaredSection::of::<ApiKeySettings>()],
    search: &[SearchSource {
        zh: "接口密钥",
        en: "API keys",
        by_zh: "系统名称或密钥开头",
        by_en: "System or beginning of the key",
        route: "/api/v1/api-keys",
        page: "/api-keys",
        parameter: "q",
    }],
    orders: &[OrderedList { page: "/api-keys", orders: ORDERS }],
    ..Room::EMPTY
};
