//! The term of an answer, and where it comes from. Pure.

use crate::catalogue::Calendar;
use crate::core::Text;
use crate::personal_data::state::RequestKind;
use chrono::NaiveDate;

/// Where the term comes from, for people.
pub fn source() -> Text {
    Text::new(
        "《个人信息保护法》第五十条要求及时受理和处理；期限参照《App违法违规收集使用个人信息行为认定方法》第六条的十五个工作日（暂定）",
        "Personal Information Protection Law art. 50: in time; by analogy with the rules on apps, fifteen working days (provisional)",
    )
}

/// The article by which something may be asked for, for people.
pub fn article(kind: RequestKind) -> Text {
    match kind {
        RequestKind::Copy => Text::new(
            "《个人信息保护法》第四十五条：查阅、复制",
            "Personal Information Protection Law art. 45: access and copy",
        ),
        RequestKind::Correction => Text::new(
            "《个人信息保护法》第四十六条：更正、补充",
            "Personal Information Protection Law art. 46: correction",
        ),
        RequestKind::Erasure => Text::new(
            "《个人信息保护法》第四十七条：删除",
            "Personal Information Protection Law art. 47: erasure",
        ),
    }
}

/// The day that is so many working days after another.
pub fn working_days_after(calendar: &Calendar, day: NaiveDate, days: u32) -> NaiveDate {
    let later = day.iter_days().skip(1).filter(|day| calendar.is_working_day(*day));
    later.take(usize::try_from(days).unwrap_or(usize::MAX)).last().unwrap_or(day)
}

/// Whether officers are to be reminded on a day of what is due on another: not more than so many working days lie between.
pub fn is_near(calendar: &Calendar, today: NaiveDate, due: NaiveDate, days: u32) -> bool {
    today <= due && working_days_after(calendar, today, days) >= due
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_are_not_counted() {
        let calendar = Calendar::default();
        // A Monday.
        assert_eq!(working_days_after(&calendar, day("2026-03-02"), 1), day("2026-03-03"));
        assert_eq!(working_days_after(&calendar, day("2026-03-02"), 15), day("2026-03-23"));
        // A Saturday: the first working day after it is the first.
        assert_eq!(working_days_after(&calendar, day("2026-03-07"), 1), day("2026-03-09"));
    }

    #[test]
    fn the_reminder_is_due_some_working_days_before_and_not_after() {
        let calendar = Calendar::default();
        let due = day("2026-03-23");
        assert!(!is_near(&calendar, day("2026-03-17"), due, 3));
        assert!(is_near(&calendar, day("2026-03-18"), due, 3) && is_near(&calendar, due, due, 3));
        assert!(!is_near(&calendar, day("2026-03-24"), due, 3));
    }
}
