//! The list of support programmes as a file.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::support_programmes::queries::SupportView;
use crate::support_programmes::words::{scope_word, stage_word, verdict_word};

/// The support programmes.
pub static PROGRAMMES: List<SupportView> = List {
    name: "support-programmes",
    zh: "康复帮扶计划",
    en: "Support programmes",
    people: false,
    columns: &[
        Column::new("计划名称", "Name", |p, _| Cell::text(&p.name)),
        Column::new("文号", "Document", |p, _| Cell::some(p.document_no.as_ref())),
        Column::new("类型", "For", |p, w| Cell::text(scope_word(w, p.scope))),
        Column::new("状态", "State", |p, w| Cell::text(stage_word(w, p.stage))),
        Column::new("组织地区", "Organiser", |p, w| Cell::text(w.region(&p.organiser_region))),
        Column::new("帮扶地区", "Regions", |p, w| {
            Cell::text(w.joined(p.regions.iter().map(|code| w.region(code))))
        }),
        Column::new("产品种类", "Product kinds", |p, w| {
            Cell::text(w.joined(p.kinds.iter().map(|code| w.kind(code))))
        }),
        Column::new("牵头产品医院", "Lead hospital", |p, w| Cell::text(w.hospital(&p.lead_hospital))),
        Column::new("开始日期", "From", |p, _| Cell::Date(p.period_from)),
        Column::new("结束日期", "Until", |p, _| Cell::Date(p.period_until)),
        Column::new("基线不合格率（%）", "Baseline (%)", |p, _| {
            Cell::number(p.baseline.and_then(|rate| rate.percent), 2)
        }),
        Column::new("基线样本数", "Baseline (n)", |p, _| {
            p.baseline.map_or(Cell::Empty, |rate| Cell::count(rate.tested))
        }),
        Column::new("基线区间下限（%）", "Baseline low (%)", |p, _| {
            Cell::number(p.baseline.and_then(|rate| rate.low), 2)
        }),
        Column::new("基线区间上限（%）", "Baseline high (%)", |p, _| {
            Cell::number(p.baseline.and_then(|rate| rate.high), 2)
        }),
        Column::new("目标不合格率（%）", "Target (%)", |p, _| Cell::number(p.target_percent, 2)),
        Column::new("判定样本数", "Target (n)", |p, _| {
            p.target_samples.map_or(Cell::Empty, Cell::count)
        }),
        Column::new("措施数", "Measures", |p, _| Cell::count(p.measure_count)),
        Column::new("已完成措施数", "Measures done", |p, _| Cell::count(p.measures_done)),
        Column::new("评估结果", "Verdict", |p, w| {
            p.verdict.map_or(Cell::Empty, |verdict| Cell::text(verdict_word(w, verdict)))
        }),
        Column::new("评估日期", "Evaluated", |p, _| Cell::date(p.evaluated_on)),
    ],
    filters: &[
        Q,
        REGION,
        FilterWord::new("stage", "状态", "state", |word, w| match word.parse() {
            Ok(stage) => stage_word(w, stage).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("verdict", "评估结果", "verdict", |word, w| match word.parse() {
            Ok(verdict) => verdict_word(w, verdict).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("scope", "类型", "for", |word, w| match word.parse() {
            Ok(scope) => scope_word(w, scope).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("kind", "产品种类", "product kind", |code, w| w.kind(code)),
    ],
};
