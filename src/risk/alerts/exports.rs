//! The quality alerts as files.

use crate::exports::{Cell, Column, FilterWord, List, Q};
use crate::risk::alerts::queries::AlertView;
use crate::risk::alerts::state::{AlertCause, AlertState};

/// The quality alerts.
pub static ALERTS: List<AlertView> = List {
    name: "quality-alerts",
    zh: "质量预警",
    en: "Quality alerts",
    people: false,
    columns: &[
        Column::new("产品种类", "Product", |a, w| Cell::text(w.kind(&a.alert.product_kind))),
        Column::new("预警原因", "Cause", |a, w| Cell::text(w.say(&a.alert.cause.text()))),
        Column::new("不合格项目", "Item", |a, _| Cell::some(a.alert.item.as_ref())),
        Column::new("地区代码", "Region code", |a, _| Cell::text(&a.alert.region)),
        Column::new("地区", "Region", |a, w| Cell::text(w.region(&a.alert.region))),
        Column::new("状态", "State", |a, w| Cell::text(w.say(&a.alert.state.text()))),
        Column::new("不合格记录数", "Nonconformities", |a, _| Cell::count(a.alert.nonconformities)),
        Column::new("企业数", "Enterprises", |a, _| Cell::count(a.alert.enterprises)),
        Column::new("预警阈值", "Threshold", |a, _| a.alert.threshold.map_or(Cell::Empty, Cell::count)),
        Column::new("统计天数", "Days of the window", |a, _| {
            a.alert.window_days.map_or(Cell::Empty, Cell::count)
        }),
        Column::new("最早抽样日期", "First sampled on", |a, _| Cell::date(a.alert.first_on)),
        Column::new("最近抽样日期", "Last sampled on", |a, _| Cell::date(a.alert.last_on)),
        Column::new("预警时间", "Raised", |a, _| Cell::Moment(a.alert.opened_at)),
        Column::new("检验结果数", "Results", |a, _| a.alert.tested.map_or(Cell::Empty, Cell::count)),
        Column::new("首次处理时间", "Dealt with", |a, _| Cell::moment(a.alert.answered_at)),
        Column::new("结束时间", "Closed", |a, _| Cell::moment(a.alert.closed_at)),
        Column::new("撤销原因", "Why dismissed", |a, _| Cell::some(a.alert.reason.as_ref())),
        Column::new("处理结果", "Outcome", |a, _| Cell::some(a.alert.outcome.as_ref())),
        Column::new("质量分析会日期", "Meeting on", |a, _| {
            Cell::date(a.meeting.as_ref().map(|m| m.held_on))
        }),
        Column::new("分析结论", "Findings", |a, _| Cell::some(a.meeting.as_ref().map(|m| &m.findings))),
        Column::new("措施", "Measures", |a, _| Cell::some(a.meeting.as_ref().map(|m| &m.measures))),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<AlertState>() {
            Ok(state) => w.say(&state.text()).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("cause", "预警原因", "cause", |word, w| match word.parse::<AlertCause>() {
            Ok(cause) => w.say(&cause.text()).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("product_kind", "产品种类", "product", |word, w| w.kind(word).to_owned()),
    ],
};
