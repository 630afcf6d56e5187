//! The counts behind the limits on log-ins: pure, without a clock or a network of their own.
//!
//! What is counted is the pair of a name and a place: a network, a browser that has logged in as that name before, or a session in which
//! the password is asked for again. A try takes its place in the count before its password is compared, so that tries at one time can't
//! pass together. Within the window some may fail freely; from then on the tries of a pair are compared one after the other, the oldest
//! first, with growing pauses.
//!
//! Nobody is locked out by it. A try that has waited for [`Limits::patience`] is compared as soon as [`Limits::least_gap`] has passed
//! since the one before, so whoever stands among `n` others is compared after the patience or after `n` gaps, whichever is more. One that
//! can't be within [`Limits::longest_wait`] is refused only then: who refuses at once gives the turns to whoever asks most often.
//!
//! Two wider counts hold off who spreads guesses over names or over networks: one of the network for all names, one of the name for all
//! networks. They make a try later by a bounded time and never refuse it; they have no queue in which one could stand before another.
//! Neither concerns a place from which that name has logged in before.

use crate::accounts::log_in_limiter::entry::{Entry, keep_newer_half};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::{Duration, Instant};

/// A name and a place from which it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pair: Key,
    /// The pair of the name and the network; the same as `pair` where the network is the place.
    at_network: Key,
    network: Key,
    name: Key,
    proved: bool,
}

/// What is counted, by a hash under a key of this process: no typed text is kept.
type Key = (Count, u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Count {
    Pair,
    Network,
    Name,
}

/// How tries are slowed.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Tries of one pair that may fail within the window before the next are slowed.
    pub free: usize,
    /// How long a failed try is counted.
    pub window: Duration,
    /// The first pause. Each further failure doubles it, up to eight times its length.
    pub pause: Duration,
    /// After so long a try no longer waits for the whole pause.
    pub patience: Duration,
    /// So long lies between two comparisons of a slowed pair at least, however many wait.
    pub least_gap: Duration,
    /// After so long a try that has not had its turn is refused.
    pub longest_wait: Duration,
}

/// A whole office shares one network, so it may fail this many times as often as one pair.
const NETWORK_ALLOWANCE: usize = 50;
/// Someone who mistypes a name, or tries from several places, is no guesser yet.
const NAME_ALLOWANCE: usize = 5;
/// A network's pauses are shorter by this, as it has many people.
const NETWORK_PAUSE: u32 = 4;
/// Most pauses are doubled so many times.
const DOUBLINGS: usize = 3;
/// Counts and known pairs that are kept at most, of each.
const MOST_KEPT: usize = 100_000;
/// A waiting try looks again after so long, since those before it may have gone away.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// The counts of one server.
#[derive(Debug)]
pub struct Counts {
    limits: Limits,
    hasher: RandomState,
    entries: HashMap<Key, Entry>,
    /// Pairs that have logged in, with the moment of the last time.
    known: HashMap<u64, Duration>,
    next_ticket: u64,
}

/// A place in the counts.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// How long to wait before the turn is asked for.
    pub delay: Duration,
    /// Whether the pair, its network or its name has failed more often than is free.
    pub slowed: bool,
    keys: Vec<Key>,
    pair: Key,
    pair_slowed: bool,
    /// Those that came earlier have a smaller one.
    ticket: u64,
    since: Instant,
}

/// What a try is told that asks for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Its password is compared now.
    Now,
    /// To ask again after this.
    Wait(Duration),
    /// It is not compared, and may be tried again after this.
    Refused(Duration),
}

impl Counts {
    /// Nothing has failed yet.
    pub fn new(limits: Limits) -> Self {
        let (entries, known) = (HashMap::new(), HashMap::new());
        Self { limits, hasher: RandomState::new(), entries, known, next_ticket: 0 }
    }

    /// The try of a name from a network.
    pub fn attempt(&self, name: &str, network: &impl Hash) -> Attempt {
        let pair = (Count::Pair, self.hasher.hash_one(("network", name, network)));
        Attempt {
            pair,
            at_network: pair,
            network: (Count::Network, self.hasher.hash_one(network)),
            name: (Count::Name, self.hasher.hash_one(name)),
            proved: false,
        }
    }

    /// The try of a name from a browser or a session that has proved to be this name's: a pair of its own, whichever its network.
    pub fn attempt_of(&self, name: &str, network: &impl Hash, proof: &str) -> Attempt {
        let pair = (Count::Pair, self.hasher.hash_one(("proof", name, proof)));
        Attempt { pair, proved: true, ..self.attempt(name, network) }
    }

    /// Takes a place for a try. `now` is the time since one moment, for the window; `instant` the time for pauses.
    pub fn reserve(&mut self, attempt: Attempt, now: Duration, instant: Instant) -> Place {
        let Attempt { pair, network, name, proved, .. } = attempt;
        let known = proved || self.known.contains_key(&pair.1);
        let keys = if known { vec![pair] } else { vec![pair, network, name] };
        self.make_room(now);
        let (mut delay, mut pair_slowed) = (Duration::ZERO, false);
        for key in &keys {
            let (free, pause) = self.limits.of(key.0);
            let entry = self.entries.entry(*key).or_default();
            entry.drop_old(self.limits.window, now);
            if let Some(over) = (entry.failures.len() + entry.reserved).checked_sub(free) {
                match key.0 {
                    Count::Pair => pair_slowed = true,
                    Count::Network | Count::Name => delay = delay.max(pause * (1 << over.min(DOUBLINGS))),
                }
            }
            entry.reserved += 1;
        }
        let delay = delay.min(self.limits.patience);
        self.next_ticket += 1;
        let slowed = pair_slowed || !delay.is_zero();
        Place { delay, slowed, keys, pair, pair_slowed, ticket: self.next_ticket, since: instant }
    }

    /// Whether it is worth finding out if the pair of a delayed try has logged in before, as before a restart or at another server. Says so
    /// once while the pair is counted.
    pub fn ask(&mut self, place: &Place) -> bool {
        let entry = self.entries.get_mut(&place.pair).filter(|_| !place.delay.is_zero());
        entry.is_some_and(|entry| !std::mem::replace(&mut entry.asked, true))
    }

    /// The pair has logged in before: the wider counts don't concern the try.
    pub fn is_known(&mut self, attempt: Attempt, place: &mut Place, now: Duration) {
        self.know(attempt.pair, now);
        let (own, wider) = place.keys.iter().partition::<Vec<Key>, _>(|key| **key == place.pair);
        wider.iter().for_each(|key| self.give_back(key));
        place.keys = own;
        place.delay = Duration::ZERO;
        place.slowed = place.pair_slowed;
    }

    /// Asks for the turn of a try, after its delay.
    pub fn turn(&mut self, place: &Place, instant: Instant) -> Turn {
        let Place { ticket, since, .. } = *place;
        let limits = self.limits;
        // Its count may have been forgotten to make room.
        let Some(entry) = self.entries.get_mut(&place.pair) else { return Turn::Now };
        if !place.pair_slowed {
            entry.last_turn = Some(instant);
            return Turn::Now;
        }
        let position = entry.place_of(ticket).unwrap_or_else(|at| {
            entry.waiting.insert(at, (ticket, since));
            at
        });
        let first = entry.waiting.front().map_or(since, |(_, since)| *since);
        let compared = entry.failures.len() + entry.reserved.saturating_sub(entry.waiting.len());
        let pause = limits.pause * (1 << compared.saturating_sub(limits.free).min(DOUBLINGS));
        let gap = limits.least_gap.min(pause);
        let due = match entry.last_turn {
            Some(last) => (last + pause).min((first + limits.patience).max(last + gap)),
            None => first + pause.min(limits.patience),
        };
        let waited = instant.saturating_duration_since(since);
        // Where there are more than can be compared, the oldest would take turns just before they are refused anyway. So whoever asks first
        // then has it, which is chance, but for those who only look in.
        let crowded =
            gap.saturating_mul(u32::try_from(entry.waiting.len()).unwrap_or(u32::MAX)) > limits.longest_wait;
        let first_in_line = if crowded { waited >= LOOK_AGAIN / 2 } else { position == 0 };
        if first_in_line && instant >= due {
            entry.waiting.remove(position);
            entry.last_turn = Some(instant);
            return Turn::Now;
        }
        if waited >= limits.longest_wait {
            entry.waiting.remove(position);
            return Turn::Refused(pause);
        }
        let wait = if crowded {
            LOOK_AGAIN / 2 + (LOOK_AGAIN / 2).mul_f64(self.chance(ticket, instant))
        } else {
            let before = u32::try_from(position).unwrap_or(u32::MAX);
            due.saturating_duration_since(instant).saturating_add(gap.saturating_mul(before)).min(LOOK_AGAIN)
        };
        Turn::Wait(wait.min(limits.longest_wait - waited).max(Duration::from_millis(1)))
    }

    /// A pseudo-random number from 0 to 1 for a ticket at an instant.
    fn chance(&self, ticket: u64, instant: Instant) -> f64 {
        let [bits, ..] = self.hasher.hash_one((ticket, instant)).to_le_bytes();
        f64::from(bits) / 255.0
    }

    /// The password was wrong. Gives the pause before the next of its pair.
    pub fn failed(&mut self, place: &Place, now: Duration) -> Duration {
        for key in &place.keys {
            let most = self.limits.of(key.0).0 + DOUBLINGS + 1;
            let Some(entry) = self.entries.get_mut(key) else { continue };
            entry.reserved = entry.reserved.saturating_sub(1);
            entry.failures.push_back(now);
            if entry.failures.len() > most {
                entry.failures.pop_front();
            }
        }
        let failures = self.entries.get(&place.pair).map_or(0, |entry| entry.failures.len());
        let over = failures.saturating_sub(self.limits.free).min(DOUBLINGS);
        (self.limits.pause * (1 << over)).min(self.limits.patience)
    }

    /// The password was right: the pair's failures are forgotten, and it is known from now on at its network.
    pub fn succeeded(&mut self, attempt: Attempt, place: &Place, now: Duration) {
        if let Some(entry) = self.entries.get_mut(&attempt.pair) {
            // Those who wait go on waiting: they are not let through together.
            entry.failures.clear();
        }
        self.release(place);
        self.know(attempt.at_network, now);
    }

    /// The password was not compared.
    pub fn release(&mut self, place: &Place) {
        if let Some(entry) = self.entries.get_mut(&place.pair)
            && let Ok(at) = entry.place_of(place.ticket)
        {
            entry.waiting.remove(at);
        }
        place.keys.iter().for_each(|key| self.give_back(key));
    }

    fn know(&mut self, pair: Key, now: Duration) {
        if self.known.len() >= MOST_KEPT {
            keep_newer_half(&mut self.known, |last| *last);
        }
        self.known.insert(pair.1, now);
    }

    fn give_back(&mut self, key: &Key) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.reserved = entry.reserved.saturating_sub(1);
        if entry.failures.is_empty() && entry.reserved == 0 {
            self.entries.remove(key);
        }
    }

    /// Removes what is over once there is much, and the older half of what is left where that is too much.
    fn make_room(&mut self, now: Duration) {
        if self.entries.len() < MOST_KEPT {
            return;
        }
        let window = self.limits.window;
        self.entries.retain(|_, entry| {
            entry.drop_old(window, now);
            entry.reserved > 0 || !entry.failures.is_empty()
        });
        if self.entries.len() >= MOST_KEPT / 2 {
            keep_newer_half(&mut self.entries, |entry| match entry.reserved {
                0 => entry.failures.back().copied().unwrap_or_default(),
                _ => Duration::MAX,
            });
        }
    }
}

impl Limits {
    fn of(&self, count: Count) -> (usize, Duration) {
        match count {
            Count::Pair => (self.free, self.pause),
            Count::Network => (self.free.saturating_mul(NETWORK_ALLOWANCE), self.pause / NETWORK_PAUSE),
            Count::Name => (self.free.saturating_mul(NAME_ALLOWANCE), self.pause),
        }
    }
}

#[cfg(test)]
mod tests;
