//! The list of events as a file.

use crate::engagements::commitments::exports::STATE;
use crate::engagements::common::words::PlaceKind;
use crate::engagements::outreach::queries::OutreachView;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};

fn number(count: Option<i32>) -> Cell {
    count.map_or_else(|| Cell::text(""), Cell::count)
}

/// The events.
pub static EVENTS: List<OutreachView> = List {
    name: "outreach",
    zh: "消费品质量安全三进活动",
    en: "Outreach events",
    people: false,
    columns: &[
        Column::new("活动主题", "Topic", |o, _| Cell::text(&o.topic)),
        Column::new("地区", "Region", |o, w| Cell::text(w.region(&o.region))),
        Column::new("类别", "Kind of place", |o, w| Cell::text(o.place_kind.text().get(w.language))),
        Column::new("地点", "Place", |o, _| Cell::text(&o.place)),
        Column::new("日期", "Day", |o, _| Cell::date(Some(o.on_day))),
        Column::new("状态", "State", |o, w| Cell::text(o.state.text().get(w.language))),
        Column::new("参加人数", "People", |o, _| number(o.people)),
        Column::new("发放资料份数", "Leaflets", |o, _| number(o.leaflets)),
        Column::new("解答咨询数", "Questions answered", |o, _| number(o.questions)),
        Column::new("询问满意度人数", "Asked", |o, _| number(o.asked)),
        Column::new("满意人数", "Satisfied", |o, _| number(o.satisfied)),
        Column::new("收集风险信息条数", "Signals", |o, _| Cell::count(o.signals)),
        Column::new("备注", "Note", |o, _| Cell::some(o.note.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        STATE,
        FilterWord::new("place_kind", "类别", "kind of place", |word, w| match word.parse::<PlaceKind>() {
            Ok(kind) => kind.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("programme", "计划", "programme", &[]),
        FilterWord::new("from", "起始日期", "from", |day, _| day.to_owned()),
        FilterWord::new("until", "截止日期", "until", |day, _| day.to_owned()),
    ],
};
