//! The curve of a programme as numbers that a template puts into SVG: the rate by month with the band of its interval, the rest of the province, baseline and
//! target, and the day of the approval. Pure.

use crate::support_programmes::effects::Month;
use chrono::{Datelike, NaiveDate};

/// Where the plot is in its field, which is 360 by 190.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 348.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 160.0;

/// A month that has results.
pub struct Point {
    /// Horizontal position, from the left edge of the chart.
    pub x: String,
    /// Vertical position, from the top of the chart.
    pub y: String,
    /// The month, as `2026-05`.
    pub month: String,
}

/// A mark of an axis.
pub struct Tick {
    /// From the left, or from above.
    pub at: String,
    /// Text of the tick.
    pub label: String,
}

/// A curve.
pub struct Curve {
    /// The months with results.
    pub points: Vec<Point>,
    /// The line through them, as the `d` of a path.
    pub line: String,
    /// The band of the intervals, likewise.
    pub band: String,
    /// The line of the rest of the province, likewise.
    pub rest: String,
    /// The baseline, from above.
    pub baseline: Option<String>,
    /// The target, from above.
    pub target: Option<String>,
    /// The day of the approval, from the left.
    pub approved: Option<String>,
    /// The marks on the left.
    pub rates: Vec<Tick>,
    /// The marks below.
    pub months: Vec<Tick>,
}

/// What a curve shows beside the months.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// The baseline in percent.
    pub baseline: Option<f64>,
    /// The target in percent.
    pub target: Option<f64>,
    /// The day of the approval.
    pub approved: Option<NaiveDate>,
}

/// The least of some round percentages that is not below a percentage.
fn ceiling(most: f64) -> f64 {
    [5.0, 10.0, 20.0, 40.0, 60.0, 80.0].into_iter().find(|c| most <= *c).unwrap_or(100.0)
}

fn place(number: f64) -> String {
    format!("{number:.1}")
}

fn path(places: &[(f64, f64)]) -> String {
    places.iter().enumerate().fold(String::new(), |path, (at, (x, y))| {
        format!("{path}{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" })
    })
}

/// The number of a month, counted from the year 0.
fn number(month: &str) -> Option<i32> {
    let (year, month) = month.split_once('-')?;
    Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
}

/// The curve of some months; none where no month has results.
pub fn curve(months: &[Month], marks: Marks) -> Option<Curve> {
    let first = number(&months.first()?.month)?;
    let span = number(&months.last()?.month)? - first;
    let step = if span > 0 { (RIGHT - LEFT) / f64::from(span) } else { 0.0 };
    let across = |month: &str| number(month).map(|at| LEFT + step * f64::from(at - first));
    let shares = months.iter().flat_map(|m| [m.rate.percent, m.rest.percent]).flatten();
    // The bands of few results reach far up: they are cut off, so that the line stays to be seen.
    let most = shares.chain(marks.baseline).chain(marks.target).fold(0.0, f64::max) * 1.35;
    let top = ceiling(most);
    let height = |percent: f64| BOTTOM - (BOTTOM - TOP) * percent.clamp(0.0, top) / top;
    let (mut points, mut line, mut low, mut high, mut rest) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for month in months {
        let Some(x) = across(&month.month) else { continue };
        if let (Some(share), Some(from), Some(to)) = (month.rate.percent, month.rate.low, month.rate.high) {
            let y = height(share);
            points.push(Point { x: place(x), y: place(y), month: month.month.clone() });
            line.push((x, y));
            low.push((x, height(from)));
            high.push((x, height(to)));
        }
        if let Some(share) = month.rest.percent {
            rest.push((x, height(share)));
        }
    }
    if line.is_empty() {
        return None;
    }
    low.reverse();
    high.extend(low);
    let wide = usize::try_from(span / 6 + 1).unwrap_or(1);
    let ticks = months.iter().enumerate().filter(|(at, _)| at.is_multiple_of(wide));
    let quarter = |quarter: i32| {
        let percent = top * f64::from(quarter) / 4.0;
        Tick { at: place(height(percent)), label: format!("{percent}%") }
    };
    let approved = marks.approved.and_then(|day| {
        let x = across(&day.format("%Y-%m").to_string())? + step * f64::from(day.day0()) / 31.0;
        (LEFT..=RIGHT).contains(&x).then(|| place(x))
    });
    Some(Curve {
        points,
        line: path(&line),
        band: format!("{}Z", path(&high)),
        rest: path(&rest),
        baseline: marks.baseline.map(|percent| place(height(percent))),
        target: marks.target.map(|percent| place(height(percent))),
        approved,
        rates: (0..=4).map(quarter).collect(),
        months: ticks
            .filter_map(|(_, month)| {
                Some(Tick { at: place(across(&month.month)?), label: month.month.clone() })
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling_figures::intervals::{Count, Rate};

    fn month(month: &str, failed: i64, tested: i64) -> Month {
        let rate = Rate::from(Count { failed, tested });
        Month { month: month.to_owned(), rate, rest: rate }
    }

    #[test]
    fn months_without_results_are_left_out() {
        let months = [month("2025-11", 2, 20), month("2025-12", 0, 0), month("2026-01", 1, 20)];
        let marks = Marks { baseline: Some(10.0), target: Some(5.0), approved: "2025-12-16".parse().ok() };
        let curve = curve(&months, marks).unwrap();
        assert_eq!(curve.points.iter().map(|p| p.x.as_str()).collect::<Vec<_>>(), ["40.0", "348.0"]);
        // 13.5 is below 20: ten percent is half of the way up.
        assert_eq!(
            (curve.line.as_str(), curve.baseline.as_deref()),
            ("M40.0 88.0L348.0 124.0", Some("88.0"))
        );
        assert_eq!((curve.target.as_deref(), curve.approved.as_deref()), (Some("124.0"), Some("268.5")));
        assert_eq!(
            curve.rates.iter().map(|t| t.label.as_str()).collect::<Vec<_>>(),
            ["0%", "5%", "10%", "15%", "20%"]
        );
        assert!(super::curve(&months[1..2], marks).is_none() && super::curve(&[], marks).is_none());
    }
}
