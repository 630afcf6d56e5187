//! The brake on guessing passwords: pure counting, without a clock or a network of its own.
//!
//! What is counted is the pair of a name and a network. A try takes its place in the count before its password is compared, so that
//! tries at one time can't pass together. Within the window some may fail freely; from then on the tries of a pair come one after the
//! other, with growing pauses, and are never refused for good: whoever knows the password gets in, later at most. Two wider counts hold
//! off who spreads guesses over names or over networks: one of the network for all names, one of the name for all networks. Neither
//! concerns a network from which that name has logged in before, so a stranger's tries elsewhere don't even slow its owner.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::{Duration, Instant};

/// A name and a network from which it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pair: Key,
    network: Key,
    name: Key,
}

/// What is counted, by a hash under a key of this process: no typed text is kept.
type Key = (Count, u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Count {
    Pair,
    Network,
    Name,
}

/// How the brake works.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Tries of one pair that may fail within the window before the next are slowed.
    pub free: usize,
    /// The window.
    pub window: Duration,
    /// The first pause. Each further failure doubles it, up to eight times its length.
    pub pause: Duration,
    /// A try that would have to wait longer than this is refused for now.
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

/// The counts of one server.
#[derive(Debug)]
pub struct Brake {
    limits: Limits,
    hasher: RandomState,
    entries: HashMap<Key, Entry>,
    /// Pairs that have logged in, with the moment of the last time.
    known: HashMap<u64, Duration>,
}

#[derive(Debug, Default)]
struct Entry {
    failures: VecDeque<Duration>,
    /// Tries that are not decided yet.
    reserved: usize,
    /// When the last slowed try may be compared.
    turn: Option<Instant>,
}

/// A place in the counts.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// How long to wait before the password is compared.
    pub wait: Duration,
    /// Whether the pair, its network or its name has failed more often than is free.
    pub slowed: bool,
    keys: Vec<Key>,
}

impl Brake {
    /// Nothing has failed yet.
    pub fn new(limits: Limits) -> Self {
        let (entries, known) = (HashMap::new(), HashMap::new());
        Self { limits, hasher: RandomState::new(), entries, known }
    }

    /// The try of a name from a network.
    pub fn attempt(&self, name: &str, network: &impl Hash) -> Attempt {
        Attempt {
            pair: (Count::Pair, self.hasher.hash_one((name, network))),
            network: (Count::Network, self.hasher.hash_one(network)),
            name: (Count::Name, self.hasher.hash_one(name)),
        }
    }

    /// Takes a place for a try. `now` is the time since one moment, for the window; `instant` the time for pauses.
    ///
    /// # Errors
    /// How long to stay away where too many wait already.
    pub fn reserve(&mut self, attempt: Attempt, now: Duration, instant: Instant) -> Result<Place, Duration> {
        let Attempt { pair, network, name } = attempt;
        let keys = if self.known.contains_key(&pair.1) { vec![pair] } else { vec![pair, network, name] };
        self.make_room(now);
        let mut turns = Vec::new();
        for key in &keys {
            let (free, pause) = self.limits.of(key.0);
            let entry = self.entries.entry(*key).or_default();
            entry.drop_old(self.limits.window, now);
            let over = (entry.failures.len() + entry.reserved).checked_sub(free);
            turns.push(over.map(|over| {
                let pause = pause * (1 << over.min(DOUBLINGS));
                entry.turn.map_or(instant, |turn| turn.max(instant)) + pause
            }));
        }
        let turn = turns.iter().flatten().max().copied();
        let wait = turn.map_or(Duration::ZERO, |turn| turn.saturating_duration_since(instant));
        if wait > self.limits.longest_wait {
            keys.iter().for_each(|key| self.forget_if_empty(key));
            return Err(wait - self.limits.longest_wait);
        }
        for (key, turn) in keys.iter().zip(&turns) {
            if let Some(entry) = self.entries.get_mut(key) {
                entry.reserved += 1;
                entry.turn = turn.or(entry.turn);
            }
        }
        Ok(Place { wait, slowed: turn.is_some(), keys })
    }

    /// The password was wrong.
    pub fn failed(&mut self, place: &Place, now: Duration) {
        for key in &place.keys {
            let most = self.limits.of(key.0).0 + DOUBLINGS + 1;
            let Some(entry) = self.entries.get_mut(key) else { continue };
            entry.reserved = entry.reserved.saturating_sub(1);
            entry.failures.push_back(now);
            if entry.failures.len() > most {
                entry.failures.pop_front();
            }
        }
    }

    /// The password was right: the pair's failures are forgotten and the pair is known from now on.
    pub fn succeeded(&mut self, attempt: Attempt, place: &Place, now: Duration) {
        self.release(place);
        self.entries.remove(&attempt.pair);
        if self.known.len() >= MOST_KEPT {
            keep_newer_half(&mut self.known, |last| *last);
        }
        self.known.insert(attempt.pair.1, now);
    }

    /// The password was not compared.
    pub fn release(&mut self, place: &Place) {
        for key in &place.keys {
            if let Some(entry) = self.entries.get_mut(key) {
                entry.reserved = entry.reserved.saturating_sub(1);
            }
            self.forget_if_empty(key);
        }
    }

    fn forget_if_empty(&mut self, key: &Key) {
        if self.entries.get(key).is_some_and(|entry| entry.failures.is_empty() && entry.reserved == 0) {
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

impl Entry {
    fn drop_old(&mut self, window: Duration, now: Duration) {
        while self.failures.front().is_some_and(|time| *time + window <= now) {
            self.failures.pop_front();
        }
    }
}

fn keep_newer_half<K: Hash + Eq, V>(map: &mut HashMap<K, V>, last: impl Fn(&V) -> Duration) {
    let mut times: Vec<_> = map.values().map(&last).collect();
    let half = times.len() / 2;
    if half > 0 {
        let middle = *times.select_nth_unstable(half).1;
        map.retain(|_, value| last(value) > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);
    const PAUSE: Duration = Duration::from_millis(500);

    fn brake(free: usize) -> Brake {
        Brake::new(Limits {
            free,
            window: Duration::from_secs(300),
            pause: PAUSE,
            longest_wait: Duration::from_secs(8),
        })
    }

    fn fail(brake: &mut Brake, name: &str, network: &str, instant: Instant) -> Result<Duration, Duration> {
        let attempt = brake.attempt(name, &network);
        let place = brake.reserve(attempt, NOW, instant)?;
        brake.failed(&place, NOW);
        Ok(place.wait)
    }

    #[test]
    fn after_the_free_tries_pauses_grow_and_nobody_is_locked_out() {
        let (mut brake, start) = (brake(3), Instant::now());
        let mut at = start;
        let mut waits = Vec::new();
        for _ in 0..8 {
            let wait = fail(&mut brake, "wang", "a", at).unwrap();
            at += wait;
            waits.push(wait.as_millis());
        }
        assert_eq!(waits, [0, 0, 0, 500, 1000, 2000, 4000, 4000]);
        // The right one waits its turn, and then all is forgotten.
        let attempt = brake.attempt("wang", &"a");
        let place = brake.reserve(attempt, NOW, at).unwrap();
        assert_eq!((place.wait.as_millis(), place.slowed), (4000, true));
        brake.succeeded(attempt, &place, NOW);
        assert_eq!(fail(&mut brake, "wang", "a", at), Ok(Duration::ZERO));
    }

    #[test]
    fn tries_at_one_time_take_their_places_before_they_are_compared() {
        let (mut brake, start) = (brake(3), Instant::now());
        let attempt = brake.attempt("wang", &"a");
        let places: Vec<_> = (0..100).map(|_| brake.reserve(attempt, NOW, start)).collect();
        let free = places.iter().flatten().filter(|place| !place.slowed).count();
        let slowed: Vec<_> =
            places.iter().flatten().filter(|p| p.slowed).map(|p| p.wait.as_millis()).collect();
        assert_eq!((free, slowed), (3, vec![500, 1500, 3500, 7500]));
        assert_eq!(places.iter().filter(|place| place.is_err()).count(), 93);
        places.iter().flatten().for_each(|place| brake.release(place));
        assert!(brake.entries.is_empty());
    }

    #[test]
    fn a_strangers_tries_elsewhere_concern_nobody_who_has_logged_in_before() {
        let (mut brake, start) = (brake(2), Instant::now());
        let home = brake.attempt("wang", &"home");
        let place = brake.reserve(home, NOW, start).unwrap();
        brake.succeeded(home, &place, NOW);
        // Many names from one network, and one name from many networks.
        let mut slowed = 0;
        for n in 0..300 {
            slowed +=
                usize::from(fail(&mut brake, &format!("nobody{n}"), "home", start) != Ok(Duration::ZERO));
            slowed += usize::from(fail(&mut brake, "wang", &format!("bot{n}"), start) != Ok(Duration::ZERO));
        }
        assert_eq!(slowed, 200 + 290, "a hundred names are free for a network, ten networks for a name");
        assert_eq!(brake.reserve(home, NOW, start).unwrap().wait, Duration::ZERO);
        // From a place where the name has never logged in its owner only waits.
        let later = start + Duration::from_secs(30);
        let away = brake.attempt("wang", &"hotel");
        assert_eq!(brake.reserve(away, NOW, later).unwrap().wait, PAUSE * 8);
    }

    #[test]
    fn what_has_failed_is_forgotten_after_the_window() {
        let (mut brake, start) = (brake(1), Instant::now());
        assert_eq!(fail(&mut brake, "wang", "a", start), Ok(Duration::ZERO));
        assert_eq!(fail(&mut brake, "wang", "a", start), Ok(PAUSE));
        let attempt = brake.attempt("wang", &"a");
        let later = NOW + Duration::from_secs(300);
        assert!(!brake.reserve(attempt, later, start).unwrap().slowed);
    }

    #[test]
    fn the_counts_are_bounded() {
        let (mut brake, start) = (brake(1), Instant::now());
        for n in 0..MOST_KEPT {
            let _ = fail(&mut brake, &n.to_string(), &n.to_string(), start);
        }
        assert!(brake.entries.len() <= MOST_KEPT + 3);
    }
}
