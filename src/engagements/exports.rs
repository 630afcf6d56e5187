//! The lists of engagements and of reports of imminent danger as files. What was found on a visit is in no file.

use crate::core::Text;
use crate::engagements::dangers::DangerView;
use crate::engagements::queries::EngagementView;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};

fn say(words: &Words, text: &Text) -> String {
    words.say(text).to_owned()
}

/// The engagements.
pub static ENGAGEMENTS: List<EngagementView> = List {
    name: "engagements",
    zh: "上门帮扶等活动",
    en: "Engagements",
    people: true,
    columns: &[
        Column::new("类别", "Kind", |e, w| Cell::text(say(w, &e.row.kind.text()))),
        Column::new("主题", "Topic", |e, _| Cell::text(&e.row.topic)),
        Column::new("状态", "State", |e, w| Cell::text(say(w, &e.row.state.text()))),
        Column::new("地区", "Region", |e, w| Cell::text(w.region(&e.row.region))),
        Column::new("日期", "Day", |e, _| Cell::date(e.row.on_day)),
        Column::new("开始时间", "Begins", |e, _| Cell::moment(e.row.starts_at)),
        Column::new("结束时间", "Ends", |e, _| Cell::moment(e.row.ends_at)),
        Column::new("地点", "Place", |e, _| Cell::some(e.row.place.as_ref())),
        Column::new("专家", "Experts", |e, w| Cell::text(w.joined(e.experts.iter().map(|one| &one.name)))),
        Column::new("企业（最多 20 家）", "Enterprises (at most 20)", |e, w| {
            Cell::text(w.joined(e.enterprises.iter().map(|one| &one.name)))
        }),
        Column::new("轮次", "Round", |e, _| e.row.round_no.map_or(Cell::Empty, Cell::count)),
        Column::new("是否逾期", "Overdue", |e, w| Cell::text(w.yes(e.overdue))),
        Column::new("发起时间", "Set up", |e, _| Cell::Moment(e.row.created_at)),
        Column::new("开展登记时间", "Held", |e, _| Cell::moment(e.row.held_at)),
        Column::new("办结时间", "Ended", |e, _| Cell::moment(e.row.closed_at)),
        Column::new("取消或未到场原因", "Why it was called off", |e, _| {
            Cell::some(e.row.reason.as_ref())
        }),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("kind", "类别", "kind", |word, w| match word.parse::<EngagementKind>() {
            Ok(kind) => say(w, &kind.text()),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<EngagementState>() {
            Ok(state) => say(w, &state.text()),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("programme", "计划", "programme", &[]),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("id", "name")]),
        FilterWord::of_row("expert", "专家", "expert", &[("id", "name")]),
        FilterWord::new("from", "起始日期", "from", |word, _| word.to_owned()),
        FilterWord::new("until", "截止日期", "until", |word, _| word.to_owned()),
        FilterWord::new("overdue", "是否逾期", "overdue", |word, w| w.yes(word == "true").to_owned()),
        FilterWord::new("mine", "由我发起", "set up by me", |word, w| w.yes(word == "true").to_owned()),
    ],
};

/// The reports of imminent danger.
pub static DANGERS: List<DangerView> = List {
    name: "imminent-dangers",
    zh: "紧急危险报告",
    en: "Imminent danger",
    people: true,
    columns: &[
        Column::new("企业", "Enterprise", |d, _| Cell::text(&d.enterprise)),
        Column::new("地区", "Region", |d, w| Cell::text(w.region(&d.region))),
        Column::new("类别", "Ground", |d, w| Cell::text(say(w, &d.ground.text()))),
        Column::new("情况", "What it is", |d, _| Cell::text(&d.reason)),
        Column::new("依据", "Article", |d, _| Cell::text(&d.article)),
        Column::new("报告人", "Reported by", |d, _| Cell::text(&d.reported_by)),
        Column::new("报告时间", "Reported", |d, _| Cell::Moment(d.reported_at)),
        Column::new("处理时间", "Dealt with", |d, _| Cell::moment(d.acknowledged_at)),
        Column::new("处理人", "By", |d, _| Cell::some(d.acknowledged_by.as_ref())),
        Column::new("处理情况", "What was done", |d, _| Cell::some(d.note.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("open", "是否待处理", "open", |word, w| w.yes(word == "true").to_owned()),
    ],
};
