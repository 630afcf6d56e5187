//! The lists of entries as files.

use crate::conduct::view::{ConductView, Words as Both};
use crate::conduct::words::{ConductSource, ConductState};
use crate::core::Text;
use crate::core::text::Language;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};
use crate::inspections::words::InspectedRole;

fn say(words: &Words, text: &Text) -> String {
    words.say(text).to_owned()
}

fn of_both<'a>(words: &Words, both: &'a Both) -> &'a str {
    if words.language == Language::Zh { &both.zh } else { &both.en }
}

const COLUMNS: &[Column<ConductView>] = &[
    Column::new("企业", "Enterprise", |c, _| Cell::text(&c.enterprise_name)),
    Column::new("地区", "Region", |c, w| Cell::text(w.region(&c.region))),
    Column::new("环节", "Role", |c, w| Cell::text(say(w, &c.role.text()))),
    Column::new("产品", "Product", |c, _| Cell::some(c.line.as_ref().map(|line| &line.product_name))),
    Column::new("商标", "Trademark", |c, _| {
        Cell::some(c.line.as_ref().and_then(|line| line.trademark.as_ref()))
    }),
    Column::new("规格型号", "Model", |c, _| {
        Cell::some(c.line.as_ref().and_then(|line| line.model.as_ref()))
    }),
    Column::new("行为", "Behaviour", |c, w| Cell::text(of_both(w, &c.behaviour_text))),
    Column::new("依据", "Article", |c, w| Cell::text(of_both(w, &c.article))),
    Column::new("基础记分", "Base points", |c, _| c.points.map_or(Cell::Empty, Cell::count)),
    Column::new("主观过错", "Intent", |c, w| Cell::text(say(w, &c.intent.text()))),
    Column::new("发生日期", "Happened", |c, _| Cell::date(Some(c.happened_on))),
    Column::new("认定日期", "Decided", |c, _| Cell::date(Some(c.decided_on))),
    Column::new("文书编号", "Decision", |c, _| Cell::some(c.document_no.as_ref())),
    Column::new("认定机关", "Authority", |c, _| Cell::text(&c.authority)),
    Column::new("来源", "Source", |c, w| Cell::text(say(w, &c.source.text()))),
    Column::new("状态", "State", |c, w| Cell::text(say(w, &c.state.text()))),
    Column::new("告知日期", "Notified", |c, _| Cell::date(c.notified_on)),
    Column::new("开始计分", "Counts from", |c, _| Cell::date(c.counts_from)),
    Column::new("计分截止", "Counts until", |c, _| Cell::date(Some(c.counts_until))),
    Column::new("办理期限", "Due by", |c, _| Cell::date(c.due_on)),
    Column::new("修复日期", "Repaired", |c, _| Cell::date(c.repaired_on)),
    Column::new("撤销日期", "Annulled", |c, _| Cell::date(c.annulled_on)),
    Column::new("规则版本", "Rules", |c, _| Cell::text(&c.rules_version)),
    Column::new("规则是否暂定", "Rules on trial", |c, w| Cell::text(w.yes(c.provisional))),
];

const STATE: FilterWord =
    FilterWord::new("state", "状态", "state", |word, w| match word.parse::<ConductState>() {
        Ok(state) => say(w, &state.text()),
        Err(_) => word.to_owned(),
    });

/// The entries.
pub static CONDUCT: List<ConductView> = List {
    name: "conduct",
    zh: "信用行为记录",
    en: "Credit conduct",
    people: false,
    columns: COLUMNS,
    filters: &[
        Q,
        REGION,
        STATE,
        FilterWord::of_row("enterprise", "企业", "enterprise", &[("enterprise_id", "enterprise_name")]),
        FilterWord::new("role", "环节", "role", |word, w| match word.parse::<InspectedRole>() {
            Ok(role) => say(w, &role.text()),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("behaviour", "行为代码", "behaviour", |word, _| word.to_owned()),
        FilterWord::new("source", "来源", "source", |word, w| match word.parse::<ConductSource>() {
            Ok(source) => say(w, &source.text()),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("fact", "事实", "fact", &[]),
        FilterWord::new("overdue", "逾期未办理", "overdue", |word, w| w.yes(word == "true").to_owned()),
    ],
};

/// The entries of one's enterprise.
pub static OWN: List<ConductView> = List {
    name: "my-conduct",
    zh: "本企业的信用行为记录",
    en: "Credit conduct of one's enterprise",
    people: false,
    columns: COLUMNS,
    filters: &[Q, STATE],
};
