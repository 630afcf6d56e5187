//! What `accounts` keeps of a person.

use crate::web::room::{OnErasure, PersonalPart};

/// The parts.
pub const PARTS: &[PersonalPart] = &[ACCOUNT, SESSIONS, IDENTITIES];

const ACCOUNT: PersonalPart = PersonalPart {
    name: "account",
    zh: "账号",
    en: "account",
    fields: &[
        ("username", "用户名", "Username"),
        ("name", "姓名", "Name"),
        ("email", "邮箱", "Mail address"),
        ("phone", "电话", "Telephone"),
        ("role", "角色", "Role"),
        ("region", "辖区", "Region"),
        ("language", "邮件语言", "Language of mails"),
        ("created_at", "开通时间", "Since"),
    ],
    rows: "
        SELECT NULL::text AS key, jsonb_build_object('username', username, 'name', name, 'email', email, 'phone', phone, 'role', role,
            'region', region, 'language', language, 'created_at', created_at, 'mails_off', mails_off) AS data
        FROM account WHERE id = $1 AND $2::text IS NULL LIMIT $3",
    on_erasure: OnErasure::WithAccount,
};

const SESSIONS: PersonalPart = PersonalPart {
    name: "sessions",
    zh: "登录记录",
    en: "log-ins",
    fields: &[
        ("created_at", "登录时间", "Logged in"),
        ("ended_at", "退出时间", "Ended"),
        ("address", "地址", "Address"),
        ("user_agent", "设备", "Device"),
    ],
    rows: "
        SELECT id::text AS key, jsonb_build_object('created_at', created_at, 'last_used_at', last_used_at, 'ended_at', ended_at,
            'end_reason', end_reason, 'address', address, 'user_agent', user_agent) AS data
        FROM login_session WHERE account_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
    on_erasure: OnErasure::WithAccount,
};

const IDENTITIES: PersonalPart = PersonalPart {
    name: "identities",
    zh: "单点登录关联",
    en: "identities of single sign-on",
    fields: &[
        ("issuer", "身份提供方", "Provider"),
        ("linked_at", "关联时间", "Linked"),
    ],
    rows: "
        SELECT NULL::text AS key, jsonb_build_object('issuer', issuer, 'subject', subject, 'linked_at', linked_at, 'last_used_at', last_used_at) AS data
        FROM account_identity WHERE account_id = $1 AND $2::text IS NULL ORDER BY issuer, subject LIMIT $3",
    on_erasure: OnErasure::WithAccount,
};
