//! How long something may take, as settings say it. Pure.

use crate::response_targets::work_time::DayHours;
use chrono::{Duration, NaiveTime};

/// The longest term in minutes: a year.
const MOST_MINUTES: i64 = 525_600;

crate::word_enum! {
    /// In which hours a term runs.
    pub enum Hours {
        /// Only within the working hours of working days.
        Working = "working",
        /// All hours of all days.
        RoundTheClock = "round_the_clock",
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Length of the term, in working time.
    pub length: Duration,
    /// In which hours that is counted.
    pub hours: Hours,
}

/// The terms of one kind and supervision class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Of urgent consultations.
    pub urgent: Term,
    /// Of all others.
    pub normal: Term,
}

impl Term {
    fn parse(text: &str) -> Option<Self> {
        let (minutes, hours) = text.trim().split_once(char::is_whitespace)?;
        let minutes = minutes.parse().ok().filter(|n| (1..=MOST_MINUTES).contains(n))?;
        Some(Self { length: Duration::minutes(minutes), hours: hours.trim().parse().ok()? })
    }
}

impl Terms {
    /// From a text such as `60 working, 120 round_the_clock`; none where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (urgent, normal) = text.split_once(',')?;
        Some(Self { urgent: Term::parse(urgent)?, normal: Term::parse(normal)? })
    }
}

/// A time of day such as `09:00`.
pub fn clock(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

/// The working hours of a day; none where they are not in order.
pub fn hours([from, lunch_from, lunch_to, to]: [&str; 4]) -> Option<DayHours> {
    DayHours::new(clock(from)?, clock(lunch_from)?, clock(lunch_to)?, clock(to)?)
}
