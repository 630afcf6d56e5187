//! The rules of response targets as they are applied: how long each may take, and what counts. Pure.

use crate::catalogue::SupervisionClass;
use crate::core::Text;
use crate::response_targets::settings::ResponseTargetSettings;
use crate::response_targets::terms::{Term, Terms, hours};
use crate::response_targets::work_time::DayHours;
use chrono::{DateTime, NaiveDate, Utc};

crate::word_enum! {
    /// What an enterprise waits for.
    pub enum Kind {
        /// The first answer to its question.
        FirstAnswer = "first_answer",
        /// The answer to what it wrote later.
        NextAnswer = "next_answer",
        /// The conclusion.
        Conclusion = "conclusion",
    }
}

impl Kind {
    /// The words for people.
    pub fn words(self) -> Text {
        let (zh, en) = match self {
            Self::FirstAnswer => ("首次答复", "first answer"),
            Self::NextAnswer => ("答复", "answer"),
            Self::Conclusion => ("办结", "conclusion"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// Whether a consultation cannot wait.
    pub enum Urgency {
        /// A statutory deadline of its case comes soon.
        Urgent = "urgent",
        /// All others.
        Normal = "normal",
    }
}

/// The rules of response targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// By kind and supervision class, in the order of both.
    terms: Vec<Terms>,
    /// The working hours of a day.
    pub day: DayHours,
    /// The share of a term after which a warning is given, in percent.
    pub warn_percent: u32,
    /// A statutory deadline within so many days makes a consultation urgent.
    pub urgent_days: u32,
}

impl Rules {
    /// The rules as set; none where a setting is none, which its check refuses.
    pub fn of(settings: &ResponseTargetSettings) -> Option<Self> {
        let terms = settings.terms().iter().map(|(_, text)| Terms::parse(text)).collect::<Option<_>>()?;
        Some(Self {
            terms,
            day: hours(settings.day().map(|(_, text)| text))?,
            warn_percent: settings.warn_percent,
            urgent_days: settings.urgent_days,
        })
    }

    /// How long something may take.
    pub fn term(&self, kind: Kind, class: SupervisionClass, urgency: Urgency) -> Option<Term> {
        let position = |of: usize, at: Option<usize>| Some(at? + of);
        let kinds = Kind::ALL.iter().position(|k| *k == kind)? * SupervisionClass::ALL.len();
        let at = position(kinds, SupervisionClass::ALL.iter().position(|c| *c == class))?;
        let terms = self.terms.get(at)?;
        Some(match urgency {
            Urgency::Urgent => terms.urgent,
            Urgency::Normal => terms.normal,
        })
    }

    /// Whether a consultation cannot wait, by its opening and the next statutory deadline of its case.
    pub fn urgency(&self, opened_at: DateTime<Utc>, statutory_due: Option<NaiveDate>) -> Urgency {
        let opened = crate::core::clock::shanghai_date(opened_at);
        let soon = |due: NaiveDate| (due - opened).num_days() <= i64::from(self.urgent_days);
        if statutory_due.is_some_and(soon) { Urgency::Urgent } else { Urgency::Normal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response_targets::settings::faults;
    use crate::response_targets::terms::Hours;

    #[test]
    fn the_built_in_rules_hold() {
        let settings = ResponseTargetSettings::default();
        assert_eq!(faults(&settings), []);
        let rules = Rules::of(&settings).unwrap();
        let minutes = |kind, class, urgency| {
            let term = rules.term(kind, class, urgency).unwrap();
            (term.length.num_minutes(), term.hours)
        };
        let working = |n| (n, Hours::Working);
        assert_eq!(minutes(Kind::FirstAnswer, SupervisionClass::Strict, Urgency::Urgent), working(60));
        assert_eq!(minutes(Kind::NextAnswer, SupervisionClass::Special, Urgency::Normal), working(420));
        assert_eq!(minutes(Kind::Conclusion, SupervisionClass::General, Urgency::Normal), working(4200));
    }

    #[test]
    fn each_fault_is_named_by_its_key() {
        let with = |change: fn(&mut ResponseTargetSettings)| {
            let mut settings = ResponseTargetSettings::default();
            change(&mut settings);
            faults(&settings).into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        for text in
            ["", "60 working", "0 working, 60 working", "60 always, 60 working", "-1 working, 1 working"]
        {
            assert!(Terms::parse(text).is_none(), "{text}");
        }
        assert_eq!(with(|s| s.next_answer_special = "60".into()), ["next_answer_special"]);
        assert_eq!(with(|s| s.work_to = "25:00".into()), ["work_to"]);
        assert_eq!(with(|s| s.lunch_from = "18:00".into()), ["lunch_from"]);
        assert_eq!(with(|s| s.work_from = "12:30".into()), ["lunch_from"]);
    }

    #[test]
    fn a_deadline_that_comes_soon_or_was_missed_is_urgent() {
        let rules = Rules::of(&ResponseTargetSettings::default()).unwrap();
        let opened = crate::core::clock::shanghai_midnight(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
        let urgency = |day: u32| rules.urgency(opened, NaiveDate::from_ymd_opt(2026, 3, day));
        assert_eq!(urgency(17), Urgency::Urgent);
        assert_eq!(urgency(18), Urgency::Normal);
        assert_eq!(urgency(1), Urgency::Urgent);
        assert_eq!(rules.urgency(opened, None), Urgency::Normal);
    }
}
