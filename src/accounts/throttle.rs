//! A brake on guessing passwords: after too many failures for one name within a window, the next
//! attempts are refused until the window has passed. Kept in memory, for each process.

use crate::core::{Code, Problem, Text};
use chrono::{DateTime, Duration, Utc};
use std::cmp::Ordering;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Names that are remembered at most. When so many have failed within one window, as in a flood of made-up ones, the half
/// whose last failure is oldest is forgotten.
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
                        format!("登录失败次数过多，请 {wait} 秒后再试"),
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
        if failures.len() >= MOST_NAMES && !failures.contains_key(name) {
            failures.retain(|_, times| times.back().is_some_and(|t| *t + self.window > now));
            if failures.len() >= MOST_NAMES {
                forget_older_half(&mut failures);
            }
        }
        let times = failures.entry(name.to_owned()).or_default();
        times.push_back(now);
        // Attempts that ran side by side may all have passed the check.
        while times.len() > self.most {
            times.pop_front();
        }
    }

    /// Forgets a name's failures after a log-in that worked.
    pub fn forget(&self, name: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

fn forget_older_half(failures: &mut HashMap<String, VecDeque<DateTime<Utc>>>) {
    let mut last: Vec<_> = failures.values().filter_map(VecDeque::back).copied().collect();
    let half = last.len() / 2;
    if half == 0 {
        return;
    }
    let middle = *last.select_nth_unstable(half).1;
    // Of those that failed at the very moment in the middle, so many as are missing to the half.
    let mut ties = half.saturating_sub(last.iter().filter(|t| **t < middle).count());
    failures.retain(|_, times| match times.back().map(|t| t.cmp(&middle)) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) if ties == 0 => true,
        Some(Ordering::Equal) => {
            ties -= 1;
            false
        }
        Some(Ordering::Less) | None => false,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_expire() {
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

    #[test]
    fn too_many_names_drop_the_half_that_failed_longest_ago() {
        let throttle = Throttle::new(1, 60);
        let start = DateTime::from_timestamp(0, 0).unwrap();
        let at = |n: usize| start + Duration::milliseconds(i64::try_from(n).unwrap() / 10);
        for n in 0..=MOST_NAMES {
            throttle.note(&n.to_string(), at(n));
        }
        let now = at(MOST_NAMES);
        let refused = |n: usize| throttle.check(&n.to_string(), now).is_err();
        assert_eq!(throttle.failures.lock().unwrap().len(), MOST_NAMES / 2 + 1);
        assert!(!refused(0) && !refused(MOST_NAMES / 2 - 1), "the older half is forgotten");
        assert!(refused(MOST_NAMES / 2) && refused(MOST_NAMES), "the newer half is still refused");
    }

    #[test]
    fn many_failures_at_one_moment_are_bounded() {
        let throttle = Throttle::new(1, 60);
        let now = DateTime::from_timestamp(0, 0).unwrap();
        for n in 0..=MOST_NAMES {
            throttle.note(&n.to_string(), now);
        }
        assert_eq!(throttle.failures.lock().unwrap().len(), MOST_NAMES / 2 + 1);
        assert!(throttle.check(&MOST_NAMES.to_string(), now).is_err(), "the newest name is kept");
    }
}
