//! The outbox and the paused addresses as files.

use crate::core::Language;
use crate::exports::{Cell, Column, FilterWord, List, Q, Words};
use crate::notifications::pages::state_word;
use crate::notifications::pauses::PauseView;
use crate::notifications::queries::MailView;

/// What a kind of mail is called.
fn kind(template: &str, words: &Words) -> String {
    let all = words.rooms.iter().flat_map(|room| room.mail_names);
    let name = all.filter(|(word, _)| *word == template).find_map(|(_, name)| name.first());
    match name.filter(|_| words.language == Language::Zh) {
        Some(name) => (*name).to_owned(),
        None => template.replace('_', " "),
    }
}

/// The mails, without their texts.
pub static MAILS: List<MailView> = List {
    name: "mails",
    zh: "发件箱",
    en: "Outbox",
    people: true,
    columns: &[
        Column::new("收件地址", "Recipient", |m, _| Cell::text(&m.recipient)),
        Column::new("主题", "Subject", |m, _| Cell::text(&m.subject)),
        Column::new("邮件类型", "Kind of mail", |m, w| Cell::text(kind(&m.template, w))),
        Column::new("邮件模板代码", "Code of the template", |m, _| Cell::text(&m.template)),
        Column::new("状态", "State", |m, w| Cell::text(state_word(w, m.state))),
        Column::new("说明", "Why", |m, w| Cell::text(w.say(&m.why))),
        Column::new("发送次数", "Attempts", |m, _| Cell::count(m.attempts)),
        Column::new("写入时间", "Written", |m, _| Cell::Moment(m.created_at)),
        Column::new("下次发送", "Next attempt", |m, _| Cell::moment(m.next_attempt_at)),
        Column::new("发出时间", "Sent", |m, _| Cell::moment(m.sent_at)),
        Column::new("服务器答复", "Answer", |m, _| Cell::some(m.answer.as_ref())),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The addresses to which nothing is sent.
pub static PAUSES: List<PauseView> = List {
    name: "paused-addresses",
    zh: "已暂停的地址",
    en: "Paused addresses",
    people: true,
    columns: &[
        Column::new("地址", "Address", |p, _| Cell::text(&p.address)),
        Column::new("暂停时间", "Since", |p, _| Cell::Moment(p.since)),
        Column::new("原因", "Reason", |p, _| Cell::text(&p.reason)),
    ],
    filters: &[Q],
};
