//! What of rounds is drawn: the funnel of stages, the curve of those reached and cleared, the towns with those that were not reached. Pure.

use crate::catalogue::Catalogue;
use crate::rounds::member_counts::{MonthCount, TownCount};
use crate::rounds::stage::CircuitStage;
use crate::rounds::words::stage_word;
use crate::web::charts::percent;
use crate::web::choices;
use crate::web::frame::Frame;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A stage of the funnel.
pub struct Bar {
    /// The stage.
    pub stage: CircuitStage,
    /// Its name.
    pub name: &'static str,
    /// How many members have come at least so far.
    pub count: i64,
    /// Their share, `85.4%`.
    pub share: String,
    /// Where the bar begins and how wide it is, 0 to 100.
    pub x: String,
    /// Its width.
    pub width: String,
    /// How many are at just this stage.
    pub here: i64,
}

/// The funnel: how many members have come at least as far as each stage.
pub fn funnel(f: &Frame, towns: &[TownCount]) -> Vec<Bar> {
    let all: i64 = towns.iter().map(|town| town.members).sum();
    let at = |stage| towns.iter().filter(|town| town.stage == stage).map(|town| town.members).sum::<i64>();
    let bar = |stage: CircuitStage| {
        let here = at(stage);
        // Whoever can't be reached or declined was found, and has come no further.
        let count: i64 = match stage {
            CircuitStage::Found => all,
            _ => CircuitStage::BY_EVIDENCE
                .iter()
                .filter(|other| **other >= stage)
                .map(|other| at(*other))
                .sum(),
        };
        let share = percent(count, all);
        Bar {
            stage,
            name: stage_word(f, stage),
            count,
            share: format!("{share:.1}%"),
            x: format!("{:.1}", (100.0 - share) / 2.0),
            width: format!("{share:.1}"),
            here,
        }
    };
    CircuitStage::BY_EVIDENCE.into_iter().map(bar).collect()
}

/// A town with those that were not reached.
pub struct Town {
    /// Code of the region.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Members there.
    pub members: i64,
    /// Members there that were not reached yet.
    pub unreached: i64,
    /// Members there that are cleared.
    pub cleared: i64,
    /// The bar of those that were not reached, 0 to 100.
    pub bar: String,
}

/// The most towns that are shown.
const MOST_TOWNS: usize = 40;

/// The towns, those with most that were not reached first; with how many towns there are.
pub fn towns(f: &Frame, catalogue: &Catalogue, counts: &[TownCount]) -> (Vec<Town>, usize) {
    let mut sums: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for count in counts {
        let sum = sums.entry(&count.region).or_default();
        sum.0 += count.members;
        sum.1 += count.unreached;
        sum.2 += count.cleared;
    }
    let all = sums.len();
    let mut towns: Vec<Town> = sums
        .into_iter()
        .map(|(code, (members, unreached, cleared))| Town {
            name: choices::region(f.language, catalogue, code),
            code: code.to_owned(),
            members,
            unreached,
            cleared,
            bar: format!("{:.1}", percent(unreached, members)),
        })
        .collect();
    towns.sort_by(|a, b| b.unreached.cmp(&a.unreached).then_with(|| a.code.cmp(&b.code)));
    towns.truncate(MOST_TOWNS);
    (towns, all)
}

/// A month of the curve.
pub struct CurvePoint {
    /// Horizontal position in the chart.
    pub x: String,
    /// The height of those cleared.
    pub y: String,
    /// The month, `2026-11`.
    pub label: String,
    /// Whether its label is written.
    pub labelled: bool,
    /// Members that had been reached by its end.
    pub reached: i64,
    /// Members that had been cleared by its end.
    pub cleared: i64,
}

/// The curve of those reached and cleared, month by month.
pub struct Curve {
    /// The months.
    pub points: Vec<CurvePoint>,
    /// The line of those reached.
    pub reached: String,
    /// The line of those cleared.
    pub cleared: String,
    /// The area under it.
    pub area: String,
    /// The greatest number, at the top.
    pub most: i64,
}

/// The field of the curve: left, right, top, bottom.
const FIELD: (f64, f64, f64, f64) = (40.0, 348.0, 12.0, 158.0);
/// The most months that are drawn.
const MOST_MONTHS: usize = 24;

/// The curve of the last months; none where nothing happened yet.
pub fn curve(months: &[MonthCount], members: i64) -> Option<Curve> {
    let (mut reached, mut cleared) = (0, 0);
    let mut sums = Vec::with_capacity(months.len());
    for month in months {
        reached += month.reached;
        cleared += month.cleared;
        sums.push((month.month.clone(), reached, cleared));
    }
    let skipped = sums.len().saturating_sub(MOST_MONTHS);
    let sums: Vec<_> = sums.into_iter().skip(skipped).collect();
    if sums.is_empty() {
        return None;
    }
    let (left, right, top, bottom) = FIELD;
    let steps = u32::try_from(sums.len().saturating_sub(1)).unwrap_or(1).max(1);
    let labels = sums.len().div_ceil(6);
    let height = |count: i64| bottom - (bottom - top) * percent(count.min(members), members.max(1)) / 100.0;
    let (mut points, mut reached_line, mut cleared_line) = (Vec::new(), String::new(), String::new());
    let mut last = left;
    for (place, (label, reached, cleared)) in sums.into_iter().enumerate() {
        let along = f64::from(u32::try_from(place).unwrap_or(u32::MAX)) / f64::from(steps);
        let x = left + (right - left) * along;
        let pen = if place == 0 { 'M' } else { 'L' };
        // Writing to a text does not fail.
        let _ = write!(reached_line, "{pen}{x:.1} {:.1}", height(reached));
        let _ = write!(cleared_line, "{pen}{x:.1} {:.1}", height(cleared));
        last = x;
        points.push(CurvePoint {
            x: format!("{x:.1}"),
            y: format!("{:.1}", height(cleared)),
            labelled: place % labels == 0,
            label,
            reached,
            cleared,
        });
    }
    let area = format!("{cleared_line}L{last:.1} {bottom:.1}L{left:.1} {bottom:.1}Z");
    Some(Curve { points, reached: reached_line, cleared: cleared_line, area, most: members })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_adds_up_and_stays_in_its_field() {
        let month = |month: &str, reached, cleared| MonthCount { month: month.to_owned(), reached, cleared };
        let drawn =
            curve(&[month("2026-09", 4, 0), month("2026-10", 3, 5), month("2026-11", 1, 2)], 10).unwrap();
        let sums: Vec<(i64, i64)> = drawn.points.iter().map(|point| (point.reached, point.cleared)).collect();
        assert_eq!(sums, [(4, 0), (7, 5), (8, 7)]);
        assert_eq!(drawn.cleared, "M40.0 158.0L194.0 85.0L348.0 55.8");
        assert!(curve(&[], 10).is_none());
        assert_eq!(curve(&[month("2026-09", 1, 1)], 0).unwrap().points.len(), 1);
    }
}
