//! The list of check-ups as a file.

use crate::engagements::commitments::exports::{OVERDUE, STATE};
use crate::engagements::common::words::FollowUpResult;
use crate::engagements::follow_ups::queries::FollowUpView;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};

/// The check-ups.
pub static FOLLOW_UPS: List<FollowUpView> = List {
    name: "follow-ups",
    zh: "清零后回访",
    en: "Follow-ups",
    people: false,
    columns: &[
        Column::new("企业名称", "Enterprise", |u, _| Cell::text(&u.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |u, _| Cell::text(&u.uscc)),
        Column::new("地区", "Region", |u, w| Cell::text(w.region(&u.row.region))),
        Column::new("回访事项", "Topic", |u, _| Cell::text(&u.row.topic)),
        Column::new("清零日期", "Cleared on", |u, _| Cell::date(u.row.cleared_on)),
        Column::new("清零后月数", "Months after", |u, _| Cell::count(u.row.months)),
        Column::new("应回访日期", "Due on", |u, _| Cell::date(Some(u.row.due_on))),
        Column::new("状态", "State", |u, w| Cell::text(u.row.state.text().get(w.language))),
        Column::new("是否逾期", "Overdue", |u, w| {
            Cell::text(if u.overdue { w.t("逾期", "overdue") } else { "" })
        }),
        Column::new("回访日期", "Held on", |u, _| Cell::date(u.row.held_on)),
        Column::new("回访结果", "Result", |u, w| {
            Cell::some(u.row.result.map(|result| result.text().get(w.language).to_owned()))
        }),
        Column::new("情况说明", "Note", |u, _| Cell::some(u.row.note.as_ref())),
        Column::new("取消原因", "Why called off", |u, _| Cell::some(u.row.ended_reason.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        STATE,
        OVERDUE,
        FilterWord::new("result", "回访结果", "result", |word, w| match word.parse::<FollowUpResult>() {
            Ok(result) => result.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("months", "清零后月数", "months after", |word, _| word.to_owned()),
        FilterWord::new("until", "截止日期", "until", |day, _| day.to_owned()),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "enterprise_name")]),
    ],
};
