//! The lists of bulletins as files.

use crate::bulletins::queries::{BulletinItem, BulletinView, FailedItem};
use crate::bulletins::state::{BulletinMethod, BulletinState};
use crate::core::Text;
use crate::exports::{Cell, Column, FilterWord, List, Q};
use crate::sampling_figures::lines::level_text;
use crate::web::frame::Frame;

/// A method, for people.
pub fn method_text(method: BulletinMethod) -> Text {
    match method {
        BulletinMethod::Sampling => Text::new("抽样检验", "sampling"),
        BulletinMethod::Label => Text::new("标识检查", "label checks"),
    }
}

/// A failed item in one line: the item, what the standard asks for, what was measured.
pub fn failed_item(f: &Frame, item: &FailedItem) -> String {
    let unit = item.unit.as_deref().unwrap_or_default();
    let part =
        |word: &str, value: &Option<String>| value.as_ref().map(|value| format!("{word}{value}{unit}"));
    let wanted = part(f.t("标准值：", "required: "), &item.requirement);
    let measured = part(f.t("实测值：", "measured: "), &item.measured);
    let parts: Vec<String> = [wanted, measured].into_iter().flatten().collect();
    if parts.is_empty() {
        return item.item.clone();
    }
    format!("{}{}{}{}", item.item, f.t("（", " ("), parts.join(f.t("，", ", ")), f.t("）", ")"))
}

/// The bulletins of an office.
pub static BULLETINS: List<BulletinView> = List {
    name: "bulletins",
    zh: "抽查通报",
    en: "Bulletins",
    people: false,
    columns: &[
        Column::new("编号", "Number", |b, _| Cell::some(b.number.as_ref())),
        Column::new("标题", "Title", |b, _| Cell::text(&b.title)),
        Column::new("发布机关所在地区", "Office", |b, w| Cell::text(w.region(&b.region))),
        Column::new("抽查地区", "Place", |b, w| Cell::text(w.region(&b.place_region))),
        Column::new("检查方式", "Method", |b, w| Cell::text(method_text(b.method).get(w.language))),
        Column::new("开始日期", "From", |b, _| Cell::date(Some(b.period_from))),
        Column::new("结束日期", "Until", |b, _| Cell::date(Some(b.period_until))),
        Column::new("状态", "State", |b, w| Cell::text(b.state.text().get(w.language))),
        Column::new("发布日期", "Published", |b, _| Cell::date(b.published_on)),
    ],
    filters: &[
        Q,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<BulletinState>() {
            Ok(state) => state.text().get(w.language).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};

/// The columns of results.
const RESULT_COLUMNS: &[Column<BulletinItem>] = &[
    Column::new("序号", "No.", |i, _| Cell::count(i.ordinal)),
    Column::new("产品名称", "Product", |i, _| Cell::text(&i.product_name)),
    Column::new("产品种类", "Product kind", |i, w| {
        Cell::some(i.product_kind.as_ref().map(|kind| w.kind(kind)))
    }),
    Column::new("被抽样单位", "Operator", |i, _| Cell::text(&i.operator_name)),
    Column::new("标称生产者", "Nominal producer", |i, _| Cell::some(i.producer_name.as_ref())),
    Column::new("商标", "Trademark", |i, _| Cell::some(i.trademark.as_ref())),
    Column::new("规格型号", "Model", |i, _| Cell::some(i.model.as_ref())),
    Column::new("批号", "Batch", |i, _| Cell::some(i.batch.as_ref())),
    Column::new("抽样地区", "Place", |i, w| Cell::text(w.region(&i.place_region))),
    Column::new("抽查级别", "Level", |i, w| Cell::text(level_text(i.level).get(w.language))),
    Column::new("抽样日期", "Sampled", |i, _| Cell::date(i.sampled_on)),
    Column::new("承检机构", "Laboratory", |i, _| Cell::some(i.laboratory.as_ref())),
    Column::new("检验结论", "Result", |i, w| Cell::text(i.outcome.text().get(w.language))),
    Column::new("不合格项目", "Failed items", |i, w| {
        Cell::text(w.joined(i.failed_items.iter().map(|item| failed_item(w, item))))
    }),
    Column::new("更正", "Correction", |i, w| {
        Cell::some(i.mark.map(|mark| mark.text().get(w.language).to_owned()))
    }),
    Column::new("更正日期", "Corrected", |i, _| Cell::date(i.marked_on)),
];

/// The results of a bulletin.
pub static RESULTS: List<BulletinItem> = List {
    name: "bulletin-results",
    zh: "抽查通报结果",
    en: "Results of a bulletin",
    people: false,
    columns: RESULT_COLUMNS,
    filters: &[Q],
};

/// The results of a published bulletin that no longer stand.
pub static CORRECTIONS: List<BulletinItem> = List {
    name: "bulletin-corrections",
    zh: "抽查通报更正",
    en: "Corrections of a bulletin",
    people: false,
    columns: RESULT_COLUMNS,
    filters: &[Q],
};
