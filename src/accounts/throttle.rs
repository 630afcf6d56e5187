//! A brake on guessing passwords: after too many failures for one name within a window, the next
//! attempts are refused until the window has passed. Kept in memory, for each process.

use crate::core::{Code, Problem, Text};
use chrono::{DateTime, Duration, Utc};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many names are remembered at most; a flood of made-up names forgets the oldest half.
const MOST_NAMES: usize = 100_000;

/// Remembers the failures of each name.
#[derive(Debug)]
pub struct Throttle {
    most: usize,
    window: Duration,
    failures: Mutex<HashMap<String, VecDeque<DateTime<Utc>>>>,
}

impl Throttle {
    /// Refuses after `most` failures within `window_seconds`.
    pub fn new(most: usize, window_seconds: i64) -> Self {
        Self { most, window: Duration::seconds(window_seconds), failures: Mutex::default() }
    }

    /// Whether an attempt may be made.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn check(&self, name: &str, now: DateTime<Utc>) -> Result<(), Problem> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(times) = failures.get_mut(name) else { return Ok(()) };
        while times.front().is_some_and(|t| *t + self.window <= now) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= self.most => {
                let wait = (*first + self.window - now).num_seconds().max(1);
                let mut problem = Problem::new(
                    Code::TooManyFailures,
                    Text::new(
                        format!("登录失败次数过多,请 {wait} 秒后再试"),
                        format!("too many failed log-ins; try again in {wait} seconds"),
                    ),
                );
                problem.retry_after = u64::try_from(wait).ok();
                Err(problem)
            }
            Some(_) => Ok(()),
            None => {
                failures.remove(name);
                Ok(())
            }
        }
    }

    /// Notes a failure.
    pub fn note(&self, name: &str, now: DateTime<Utc>) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MOST_NAMES {
            let window = self.window;
            failures.retain(|_, times| times.back().is_some_and(|t| *t + window / 2 > now));
        }
        failures.entry(name.to_owned()).or_default().push_back(now);
    }

    /// Forgets a name's failures after a log-in that worked.
    pub fn forget(&self, name: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_wear_off() {
        let throttle = Throttle::new(2, 60);
        let start = DateTime::from_timestamp(0, 0).unwrap();
        let at = |seconds| start + Duration::seconds(seconds);
        throttle.note("wang", at(0));
        assert!(throttle.check("wang", at(1)).is_ok());
        throttle.note("wang", at(10));
        let refused = throttle.check("wang", at(20)).unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(40)));
        assert!(throttle.check("li", at(20)).is_ok());
        assert!(throttle.check("wang", at(60)).is_ok(), "the first failure is out of the window");
        throttle.note("wang", at(61));
        assert!(throttle.check("wang", at(62)).is_err());
        throttle.forget("wang");
        assert!(throttle.check("wang", at(62)).is_ok());
    }
}
