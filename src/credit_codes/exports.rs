//! The list of codes as a file.

use crate::core::Text;
use crate::credit_codes::queries::{CodeView, Standing};
use crate::credit_codes::state::CodeState;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};

/// How granted codes stand, for people.
pub fn standing_text(standing: Standing) -> Text {
    let (zh, en) = match standing {
        Standing::InForce => ("有效", "in force"),
        Standing::Suspended => ("暂停", "suspended"),
        Standing::Waiting => ("待办理", "waiting for a decision"),
    };
    Text::new(zh, en)
}

/// The codes.
pub static CODES: List<CodeView> = List {
    name: "credit-codes",
    zh: "品质信用码",
    en: "Quality credit codes",
    people: false,
    columns: &[
        Column::new("企业名称", "Maker", |c, _| Cell::text(&c.maker_name)),
        Column::new("统一社会信用代码", "Credit code", |c, _| Cell::text(&c.uscc)),
        Column::new("地区", "Region", |c, w| Cell::text(w.region(&c.region))),
        Column::new("产品种类", "Product kind", |c, w| Cell::text(w.kind(&c.product_kind))),
        Column::new("产品名称", "Product", |c, _| Cell::text(&c.product_name)),
        Column::new("商标", "Trademark", |c, _| Cell::some(c.trademark.as_ref())),
        Column::new("规格型号", "Model", |c, _| Cell::text(&c.model)),
        Column::new("执行标准", "Standard", |c, _| Cell::some(c.standard.as_ref())),
        Column::new("状态", "State", |c, w| Cell::text(c.state.text().get(w.language))),
        Column::new("申请时间", "Applied", |c, _| Cell::Moment(c.applied_at)),
        Column::new("授码日期", "Granted", |c, _| Cell::date(c.granted_on)),
        Column::new("有效期至", "Valid until", |c, _| Cell::date(c.valid_until)),
        Column::new("暂停时间", "Suspended", |c, _| Cell::moment(c.suspended_at)),
        Column::new("终止日期", "Ended", |c, _| Cell::date(c.ended_on)),
        Column::new("规则版本", "Rules", |c, _| Cell::text(&c.rules_version)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<CodeState>() {
            Ok(state) => state.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("standing", "效力", "standing", |word, w| match word.parse::<Standing>() {
            Ok(standing) => standing_text(standing).get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "maker_name")]),
    ],
};
