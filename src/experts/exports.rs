//! The experts and the applications as files. What is private of an expert is in the file of who sees it in the list.

use crate::experts::pages::profile::{language_name, specialty_words};
use crate::experts::queries::{ExpertView, PrivateView};
use crate::experts::vocabulary::Vetting;
use crate::exports::{Cell, Column, FilterWord, List, Q, Words};

fn vetting_word(vetting: Vetting, words: &Words) -> &str {
    match vetting {
        Vetting::Applied => words.t("待审核", "applied"),
        Vetting::Approved => words.t("已通过", "approved"),
        Vetting::Rejected => words.t("已驳回", "rejected"),
    }
}

fn private<'a, T>(expert: &'a ExpertView, what: impl Fn(&'a PrivateView) -> T) -> Option<T> {
    expert.private.as_ref().map(what)
}

const COLUMNS: &[Column<ExpertView>] = &[
    Column::new("姓名", "Name", |e, _| Cell::text(&e.name)),
    Column::new("职称", "Title", |e, _| Cell::text(&e.title)),
    Column::new("产品医院", "Product hospital", |e, w| {
        Cell::some(e.hospital.as_ref().map(|code| match w.catalogue().products.hospital(code) {
            Some(hospital) => w.t(&hospital.name_zh, &hospital.name_en).to_owned(),
            None => code.clone(),
        }))
    }),
    Column::new("工作单位", "Employer", |e, _| {
        Cell::some(private(e, |p| p.employer.as_deref()).flatten())
    }),
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
    Column::new("审核", "Vetting", |e, w| Cell::text(vetting_word(e.vetting, w))),
    Column::new("接单", "Takes new ones", |e, w| Cell::text(w.yes(e.available))),
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
    FilterWord::new("available", "接单", "takes new ones", |word, w| w.yes(word == "true").to_owned()),
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
