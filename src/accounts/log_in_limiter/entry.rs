//! The tries that are counted under one key of the limiter.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::{Duration, Instant};

/// The failed tries of one key, and those under way.
#[derive(Debug, Default)]
pub struct Entry {
    /// The last failed tries within the window, the oldest first.
    pub failures: VecDeque<Duration>,
    /// Tries that are not decided yet.
    pub reserved: usize,
    /// Those of them that wait for their turn, the oldest first: the ticket and since when.
    pub waiting: VecDeque<(u64, Instant)>,
    /// When the last try was let through to be compared.
    pub last_turn: Option<Instant>,
    /// Whether somebody was sent to find out if the pair is known.
    pub asked: bool,
}

impl Entry {
    /// Where a ticket stands among those that wait, or would stand.
    pub fn place_of(&self, ticket: u64) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&ticket, |(waiting, _)| *waiting)
    }

    /// Removes what failed before the window.
    pub fn drop_old(&mut self, window: Duration, now: Duration) {
        while self.failures.front().is_some_and(|time| *time + window <= now) {
            self.failures.pop_front();
        }
    }
}

/// Removes the half of a map that was used longest ago.
pub fn keep_newer_half<K: Hash + Eq, V>(map: &mut HashMap<K, V>, last: impl Fn(&V) -> Duration) {
    let mut times: Vec<_> = map.values().map(&last).collect();
    let half = times.len() / 2;
    if half > 0 {
        let middle = *times.select_nth_unstable(half).1;
        map.retain(|_, value| last(value) > middle);
    }
}
