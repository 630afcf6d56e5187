//! The lists of inspections as files.

use crate::core::Text;
use crate::exports::{Cell, Column, FilterWord, List, Q, REGION, Words};
use crate::inspections::state::InspectionState;
use crate::inspections::view::InspectionView;
use crate::inspections::words::{InspectedRole, Method, Outcome, Purpose};
use crate::programmes::words::level_word;

fn say(words: &Words, text: &Text) -> String {
    words.say(text).to_owned()
}

const COLUMNS: &[Column<InspectionView>] = &[
    Column::new("抽样单编号", "Form", |i, _| Cell::text(&i.number)),
    Column::new("检查方式", "Method", |i, w| Cell::text(say(w, &i.method.text()))),
    Column::new("任务类型", "Purpose", |i, w| Cell::text(say(w, &i.purpose.text()))),
    Column::new("抽查级别", "Level", |i, w| Cell::text(level_word(w, i.level))),
    Column::new("任务来源", "Programme", |i, _| Cell::some(i.programme.as_ref())),
    Column::new("状态", "State", |i, w| Cell::text(say(w, &i.state.text()))),
    Column::new("环节", "Role", |i, w| Cell::text(say(w, &i.role.text()))),
    Column::new("被抽样单位", "Operator", |i, _| Cell::text(&i.operator_name)),
    Column::new("地区", "Region", |i, w| Cell::text(w.region(&i.place_region))),
    Column::new("标称生产者", "Nominal producer", |i, _| Cell::some(i.producer_name.as_ref())),
    Column::new("样品确认", "Confirmation", |i, w| {
        i.confirmation.map_or(Cell::Empty, |answer| Cell::text(say(w, &answer.text())))
    }),
    Column::new("产品名称", "Product", |i, _| Cell::text(&i.product_name)),
    Column::new("产品种类代码", "Product kind", |i, _| Cell::some(i.product_kind.as_ref())),
    Column::new("承检机构", "Laboratory", |i, _| Cell::some(i.laboratory.as_ref())),
    Column::new("复检机构", "Re-test laboratory", |i, _| Cell::some(i.retest_laboratory.as_ref())),
    Column::new("抽样机构", "Sampler", |i, _| Cell::some(i.sampler.as_ref())),
    Column::new("抽样日期", "Sampled", |i, _| Cell::date(i.sampled_on)),
    Column::new("收样日期", "Received", |i, _| Cell::date(i.received_on)),
    Column::new("报告日期", "Reported", |i, _| Cell::date(i.reported_on)),
    Column::new("检验报告编号", "Report", |i, _| Cell::some(i.report_no.as_ref())),
    Column::new("检验结论", "Outcome", |i, w| {
        i.outcome.map_or(Cell::Empty, |outcome| Cell::text(say(w, &outcome.text())))
    }),
    Column::new("送达日期", "Delivered", |i, _| Cell::date(i.delivered_on)),
    Column::new("结果确定日期", "Final", |i, _| Cell::date(i.final_on)),
    Column::new("通报日期", "Published", |i, _| Cell::date(i.published_on)),
    Column::new("是否逾期", "Late", |i, w| Cell::text(w.yes(i.late))),
];

const STATE: FilterWord =
    FilterWord::new("state", "状态", "state", |word, w| match word.parse::<InspectionState>() {
        Ok(state) => say(w, &state.text()),
        Err(_) => word.to_owned(),
    });
const OUTCOME: FilterWord =
    FilterWord::new("outcome", "检验结论", "outcome", |word, w| match word.parse::<Outcome>() {
        Ok(outcome) => say(w, &outcome.text()),
        Err(_) => word.to_owned(),
    });

/// The inspections.
pub static INSPECTIONS: List<InspectionView> = List {
    name: "inspections",
    zh: "监督检查",
    en: "Inspections",
    people: false,
    columns: COLUMNS,
    filters: &[
        Q,
        REGION,
        STATE,
        FilterWord::new("method", "检查方式", "method", |word, w| match word.parse::<Method>() {
            Ok(method) => say(w, &method.text()),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("purpose", "任务类型", "purpose", |word, w| match word.parse::<Purpose>() {
            Ok(purpose) => say(w, &purpose.text()),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("level", "抽查级别", "level", |word, w| match word.parse() {
            Ok(level) => level_word(w, level).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("role", "环节", "role", |word, w| match word.parse::<InspectedRole>() {
            Ok(role) => say(w, &role.text()),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("product_kind", "产品种类", "product kind", |code, w| w.kind(code)),
        FilterWord::new("product_class", "产品类别", "product class", |code, w| w.class(code)),
        FilterWord::of_row(
            "laboratory",
            "机构",
            "body",
            &[
                ("laboratory_id", "laboratory"),
                ("sampler_id", "sampler"),
                ("retest_laboratory_id", "retest_laboratory"),
            ],
        ),
        FilterWord::of_row("programme", "计划", "programme", &[("programme_id", "programme")]),
        FilterWord::of_row(
            "enterprise",
            "企业",
            "enterprise",
            &[("operator_id", "operator_name"), ("producer_id", "producer_name")],
        ),
        OUTCOME,
        FilterWord::new("sampled_from", "抽样日期起", "sampled from", |word, _| word.to_owned()),
        FilterWord::new("sampled_until", "抽样日期止", "sampled until", |word, _| word.to_owned()),
        FilterWord::new("to_sample", "待抽样", "to be sampled", |word, w| {
            w.yes(word == "true").to_owned()
        }),
        FilterWord::new("kind_missing", "缺产品种类", "without a product kind", |word, w| {
            w.yes(word == "true").to_owned()
        }),
        FilterWord::new("late", "有逾期事项", "with overdue terms", |word, w| {
            w.yes(word == "true").to_owned()
        }),
    ],
};

/// The inspections of one's enterprise.
pub static OWN: List<InspectionView> = List {
    name: "my-inspections",
    zh: "本企业的监督检查",
    en: "Inspections of one's enterprise",
    people: false,
    columns: COLUMNS,
    filters: &[
        Q,
        STATE,
        OUTCOME,
        FilterWord::new("waits", "待办", "waits for the enterprise", |word, w| {
            w.yes(word == "true").to_owned()
        }),
    ],
};
