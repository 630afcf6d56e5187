//! The index over days as a line: numbers that a template puts into SVG. Pure.

use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::risk::index::queries::HistoryDay;

/// Where the plot is in its field, whose view box is 360 by 190, in tenths of its unit.
const LEFT: i64 = 340;
const RIGHT: i64 = 3_480;
const TOP: i64 = 160;
const BOTTOM: i64 = 1_600;

/// A day on the line.
#[derive(Debug, PartialEq, Eq)]
pub struct Point {
    /// Horizontal position, from the left edge of the chart.
    pub x: String,
    /// Vertical position, from the top of the chart.
    pub y: String,
    /// The day.
    pub day: NaiveDate,
    /// The index in words.
    pub value: String,
    /// Failures and results.
    pub counts: String,
}

/// The line.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// The path of the line.
    pub path: String,
    /// The path of the area below.
    pub area: String,
    /// The days.
    pub points: Vec<Point>,
}

/// Tenths as a number with one decimal.
fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// The line of these days, the earliest first; none where there are fewer than two.
pub fn line(days: &[HistoryDay]) -> Option<Line> {
    let (first, last) = (days.first()?.day, days.last()?.day);
    let span = (last - first).num_days();
    if span <= 0 {
        return None;
    }
    let mut points = Vec::new();
    let mut path = String::new();
    for day in days {
        let x = LEFT + (RIGHT - LEFT) * (day.day - first).num_days() / span;
        let y = BOTTOM - (BOTTOM - TOP) * i64::from(day.index_value.clamp(0, 10_000)) / 10_000;
        let (x, y) = (tenths(x), tenths(y));
        let _ = write!(path, "{}{x} {y}", if path.is_empty() { "M" } else { "L" });
        let value = f64::from(day.index_value) / 100.0;
        points.push(Point {
            x,
            y,
            day: day.day,
            value: format!("{value:.1}"),
            counts: format!("{}/{}", day.failed, day.tested),
        });
    }
    let area = format!("{path}L{} {}L{} {}Z", tenths(RIGHT), tenths(BOTTOM), tenths(LEFT), tenths(BOTTOM));
    Some(Line { path, area, points })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stand_in_their_places() {
        let day = |text: &str, index_value| HistoryDay {
            day: text.parse().unwrap(),
            index_value,
            tested: 10,
            failed: 2,
        };
        let line =
            line(&[day("2026-01-01", 0), day("2026-01-03", 5_000), day("2026-01-05", 10_000)]).unwrap();
        let places: Vec<(&str, &str)> = line.points.iter().map(|p| (p.x.as_str(), p.y.as_str())).collect();
        assert_eq!(places, [("34.0", "160.0"), ("191.0", "88.0"), ("348.0", "16.0")]);
        assert!(line.path.starts_with("M34.0 160.0L191.0 88.0") && line.area.ends_with('Z'));
        assert_eq!(line.points[1].value, "50.0");
    }

    #[test]
    fn one_day_is_no_line() {
        assert!(super::line(&[]).is_none());
    }
}
