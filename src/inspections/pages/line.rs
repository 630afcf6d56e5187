//! The days of an inspection on one line of time, as numbers that a template puts into SVG. Pure.

use chrono::NaiveDate;

/// The width of the line.
const WIDTH: i64 = 1000;

/// A day on which something came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop<Name> {
    /// What came about.
    pub name: Name,
    /// The day on which it happened.
    pub day: NaiveDate,
    /// Its place, 0 to 1000.
    pub x: i64,
    /// Days since the one before; none for the first.
    pub after: Option<i64>,
}

/// The days of an inspection from its first to its last, or to today where it is not over.
#[derive(Debug, PartialEq, Eq)]
pub struct DaysLine<Name> {
    /// The days, in their order.
    pub stops: Vec<Stop<Name>>,
    /// Where today is; none where it is over.
    pub today: Option<i64>,
    /// Where the last of them is.
    pub reached: i64,
    /// Days from the first to the last, or to today.
    pub whole: i64,
}

/// Draws days. `over`: nothing is waited for any more. None where there is no day.
pub fn days_line<Name>(
    days: impl IntoIterator<Item = (Name, Option<NaiveDate>)>,
    today: NaiveDate,
    over: bool,
) -> Option<DaysLine<Name>> {
    let mut days: Vec<(Name, NaiveDate)> =
        days.into_iter().filter_map(|(name, day)| Some((name, day?))).collect();
    days.sort_by_key(|(_, day)| *day);
    let (first, last) = (days.first()?.1, days.last()?.1);
    let end = if over { last } else { last.max(today) };
    let between = |from: NaiveDate, to: NaiveDate| to.signed_duration_since(from).num_days();
    let whole = between(first, end).max(1);
    let place = |day: NaiveDate| between(first, day).clamp(0, whole).saturating_mul(WIDTH) / whole;
    let mut before = None;
    let mut stops = Vec::new();
    for (name, day) in days {
        stops.push(Stop { name, day, x: place(day), after: before.map(|before| between(before, day)) });
        before = Some(day);
    }
    Some(DaysLine {
        stops,
        today: (!over).then(|| place(today)),
        reached: place(last),
        whole: between(first, end),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_stand_in_their_order_with_the_days_between() {
        let days = [
            ("reported", Some(day("2026-03-21"))),
            ("sampled", Some(day("2026-03-01"))),
            ("delivered", None),
            ("received", Some(day("2026-03-06"))),
        ];
        let line = days_line(days, day("2026-04-10"), false).unwrap();
        let stops: Vec<_> = line.stops.iter().map(|s| (s.name, s.x, s.after)).collect();
        assert_eq!(stops, [("sampled", 0, None), ("received", 125, Some(5)), ("reported", 500, Some(15))]);
        assert_eq!((line.today, line.reached, line.whole), (Some(1000), 500, 40));
    }

    #[test]
    fn what_is_over_ends_with_its_last_day() {
        let days = [("sampled", Some(day("2026-03-01"))), ("final", Some(day("2026-03-31")))];
        let line = days_line(days, day("2027-01-01"), true).unwrap();
        assert_eq!((line.today, line.reached, line.whole), (None, 1000, 30));
    }

    #[test]
    fn one_day_and_none_are_drawn() {
        let line = days_line([("drawn", Some(day("2026-03-01")))], day("2026-03-01"), false).unwrap();
        assert_eq!((line.stops[0].x, line.today, line.whole), (0, Some(0), 0));
        assert!(days_line([("drawn", None)], day("2026-03-01"), false).is_none());
    }
}
