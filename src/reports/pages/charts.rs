//! The console's charts, as numbers that a template puts into SVG. Pure.

use chrono::{Datelike, NaiveDate};

use crate::reports::days::{DeadlineDay, DeadlineDays};
use crate::reports::funnel::Funnel;
use crate::reports::rate::RateRow;
use crate::web::charts::percent;
use crate::web::frame::Frame;

/// Where the plot is in the field of a line chart, whose view box is 360 by 190.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 348.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 160.0;

/// A point of a line.
pub struct Point {
    /// Horizontal position, from the left edge of the chart.
    pub x: String,
    /// Vertical position, from the top of the chart.
    pub y: String,
    /// Its label, in few letters.
    pub label: String,
    /// The value in words.
    pub value: String,
    /// The label is shown on a narrow screen, too.
    pub wide: bool,
}

/// A mark on the axis.
pub struct Tick {
    /// Vertical position, from the top of the chart.
    pub y: String,
    /// Text of the tick.
    pub label: String,
}

/// A line over the months.
pub struct Line {
    /// The points, from left to right.
    pub points: Vec<Point>,
    /// The line as the `d` of a path.
    pub path: String,
    /// What lies under it, likewise.
    pub area: String,
    /// The marks of the axis.
    pub ticks: Vec<Tick>,
    /// The last value is written under its point, for the line comes from above.
    pub below: bool,
    /// The first value, the last, and how they differ, in a sentence.
    pub sentence: String,
}

/// The least of 10, 20, 25, 50 and 100 that is not below a percentage.
fn ceiling(most: f64) -> f64 {
    [10.0, 20.0, 25.0, 50.0, 100.0].into_iter().find(|c| most <= *c).unwrap_or(100.0)
}

fn place(number: f64) -> String {
    format!("{number:.1}")
}

/// The zero-out rate over the months.
#[expect(clippy::cast_precision_loss, reason = "a dozen months")]
pub fn line(f: &Frame, rows: &[RateRow]) -> Line {
    let top = ceiling(rows.iter().map(|row| row.percent).fold(0.0, f64::max));
    let step = if rows.len() > 1 { (RIGHT - LEFT) / (rows.len() - 1) as f64 } else { 0.0 };
    let height = |percent: f64| BOTTOM - (BOTTOM - TOP) * percent / top;
    let places: Vec<(f64, f64)> =
        rows.iter().enumerate().map(|(at, row)| (LEFT + step * at as f64, height(row.percent))).collect();
    let path = places.iter().enumerate().fold(String::new(), |path, (at, (x, y))| {
        format!("{path}{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" })
    });
    let area = match (places.first(), places.last()) {
        (Some((first, _)), Some((last, _))) => {
            format!("{path}L{last:.1} {BOTTOM:.1}L{first:.1} {BOTTOM:.1}Z")
        }
        _ => String::new(),
    };
    let points = rows
        .iter()
        .zip(&places)
        .enumerate()
        .map(|(at, (row, (x, y)))| Point {
            x: place(*x),
            y: place(*y),
            label: month(f, &row.key),
            value: format!("{:.1}%", row.percent),
            wide: (rows.len() - 1 - at).is_multiple_of(3),
        })
        .collect();
    let ticks = (0..=4)
        .map(|quarter| {
            let percent = top * f64::from(quarter) / 4.0;
            let label = if top < 100.0 && top % 4.0 != 0.0 {
                format!("{percent:.1}")
            } else {
                format!("{percent:.0}")
            };
            Tick { y: place(height(percent)), label: format!("{label}%") }
        })
        .collect();
    let sentence = match (rows.first(), rows.last()) {
        (Some(first), Some(last)) => {
            let change = last.percent - first.percent;
            let sign = if change < 0.0 { "−" } else { "+" };
            let (from, to, by) = (first.percent, last.percent, change.abs());
            f.t(
                &format!("{} {from:.1}% → {} {to:.1}%，{sign}{by:.1} 个百分点", first.key, last.key),
                &format!("{} {from:.1}% → {} {to:.1}%, {sign}{by:.1} points", first.key, last.key),
            )
            .to_owned()
        }
        _ => String::new(),
    };
    let below = matches!(places.as_slice(), [.., (_, before), (_, last)] if before < last);
    Line { points, path, area, ticks, below, sentence }
}

/// A month `YYYY-MM` in few letters.
fn month(f: &Frame, key: &str) -> String {
    let day = NaiveDate::parse_from_str(&format!("{key}-01"), "%Y-%m-%d");
    day.map_or_else(|_| key.to_owned(), |day| day.format(f.t("%-m月", "%b")).to_string())
}

/// A stage of the funnel.
pub struct Stage {
    /// Its name.
    pub name: &'static str,
    /// How many enterprises came so far.
    pub count: i64,
    /// The bar, 0 to 100, and where it begins.
    pub width: String,
    /// Where the bar begins.
    pub x: String,
    /// The share of those listed or, from the second stage on, of those operating.
    pub share: String,
}

/// The funnel from the list to clearance.
pub fn funnel(f: &Frame, funnel: &Funnel) -> Vec<Stage> {
    let stages = [
        (f.t("列入名单", "Listed"), funnel.listed, funnel.listed),
        (f.t("正常经营", "Operating"), funnel.operating, funnel.listed),
        (f.t("已联系", "Contacted"), funnel.contacted, funnel.operating),
        (f.t("已问诊", "Consulted"), funnel.consulted, funnel.operating),
        (f.t("整改中或已整改", "Correcting"), funnel.correcting, funnel.operating),
        (f.t("已清零", "Cleared"), funnel.cleared, funnel.operating),
    ];
    let whole = funnel.listed;
    stages
        .into_iter()
        .map(|(name, count, of)| {
            let width = if count > 0 { percent(count, whole).max(1.0) } else { 0.0 };
            Stage {
                name,
                count,
                width: place(width),
                x: place((100.0 - width) / 2.0),
                share: format!("{:.1}%", percent(count, of)),
            }
        })
        .collect()
}

/// A line of a ranking.
pub struct Ranked {
    /// Its place, from 1; those with the same rate share one.
    pub place: usize,
    /// The name of the region or class.
    pub name: String,
    /// To be cleared.
    pub operating: i64,
    /// Cleared.
    pub cleared: i64,
    /// The rate in percent, which is the bar's length, too.
    pub percent: String,
    /// Address of the list behind the bar.
    pub href: Option<String>,
}

/// The rows with the best rate first; those with nothing to clear last.
pub fn ranked(rows: &[RateRow], href: impl Fn(&RateRow) -> Option<String>) -> Vec<Ranked> {
    let mut rows: Vec<&RateRow> = rows.iter().filter(|row| row.listed > 0).collect();
    rows.sort_by(|a, b| {
        let order = |row: &RateRow| (row.operating > 0, row.rate);
        let (a_order, b_order) = (order(a), order(b));
        b_order.0.cmp(&a_order.0).then(b_order.1.total_cmp(&a_order.1)).then(a.key.cmp(&b.key))
    });
    let rates: Vec<(bool, f64)> = rows.iter().map(|row| (row.operating > 0, row.rate)).collect();
    let shared = |own: (bool, f64)| {
        let better = |other: &&(bool, f64)| (other.0 && !own.0) || (other.0 == own.0 && other.1 > own.1);
        rates.iter().filter(better).count() + 1
    };
    rows.into_iter()
        .map(|row| Ranked {
            place: shared((row.operating > 0, row.rate)),
            name: row.name.clone(),
            operating: row.operating,
            cleared: row.cleared,
            percent: format!("{:.1}", row.percent),
            href: href(row),
        })
        .collect()
}

/// A day of the calendar.
pub struct Square {
    /// The day; none for a place before the first or after the last.
    pub day: Option<NaiveDate>,
    /// The text in its corner: the day of the month, with the month on its first.
    pub corner: String,
    /// The day as it is spoken.
    pub spoken: String,
    /// Its holiday, or that it is a day of rest.
    pub rest: Option<String>,
    /// Deadlines that end on it.
    pub count: i64,
    /// Of them those of rectification.
    pub rectify: i64,
    /// The other ones, which are the authority's.
    pub inspect: i64,
    /// The bars, 0 to 100.
    pub rectify_bar: String,
    /// The second bar follows the first.
    pub inspect_bar: String,
    /// It is today.
    pub today: bool,
}

/// The coming days as weeks that begin on Monday.
pub fn calendar(f: &Frame, days: &DeadlineDays) -> Vec<Vec<Square>> {
    let most = days.days.iter().map(|day| day.ending.total()).max().unwrap_or(0).max(1);
    let blank = || Square {
        day: None,
        corner: String::new(),
        spoken: String::new(),
        rest: None,
        count: 0,
        rectify: 0,
        inspect: 0,
        rectify_bar: String::new(),
        inspect_bar: String::new(),
        today: false,
    };
    let first = days.days.first().map_or(0, |day| day.day.weekday().num_days_from_monday());
    let mut squares: Vec<Square> = (0..first).map(|_| blank()).collect();
    squares.extend(days.days.iter().enumerate().map(|(at, day)| square(f, day, at == 0, most)));
    let mut weeks = Vec::new();
    let mut week = Vec::new();
    for square in squares {
        week.push(square);
        if week.len() == 7 {
            weeks.push(std::mem::take(&mut week));
        }
    }
    if !week.is_empty() {
        week.resize_with(7, blank);
        weeks.push(week);
    }
    weeks
}

fn square(f: &Frame, day: &DeadlineDay, first: bool, most: i64) -> Square {
    let begins = first || day.day.day() == 1;
    let corner = day.day.format(if begins { f.t("%-m/%-d", "%-d %b") } else { "%-d" }).to_string();
    let rest = match (&day.holiday, day.working_day) {
        (Some(name), false) => Some(f.t(name, "holiday").to_owned()),
        (_, false) => Some(f.t("休", "rest").to_owned()),
        _ => None,
    };
    let (count, rectify) = (day.ending.total(), day.ending.rectification);
    let bar = |part: i64| place(percent(part, most));
    Square {
        day: Some(day.day),
        corner,
        spoken: f.day(&day.day),
        rest,
        count,
        rectify,
        inspect: count - rectify,
        rectify_bar: bar(rectify),
        inspect_bar: bar(count - rectify),
        today: first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Language;

    fn frame() -> Frame {
        Frame {
            language: Language::Zh,
            person: None,
            path: "/".to_owned(),
            other: String::new(),
            places: std::sync::Arc::default(),
            rooms: &[],
            log_in: "/login",
        }
    }

    fn row(key: &str, operating: i64, cleared: i64) -> RateRow {
        RateRow {
            key: key.to_owned(),
            name: key.to_owned(),
            listed: operating,
            operating,
            cleared,
            rate: crate::reports::rate::rate(cleared, operating),
            percent: percent(cleared, operating),
        }
    }

    #[test]
    fn a_line_stays_in_its_field_and_says_what_it_shows() {
        let rows = [row("2025-12", 100, 0), row("2026-01", 100, 7), row("2026-02", 100, 24)];
        let line = line(&frame(), &rows);
        assert_eq!(line.path, "M40.0 160.0L194.0 119.7L348.0 21.8");
        assert_eq!(
            line.ticks.iter().map(|t| t.label.as_str()).collect::<Vec<_>>(),
            ["0.0%", "6.2%", "12.5%", "18.8%", "25.0%"]
        );
        assert_eq!(line.points.iter().map(|p| p.label.as_str()).collect::<Vec<_>>(), ["12月", "1月", "2月"]);
        assert!(!line.below);
        assert_eq!(line.sentence, "2025-12 0.0% → 2026-02 24.0%，+24.0 个百分点");
        assert!(super::line(&frame(), &[]).path.is_empty());
    }

    #[test]
    fn the_best_is_first_and_regions_without_records_are_last() {
        let rows = [row("a", 10, 1), row("b", 0, 0), row("c", 4, 4), row("d", 10, 1)];
        let mut rows = rows.to_vec();
        rows[1].listed = 3;
        let ranked = ranked(&rows, |_| None);
        let order: Vec<_> = ranked.iter().map(|r| (r.place, r.name.as_str())).collect();
        assert_eq!(order, [(1, "c"), (2, "a"), (2, "d"), (4, "b")]);
    }

    #[test]
    fn weeks_begin_on_monday() {
        let days = ["2026-11-26", "2026-11-27", "2026-11-28"].map(|day| DeadlineDay {
            day: day.parse().unwrap(),
            working_day: day != "2026-11-28",
            holiday: None,
            ending: crate::reports::days::Ending { rectification: 1, reinspection: 3, ..Default::default() },
        });
        let days = DeadlineDays {
            region: "440000".to_owned(),
            region_name: String::new(),
            as_of: days[0].day,
            missed: Default::default(),
            days: days.to_vec(),
            later: Default::default(),
        };
        let weeks = calendar(&frame(), &days);
        assert_eq!((weeks.len(), weeks[0].len()), (1, 7));
        assert!(weeks[0][2].day.is_none() && weeks[0][3].today && weeks[0][6].day.is_none());
        let saturday = &weeks[0][5];
        assert_eq!((saturday.count, saturday.rest.as_deref()), (4, Some("休")));
        assert_eq!((saturday.rectify_bar.as_str(), saturday.inspect_bar.as_str()), ("25.0", "75.0"));
    }
}
