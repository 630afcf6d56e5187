//! The day as of which a report counts.

use crate::core::clock::shanghai_date;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use chrono::{DateTime, NaiveDate, Utc};

/// The day of which a report is: the one asked for, which must not lie ahead, else today.
///
/// # Errors
/// 422 for a day ahead.
pub fn day(asked: Option<NaiveDate>, now: DateTime<Utc>) -> Result<NaiveDate, Problem> {
    let today = shanghai_date(now);
    match asked {
        Some(day) if day > today => {
            let text = Text::new("不能晚于今天", "must not be in the future");
            Err(Problem::invalid(vec![FieldError::query("as_of", text)]))
        }
        Some(day) => Ok(day),
        None => Ok(today),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_a_future_day_is_refused() {
        let now = "2021-10-08T15:59:59Z".parse().unwrap();
        assert_eq!(day(None, now).unwrap(), "2021-10-08".parse().unwrap());
        assert_eq!(day(Some("2021-10-09".parse().unwrap()), now).unwrap_err().errors[0].pointer, "?as_of");
        let now = "2021-10-08T16:00:00Z".parse().unwrap();
        assert!(day(Some("2021-10-09".parse().unwrap()), now).is_ok());
    }
}
