//! The lists of issues, vouchers and movements as files. Amounts are in yuan with two decimals, as the treasury writes them.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::vouchers::entries::VoucherEntryView;
use crate::vouchers::money::yuan;
use crate::vouchers::queries::VoucherIssueView;
use crate::vouchers::state::{VoucherEntryKind, VoucherIssueState, VoucherState};
use crate::vouchers::views::VoucherView;

/// The issues.
pub static ISSUES: List<VoucherIssueView> = List {
    name: "voucher-issues",
    zh: "检测券批次",
    en: "Issues of testing vouchers",
    people: false,
    columns: &[
        Column::new("批次名称", "Name", |i, _| Cell::text(&i.name)),
        Column::new("地区", "Region", |i, w| Cell::text(w.region(&i.region))),
        Column::new("状态", "State", |i, w| {
            let (zh, en) = i.state.words();
            Cell::text(w.t(zh, en))
        }),
        Column::new("预算（元）", "Budget (yuan)", |i, _| Cell::text(yuan(i.budget_fen))),
        Column::new("单家限额（元）", "Limit for one (yuan)", |i, _| Cell::text(yuan(i.limit_fen))),
        Column::new("申请开始", "Applications from", |i, _| Cell::Date(i.apply_from)),
        Column::new("申请截止", "Applications until", |i, _| Cell::Date(i.apply_until)),
        Column::new("有效期至", "Valid until", |i, _| Cell::Date(i.valid_until)),
        Column::new("名单固定时间", "Frame fixed", |i, _| Cell::moment(i.framed_at)),
        Column::new("名单行数", "Rows", |i, _| {
            i.frame_rows.map_or(Cell::Empty, |n| Cell::count(i64::from(n)))
        }),
        Column::new("摇号时间", "Drawn", |i, _| Cell::moment(i.drawn_at)),
        Column::new("撤销原因", "Why given up", |i, _| Cell::some(i.withdrawn_reason.as_ref())),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<VoucherIssueState>() {
            Ok(state) => w.t(state.words().0, state.words().1).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The vouchers.
pub static VOUCHERS: List<VoucherView> = List {
    name: "vouchers",
    zh: "检测券",
    en: "Testing vouchers",
    people: false,
    columns: &[
        Column::new("批次名称", "Issue", |v, _| Cell::text(&v.issue)),
        Column::new("摇号顺序", "Place", |v, _| Cell::count(i64::from(v.voucher.ordinal))),
        Column::new("行编号", "Row", |v, _| Cell::text(&v.voucher.row_id)),
        Column::new("企业名称", "Enterprise", |v, _| Cell::text(&v.enterprise)),
        Column::new("统一社会信用代码", "Credit code", |v, _| Cell::text(&v.uscc)),
        Column::new("面额（元）", "Amount (yuan)", |v, _| Cell::text(yuan(v.voucher.amount_fen))),
        Column::new("余额（元）", "Left (yuan)", |v, _| Cell::text(yuan(v.voucher.rest_fen))),
        Column::new("状态", "State", |v, w| {
            let (zh, en) = v.voucher.state.words();
            Cell::text(w.t(zh, en))
        }),
        Column::new("有效期至", "Valid until", |v, _| Cell::Date(v.voucher.expires_on)),
        Column::new("中签时间", "Won", |v, _| Cell::Moment(v.voucher.won_at)),
    ],
    filters: &[
        Q,
        FilterWord::of_row("issue", "批次", "issue", &[("issue_id", "issue")]),
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<VoucherState>() {
            Ok(state) => w.t(state.words().0, state.words().1).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The movements: the account for the treasury.
pub static ENTRIES: List<VoucherEntryView> = List {
    name: "voucher-entries",
    zh: "检测券收支明细",
    en: "Movements on testing vouchers",
    people: false,
    columns: &[
        Column::new("时间", "When", |e, _| Cell::Moment(e.entry.at)),
        Column::new("批次名称", "Issue", |e, _| Cell::text(&e.issue)),
        Column::new("检测券编号", "Voucher", |e, _| Cell::text(e.entry.voucher_id.to_string())),
        Column::new("企业名称", "Enterprise", |e, _| Cell::text(&e.enterprise)),
        Column::new("统一社会信用代码", "Credit code", |e, _| Cell::text(&e.uscc)),
        Column::new("类别", "Kind", |e, w| {
            let (zh, en) = e.entry.kind.words();
            Cell::text(w.t(zh, en))
        }),
        Column::new("金额（元）", "Amount (yuan)", |e, _| Cell::text(yuan(e.entry.amount_fen))),
        Column::new("产品医院", "Product hospital", |e, w| {
            Cell::some(e.entry.hospital.as_ref().map(|code| w.hospital(code)))
        }),
        Column::new("检验机构", "Laboratory", |e, _| Cell::some(e.laboratory.as_ref())),
        Column::new("检测项目", "Service", |e, _| Cell::some(e.entry.service.as_ref())),
        Column::new("报告编号", "Report", |e, _| Cell::some(e.entry.report_no.as_ref())),
        Column::new("原因", "Reason", |e, _| Cell::some(e.entry.reason.as_ref())),
        Column::new("已撤回", "Given back", |e, w| {
            if e.reversed { Cell::text(w.t("是", "yes")) } else { Cell::Empty }
        }),
    ],
    filters: &[
        FilterWord::of_row("issue", "批次", "issue", &[("issue_id", "issue")]),
        FilterWord::of_row("voucher", "检测券", "voucher", &[("voucher_id", "voucher_id")]),
        FilterWord::new("kind", "类别", "kind", |word, w| match word.parse::<VoucherEntryKind>() {
            Ok(kind) => w.t(kind.words().0, kind.words().1).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("from", "开始日期", "from", |day, _| day.to_owned()),
        FilterWord::new("until", "截止日期", "until", |day, _| day.to_owned()),
    ],
};
