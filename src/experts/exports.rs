//! The experts and the applications as files. What is private of an expert is in the file of who sees it in the list.

use crate::experts::pages::profile::{language_name, specialty_words};
use crate::experts::queries::{ExpertView, PrivateView};
use crate::experts::specialty_change::{SpecialtyChangeKind, SpecialtyChangeState};
use crate::experts::specialty_queries::SpecialtyChangeView;
use crate::experts::vocabulary::{ExpertState, Vetting};
use crate::exports::{Cell, Column, FilterWord, List, Q, Words};

fn vetting_word(vetting: Vetting, words: &Words) -> &str {
    match vetting {
        Vetting::Applied => words.t("待审核", "applied"),
        Vetting::Approved => words.t("已通过", "approved"),
        Vetting::Rejected => words.t("已驳回", "rejected"),
    }
}

fn state_word(expert: &ExpertView, words: &Words) -> String {
    if expert.suspended {
        return words.t("已暂停", "suspended").to_owned();
    }
    vetting_word(expert.vetting, words).to_owned()
}

fn private<'a, T>(expert: &'a ExpertView, what: impl Fn(&'a PrivateView) -> T) -> Option<T> {
    expert.private.as_ref().map(what)
}

const COLUMNS: &[Column<ExpertView>] = &[
    Column::new("姓名", "Name", |e, _| Cell::text(&e.name)),
    Column::new("职称", "Title", |e, _| Cell::text(&e.title)),
    Column::new("产品医院", "Product hospital", |e, w| {
        Cell::some(e.hospital.as_ref().map(|code| w.hospital(code)))
    }),
    Column::new("工作单位", "Employer", |e, _| {
        Cell::some(private(e, |p| p.employer.as_deref()).flatten())
    }),
    Column::new("职务", "Post", |e, _| Cell::some(private(e, |p| p.post.as_deref()).flatten())),
    Column::new("服务地区", "Regions", |e, w| {
        Cell::text(w.joined(e.regions.iter().map(|code| w.region(code))))
    }),
    Column::new("专长", "Specialties", |e, w| {
        let words = e.specialties.iter().map(|s| specialty_words(w, w.catalogue(), s));
        Cell::text(words.collect::<Vec<_>>().join(w.t("；", "; ")))
    }),
    Column::new("语言", "Languages", |e, w| {
        Cell::text(w.joined(e.languages.iter().map(|language| language_name(w, *language))))
    }),
    Column::new("状态", "State", |e, w| Cell::text(state_word(e, w))),
    Column::new("审核人", "Vetted by", |e, _| {
        Cell::some(private(e, |p| p.vetted_by.as_deref()).flatten())
    }),
    Column::new("审核时间", "Vetted", |e, _| Cell::moment(private(e, |p| p.vetted_at).flatten())),
    Column::new("接诊", "Accepting consultations", |e, w| Cell::text(w.yes(e.available))),
    Column::new("承接中", "Open consultations", |e, _| {
        private(e, |p| p.open_consultations).map_or(Cell::Empty, Cell::count)
    }),
    Column::new("可承接", "Capacity", |e, _| private(e, |p| p.capacity).map_or(Cell::Empty, Cell::count)),
    Column::new("休假开始", "Leave from", |e, _| {
        Cell::date(private(e, |p| p.leave.map(|l| l.from)).flatten())
    }),
    Column::new("休假结束", "Leave to", |e, _| {
        Cell::date(private(e, |p| p.leave.map(|l| l.to)).flatten())
    }),
    Column::new("电话", "Telephone", |e, _| Cell::some(private(e, |p| p.phone.as_deref()).flatten())),
    Column::new("邮箱", "Mail address", |e, _| Cell::some(private(e, |p| p.email.as_deref()).flatten())),
    Column::new("回避企业", "Conflicts of interest", |e, w| {
        Cell::some(private(e, |p| w.joined(p.conflicts.iter().map(|c| &c.uscc))))
    }),
    Column::new("申请时间", "Applied", |e, _| Cell::moment(private(e, |p| p.applied_at))),
    Column::new("审核意见", "Reason", |e, _| {
        Cell::some(private(e, |p| p.vetting_reason.as_deref()).flatten())
    }),
];

const FILTERS: &[FilterWord] = &[
    Q,
    FilterWord::new("vetting", "审核", "vetting", |word, w| match word.parse() {
        Ok(vetting) => vetting_word(vetting, w).to_owned(),
        Err(_) => word.to_owned(),
    }),
    FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
        Ok(ExpertState::Applied) => w.t("待审核", "applied").to_owned(),
        Ok(ExpertState::Approved) => w.t("已通过", "approved").to_owned(),
        Ok(ExpertState::Suspended) => w.t("已暂停", "suspended").to_owned(),
        Ok(ExpertState::Rejected) => w.t("已驳回", "rejected").to_owned(),
        Err(_) => word.to_owned(),
    }),
    FilterWord::new("available", "接诊", "accepting consultations", |word, w| {
        w.yes(word == "true").to_owned()
    }),
    FilterWord::new("product_class", "产品类别", "product class", |code, w| w.class(code)),
];

/// The experts.
pub static EXPERTS: List<ExpertView> =
    List { name: "experts", zh: "专家", en: "Experts", people: true, columns: COLUMNS, filters: FILTERS };

/// The applications.
pub static APPLICATIONS: List<ExpertView> = List {
    name: "expert-applications",
    zh: "专家申请",
    en: "Applications of experts",
    people: true,
    columns: COLUMNS,
    filters: FILTERS,
};

/// What a change of specialties does, in words.
pub(super) fn change_word(kind: SpecialtyChangeKind, words: &Words) -> &str {
    match kind {
        SpecialtyChangeKind::Add => words.t("增加或调整", "add or change"),
        SpecialtyChangeKind::Remove => words.t("移除", "remove"),
    }
}

fn change_state_word(state: SpecialtyChangeState, words: &Words) -> &str {
    match state {
        SpecialtyChangeState::Proposed => words.t("待审核", "proposed"),
        SpecialtyChangeState::Approved => words.t("已通过", "approved"),
        SpecialtyChangeState::Rejected => words.t("未通过", "rejected"),
        SpecialtyChangeState::Withdrawn => words.t("已撤回", "withdrawn"),
        SpecialtyChangeState::Done => words.t("已移除", "removed"),
    }
}

/// The changes of specialties.
pub static SPECIALTY_CHANGES: List<SpecialtyChangeView> = List {
    name: "expert-specialty-changes",
    zh: "专长变更",
    en: "Changes of specialties",
    people: true,
    columns: &[
        Column::new("专家", "Expert", |c, _| Cell::text(&c.expert_name)),
        Column::new("变更", "Change", |c, w| Cell::text(change_word(c.change, w))),
        Column::new("专长", "Specialty", |c, w| {
            Cell::text(specialty_words(w, w.catalogue(), &c.specialty()))
        }),
        Column::new("状态", "State", |c, w| Cell::text(change_state_word(c.state, w))),
        Column::new("申请说明", "Expert's reason", |c, _| Cell::some(c.note.as_deref())),
        Column::new("移除时在诊", "Open when removed", |c, _| {
            c.open_consultations.map_or(Cell::Empty, Cell::count)
        }),
        Column::new("提出时间", "Proposed", |c, _| Cell::moment(Some(c.proposed_at))),
        Column::new("审核人", "Decided by", |c, _| Cell::some(c.decided_by.as_deref())),
        Column::new("审核时间", "Decided", |c, _| Cell::moment(c.decided_at)),
        Column::new("审核意见", "Reason", |c, _| Cell::some(c.reason.as_deref())),
    ],
    filters: &[
        FilterWord::new("state", "状态", "state", |word, w| match word.parse() {
            Ok(state) => change_state_word(state, w).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("expert", "专家", "expert", &[("expert", "expert_name")]),
    ],
};
