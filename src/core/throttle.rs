//! A limit on how often something may happen under one name: so many times within any window of this length. Kept in memory, for each
//! process.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Names that are remembered at most. When it has happened under so many within one window, as in a flood of made-up ones, the half
/// under which it last happened longest ago is forgotten.
const MOST_NAMES: usize = 100_000;
/// From so many names on, those under which nothing happened within the window are removed now and then.
const FEW_NAMES: usize = 1_024;

/// Remembers when it happened under each name. `now` is always the time since one moment, whichever it is.
#[derive(Debug)]
pub struct Throttle<K> {
    most: usize,
    window: Duration,
    names: Mutex<Names<K>>,
}

#[derive(Debug)]
struct Names<K> {
    /// The last times under each name, the oldest first; at most as many as are allowed.
    times: HashMap<K, VecDeque<Duration>>,
    /// At so many names, room is made before the next one.
    full_at: usize,
}

impl<K: Hash + Eq> Throttle<K> {
    /// Allows `most` times within `window`.
    pub fn new(most: usize, window: Duration) -> Self {
        Self { most, window, names: Mutex::new(Names { times: HashMap::new(), full_at: FEW_NAMES }) }
    }

    fn names(&self) -> MutexGuard<'_, Names<K>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long it may not happen under a name; none where it may happen now.
    pub fn wait<Q: Hash + Eq + ?Sized>(&self, name: &Q, now: Duration) -> Option<Duration>
    where
        K: Borrow<Q>,
    {
        let mut names = self.names();
        let times = names.times.get_mut(name)?;
        drop_old(times, self.window, now);
        let Some(first) = times.front() else {
            names.times.remove(name);
            return None;
        };
        (times.len() >= self.most).then(|| (*first + self.window).saturating_sub(now))
    }

    /// Notes that it happened, whether it was allowed or not.
    pub fn note(&self, name: K, now: Duration) {
        let mut names = self.names();
        if !names.times.contains_key(&name) {
            names.make_room(self.window, now);
        }
        let times = names.times.entry(name).or_default();
        times.push_back(now);
        // What ran side by side may all have passed the check.
        while times.len() > self.most {
            times.pop_front();
        }
    }

    /// Notes that it happened where it may; `false` where it may not.
    pub fn take(&self, name: K, now: Duration) -> bool {
        let mut names = self.names();
        match names.times.get_mut(&name) {
            Some(times) => {
                drop_old(times, self.window, now);
                let allowed = times.len() < self.most;
                if allowed {
                    times.push_back(now);
                }
                allowed
            }
            None => {
                names.make_room(self.window, now);
                names.times.insert(name, VecDeque::from([now]));
                self.most > 0
            }
        }
    }

    /// Forgets what happened under a name.
    pub fn forget<Q: Hash + Eq + ?Sized>(&self, name: &Q)
    where
        K: Borrow<Q>,
    {
        self.names().times.remove(name);
    }
}

fn drop_old(times: &mut VecDeque<Duration>, window: Duration, now: Duration) {
    while times.front().is_some_and(|time| *time + window <= now) {
        times.pop_front();
    }
}

impl<K: Hash + Eq> Names<K> {
    /// Removes what is over, and the older half of what is left where that is too much; then not again before there are twice as many.
    fn make_room(&mut self, window: Duration, now: Duration) {
        if self.times.len() < self.full_at {
            return;
        }
        self.times.retain(|_, times| times.back().is_some_and(|last| *last + window > now));
        if self.times.len() >= MOST_NAMES {
            self.forget_older_half();
        }
        self.full_at = self.times.len().saturating_mul(2).clamp(FEW_NAMES, MOST_NAMES);
    }

    fn forget_older_half(&mut self) {
        let mut last: Vec<_> = self.times.values().filter_map(VecDeque::back).copied().collect();
        let half = last.len() / 2;
        if half == 0 {
            return;
        }
        let middle = *last.select_nth_unstable(half).1;
        // Of those that happened at the very moment in the middle, so many as are missing to the half.
        let mut ties = half.saturating_sub(last.iter().filter(|t| **t < middle).count());
        self.times.retain(|_, times| match times.back().map(|t| t.cmp(&middle)) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) if ties == 0 => true,
            Some(Ordering::Equal) => {
                ties -= 1;
                false
            }
            Some(Ordering::Less) | None => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn failures_expire() {
        let throttle = Throttle::<String>::new(2, MINUTE);
        throttle.note("wang".to_owned(), at(0));
        assert_eq!(throttle.wait("wang", at(1)), None);
        throttle.note("wang".to_owned(), at(10));
        assert_eq!(throttle.wait("wang", at(20)), Some(at(40)));
        assert_eq!(throttle.wait("li", at(20)), None);
        assert_eq!(throttle.wait("wang", at(60)), None, "the first failure is out of the window");
        throttle.note("wang".to_owned(), at(61));
        assert!(throttle.wait("wang", at(62)).is_some());
        throttle.forget("wang");
        assert_eq!(throttle.wait("wang", at(62)), None);
    }

    #[test]
    fn what_is_taken_never_exceeds_the_limit_of_a_window() {
        let throttle = Throttle::new(3, MINUTE);
        let taken = |seconds| throttle.take("wang", at(seconds));
        assert_eq!([0, 10, 20, 30, 59].map(taken), [true, true, true, false, false]);
        assert_eq!(
            [60, 61, 70, 79].map(taken),
            [true, false, true, false],
            "each comes back after its minute"
        );
        assert!(throttle.take("li", at(30)));
    }

    #[test]
    fn too_many_names_drop_the_half_that_failed_longest_ago() {
        let throttle = Throttle::new(1, MINUTE);
        let at = |n: usize| Duration::from_micros(u64::try_from(n).unwrap() * 100);
        for n in 0..=MOST_NAMES {
            throttle.note(n, at(n));
        }
        let now = at(MOST_NAMES);
        let refused = |n: usize| throttle.wait(&n, now).is_some();
        assert_eq!(throttle.names().times.len(), MOST_NAMES / 2 + 1);
        assert!(!refused(0) && !refused(MOST_NAMES / 2 - 1), "the older half is forgotten");
        assert!(refused(MOST_NAMES / 2) && refused(MOST_NAMES), "the newer half is still refused");
    }

    #[test]
    fn many_failures_at_one_moment_are_bounded() {
        let throttle = Throttle::new(1, MINUTE);
        for n in 0..=MOST_NAMES {
            throttle.note(n, at(0));
        }
        assert_eq!(throttle.names().times.len(), MOST_NAMES / 2 + 1);
        assert!(throttle.wait(&MOST_NAMES, at(0)).is_some(), "the newest name is kept");
    }

    #[test]
    fn names_are_removed_when_their_time_is_over() {
        let throttle = Throttle::new(1, MINUTE);
        for n in 0..MOST_NAMES {
            throttle.take(n, at(u64::try_from(n).unwrap()));
        }
        assert!(throttle.names().times.len() <= FEW_NAMES);
    }
}
