//! Time is injected: a command asks the clock once and lives in that moment.

use crate::core::text::{Language, Text};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use std::sync::{Mutex, PoisonError};

/// Where `now` comes from.
pub trait Clock: Send + Sync {
    /// The present moment, UTC, cut to the microseconds that PostgreSQL keeps.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the machine.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// A clock that stops until it is set, for tests and for replaying a past day.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the hands.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the hands forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).trunc_subsecs(6)
    }
}

/// Asia/Shanghai, in hours ahead of UTC. China has kept UTC+8 without summer time since 1991, so a fixed offset is exact.
const SHANGHAI: Duration = Duration::hours(8);

/// The civil time of a moment in Asia/Shanghai.
pub fn shanghai_time(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc().checked_add_signed(SHANGHAI).unwrap_or(NaiveDateTime::MAX)
}

/// The moment of a civil time in Asia/Shanghai.
pub fn shanghai_moment(civil: NaiveDateTime) -> DateTime<Utc> {
    civil.checked_sub_signed(SHANGHAI).unwrap_or(NaiveDateTime::MIN).and_utc()
}

/// The calendar date of a moment in Asia/Shanghai, in which the law counts its days.
pub fn shanghai_date(at: DateTime<Utc>) -> NaiveDate {
    shanghai_time(at).date()
}

/// The moment at which a day begins: 0:00 in Asia/Shanghai.
pub fn shanghai_midnight(day: NaiveDate) -> DateTime<Utc> {
    shanghai_moment(day.and_time(NaiveTime::MIN))
}

/// The moment at which a day ends: 24:00 in Asia/Shanghai, the first moment of the next day.
pub fn shanghai_day_end(day: NaiveDate) -> DateTime<Utc> {
    shanghai_midnight(day.succ_opt().unwrap_or(day))
}

/// A moment in Chinese words: `2026年11月23日（星期一）14:30（北京时间）`, in Asia/Shanghai.
pub fn moment_zh(at: &DateTime<Utc>) -> String {
    use chrono::{Datelike, Timelike};
    let at = shanghai_time(*at);
    let day = match at.weekday() {
        chrono::Weekday::Mon => "一",
        chrono::Weekday::Tue => "二",
        chrono::Weekday::Wed => "三",
        chrono::Weekday::Thu => "四",
        chrono::Weekday::Fri => "五",
        chrono::Weekday::Sat => "六",
        chrono::Weekday::Sun => "日",
    };
    format!(
        "{}年{}月{}日（星期{day}）{:02}:{:02}（北京时间）",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute()
    )
}

/// The same in English: `Monday, 23 November 2026, 14:30 (China Standard Time, UTC+8)`.
pub fn moment_en(at: &DateTime<Utc>) -> String {
    shanghai_time(*at).format("%A, %-d %B %Y, %H:%M (China Standard Time, UTC+8)").to_string()
}

/// A day in the words of a language: `2026年11月23日`, `23 November 2026`.
pub fn day_in(language: Language, day: NaiveDate) -> String {
    let form = match language {
        Language::Zh => "%-Y年%-m月%-d日",
        Language::En => "%-d %B %Y",
    };
    day.format(form).to_string()
}

/// A day in the words of both languages, for sentences about it.
pub fn day_text(day: NaiveDate) -> Text {
    Text::new(day_in(Language::Zh, day), day_in(Language::En, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_shanghai() {
        let day: NaiveDate = "2021-10-08".parse().unwrap();
        let end = shanghai_day_end(day);
        assert_eq!(end.to_rfc3339(), "2021-10-08T16:00:00+00:00");
        assert_eq!(
            (shanghai_date(end - Duration::microseconds(1)), Some(shanghai_date(end))),
            (day, day.succ_opt())
        );
        assert_eq!(shanghai_moment(shanghai_time(end)), end);
        assert!(shanghai_midnight(NaiveDate::MIN) < shanghai_day_end(NaiveDate::MAX));
    }

    #[test]
    fn a_day_is_written_in_words() {
        let day: NaiveDate = "2026-03-07".parse().unwrap();
        assert_eq!(day_in(Language::Zh, day), "2026年3月7日");
        assert_eq!(day_in(Language::En, day), "7 March 2026");
    }
}
