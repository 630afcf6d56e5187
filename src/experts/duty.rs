//! Duty rotas: who is on duty when, round the clock. Pure.
//!
//! A shift begins on a weekday of Asia/Shanghai, which has kept UTC+8 without summer time since 1991,
//! and belongs to the day on which it begins: one from 22:00 to 06:00 on the eve of a holiday is
//! worked to its end, and one that begins on a holiday is worked only where it says "holidays too".
//! An expert without shifts is bound to no hours.

use crate::catalogue::Calendar;
use crate::core::clock::{shanghai_moment, shanghai_time};
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, Utc};

/// Minutes of a day.
pub const DAY: i32 = 1440;
/// How far ahead the next shift is looked for: a year and the longest holidays.
const HORIZON_DAYS: u64 = 400;

/// One shift a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The weekday on which it begins, 1 for Monday to 7 for Sunday.
    pub weekday: i32,
    /// Minute of the day at which it begins, 0 to 1439.
    pub starts: i32,
    /// Minute at which it is over, 0 to 1439; at or before the beginning it is that of the next day.
    pub ends: i32,
    /// Whether it is worked on public holidays, too.
    pub holidays: bool,
}

impl Shift {
    /// Beginning and end, in Asia/Shanghai, of the shift that begins on this day, if one does.
    fn on(&self, day: NaiveDate, calendar: &Calendar) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let weekday = i32::try_from(day.weekday().number_from_monday()).unwrap_or(0);
        if weekday != self.weekday || (!self.holidays && calendar.holiday_name(day).is_some()) {
            return None;
        }
        let midnight = day.and_hms_opt(0, 0, 0)?;
        let length =
            if self.ends > self.starts { self.ends - self.starts } else { self.ends - self.starts + DAY };
        let start = midnight + Duration::minutes(self.starts.into());
        Some((start, start + Duration::minutes(length.into())))
    }
}

/// Whether someone with these shifts is on duty.
pub fn on_duty(shifts: &[Shift], at: DateTime<Utc>, calendar: &Calendar) -> bool {
    if shifts.is_empty() {
        return true;
    }
    let now = shanghai_time(at);
    let days = [Some(now.date()), now.date().pred_opt()];
    let spans = shifts.iter().flat_map(|s| days.into_iter().flatten().filter_map(|day| s.on(day, calendar)));
    spans.into_iter().any(|(start, end)| start <= now && now < end)
}

/// When someone with these shifts is on duty next: now, or when the next shift begins. None where no
/// shift ever begins.
pub fn next_duty(shifts: &[Shift], at: DateTime<Utc>, calendar: &Calendar) -> Option<DateTime<Utc>> {
    if on_duty(shifts, at, calendar) {
        return Some(at);
    }
    let now = shanghai_time(at);
    let days = (0..HORIZON_DAYS).map_while(|n| now.date().checked_add_days(Days::new(n)));
    let first = |day| {
        shifts.iter().filter_map(|s| s.on(day, calendar)).map(|(start, _)| start).filter(|s| *s > now).min()
    };
    days.into_iter().find_map(first).map(shanghai_moment)
}

/// A moment as shifts are asked for by the thousand, without the calendar: weekday and minute in
/// Asia/Shanghai, and whether that day and the one before are holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// The day in Asia/Shanghai.
    pub day: NaiveDate,
    /// 1 for Monday to 7 for Sunday.
    pub weekday: i32,
    /// The weekday before.
    pub weekday_before: i32,
    /// Minute of the day.
    pub minute: i32,
    /// Whether the day is a public holiday.
    pub holiday: bool,
    /// Whether the day before was.
    pub holiday_before: bool,
}

impl Hour {
    /// A moment, read for the comparison with shifts.
    pub fn of(at: DateTime<Utc>, calendar: &Calendar) -> Self {
        use chrono::Timelike;
        let now = shanghai_time(at);
        let weekday = i32::try_from(now.weekday().number_from_monday()).unwrap_or(1);
        let minute = i32::try_from(now.hour() * 60 + now.minute()).unwrap_or(0);
        let holiday = |day: Option<NaiveDate>| day.is_some_and(|d| calendar.holiday_name(d).is_some());
        Self {
            day: now.date(),
            weekday,
            weekday_before: if weekday == 1 { 7 } else { weekday - 1 },
            minute,
            holiday: holiday(Some(now.date())),
            holiday_before: holiday(now.date().pred_opt()),
        }
    }

    /// Noon of a day that is no holiday, nor is the one before.
    pub fn noon(day: NaiveDate) -> Self {
        let weekday = i32::try_from(day.weekday().number_from_monday()).unwrap_or(1);
        let weekday_before = if weekday == 1 { 7 } else { weekday - 1 };
        Self { day, weekday, weekday_before, minute: DAY / 2, holiday: false, holiday_before: false }
    }

    /// The same decision as [`on_duty`] for one shift.
    pub fn falls_in(&self, shift: &Shift) -> bool {
        let overnight = shift.ends <= shift.starts;
        let today = shift.weekday == self.weekday
            && shift.starts <= self.minute
            && (self.minute < shift.ends || overnight)
            && (shift.holidays || !self.holiday);
        let since_yesterday = shift.weekday == self.weekday_before
            && overnight
            && self.minute < shift.ends
            && (shift.holidays || !self.holiday_before);
        today || since_yesterday
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Catalogue::builtin().unwrap().calendar);

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+08:00").parse().unwrap()
    }

    fn night(weekday: i32, holidays: bool) -> Shift {
        Shift { weekday, starts: 22 * 60, ends: 6 * 60, holidays }
    }

    #[test]
    fn a_night_shift_goes_on_after_midnight() {
        // 2026-03-02 is a Monday.
        let shifts = [night(1, false)];
        for (time, on) in [
            ("2026-03-02T21:59", false),
            ("2026-03-02T22:00", true),
            ("2026-03-03T05:59", true),
            ("2026-03-03T06:00", false),
            ("2026-03-03T23:00", false),
            ("2026-03-02T03:00", false),
        ] {
            assert_eq!(on_duty(&shifts, at(time), &CALENDAR), on, "{time}");
        }
        assert_eq!(next_duty(&shifts, at("2026-03-03T06:00"), &CALENDAR), Some(at("2026-03-09T22:00")));
    }

    #[test]
    fn the_eve_of_a_holiday_is_worked_to_its_end_and_the_holiday_is_not() {
        // National Day 2025: 1 to 8 October; 30 September is a Tuesday.
        let all: Vec<Shift> = (1..=7).map(|day| night(day, false)).collect();
        assert!(on_duty(&all, at("2025-10-01T03:00"), &CALENDAR));
        assert!(!on_duty(&all, at("2025-10-01T23:00"), &CALENDAR));
        assert_eq!(next_duty(&all, at("2025-10-01T06:00"), &CALENDAR), Some(at("2025-10-09T22:00")));
        let holidays_too = [night(3, true)];
        assert!(on_duty(&holidays_too, at("2025-10-01T23:00"), &CALENDAR));
        assert!(on_duty(&holidays_too, at("2025-10-02T05:00"), &CALENDAR));
    }

    #[test]
    fn no_shifts_bind_to_no_hours_and_a_day_and_night_has_no_gap() {
        assert!(on_duty(&[], at("2026-03-02T03:00"), &CALENDAR));
        let always: Vec<Shift> =
            (1..=7).map(|weekday| Shift { weekday, starts: 480, ends: 480, holidays: true }).collect();
        for hour in 0..200 {
            assert!(on_duty(&always, at("2025-09-28T00:30") + Duration::hours(hour), &CALENDAR));
        }
    }

    fn any_shifts() -> impl Strategy<Value = Vec<Shift>> {
        let shift = (1..=7, 0..DAY, 0..DAY, any::<bool>())
            .prop_map(|(weekday, starts, ends, holidays)| Shift { weekday, starts, ends, holidays });
        proptest::collection::vec(shift, 1..5)
    }

    proptest! {
        /// Over National Day 2025 and a month around it.
        #[test]
        fn the_next_shift_is_the_first_minute_on_duty(shifts in any_shifts(), minute in 0i64..45_000) {
            let from = at("2025-09-15T00:00") + Duration::minutes(minute);
            match next_duty(&shifts, from, &CALENDAR) {
                Some(next) => {
                    prop_assert!(next >= from && on_duty(&shifts, next, &CALENDAR));
                    let between = (0..(next - from).num_minutes().min(3 * 1440)).map(|m| from + Duration::minutes(m));
                    for minute in between {
                        prop_assert!(!on_duty(&shifts, minute, &CALENDAR), "{minute}");
                    }
                    if next > from {
                        prop_assert!(!on_duty(&shifts, next - Duration::minutes(1), &CALENDAR));
                    }
                }
                None => prop_assert!(false, "a weekly shift comes again"),
            }
        }

        #[test]
        fn hours_agree_with_exact_times(shifts in any_shifts(), minute in 0i64..90_000) {
            let time = at("2025-09-01T00:00") + Duration::minutes(minute);
            let hour = Hour::of(time, &CALENDAR);
            let by_hour = shifts.iter().any(|shift| hour.falls_in(shift));
            prop_assert_eq!(by_hour, on_duty(&shifts, time, &CALENDAR));
        }

        #[test]
        fn duty_on_holidays_only_adds_hours(shifts in any_shifts(), minute in 0i64..90_000) {
            let time = at("2025-09-01T00:00") + Duration::minutes(minute);
            let too: Vec<Shift> = shifts.iter().map(|s| Shift { holidays: true, ..*s }).collect();
            prop_assert!(on_duty(&too, time, &CALENDAR) || !on_duty(&shifts, time, &CALENDAR));
        }
    }
}
