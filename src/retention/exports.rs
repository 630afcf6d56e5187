//! Holds, and what was erased, as files.

use crate::exports::{Cell, Column, FilterWord, List, Q};
use crate::retention::pages::{period_word, state_word};
use crate::retention::queries::{HoldView, RunView};

/// The legal holds.
pub static HOLDS: List<HoldView> = List {
    name: "legal-holds",
    zh: "留存措施",
    en: "Legal holds",
    people: true,
    columns: &[
        Column::new("留存对象", "On", |h, w| Cell::text(w.say(&h.target.text()))),
        Column::new("企业名称", "Enterprise", |h, _| Cell::text(&h.enterprise_name)),
        Column::new("地区", "Region", |h, w| Cell::text(w.region(&h.region))),
        Column::new("问诊主题", "Subject", |h, _| Cell::some(h.subject.as_ref())),
        Column::new("状态", "State", |h, w| Cell::text(state_word(w, h.state))),
        Column::new("原因", "Reason", |h, _| Cell::text(&h.reason)),
        Column::new("截止日期", "Until", |h, _| Cell::date(h.until)),
        Column::new("设置人", "Set by", |h, _| Cell::text(&h.set_by)),
        Column::new("设置时间", "Set", |h, _| Cell::Moment(h.set_at)),
        Column::new("解除人", "Released by", |h, _| Cell::some(h.released_by.as_ref())),
        Column::new("解除时间", "Released", |h, _| Cell::moment(h.released_at)),
        Column::new("解除原因", "Why released", |h, _| Cell::some(h.release_reason.as_ref())),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// What was erased.
pub static RUNS: List<RunView> = List {
    name: "retention-runs",
    zh: "清除记录",
    en: "What was erased",
    people: false,
    columns: &[
        Column::new("日期", "Day", |r, _| Cell::date(Some(r.day))),
        Column::new("数据类别", "Kind", |r, w| Cell::text(w.say(&r.kind.text()))),
        Column::new("保存期限", "Period", |r, w| Cell::text(period_word(w, r.kind, i64::from(r.period)))),
        Column::new("清除条数", "Rows", |r, _| Cell::count(r.rows)),
        Column::new("清除字节数", "Bytes", |r, _| Cell::count(r.bytes)),
        Column::new("开始时间", "Began", |r, _| Cell::Moment(r.began_at)),
        Column::new("结束时间", "Ended", |r, _| Cell::Moment(r.ended_at)),
    ],
    filters: &[],
};
