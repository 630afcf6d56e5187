//! The penalty lists, their penalties, what is to be decided of them, and what stands on the rows of a list, as files.

use crate::exports::{Cell, Column, FilterWord, List, Q};
use crate::penalty_lists::pages::words::{likeness_word, list_state_word};
use crate::penalty_lists::penalties::PenaltyView;
use crate::penalty_lists::questions::queries::QuestionView;
use crate::penalty_lists::state::{PenaltyState, QuestionKind, QuestionState};
use crate::penalty_lists::view::PenaltyListView;
use crate::penalty_lists::withdrawal::standing::StandingPenalty;

/// The penalty lists.
pub static LISTS: List<PenaltyListView> = List {
    name: "penalty-lists",
    zh: "处罚名单导入记录",
    en: "Penalty lists",
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
        Column::new("撤回时间", "Withdrawn", |l, _| Cell::moment(l.withdrawal.as_ref().map(|w| w.at))),
        Column::new("撤回原因", "Why withdrawn", |l, _| {
            Cell::some(l.withdrawal.as_ref().map(|w| &w.reason))
        }),
    ],
    filters: &[Q],
};

/// The penalties.
pub static PENALTIES: List<PenaltyView> = List {
    name: "penalties",
    zh: "行政处罚",
    en: "Penalties",
    people: false,
    columns: &[
        Column::new("行政处罚决定书文号", "Decision", |p, _| Cell::text(&p.document_no)),
        Column::new("当事人", "Party", |p, _| Cell::text(&p.party_name)),
        Column::new("统一社会信用代码", "Credit code", |p, _| Cell::some(p.party_uscc.as_ref())),
        Column::new("名录中的企业", "Enterprise of the register", |p, _| {
            Cell::some(p.enterprise_name.as_ref())
        }),
        Column::new("违法行为类型", "Act", |p, _| Cell::text(&p.act)),
        Column::new("信用行为代码", "Behaviour", |p, _| Cell::some(p.behaviour.as_ref())),
        Column::new("处罚种类", "Kind of penalty", |p, _| Cell::some(p.penalty_kind.as_ref())),
        Column::new("处罚内容", "Penalty", |p, _| Cell::some(p.content.as_ref())),
        Column::new("处罚机关", "Authority", |p, _| Cell::text(&p.authority)),
        Column::new("处罚决定日期", "Decided on", |p, _| Cell::Date(p.decided_on)),
        Column::new("抽样单编号", "Sampling form", |p, _| Cell::some(p.form_no.as_ref())),
        Column::new("状态", "State", |p, w| Cell::text(p.state.text().get(w.language))),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<PenaltyState>() {
            Ok(state) => state.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("list", "名单", "list", &[]),
        FilterWord::of_row("enterprise", "企业", "enterprise", &[]),
    ],
};

/// What officers have to decide.
pub static QUESTIONS: List<QuestionView> = List {
    name: "penalty-questions",
    zh: "待确认的处罚",
    en: "Penalties to be decided",
    people: false,
    columns: &[
        Column::new("状态", "State", |q, w| Cell::text(q.state.text().get(w.language))),
        Column::new("原因", "Why", |q, w| Cell::text(q.reason.text().get(w.language))),
        Column::new("行政处罚决定书文号", "Decision", |q, _| Cell::text(&q.document_no)),
        Column::new("当事人", "Party", |q, _| Cell::text(&q.party_name)),
        Column::new("名单中的信用代码", "Credit code in the list", |q, _| {
            Cell::some(q.party_uscc.as_ref())
        }),
        Column::new("建议的企业", "Proposed enterprise", |q, _| Cell::some(q.enterprise_name.as_ref())),
        Column::new("统一社会信用代码", "Credit code", |q, _| Cell::some(q.uscc.as_ref())),
        Column::new("依据", "By what", |q, w| {
            Cell::some(q.likeness.map(|likeness| likeness_word(w, likeness)))
        }),
        Column::new("违法行为类型", "Act", |q, _| Cell::text(&q.act)),
        Column::new("处罚内容", "Penalty", |q, _| Cell::some(q.content.as_ref())),
        Column::new("处罚机关", "Authority", |q, _| Cell::text(&q.authority)),
        Column::new("处罚决定日期", "Decided on", |q, _| Cell::Date(q.decided_on)),
        Column::new("处理时间", "Dealt with", |q, _| Cell::moment(q.decided_at)),
        Column::new("说明", "Note", |q, _| Cell::some(q.note.as_ref())),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<QuestionState>() {
            Ok(state) => state.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("kind", "确认内容", "kind", |word, w| match word.parse() {
            Ok(QuestionKind::Party) => w.t("当事人", "party").to_owned(),
            Ok(QuestionKind::Behaviour) => w.t("违法行为", "act").to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("list", "名单", "list", &[]),
    ],
};

/// What stands on the rows of a list.
pub static STANDING: List<StandingPenalty> = List {
    name: "standing-penalties",
    zh: "不能撤回的处罚",
    en: "Rows on which something stands",
    people: false,
    columns: &[
        Column::new("工作表", "Sheet", |s, _| Cell::some(s.sheet.as_ref())),
        Column::new("行号", "Row", |s, _| Cell::count(s.row)),
        Column::new("行政处罚决定书文号", "Decision", |s, _| Cell::text(&s.number)),
        Column::new("已有的办理内容", "What stands on it", |s, w| {
            Cell::text(w.t(&s.text_zh, &s.text_en))
        }),
    ],
    filters: &[],
};
