//! The points of an operator over time as a step chart, with the coming days behind today: numbers that a template puts into SVG. Pure.

use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::credit::statement::points as points_text;
use crate::web::frame::Frame;

/// Where the plot is in its field, whose view box is 360 by 190. All places are tenths of its unit.
const LEFT: i64 = 340;
const RIGHT: i64 = 3200;
const TOP: i64 = 160;
const BOTTOM: i64 = 1600;
/// Days before the first change and behind the last that are drawn as well.
const MARGIN_DAYS: i64 = 30;

/// From a day on so many points, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The first day.
    pub day: NaiveDate,
    /// The points, in thousandths.
    pub points: i64,
}

/// The points from which a grade begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The grade's letter.
    pub grade: String,
    /// Its least points, in thousandths.
    pub points: i64,
}

/// A day on the axis below.
#[derive(Debug, PartialEq, Eq)]
pub struct DayTick {
    /// Horizontal position, from the left edge of the chart.
    pub x: String,
    /// The day in few letters.
    pub label: String,
    /// How the words stand to the place: `start`, `middle` or `end`.
    pub anchor: &'static str,
}

/// The least points of a grade as a line across.
#[derive(Debug, PartialEq, Eq)]
pub struct BoundLine {
    /// Vertical position, from the top of the chart.
    pub y: String,
    /// The grade's letter.
    pub grade: String,
    /// The points in words.
    pub points: String,
}

/// A change, to be pointed at.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Horizontal position, from the left edge of the chart.
    pub x: String,
    /// Vertical position, from the top of the chart.
    pub y: String,
    /// Day and points in words.
    pub words: String,
    /// It lies behind today and comes about if nothing happens.
    pub coming: bool,
}

/// The chart.
#[derive(Debug, PartialEq, Eq)]
pub struct StepChart {
    /// What has been, as the `d` of a path.
    pub past: String,
    /// What lies under it, likewise.
    pub area: String,
    /// What comes if nothing happens, likewise; empty where nothing is known to change.
    pub coming: String,
    /// Where today is, from the left.
    pub today: String,
    /// The changes.
    pub changes: Vec<Change>,
    /// The least points of each grade.
    pub bounds: Vec<BoundLine>,
    /// Days on the axis.
    pub days: Vec<DayTick>,
}

/// A place in tenths as a number of the view box.
fn place(tenths: i64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The places of a plot: from days and points.
struct Scale {
    from: NaiveDate,
    days: i64,
    most: i64,
}

impl Scale {
    fn x(&self, day: NaiveDate) -> i64 {
        let passed = day.signed_duration_since(self.from).num_days().clamp(0, self.days);
        LEFT + (RIGHT - LEFT).saturating_mul(passed) / self.days
    }

    fn y(&self, points: i64) -> i64 {
        BOTTOM - (BOTTOM - TOP).saturating_mul(points.clamp(0, self.most)) / self.most
    }

    /// A path that goes level from each change to the next, up to a day.
    fn path(&self, levels: &[Level], until: NaiveDate) -> String {
        let mut path = String::new();
        for level in levels {
            let (x, y) = (place(self.x(level.day)), place(self.y(level.points)));
            let begins = path.is_empty();
            let _ = if begins { write!(path, "M{x} {y}") } else { write!(path, "H{x}V{y}") };
        }
        if !path.is_empty() {
            let _ = write!(path, "H{}", place(self.x(until)));
        }
        path
    }
}

/// Draws the points of a subject: the changes in the order of days, those behind `today` as what comes if nothing happens. None where there never
/// were any points.
pub fn step_chart(f: &Frame, levels: &[Level], bounds: &[Bound], today: NaiveDate) -> Option<StepChart> {
    if levels.iter().all(|level| level.points == 0) {
        return None;
    }
    let days = |count: i64| chrono::Duration::days(count);
    let first = levels.first()?.day.min(today);
    let last = levels.last()?.day.max(today);
    let from = first.checked_sub_signed(days(MARGIN_DAYS)).unwrap_or(first);
    let to = last.checked_add_signed(days(MARGIN_DAYS)).unwrap_or(last);
    let highest = levels.iter().map(|level| level.points).max().unwrap_or(0);
    // The next grade that could be reached is in the field, too.
    let reach = bounds.iter().map(|bound| bound.points).filter(|points| *points > highest).min();
    let most = reach.unwrap_or(highest).max(highest).saturating_mul(11) / 10;
    let scale = Scale { from, days: to.signed_duration_since(from).num_days().max(1), most: most.max(1) };
    let (past, ahead): (Vec<Level>, Vec<Level>) = levels.iter().partition(|level| level.day <= today);
    let mut so_far = vec![Level { day: from, points: 0 }];
    so_far.extend(past.iter().copied());
    let now = so_far.last().map_or(0, |level| level.points);
    let mut coming = vec![Level { day: today, points: now }];
    coming.extend(ahead.iter().copied());
    let path = scale.path(&so_far, today);
    let (left, right) = (place(scale.x(from)), place(scale.x(today)));
    let bottom = place(BOTTOM);
    let changes = levels.iter().map(|level| Change {
        x: place(scale.x(level.day)),
        y: place(scale.y(level.points)),
        words: f
            .t(
                &format!("{}：{}分", f.day(&level.day), points_text(level.points)),
                &format!("{}: {} points", f.day(&level.day), points_text(level.points)),
            )
            .to_owned(),
        coming: level.day > today,
    });
    let within = |bound: &&Bound| bound.points > 0 && bound.points <= scale.most;
    let lines = bounds.iter().filter(within).map(|bound| BoundLine {
        y: place(scale.y(bound.points)),
        grade: bound.grade.clone(),
        points: points_text(bound.points),
    });
    Some(StepChart {
        area: format!("{path}V{bottom}H{left}Z"),
        coming: if ahead.is_empty() { String::new() } else { scale.path(&coming, to) },
        past: path,
        today: right,
        changes: changes.collect(),
        bounds: lines.collect(),
        days: day_ticks(f, &scale, (from, today, to)),
    })
}

/// The first day, today and the last day, where their words do not meet.
fn day_ticks(f: &Frame, scale: &Scale, (from, today, to): (NaiveDate, NaiveDate, NaiveDate)) -> Vec<DayTick> {
    /// The room that a day takes, in tenths.
    const ROOM: i64 = 700;
    let label = |day: NaiveDate| day.format(f.t("%Y-%m", "%b %Y")).to_string();
    let now = scale.x(today);
    let mut ticks = Vec::new();
    if now - LEFT > ROOM {
        ticks.push(DayTick { x: place(LEFT), label: label(from), anchor: "start" });
    }
    ticks.push(DayTick { x: place(now), label: f.t("今天", "today").to_owned(), anchor: "middle" });
    if RIGHT - now > ROOM {
        ticks.push(DayTick { x: place(RIGHT), label: label(to), anchor: "end" });
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Language;

    fn frame(language: Language) -> Frame {
        Frame {
            language,
            person: None,
            path: "/".to_owned(),
            other: String::new(),
            places: std::sync::Arc::default(),
            rooms: &[],
            log_in: "/login",
        }
    }

    fn level(day: &str, points: i64) -> Level {
        Level { day: day.parse().unwrap(), points }
    }

    fn bounds() -> Vec<Bound> {
        [("A", 0), ("B", 1000), ("C", 6000), ("D", 12000)]
            .map(|(grade, points)| Bound { grade: grade.to_owned(), points })
            .into()
    }

    #[test]
    fn the_line_is_level_between_changes_and_what_comes_begins_today() {
        let levels = [level("2026-01-31", 6000), level("2026-12-27", 0)];
        let today = "2026-07-30".parse().unwrap();
        let chart = step_chart(&frame(Language::Zh), &levels, &bounds(), today).unwrap();
        // 2026-01-01 to 2027-01-26 is 390 days; the field is 2860 wide; 12 points and a tenth more are its height.
        assert_eq!(chart.past, "M34.0 160.0H56.0V94.6H188.0");
        assert_eq!(chart.coming, "M188.0 94.6H298.0V160.0H320.0");
        assert_eq!(chart.area, "M34.0 160.0H56.0V94.6H188.0V160.0H34.0Z");
        assert_eq!(chart.today, "188.0");
        assert_eq!(chart.changes.iter().map(|c| c.coming).collect::<Vec<_>>(), [false, true]);
        assert_eq!(chart.changes[0].words, "2026年1月31日：6分");
        assert_eq!(chart.bounds.iter().map(|b| b.grade.as_str()).collect::<Vec<_>>(), ["B", "C", "D"]);
        let ticks: Vec<_> = chart.days.iter().map(|tick| (tick.label.as_str(), tick.anchor)).collect();
        assert_eq!(ticks, [("2026-01", "start"), ("今天", "middle"), ("2027-01", "end")]);
    }

    #[test]
    fn without_points_nothing_is_drawn_and_without_coming_changes_no_line_leads_on() {
        let today = "2026-07-30".parse().unwrap();
        assert!(step_chart(&frame(Language::Zh), &[], &bounds(), today).is_none());
        assert!(step_chart(&frame(Language::Zh), &[level("2026-01-01", 0)], &bounds(), today).is_none());
        let later = "2027-07-30".parse().unwrap();
        let chart = step_chart(&frame(Language::En), &[level("2026-07-01", 1000)], &bounds(), later).unwrap();
        assert!(chart.coming.is_empty());
        // Near the right end there is no room for the last day.
        assert_eq!(chart.days.last().unwrap().label, "today");
    }

    #[test]
    fn more_points_than_any_bound_stay_in_the_field() {
        let today = "2026-07-30".parse().unwrap();
        let chart =
            step_chart(&frame(Language::Zh), &[level("2026-07-01", 99_000)], &bounds(), today).unwrap();
        assert_eq!(chart.changes[0].y, "29.1");
        assert_eq!(chart.bounds.len(), 3);
    }
}
