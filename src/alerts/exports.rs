//! The quality alerts as files.

use crate::alerts::pages::state_word;
use crate::alerts::queries::AlertView;
use crate::exports::{Cell, Column, FilterWord, List, Q};

/// The quality alerts.
pub static ALERTS: List<AlertView> = List {
    name: "quality-alerts",
    zh: "质量预警",
    en: "Quality alerts",
    people: false,
    columns: &[
        Column::new("产品种类", "Product", |a, w| Cell::text(w.kind(&a.alert.product_kind))),
        Column::new("不合格项目", "Item", |a, _| Cell::text(&a.alert.item)),
        Column::new("地区代码", "Region code", |a, _| Cell::text(&a.alert.region)),
        Column::new("地区", "Region", |a, w| Cell::text(w.region(&a.alert.region))),
        Column::new("状态", "State", |a, w| Cell::text(state_word(w, a.alert.state))),
        Column::new("不合格记录数", "Nonconformities", |a, _| Cell::count(a.alert.nonconformities)),
        Column::new("企业数", "Enterprises", |a, _| Cell::count(a.alert.enterprises)),
        Column::new("预警阈值", "Threshold", |a, _| Cell::count(a.alert.threshold)),
        Column::new("统计天数", "Days of the window", |a, _| Cell::count(a.alert.window_days)),
        Column::new("最早抽样日期", "First sampled on", |a, _| Cell::date(a.alert.first_on)),
        Column::new("最近抽样日期", "Last sampled on", |a, _| Cell::date(a.alert.last_on)),
        Column::new("预警时间", "Raised", |a, _| Cell::Moment(a.alert.opened_at)),
        Column::new("结束时间", "Closed", |a, _| Cell::moment(a.alert.closed_at)),
        Column::new("撤销原因", "Why dismissed", |a, _| Cell::some(a.alert.reason.as_ref())),
        Column::new("质量分析会日期", "Meeting on", |a, _| {
            Cell::date(a.meeting.as_ref().map(|m| m.held_on))
        }),
        Column::new("分析结论", "Findings", |a, _| Cell::some(a.meeting.as_ref().map(|m| &m.findings))),
        Column::new("措施", "Measures", |a, _| Cell::some(a.meeting.as_ref().map(|m| &m.measures))),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};
