//! What stands in a cell.

use crate::core::hidden_characters::mark_hidden;
use chrono::{DateTime, NaiveDate, Utc};

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// An empty cell.
    Empty,
    /// Words, codes and numbers that nobody counts with: they stay as they are.
    Text(String),
    /// A count.
    Integer(i64),
    /// A number with so many digits behind its point.
    Number(f64, u8),
    /// A share in percent, with one digit.
    Percent(f64),
    /// A day.
    Date(NaiveDate),
    /// A moment, shown in Asia/Shanghai to the minute.
    Moment(DateTime<Utc>),
}

impl Cell {
    /// Words as people see them: with marks for what does not show.
    pub fn text(words: impl AsRef<str>) -> Self {
        let words = words.as_ref();
        if words.is_empty() { Self::Empty } else { Self::Text(mark_hidden(words).into_owned()) }
    }

    /// Words, where there are any.
    pub fn some(words: Option<impl AsRef<str>>) -> Self {
        words.map_or(Self::Empty, Self::text)
    }

    /// A count.
    pub fn count(number: impl Into<i64>) -> Self {
        Self::Integer(number.into())
    }

    /// A count that is never negative.
    pub fn number_of(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// A number, where there is one.
    pub fn number(number: Option<f64>, digits: u8) -> Self {
        number.map_or(Self::Empty, |number| Self::Number(number, digits))
    }

    /// A day, where there is one.
    pub fn date(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Date)
    }

    /// A moment, where there is one.
    pub fn moment(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::Empty, Self::Moment)
    }
}
