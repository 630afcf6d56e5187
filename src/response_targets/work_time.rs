//! Working time: how much of it lies between two moments, and when an amount of it is used up. Pure.
//!
//! A working day is one of the calendar's (weekends and public holidays are not, make-up days are), in Asia/Shanghai. Within it the
//! hours before and after the lunch break count.

use crate::catalogue::Calendar;
use crate::core::clock::{shanghai_date, shanghai_moment};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

/// Days that are looked through for the end of an amount of working time; further ones are out of the range of any rule.
const MOST_DAYS: usize = 40_000;

/// The working hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayHours {
    /// The hours before and after lunch, each from and to.
    spans: [(NaiveTime, NaiveTime); 2],
}

impl DayHours {
    /// From the four moments of a day in their order: begin, lunch, end of lunch, end. None where they are not in order. Lunch may be
    /// of no length.
    pub fn new(from: NaiveTime, lunch_from: NaiveTime, lunch_to: NaiveTime, to: NaiveTime) -> Option<Self> {
        (from < lunch_from && lunch_from <= lunch_to && lunch_to < to)
            .then_some(Self { spans: [(from, lunch_from), (lunch_to, to)] })
    }
}

/// What counts as working time: the hours of a day and the calendar of working days.
#[derive(Debug, Clone, Copy)]
pub struct WorkTime<'a> {
    /// The hours of a working day.
    pub hours: DayHours,
    /// Which days are worked.
    pub calendar: &'a Calendar,
}

impl WorkTime<'_> {
    /// The hours of a day as moments, those that are worked.
    fn spans(&self, day: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let worked = self.calendar.is_working_day(day);
        let moment = move |time| shanghai_moment(day.and_time(time));
        self.hours.spans.into_iter().filter(move |_| worked).map(move |(from, to)| (moment(from), moment(to)))
    }

    /// The working time between two moments; nothing where the second is not later.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        let mut total = Duration::zero();
        if to <= from {
            return total;
        }
        let last = shanghai_date(to);
        for day in shanghai_date(from).iter_days().take_while(|day| *day <= last).take(MOST_DAYS) {
            for (begin, end) in self.spans(day) {
                total += (end.min(to) - begin.max(from)).max(Duration::zero());
            }
        }
        total
    }

    /// The first moment by which this much working time has passed since another one. Without any it is that moment itself.
    pub fn after(&self, from: DateTime<Utc>, amount: Duration) -> DateTime<Utc> {
        let mut left = amount;
        if left <= Duration::zero() {
            return from;
        }
        for day in shanghai_date(from).iter_days().take(MOST_DAYS) {
            for (begin, end) in self.spans(day) {
                let begin = begin.max(from);
                let here = (end - begin).max(Duration::zero());
                if here >= left {
                    return begin + left;
                }
                left -= here;
            }
        }
        DateTime::<Utc>::MAX_UTC
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use proptest::prelude::*;

    /// 09:00 to 17:30 with lunch from 12:00 to 13:30.
    pub fn usual_hours() -> DayHours {
        let time = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap();
        DayHours::new(time(9, 0), time(12, 0), time(13, 30), time(17, 30)).unwrap()
    }

    /// A moment in Shanghai.
    pub fn at(text: &str) -> DateTime<Utc> {
        shanghai_moment(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn with<T>(check: impl FnOnce(WorkTime<'_>) -> T) -> T {
        static CATALOGUE: std::sync::LazyLock<Catalogue> =
            std::sync::LazyLock::new(|| Catalogue::builtin().unwrap());
        check(WorkTime { hours: usual_hours(), calendar: &CATALOGUE.calendar })
    }

    fn minutes(from: &str, to: &str) -> i64 {
        with(|time| time.between(at(from), at(to)).num_minutes())
    }

    #[test]
    fn nights_lunch_and_weekends_do_not_count() {
        // A Monday.
        assert_eq!(minutes("2026-03-02 09:00", "2026-03-02 17:30"), 420);
        assert_eq!(minutes("2026-03-02 11:50", "2026-03-02 13:40"), 20, "lunch");
        assert_eq!(minutes("2026-03-02 17:20", "2026-03-03 09:10"), 20, "the night");
        assert_eq!(minutes("2026-03-06 17:20", "2026-03-09 09:10"), 20, "the weekend");
        assert_eq!(minutes("2026-03-02 12:05", "2026-03-02 13:00"), 0);
        assert_eq!(minutes("2026-03-03 09:10", "2026-03-02 09:00"), 0, "backwards");
    }

    #[test]
    fn a_holiday_does_not_count_and_a_make_up_saturday_does() {
        let catalogue = Catalogue::builtin().unwrap();
        let days = || NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().iter_days().take(365);
        let make_up = days().find(|day| catalogue.calendar.is_make_up_day(*day)).unwrap();
        let holiday = days()
            .find(|day| {
                use chrono::Datelike;
                day.weekday().number_from_monday() < 6 && !catalogue.calendar.is_working_day(*day)
            })
            .unwrap();
        let day = |day: NaiveDate| minutes(&format!("{day} 00:00"), &format!("{day} 23:59"));
        assert_eq!((day(make_up), day(holiday)), (420, 0));
    }

    #[test]
    fn an_amount_ends_within_the_hours() {
        with(|time| {
            let end = |from, minutes| time.after(at(from), Duration::minutes(minutes));
            assert_eq!(end("2026-03-02 11:30", 60), at("2026-03-02 14:00"));
            assert_eq!(end("2026-03-02 20:00", 30), at("2026-03-03 09:30"));
            assert_eq!(end("2026-03-06 17:00", 60), at("2026-03-09 09:30"));
            assert_eq!(end("2026-03-02 09:00", 180), at("2026-03-02 12:00"), "the end of a span, not lunch");
            assert_eq!(end("2026-03-02 20:00", 0), at("2026-03-02 20:00"));
        });
    }

    #[test]
    fn hours_out_of_order_are_none() {
        let time = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap();
        assert!(DayHours::new(time(9), time(12), time(13), time(17)).is_some());
        assert!(DayHours::new(time(9), time(18), time(19), time(17)).is_none(), "lunch after the end");
        assert!(DayHours::new(time(9), time(13), time(12), time(17)).is_none(), "lunch backwards");
    }

    proptest! {
        #[test]
        fn the_two_functions_agree(start in 0i64..600_000, amount in 1i64..30_000) {
            with(|time| {
                let from = at("2026-01-01 00:00") + Duration::minutes(start);
                let end = time.after(from, Duration::minutes(amount));
                prop_assert_eq!(time.between(from, end), Duration::minutes(amount));
                prop_assert!(time.between(from, end - Duration::minutes(1)) < Duration::minutes(amount));
                Ok(())
            })?;
        }
    }
}
