//! The list of commitments as a file, without the names of who signed.

use crate::engagements::commitments::queries::CommitmentView;
use crate::engagements::state::EngagementState;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};

/// The filter of a state of an engagement.
pub const STATE: FilterWord =
    FilterWord::new("state", "状态", "state", |word, w| match word.parse::<EngagementState>() {
        Ok(state) => state.text().get(w.language).to_owned(),
        Err(_) => word.to_owned(),
    });

/// The filter of what is overdue.
pub const OVERDUE: FilterWord = FilterWord::new("overdue", "是否逾期", "overdue", |word, w| {
    match word {
        "true" => w.t("逾期", "overdue"),
        _ => w.t("未逾期", "not overdue"),
    }
    .to_owned()
});

/// The commitments.
pub static COMMITMENTS: List<CommitmentView> = List {
    name: "commitments",
    zh: "质量承诺",
    en: "Commitments",
    people: false,
    columns: &[
        Column::new("编号", "Number", |c, _| Cell::text(&c.row.number)),
        Column::new("企业名称", "Enterprise", |c, _| Cell::text(&c.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |c, _| Cell::text(&c.uscc)),
        Column::new("地区", "Region", |c, w| Cell::text(w.region(&c.row.region))),
        Column::new("承诺事由", "Topic", |c, _| Cell::text(&c.row.topic)),
        Column::new("产品种类", "Product kind", |c, w| {
            Cell::some(c.row.product_kind.as_ref().map(|kind| w.kind(kind)))
        }),
        Column::new("状态", "State", |c, w| Cell::text(c.row.state.text().get(w.language))),
        Column::new("是否逾期", "Overdue", |c, w| {
            Cell::text(if c.row.overdue { w.t("逾期", "overdue") } else { "" })
        }),
        Column::new("文本版本", "Text", |c, _| Cell::some(c.row.text_version.as_ref())),
        Column::new("签署人职务", "Post of the signer", |c, _| Cell::some(c.row.signer_post.as_ref())),
        Column::new("签署日期", "Signed on", |c, _| Cell::date(c.row.signed_on)),
        Column::new("最后期限", "Last day", |c, _| Cell::date(c.row.due_on)),
        Column::new("认定日期", "Settled on", |c, _| Cell::date(c.row.settled_on)),
        Column::new("认定依据或理由", "Evidence or reason", |c, _| {
            Cell::some(c.row.settled_reason.as_ref())
        }),
        Column::new("发起时间", "Asked", |c, _| Cell::Moment(c.row.created_at)),
    ],
    filters: &[
        Q,
        REGION,
        STATE,
        OVERDUE,
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "enterprise_name")]),
        FilterWord::of_row("programme", "计划", "programme", &[]),
    ],
};
