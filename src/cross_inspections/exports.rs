//! The list of rounds as a file. What was found is in no file: it stays in the group.

use crate::cross_inspections::queries::RoundView;
use crate::cross_inspections::words::state_word;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};

/// The rounds.
pub static ROUNDS: List<RoundView> = List {
    name: "cross-inspections",
    zh: "交叉互检",
    en: "Cross-inspections",
    people: true,
    columns: &[
        Column::new("轮次名称", "Name", |r, _| Cell::text(&r.round.name)),
        Column::new("地区", "Region", |r, w| Cell::text(w.region(&r.round.region))),
        Column::new("产品医院", "Product hospital", |r, w| {
            Cell::some(r.round.hospital.as_ref().map(|code| w.hospital(code)))
        }),
        Column::new("产品种类", "Product kind", |r, w| Cell::text(w.kind(&r.round.product_kind))),
        Column::new("组织人", "Led by", |r, _| Cell::text(&r.led_by)),
        Column::new("状态", "State", |r, w| Cell::text(state_word(w, r.round.state))),
        Column::new("企业数", "Enterprises", |r, _| {
            Cell::count(i64::try_from(r.participants).unwrap_or(i64::MAX))
        }),
        Column::new("产品数", "Products", |r, _| Cell::count(r.products)),
        Column::new("已报结果数", "Results", |r, _| Cell::count(r.reported)),
        Column::new("抽中复核数", "For the laboratory", |r, _| Cell::count(r.to_check)),
        Column::new("已复核数", "Results of the laboratory", |r, _| Cell::count(r.checked)),
        Column::new("检验机构", "Laboratory", |r, _| Cell::some(r.laboratory.as_ref())),
        Column::new("发起时间", "Set up", |r, _| Cell::Moment(r.round.created_at)),
        Column::new("分配时间", "Assigned", |r, _| Cell::moment(r.round.assigned_at)),
        Column::new("结果提交期限", "Results due", |r, _| Cell::date(r.round.results_due_on)),
        Column::new("结束时间", "Closed", |r, _| Cell::moment(r.round.closed_at)),
        Column::new("撤销时间", "Given up", |r, _| Cell::moment(r.round.withdrawn_at)),
        Column::new("撤销原因", "Why given up", |r, _| Cell::some(r.round.withdrawn_reason.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};
