//! What the `api_keys` domain declares of itself.

use crate::api_keys::mails::Mail;
use crate::api_keys::settings::ApiKeySettings;
use crate::api_keys::{api, pages};
use crate::core::actor::Role::Admin;
use crate::core::key_scope::KeyScope;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Keys, Roles};
use crate::web::room::{Room, SearchSource, subject, word};
use crate::{pages, routes};

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
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
    subjects: &[subject("api_key", "接口密钥", "API key", "")],
    mails: Mail::TEMPLATES,
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
    ..Room::EMPTY
};
