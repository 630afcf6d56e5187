//! The list of letters, interviews and listings as a file.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};
use crate::oversight::view::OversightView;

fn said(w: &Words, text: &crate::core::Text) -> String {
    w.say(text).to_owned()
}

/// Letters, interviews and listings.
pub static OVERSIGHT: List<OversightView> = List {
    name: "oversight",
    zh: "督促事项",
    en: "Letters, interviews and listings",
    people: false,
    columns: &[
        Column::new("类别", "Kind", |v, w| Cell::text(said(w, &v.kind.text()))),
        Column::new("标题", "Title", |v, _| Cell::text(&v.title)),
        Column::new("文号", "Document", |v, _| Cell::some(v.document_no.as_ref())),
        Column::new("发出地区", "Issued by", |v, w| Cell::text(w.region(&v.from_region))),
        Column::new("对象", "Addressed", |v, _| Cell::text(&v.to_name)),
        Column::new("对象所在地区", "Region", |v, w| Cell::text(w.region(&v.to_region))),
        Column::new("事由", "About", |v, w| Cell::text(said(w, &v.subject.text()))),
        Column::new("产品种类", "Product kinds", |v, w| {
            Cell::text(w.joined(v.product_kinds.iter().map(|kind| w.kind(kind))))
        }),
        Column::new("状态", "State", |v, w| Cell::text(said(w, &v.state.text()))),
        Column::new("发出日期", "Issued", |v, _| Cell::date(v.issued_on)),
        Column::new("期限", "Due", |v, _| Cell::date(v.due_on)),
        Column::new("是否逾期", "Overdue", |v, w| Cell::text(w.yes(v.overdue))),
        Column::new("约谈日期", "Interviewed", |v, _| Cell::date(v.held_on)),
        Column::new("督办期限", "Term", |v, _| Cell::date(v.term_on)),
        Column::new("首次回复日期", "Answered", |v, _| Cell::date(v.answered_on)),
        Column::new("是否按期回复", "In time", |v, w| {
            Cell::some(v.answered_in_time.map(|in_time| w.yes(in_time).to_owned()))
        }),
        Column::new("退回次数", "Returned", |v, _| Cell::count(v.returns)),
        Column::new("认可日期", "Accepted", |v, _| Cell::date(v.accepted_on)),
        Column::new("办结日期", "Ended", |v, _| Cell::date(v.ended_on)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("kind", "类别", "kind", |word, w| {
            word.parse::<crate::oversight::words::OversightKind>()
                .map_or_else(|_| word.to_owned(), |kind| said(w, &kind.text()))
        }),
        FilterWord::new("state", "状态", "state", |word, w| {
            word.parse::<crate::oversight::state::OversightState>()
                .map_or_else(|_| word.to_owned(), |state| said(w, &state.text()))
        }),
        FilterWord::new("side", "办理", "move", |word, w| match word {
            "to_answer" => w.t("待本单位办理", "to be answered").to_owned(),
            "issued" => w.t("本单位发出", "issued").to_owned(),
            "to_decide" => w.t("待本单位审核", "to be decided").to_owned(),
            _ => word.to_owned(),
        }),
        FilterWord::new("product_kind", "产品种类", "product kind", |word, w| w.kind(word)),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "to_name")]),
        // No row names the alerts that it rests on.
        FilterWord::of_row("alert", "质量预警", "alert", &[]),
        FilterWord::new("overdue", "是否逾期", "overdue", |word, w| w.yes(word == "true").to_owned()),
    ],
};
