//! The keys as a file, without what is presented.

use crate::api_keys::pages::state_word;
use crate::api_keys::queries::ApiKeyView;
use crate::exports::{Cell, Column, List, Q};

/// The API keys.
pub static KEYS: List<ApiKeyView> = List {
    name: "api-keys",
    zh: "接口密钥",
    en: "API keys",
    people: true,
    columns: &[
        Column::new("系统名称", "System", |k, _| Cell::text(&k.name)),
        Column::new("密钥开头", "Begins with", |k, _| Cell::text(&k.hint)),
        Column::new("权限", "Scopes", |k, w| {
            let texts: Vec<_> = k.scopes.iter().map(|scope| scope.text()).collect();
            Cell::text(w.joined(texts.iter().map(|text| w.say(text))))
        }),
        Column::new("地区", "Region", |k, w| Cell::text(w.region(&k.region))),
        Column::new("状态", "State", |k, w| Cell::text(state_word(w, k.state))),
        Column::new("创建人", "Officer", |k, _| Cell::text(&k.officer)),
        Column::new("创建时间", "Made", |k, _| Cell::Moment(k.created_at)),
        Column::new("有效期至", "Good until", |k, _| Cell::Moment(k.expires_at)),
        Column::new("最近使用", "Last used", |k, _| Cell::moment(k.last_used_at)),
        Column::new("撤销时间", "Revoked", |k, _| Cell::moment(k.revoked_at)),
    ],
    filters: &[Q],
};
