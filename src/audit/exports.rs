//! The audit as files.

use crate::audit::AuditEntry;
use crate::audit::particulars::sentence;
use crate::exports::{Cell, Column, FilterWord, List, Words};

fn action(word: &str, words: &Words) -> String {
    let mut alone = words.rooms.iter().flat_map(|room| room.audit);
    if let Some(known) = alone.find(|known| known.action == word) {
        return words.t(known.zh, known.en).to_owned();
    }
    let mut grouped = words.rooms.iter().flat_map(|room| room.audit_groups).flat_map(|group| (group.words)());
    grouped
        .find(|(known, _)| *known == word)
        .map_or_else(|| word.to_owned(), |(_, text)| words.say(&text).to_owned())
}

fn subject(word: &str, words: &Words) -> String {
    let mut known = words.rooms.iter().flat_map(|room| room.subjects);
    let found = known.find(|known| known.kind == word);
    found.map_or_else(|| word.to_owned(), |known| words.t(known.zh, known.en).to_owned())
}

fn same(word: &str, _: &Words) -> String {
    word.to_owned()
}

fn day(word: &str, words: &Words) -> String {
    word.parse().map_or_else(|_| word.to_owned(), |day| words.day(&day))
}

fn id(id: Option<uuid::Uuid>) -> Cell {
    Cell::some(id.map(|id| id.to_string()))
}

/// What was done. The action, the object and the particulars stand in it in the stored words as well, for who looks for them.
pub static AUDIT: List<AuditEntry> = List {
    name: "audit",
    zh: "审计记录",
    en: "Audit",
    people: true,
    columns: &[
        Column::new("时间", "Time", |e, _| Cell::Moment(e.at)),
        Column::new("操作人", "Actor", |e, _| Cell::some(e.actor_name.as_ref())),
        Column::new("角色", "Role", |e, w| {
            Cell::text(match e.actor_role.as_str() {
                "enterprise" => w.t("企业", "enterprise"),
                "expert" => w.t("专家", "expert"),
                "admin" => w.t("监管人员", "regulator"),
                "operator" => w.t("平台运营", "operator"),
                "sampler" => w.t("抽样人员", "sampler"),
                "laboratory" => w.t("检验机构", "laboratory"),
                "anonymous" => w.t("未登录", "nobody logged in"),
                _ => w.t("系统", "system"),
            })
        }),
        Column::new("操作事项", "Action", |e, w| Cell::text(action(&e.action, w))),
        Column::new("操作对象", "Object", |e, w| Cell::text(subject(&e.subject_type, w))),
        Column::new("对象名称", "Name of the object", |e, _| Cell::some(e.subject_name.as_ref())),
        Column::new("地区", "Region", |e, w| Cell::some(e.region.as_ref().map(|code| w.region(code)))),
        Column::new("详情", "Particulars", |e, w| Cell::text(sentence(&e.data, w.language, w.catalogue()))),
        Column::new("操作代码", "Code of the action", |e, _| Cell::text(&e.action)),
        Column::new("对象类型", "Kind of thing", |e, _| Cell::text(&e.subject_type)),
        Column::new("对象编号", "Id of the thing", |e, _| id(e.subject_id)),
        Column::new("操作人编号", "Id of the account", |e, _| id(e.actor_id)),
        Column::new("请求编号", "Id of the request", |e, _| id(e.request_id)),
        Column::new("详情原文", "Particulars as stored", |e, _| match &e.data {
            serde_json::Value::Null => Cell::Empty,
            data => Cell::text(data.to_string()),
        }),
        Column::new("链", "Chain", |e, _| e.lane.map_or(Cell::Empty, Cell::count)),
        Column::new("链中序号", "Number in the chain", |e, _| e.seq.map_or(Cell::Empty, Cell::count)),
        Column::new("哈希", "Hash", |e, _| Cell::some(e.hash.as_ref())),
    ],
    filters: &[
        FilterWord::new("action", "操作事项", "action", action),
        FilterWord::new("subject_type", "操作对象", "object", subject),
        FilterWord::new("by", "操作人", "actor", same),
        FilterWord::new("from", "起", "from", day),
        FilterWord::new("to", "止", "to", day),
        FilterWord::of_row("actor", "账号", "account", &[("actor_id", "actor_name")]),
        FilterWord::new("subject", "对象编号", "id of the thing", same),
    ],
};
