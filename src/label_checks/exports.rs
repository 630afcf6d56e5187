//! The lists of label checks and devices as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::label_checks::device_queries::DeviceView;
use crate::label_checks::queries::LabelLine;
use crate::label_checks::words::outcome_word;

/// The label checks.
pub static LABEL_CHECKS: List<LabelLine> = List {
    name: "label-checks",
    zh: "标识检查",
    en: "Label checks",
    people: false,
    columns: &[
        Column::new("抽样单编号", "Number", |l, _| Cell::text(&l.inspection.number)),
        Column::new("受检单位", "Operator", |l, _| Cell::text(&l.inspection.operator_name)),
        Column::new("产品名称", "Product", |l, _| Cell::text(&l.inspection.product_name)),
        Column::new("产品种类", "Product kind", |l, w| {
            Cell::some(l.inspection.product_kind.as_ref().map(|code| w.kind(code)))
        }),
        Column::new("检查地区", "Place", |l, w| Cell::text(w.region(&l.inspection.place_region))),
        Column::new("检查日期", "Checked on", |l, _| {
            Cell::date(l.label.as_ref().map(|label| label.inspected_on))
        }),
        Column::new("检查结论", "Outcome", |l, w| {
            Cell::some(l.label.as_ref().map(|label| outcome_word(w, label.outcome)))
        }),
        Column::new("检查表版本", "Checklist", |l, _| {
            Cell::some(l.label.as_ref().map(|label| &label.checklist_version))
        }),
        Column::new("是否说明来源", "Source named", |l, w| {
            Cell::some(l.label.as_ref().and_then(|label| label.source_named).map(|named| w.yes(named)))
        }),
        Column::new("来源", "Source", |l, _| {
            Cell::some(l.label.as_ref().and_then(|label| label.source_name.as_ref()))
        }),
        Column::new("当场改正日期", "Corrected on the spot", |l, _| {
            Cell::date(l.label.as_ref().and_then(|label| label.corrected_on))
        }),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("product_class", "产品类别", "product class", |code, w| w.class(code)),
        FilterWord::new("conforming", "标识合格", "conforming", |word, w| {
            w.yes(word == "true").to_owned()
        }),
    ],
};

/// The devices.
pub static DEVICES: List<DeviceView> = List {
    name: "quick-devices",
    zh: "快速检测设备",
    en: "Devices for quick tests",
    people: false,
    columns: &[
        Column::new("设备名称", "Name", |d, _| Cell::text(&d.device.name)),
        Column::new("型号", "Model", |d, _| Cell::some(d.device.model.as_ref())),
        Column::new("设备编号", "Number", |d, _| Cell::text(&d.device.serial_no)),
        Column::new("所属地区", "Region", |d, w| Cell::text(w.region(&d.device.region))),
        Column::new("校准有效期至", "Calibrated until", |d, _| Cell::date(d.calibrated_until)),
        Column::new("今日可用", "Usable today", |d, w| Cell::text(w.yes(d.usable))),
        Column::new("检测次数", "Tests", |d, _| Cell::count(d.tests)),
        Column::new("是否在用", "In use", |d, w| Cell::text(w.yes(d.device.active))),
    ],
    filters: &[Q, FilterWord::new("active", "在用", "in use", |word, w| w.yes(word == "true").to_owned())],
};
