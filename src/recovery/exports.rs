//! Recoveries as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::recovery::queries::RecoveryView;
use crate::recovery::words::{item_word, result_word, state_word};

/// The list.
pub static RECOVERIES: List<RecoveryView> = List {
    name: "recovery",
    zh: "康复情况",
    en: "Recoveries",
    people: false,
    columns: &[
        Column::new("企业名称", "Enterprise", |r, _| Cell::text(&r.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |r, _| Cell::text(&r.uscc)),
        Column::new("地区代码", "Region code", |r, _| Cell::text(&r.region)),
        Column::new("地区", "Region", |r, w| Cell::text(w.region(&r.region))),
        Column::new("产品种类", "Product kind", |r, w| Cell::text(w.kind(&r.product_kind))),
        Column::new("不合格项目", "Failed item", |r, w| Cell::text(item_word(w, &r.item))),
        Column::new("状态", "State", |r, w| Cell::text(state_word(w, r.state))),
        Column::new("清零日期", "Cleared", |r, _| Cell::Date(r.cleared_on)),
        Column::new("康复期满日期", "Recovers on", |r, _| Cell::Date(r.until_on)),
        Column::new("复发日期", "Relapsed", |r, _| Cell::date(r.relapsed_on)),
        Column::new("已回访次数", "Check-ups held", |r, _| Cell::count(r.check_ups)),
        Column::new("最近回访日期", "Last check-up", |r, _| Cell::date(r.last_check_up)),
        Column::new("最近回访结果", "Its result", |r, w| {
            Cell::some(r.last_result.as_deref().map(|result| result_word(w, result)))
        }),
        Column::new("下次回访日期", "Next check-up", |r, _| Cell::date(r.next_check_up)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => state_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("kind", "产品种类", "product kind", |code, w| w.kind(code)),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "enterprise_name")]),
        FilterWord::new("as_of", "日期", "as of", |day, _| day.to_owned()),
    ],
};
