//! The pages of risk: the index as a ranked table and a heat grid, a kind over time, assessments with the drawn table, rules and trials.

pub mod assessments;
pub mod chart;
pub mod form;
pub mod index;
pub mod kind;
pub mod matrix;
pub mod rules;

use crate::risk::index::queries::RiskView;
use crate::risk::method::table::Level;
use crate::web::frame::Frame;

/// How an index is drawn: 0, the palest, to 9.
fn heat(index: f64) -> usize {
    [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0].iter().filter(|bound| index >= **bound).count()
}

/// The class of the style sheet that colours a level.
fn tone(level: Level) -> &'static str {
    match level {
        Level::Low => "good",
        Level::Medium => "plain",
        Level::High => "warn",
        Level::Serious => "bad",
    }
}

/// A part of the index as a bar.
struct Bar {
    name: &'static str,
    tone: &'static str,
    /// Where it begins, 0 to 100.
    x: String,
    /// How long it is.
    width: String,
    /// In words.
    words: String,
}

impl Bar {
    /// Whether there is anything to draw.
    fn shows(&self) -> bool {
        self.width != "0.0"
    }
}

/// The parts of an index as a bar, one behind the other.
fn bars(f: &Frame, view: &RiskView) -> Vec<Bar> {
    let percent = |rate: f64| format!("{:.1}%", rate * 100.0);
    let rate = f
        .t(
            &format!(
                "{} 个结果中 {} 个不合格，收缩后 {}（本类 {}）",
                view.tested,
                view.failed,
                percent(view.rate),
                percent(view.class_rate)
            ),
            &format!(
                "{} of {} failed, shrunk {} (class {})",
                view.failed,
                view.tested,
                percent(view.rate),
                percent(view.class_rate)
            ),
        )
        .to_owned();
    let severity = match view.severity {
        Some(severity) => f.t(&format!("{severity} 级（最高 4 级）"), &format!("{severity} of 4")).to_owned(),
        None => f.t("未知", "not known").to_owned(),
    };
    let trend = f
        .t(
            &format!("由 {} 变为 {}", percent(view.rate_before), percent(view.rate)),
            &format!("from {} to {}", percent(view.rate_before), percent(view.rate)),
        )
        .to_owned();
    let signals = f.t(&format!("{} 条", view.signal_count), &format!("{}", view.signal_count)).to_owned();
    let parts = [
        (f.t("不合格率", "rate"), "rate", view.parts.rate.adds, rate),
        (f.t("严重程度", "severity"), "severity", view.parts.severity.adds, severity),
        (f.t("趋势", "trend"), "trend", view.parts.trend.adds, trend),
        (f.t("风险信息", "signals"), "signals", view.parts.signals.adds, signals),
    ];
    let mut begins = 0.0;
    let mut bars = Vec::new();
    for (name, tone, adds, words) in parts {
        bars.push(Bar {
            name,
            tone,
            x: format!("{begins:.1}"),
            width: format!("{adds:.1}"),
            words: f.t(&format!("{words}，计 {adds:.1} 分"), &format!("{words}: adds {adds:.1}")).to_owned(),
        });
        begins += adds;
    }
    bars
}
