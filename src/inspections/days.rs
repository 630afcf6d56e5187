//! The last day of a term. Pure.

use crate::catalogue::Calendar;
use crate::inspections::law::Law;
use crate::inspections::words::Term;
use crate::remediation::clocks::period_end;
use chrono::NaiveDate;

/// The last day of a term that counts from a day. That day is not counted (Civil Code art. 201); a term in calendar days ends on a working day
/// (art. 203).
pub fn term_end(begins: NaiveDate, term: Term, law: Law<'_>) -> NaiveDate {
    let rule = law.rules.terms.of(term);
    if rule.working {
        working_days_after(begins, rule.days, law.calendar)
    } else {
        period_end(begins, rule.days, law.calendar)
    }
}

/// The n-th working day after a day.
pub fn working_days_after(begins: NaiveDate, days: u32, calendar: &Calendar) -> NaiveDate {
    let mut day = begins;
    for _ in 0..days {
        let Some(next) = day.succ_opt() else { return day };
        day = calendar.next_working_day_on_or_after(next);
    }
    day
}
