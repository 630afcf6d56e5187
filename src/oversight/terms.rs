//! The days that follow from a step, by the rules and the calendar of working days, and the numbers of documents. Pure.

use crate::catalogue::{Calendar, Catalogue, RegionLevel};
use crate::core::fields::Fields;
use crate::inspections::days::working_days_after;
use crate::oversight::settings::OversightRules;
use crate::remediation::clocks::period_end;
use chrono::{Days, Months, NaiveDate};

/// The most days from today until a day that somebody sets.
const MOST_DAYS: u64 = 730;

/// What days are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The rules.
    pub rules: &'a OversightRules,
    /// The calendar of working days.
    pub calendar: &'a Calendar,
}

impl Law<'_> {
    /// The last day to answer a letter that goes out, or is returned, on a day.
    pub fn reply_by(&self, from: NaiveDate) -> NaiveDate {
        working_days_after(from, self.rules.reply_days, self.calendar)
    }

    /// The first day on which an interview can be held of which somebody is notified on a day.
    pub fn interview_from(&self, told: NaiveDate) -> NaiveDate {
        working_days_after(told, self.rules.notice_days, self.calendar)
    }

    /// The last day for the words of the interviewed and their signature.
    pub fn minutes_by(&self, from: NaiveDate) -> NaiveDate {
        working_days_after(from, self.rules.minutes_days, self.calendar)
    }

    /// The last day to put things right after an interview.
    pub fn rectify_by(&self, from: NaiveDate) -> NaiveDate {
        period_end(from, self.rules.rectify_days, self.calendar)
    }

    /// The last day of a listing.
    pub fn listed_until(&self, from: NaiveDate) -> NaiveDate {
        period_end(from, self.rules.listing_days, self.calendar)
    }

    /// The day of the monthly report behind a day: a month later, on a working day.
    pub fn next_report(&self, from: NaiveDate) -> NaiveDate {
        let month = from.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
        self.calendar.next_working_day_on_or_after(month)
    }

    /// The day of the monthly report that follows, once one was handed in: the first that is not due yet, counted from the day of the listing.
    pub fn report_after(&self, listed: NaiveDate, today: NaiveDate) -> NaiveDate {
        for months in 1..=240 {
            let month = listed.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
            let due = self.calendar.next_working_day_on_or_after(month);
            if due > today {
                return due;
            }
        }
        self.next_report(today)
    }

    /// Checks a day until which somebody is to act: a working day behind today.
    pub fn check_due(&self, fields: &mut Fields, pointer: &str, day: NaiveDate, today: NaiveDate) {
        fields.require(day > today, pointer, "须晚于今天", "must be after today");
        let last = today.checked_add_days(Days::new(MOST_DAYS)).unwrap_or(NaiveDate::MAX);
        fields.require(day <= last, pointer, "不能超过两年", "must be within two years");
        fields.require(
            day > last || self.calendar.is_working_day(day),
            pointer,
            "不能是休息日，请改为工作日",
            "must not be a rest day; take a working day",
        );
    }
}

/// The first words of an authority's document numbers: its own word of the rules, else that of the region above with its own name behind.
pub fn prefix(rules: &OversightRules, catalogue: &Catalogue, region: &str) -> String {
    let mut names = Vec::new();
    for place in catalogue.regions.ancestors(region) {
        if let Some(word) = rules.prefix(&place.code) {
            names.push(word.to_owned());
            break;
        }
        let ends: &[char] = if place.level == RegionLevel::Province { &['省'] } else { &['市'] };
        names.push(place.name.trim_end_matches(ends).to_owned());
    }
    names.reverse();
    names.concat()
}

/// The number of a document: the authority's word, the year, the number.
pub fn document_no(prefix: &str, year: i32, ordinal: i32) -> String {
    format!("{prefix}市监质函〔{year}〕{ordinal}号")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oversight::settings::OversightSettings;
    use std::collections::BTreeSet;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn terms_end_on_working_days() {
        let (catalogue, settings) = (Catalogue::builtin().unwrap(), OversightSettings::default());
        let law = Law { rules: settings.rules_on(day("2026-03-02")).unwrap(), calendar: &catalogue.calendar };
        // 15 working days behind Monday, 2 March 2026.
        assert_eq!(law.reply_by(day("2026-03-02")), day("2026-03-23"));
        // National Day 2021: 1 to 7 October are rest days; 8 and 9 October are working days.
        assert_eq!(law.reply_by(day("2021-09-17")).to_string(), "2021-10-14");
        for from in ["2026-01-30", "2026-03-31", "2021-09-03", "2026-12-31"] {
            for due in [
                law.reply_by(day(from)),
                law.rectify_by(day(from)),
                law.listed_until(day(from)),
                law.next_report(day(from)),
            ] {
                assert!(catalogue.calendar.is_working_day(due), "{from} {due}");
            }
        }
        assert_eq!(law.report_after(day("2026-03-02"), day("2026-04-02")), day("2026-05-06"));
    }

    #[test]
    fn a_rest_day_is_no_last_day() {
        let (catalogue, settings) = (Catalogue::builtin().unwrap(), OversightSettings::default());
        let law = Law { rules: settings.rules_on(day("2026-03-02")).unwrap(), calendar: &catalogue.calendar };
        for (due, fits) in
            [("2026-03-07", false), ("2026-03-09", true), ("2026-03-02", false), ("2029-03-09", false)]
        {
            let mut fields = Fields::new();
            law.check_due(&mut fields, "/due_on", day(due), day("2026-03-02"));
            assert_eq!(fields.done().is_ok(), fits, "{due}");
        }
    }

    #[test]
    fn each_authority_has_words_of_its_own() {
        let (catalogue, settings) = (Catalogue::builtin().unwrap(), OversightSettings::default());
        let rules = settings.rules_on(day("2026-03-02")).unwrap();
        assert_eq!(document_no(&prefix(rules, &catalogue, "440000"), 2026, 3), "粤市监质函〔2026〕3号");
        assert_eq!(prefix(rules, &catalogue, "440103"), "穗荔湾区");
        assert_eq!(prefix(rules, &catalogue, "440200"), "粤韶关");
        let all: Vec<String> =
            catalogue.regions.iter().map(|region| prefix(rules, &catalogue, &region.code)).collect();
        let different: BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
