//! Sampling lists, what stands on their rows, and proposals as files.

use crate::exports::{Cell, Column, FilterWord, List, Q};
use crate::sampling_lists::pages::words::{
    likeness_word, list_state_word, outcome_word, party_word, proposal_word,
};
use crate::sampling_lists::proposals::queries::ProposalView;
use crate::sampling_lists::taken::TakenSample;
use crate::sampling_lists::view::SamplingListView;
use crate::sampling_lists::withdrawal::standing::StandingSample;

/// The sampling lists.
pub static LISTS: List<SamplingListView> = List {
    name: "sampling-lists",
    zh: "抽样名单导入记录",
    en: "Sampling lists",
    people: false,
    columns: &[
        Column::new("文件", "File", |l, _| Cell::text(&l.file_name)),
        Column::new("状态", "State", |l, w| Cell::text(list_state_word(w, l.state))),
        Column::new("仅检查", "Check only", |l, w| {
            Cell::text(if l.dry_run { w.t("是", "yes") } else { "" })
        }),
        Column::new("地区代码", "Region code", |l, _| Cell::text(&l.region)),
        Column::new("地区", "Region", |l, w| Cell::text(w.region(&l.region))),
        Column::new("提交时间", "Asked for", |l, _| Cell::Moment(l.created_at)),
        Column::new("完成时间", "Finished", |l, _| Cell::moment(l.finished_at)),
        Column::new("行数", "Rows", |l, _| Cell::count(l.rows)),
        Column::new("新增", "New", |l, _| Cell::count(l.inserted)),
        Column::new("更新", "Changed", |l, _| Cell::count(l.updated)),
        Column::new("未变", "Same", |l, _| Cell::count(l.unchanged)),
        Column::new("拒绝", "Rejected", |l, _| Cell::count(l.to_mend())),
        Column::new("非记录行", "No records", |l, _| Cell::count(l.not_records)),
        Column::new("批次", "Samples", |l, _| Cell::count(l.samples)),
        Column::new("撤回时间", "Withdrawn", |l, _| Cell::moment(l.withdrawal.as_ref().map(|w| w.at))),
        Column::new("撤回原因", "Why withdrawn", |l, _| {
            Cell::some(l.withdrawal.as_ref().map(|w| &w.reason))
        }),
    ],
    filters: &[Q],
};

/// The rows of a list that were taken.
pub static SAMPLES: List<TakenSample> = List {
    name: "imported-samples",
    zh: "导入的批次",
    en: "Imported samples",
    people: false,
    columns: &[
        Column::new("工作表", "Sheet", |s, _| Cell::some(s.sheet.as_ref())),
        Column::new("行号", "Row", |s, _| Cell::count(s.row)),
        Column::new("导入结果", "What became of it", |s, w| Cell::text(outcome_word(w, s.outcome))),
        Column::new("抽样单编号", "Form", |s, _| Cell::text(&s.number)),
        Column::new("产品名称", "Product", |s, _| Cell::text(&s.product_name)),
        Column::new("被抽样单位", "Operator", |s, _| Cell::text(&s.operator_name)),
        Column::new("标称生产企业", "Nominal producer", |s, _| Cell::some(s.producer_name.as_ref())),
        Column::new("检验结论", "Result", |s, w| {
            Cell::some(s.found.map(|found| found.text().get(w.language).to_owned()))
        }),
        Column::new("当前状态", "State", |s, w| Cell::text(s.state.text().get(w.language))),
    ],
    filters: &[FilterWord::new("outcome", "导入结果", "outcome", |word, w| match word.parse() {
        Ok(outcome) => outcome_word(w, outcome).to_owned(),
        Err(_) => word.to_owned(),
    })],
};

/// What stands on the rows of a list.
pub static STANDING: List<StandingSample> = List {
    name: "standing-samples",
    zh: "不能撤回的批次",
    en: "Rows on which something stands",
    people: false,
    columns: &[
        Column::new("工作表", "Sheet", |s, _| Cell::some(s.sheet.as_ref())),
        Column::new("行号", "Row", |s, _| Cell::count(s.row)),
        Column::new("抽样单编号", "Form", |s, _| Cell::text(&s.number)),
        Column::new("已有的办理内容", "What stands on it", |s, w| {
            Cell::text(w.t(&s.text_zh, &s.text_en))
        }),
    ],
    filters: &[],
};

/// The proposals which enterprise a list names.
pub static PROPOSALS: List<ProposalView> = List {
    name: "enterprise-proposals",
    zh: "企业匹配建议",
    en: "Proposed enterprises",
    people: false,
    columns: &[
        Column::new("状态", "State", |p, w| Cell::text(proposal_word(w, p.state))),
        Column::new("名单中的名称", "Name in the list", |p, _| Cell::text(&p.name)),
        Column::new("身份", "As", |p, w| Cell::text(party_word(w, p.party))),
        Column::new("名单中的地区", "Region in the list", |p, w| {
            Cell::some(p.region.as_ref().map(|region| w.region(region)))
        }),
        Column::new("建议的企业", "Proposed enterprise", |p, _| Cell::text(&p.enterprise_name)),
        Column::new("统一社会信用代码", "Credit code", |p, _| Cell::text(&p.uscc)),
        Column::new("企业所在地区", "Its region", |p, w| Cell::text(w.region(&p.enterprise_region))),
        Column::new("依据", "Why", |p, w| Cell::text(likeness_word(w, p.likeness))),
        Column::new("抽样单编号", "Form", |p, _| Cell::text(&p.number)),
        Column::new("产品名称", "Product", |p, _| Cell::text(&p.product_name)),
        Column::new("提出时间", "Proposed", |p, _| Cell::Moment(p.created_at)),
        Column::new("处理时间", "Decided", |p, _| Cell::moment(p.decided_at)),
        Column::new("处理说明", "Reason", |p, _| Cell::some(p.reason.as_ref())),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => proposal_word(w, state).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("list", "名单", "list", &[]),
    ],
};
