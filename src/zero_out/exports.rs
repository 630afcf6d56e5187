//! The zero-out list, the enterprises and the imports as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};
use crate::remediation::pages::words::CaseWords;
use crate::remediation::state::CaseState;
use crate::zero_out::import::{ImportView, Outcome};
use crate::zero_out::pages::enterprises::status_word;
use crate::zero_out::pages::imports::state_word;
use crate::zero_out::queries::ZeroOutItem;
use crate::zero_out::summaries::ListedEnterprise;

const STATUS: FilterWord =
    FilterWord::new("operating_status", "经营状态", "operating status", |word, words| {
        match word.parse() {
            Ok(status) => status_word(words, status).to_owned(),
            Err(_) => word.to_owned(),
        }
    });

fn cleared(cleared: bool, words: &Words) -> &str {
    if cleared { words.t("已清零", "cleared") } else { words.t("未清零", "not cleared") }
}

/// Whether the code was let in against the rule.
fn admitted(admitted: bool, words: &Words) -> Cell {
    Cell::text(if admitted { words.t("是", "yes") } else { "" })
}

const CLEARED: FilterWord =
    FilterWord::new("cleared", "清零", "cleared", |word, words| cleared(word == "true", words).to_owned());

/// The handlers say the name of its file.
const IMPORT: FilterWord = FilterWord::of_row("import", "导入", "import", &[]);

const OUTCOME: FilterWord =
    FilterWord::new("outcome", "导入结果", "outcome of the import", |word, words| match word.parse() {
        Ok(Outcome::Inserted) => words.t("新增", "new").to_owned(),
        Ok(Outcome::Updated) => words.t("更新", "changed").to_owned(),
        Ok(Outcome::Unchanged) => words.t("未变", "same").to_owned(),
        Err(_) => word.to_owned(),
    });

/// The zero-out list.
pub static LINES: List<ZeroOutItem> = List {
    name: "zero-out-list",
    zh: "清零名单",
    en: "Zero-out list",
    people: false,
    columns: &[
        Column::new("统一社会信用代码", "Credit code", |line, _| Cell::text(line.uscc.to_string())),
        Column::new("企业名称", "Enterprise", |line, _| Cell::text(&line.enterprise_name)),
        Column::new("经营状态", "Operating status", |line, w| {
            Cell::text(status_word(w, line.operating_status))
        }),
        Column::new("地区代码", "Region code", |line, _| Cell::text(&line.region)),
        Column::new("地区", "Region", |line, w| Cell::text(w.region(&line.region))),
        Column::new("产品种类", "Product", |line, w| {
            Cell::text(w.t(&line.nonconformity.product_kind_zh, &line.nonconformity.product_kind_en))
        }),
        Column::new("报告编号", "Report number", |line, _| Cell::text(&line.nonconformity.report_no)),
        Column::new("抽样日期", "Sampled on", |line, _| Cell::Date(line.nonconformity.inspected_on)),
        Column::new("抽查级别", "Level", |line, w| {
            Cell::some(line.nonconformity.inspection_level.map(|level| w.t(level.name_zh(), level.as_str())))
        }),
        Column::new("不合格项目", "Failed items", |line, w| {
            Cell::text(w.joined(&line.nonconformity.failed_items))
        }),
        Column::new("责令改正日期", "Ordered on", |line, _| {
            Cell::date(line.nonconformity.order_issued_on)
        }),
        Column::new("案件状态", "State of the case", |line, w| {
            let state = line.nonconformity.case_state.as_deref();
            Cell::some(state.map(|word| match word.parse::<CaseState>() {
                Ok(state) => w.state(&state),
                Err(_) => word.to_owned(),
            }))
        }),
        Column::new("清零", "Cleared", |line, w| Cell::text(cleared(line.nonconformity.cleared, w))),
        Column::new("代码经核实放行", "Code admitted", |line, words| {
            admitted(line.uscc_admitted, words)
        }),
    ],
    filters: &[Q, REGION, STATUS, CLEARED, IMPORT, OUTCOME],
};

/// The enterprises.
pub static ENTERPRISES: List<ListedEnterprise> = List {
    name: "enterprises",
    zh: "企业名单",
    en: "Enterprises",
    people: true,
    columns: &[
        Column::new("统一社会信用代码", "Credit code", |e, _| {
            Cell::text(e.enterprise.uscc.to_string())
        }),
        Column::new("企业名称", "Enterprise", |e, _| Cell::text(&e.enterprise.name)),
        Column::new("经营状态", "Operating status", |e, w| {
            Cell::text(status_word(w, e.enterprise.operating_status))
        }),
        Column::new("地区代码", "Region code", |e, _| Cell::text(&e.enterprise.region)),
        Column::new("地区", "Region", |e, w| Cell::text(w.region(&e.enterprise.region))),
        Column::new("地址", "Address", |e, _| Cell::some(e.enterprise.address.as_ref())),
        Column::new("联系人", "Contact", |e, _| Cell::some(e.enterprise.contact_name.as_ref())),
        Column::new("联系电话", "Telephone", |e, _| Cell::some(e.enterprise.contact_phone.as_ref())),
        Column::new("邮箱", "Mail address", |e, _| Cell::some(e.enterprise.contact_email.as_ref())),
        Column::new("代码经核实放行", "Code admitted", |e, words| {
            admitted(e.enterprise.uscc_admitted, words)
        }),
        Column::new("不合格记录", "Nonconformities", |e, _| e.records.map_or(Cell::Empty, Cell::count)),
        Column::new("已清零", "Cleared", |e, _| e.records_cleared.map_or(Cell::Empty, Cell::count)),
        Column::new("最近期限", "Next deadline", |e, _| Cell::date(e.next_deadline)),
        Column::new("最近问诊", "Last consultation", |e, _| Cell::moment(e.last_consultation_at)),
    ],
    filters: &[Q, REGION, STATUS, CLEARED, IMPORT],
};

/// The imports.
pub static IMPORTS: List<ImportView> = List {
    name: "imports",
    zh: "导入记录",
    en: "Imports",
    people: false,
    columns: &[
        Column::new("文件", "File", |i, _| Cell::text(&i.file_name)),
        Column::new("状态", "State", |i, w| Cell::text(state_word(w, i.state))),
        Column::new("仅检查", "Check only", |i, w| Cell::text(w.yes(i.dry_run))),
        Column::new("检查后已导入", "Imported after the check", |i, w| {
            if i.dry_run { Cell::text(w.yes(i.imported_as.is_some())) } else { Cell::Empty }
        }),
        Column::new("行数", "Rows", |i, _| Cell::count(i.rows)),
        Column::new("新增", "New", |i, _| Cell::count(i.inserted)),
        Column::new("更新", "Changed", |i, _| Cell::count(i.updated)),
        Column::new("未变", "Same", |i, _| Cell::count(i.unchanged)),
        Column::new("拒绝", "Rejected", |i, _| Cell::count(i.rejected)),
        Column::new("未接受的原因", "Why it was refused", |i, w| {
            Cell::some(i.problem.as_ref().map(|p| w.t(&p.detail_zh, &p.detail_en)))
        }),
        Column::new("提交时间", "Asked for", |i, _| Cell::Moment(i.created_at)),
        Column::new("结束时间", "Ended", |i, _| Cell::moment(i.finished_at)),
        Column::new("撤回时间", "Withdrawn", |i, _| Cell::moment(i.withdrawal.as_ref().map(|w| w.at))),
        Column::new("撤回原因", "Why withdrawn", |i, _| {
            Cell::some(i.withdrawal.as_ref().map(|w| &w.reason))
        }),
    ],
    filters: &[Q],
};
