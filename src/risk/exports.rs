//! The lists of risk as files.

use crate::exports::{Cell, Column, FilterWord, List, Q, REGION};
use crate::risk::assessments::state::AssessmentState;
use crate::risk::assessments::view::AssessmentView;
use crate::risk::index::queries::RiskView;
use crate::risk::method::table::Level;

/// A number with two decimals, as people read it.
fn number(value: f64) -> Cell {
    Cell::text(format!("{value:.2}"))
}

/// A rate in percent.
fn percent(rate: f64) -> Cell {
    Cell::text(format!("{:.2}%", rate * 100.0))
}

const KIND: FilterWord =
    FilterWord::new("product_kind", "产品种类", "product", |word, w| w.kind(word).to_owned());
const AS_OF: FilterWord = FilterWord::new("as_of", "日期", "as of", |day, _| day.to_owned());

/// The index.
pub static RISK: List<RiskView> = List {
    name: "risk-index",
    zh: "风险指数",
    en: "Index of risk",
    people: false,
    columns: &[
        Column::new("名次", "Rank", |r, _| Cell::count(r.rank)),
        Column::new("产品种类代码", "Kind code", |r, _| Cell::text(&r.product_kind)),
        Column::new("产品种类", "Product", |r, w| Cell::text(w.kind(&r.product_kind))),
        Column::new("地区代码", "Region code", |r, _| Cell::text(&r.region)),
        Column::new("地区", "Region", |r, w| Cell::text(w.region(&r.region))),
        Column::new("风险指数", "Index", |r, _| number(r.index)),
        Column::new("不合格率部分", "Part of the rate", |r, _| number(r.parts.rate.adds)),
        Column::new("严重程度部分", "Part of the severity", |r, _| number(r.parts.severity.adds)),
        Column::new("趋势部分", "Part of the trend", |r, _| number(r.parts.trend.adds)),
        Column::new("风险信息部分", "Part of the signals", |r, _| number(r.parts.signals.adds)),
        Column::new("检验结果数", "Results", |r, _| Cell::count(r.tested)),
        Column::new("不合格数", "Failures", |r, _| Cell::count(r.failed)),
        Column::new("收缩后不合格率", "Shrunk rate", |r, _| percent(r.rate)),
        Column::new("区间下限", "Lower end", |r, _| percent(r.rate_low)),
        Column::new("区间上限", "Upper end", |r, _| percent(r.rate_high)),
        Column::new("本类全省不合格率", "Rate of the class", |r, _| percent(r.class_rate)),
        Column::new("上期结果数", "Results before", |r, _| Cell::count(r.tested_before)),
        Column::new("上期不合格数", "Failures before", |r, _| Cell::count(r.failed_before)),
        Column::new("严重程度", "Severity", |r, _| r.severity.map_or(Cell::Empty, Cell::count)),
        Column::new("风险信息数", "Signals", |r, _| Cell::count(r.signal_count)),
        Column::new("统计天数", "Days of the window", |r, _| Cell::count(r.window)),
        Column::new("截至日期", "As of", |r, _| Cell::Date(r.as_of)),
        Column::new("规则版本", "Rules", |r, _| Cell::text(&r.rules)),
    ],
    filters: &[
        Q,
        REGION,
        KIND,
        AS_OF,
        FilterWord::new("window", "统计天数", "days of the window", |days, _| days.to_owned()),
        FilterWord::new("class", "产品类别", "class", |class, _| class.to_owned()),
        FilterWord::new("level", "地区级别", "level of the regions", |level, w| match level {
            "province" => w.t("省", "province").to_owned(),
            "city" => w.t("市", "city").to_owned(),
            "district" => w.t("区县", "district").to_owned(),
            other => other.to_owned(),
        }),
    ],
};

/// The assessments.
pub static ASSESSMENTS: List<AssessmentView> = List {
    name: "risk-assessments",
    zh: "风险研判",
    en: "Assessments of risk",
    people: false,
    columns: &[
        Column::new("产品种类", "Product", |a, w| Cell::text(w.kind(&a.product_kind))),
        Column::new("危害", "Hazard", |a, _| Cell::text(&a.hazard)),
        Column::new("地区代码", "Region code", |a, _| Cell::text(&a.region)),
        Column::new("地区", "Region", |a, w| Cell::text(w.region(&a.region))),
        Column::new("状态", "State", |a, w| Cell::text(w.say(&a.state.text()))),
        Column::new("风险等级", "Level", |a, w| Cell::text(w.say(&a.level.text()))),
        Column::new("严重程度", "Severity", |a, _| Cell::count(a.severity)),
        Column::new("概率", "Probability", |a, _| Cell::text(&a.probability)),
        Column::new("起草时间", "Written", |a, _| Cell::Moment(a.created_at)),
        Column::new("确认时间", "Validated", |a, _| Cell::moment(a.validated_at)),
    ],
    filters: &[
        Q,
        REGION,
        KIND,
        FilterWord::new("state", "状态", "state", |word, w| match word.parse::<AssessmentState>() {
            Ok(state) => w.say(&state.text()).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::new("level", "风险等级", "level", |word, w| match word.parse::<Level>() {
            Ok(level) => w.say(&level.text()).to_owned(),
            Err(_) => word.to_owned(),
        }),
    ],
};
