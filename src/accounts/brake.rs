//! The brake on guessing passwords: pure counting, without a clock or a network of its own.
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

use std::collections::{HashMap, VecDeque};
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

/// How the brake works.
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
pub struct Brake {
    limits: Limits,
    hasher: RandomState,
    entries: HashMap<Key, Entry>,
    /// Pairs that have logged in, with the moment of the last time.
    known: HashMap<u64, Duration>,
    next_ticket: u64,
}

#[derive(Debug, Default)]
struct Entry {
    failures: VecDeque<Duration>,
    /// Tries that are not decided yet.
    reserved: usize,
    /// Those of them that wait for their turn, the oldest first: the ticket and since when.
    waiting: VecDeque<(u64, Instant)>,
    /// When the last try was let through to be compared.
    last_turn: Option<Instant>,
    /// Whether somebody was sent to find out if the pair is known.
    asked: bool,
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

impl Brake {
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

    /// From 0 to 1.
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

impl Entry {
    /// Where a ticket stands among those that wait, or would stand.
    fn place_of(&self, ticket: u64) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&ticket, |(waiting, _)| *waiting)
    }

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
    const SECOND: Duration = Duration::from_secs(1);

    fn limits(free: usize) -> Limits {
        Limits {
            free,
            window: Duration::from_secs(300),
            pause: PAUSE,
            patience: Duration::from_secs(8),
            least_gap: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
        }
    }

    fn brake(free: usize) -> Brake {
        Brake::new(limits(free))
    }

    /// Waits for the turn of a try, where nobody else comes. Gives how long it took; none where it was refused.
    fn wait_for(brake: &mut Brake, place: &Place, at: Instant) -> Option<Duration> {
        let mut waited = place.delay;
        loop {
            match brake.turn(place, at + waited) {
                Turn::Now => return Some(waited),
                Turn::Wait(wait) => waited += wait,
                Turn::Refused(_) => return None,
            }
        }
    }

    fn fail(brake: &mut Brake, name: &str, network: &str, at: Instant) -> Duration {
        let place = brake.reserve(brake.attempt(name, &network), NOW, at);
        let waited = wait_for(brake, &place, at).expect("a turn");
        brake.failed(&place, NOW);
        waited
    }

    /// Clients that try wrong passwords of one name without a pause, each from a network of its own or all from one, for some seconds.
    struct Flood {
        brake: Brake,
        start: Instant,
        /// The tries under way, with the moment at which each asks again.
        tries: Vec<(Instant, Attempt, Place)>,
        compared: usize,
    }

    impl Flood {
        fn new(free: usize, clients: usize, network: impl Fn(usize) -> usize) -> Self {
            let (mut brake, start) = (brake(free), Instant::now());
            let mut tries = Vec::new();
            for n in 0..clients {
                let attempt = brake.attempt("wang", &network(n));
                let place = brake.reserve(attempt, NOW, start);
                tries.push((start + place.delay, attempt, place));
            }
            Self { brake, start, tries, compared: 0 }
        }

        /// Lets so long pass, or less where a try of the owner has its turn: gives after how long, and whether it was compared.
        fn pass(&mut self, most: Duration, owner: Option<Attempt>) -> (Duration, bool) {
            let begins = self.start;
            let mut owner = owner.map(|attempt| {
                let place = self.brake.reserve(attempt, NOW, begins);
                (begins + place.delay, attempt, place)
            });
            loop {
                let next =
                    self.tries.iter().enumerate().min_by_key(|(_, (at, ..))| *at).map(|(n, t)| (n, t.0));
                let (n, at) = next.unwrap();
                if let Some((own, attempt, place)) = &mut owner
                    && *own <= at
                {
                    match self.brake.turn(place, *own) {
                        Turn::Wait(wait) => *own += wait,
                        Turn::Now => {
                            self.brake.succeeded(*attempt, place, NOW);
                            self.start = *own;
                            return (*own - begins, true);
                        }
                        Turn::Refused(_) => {
                            self.brake.release(place);
                            self.start = *own;
                            return (*own - begins, false);
                        }
                    }
                    continue;
                }
                if at - begins >= most {
                    self.start = at;
                    return (most, false);
                }
                let (again, attempt, place) = &mut self.tries[n];
                match self.brake.turn(place, at) {
                    Turn::Wait(wait) => *again = at + wait,
                    turn => {
                        match turn {
                            Turn::Now => {
                                self.compared += 1;
                                self.brake.failed(place, NOW);
                            }
                            _ => self.brake.release(place),
                        }
                        *place = self.brake.reserve(*attempt, NOW, at);
                        // The answer and the next question take a moment.
                        *again = at + place.delay + Duration::from_millis(2);
                    }
                }
            }
        }
    }

    #[test]
    fn after_the_free_tries_pauses_grow_and_nobody_is_locked_out() {
        let (mut brake, start) = (brake(3), Instant::now());
        let mut at = start;
        let mut waits = Vec::new();
        for _ in 0..8 {
            let wait = fail(&mut brake, "wang", "a", at);
            at += wait;
            waits.push(wait.as_millis());
        }
        assert_eq!(waits, [0, 0, 0, 500, 1000, 2000, 4000, 4000]);
        // The right one waits its turn, and then all is forgotten.
        let attempt = brake.attempt("wang", &"a");
        let place = brake.reserve(attempt, NOW, at);
        assert!(place.slowed);
        assert_eq!(wait_for(&mut brake, &place, at), Some(Duration::from_secs(4)));
        brake.succeeded(attempt, &place, NOW);
        assert_eq!(fail(&mut brake, "wang", "a", at), Duration::ZERO);
    }

    #[test]
    fn who_comes_after_the_pause_does_not_wait() {
        let (mut brake, start) = (brake(1), Instant::now());
        fail(&mut brake, "wang", "a", start);
        assert_eq!(fail(&mut brake, "wang", "a", start + PAUSE / 2), PAUSE / 2);
        assert_eq!(fail(&mut brake, "wang", "a", start + 60 * SECOND), Duration::ZERO);
    }

    #[test]
    fn tries_at_one_time_take_their_places_before_they_are_compared() {
        let (mut brake, start) = (brake(3), Instant::now());
        let attempt = brake.attempt("wang", &"a");
        let places: Vec<_> = (0..200).map(|_| brake.reserve(attempt, NOW, start)).collect();
        assert_eq!(places.iter().filter(|place| !place.slowed).count(), 3);
        let turns: Vec<_> = places.iter().map(|place| brake.turn(place, start)).collect();
        assert_eq!(turns.iter().filter(|turn| **turn == Turn::Now).count(), 3);
        places.iter().for_each(|place| brake.release(place));
        assert!(brake.entries.is_empty());
    }

    #[test]
    fn of_a_thousand_tries_at_one_time_few_are_compared() {
        let mut flood = Flood::new(3, 1000, |_| 0);
        flood.pass(10 * SECOND, None);
        assert!((10..=20).contains(&flood.compared), "{}", flood.compared);
        flood.pass(90 * SECOND, None);
        assert!(flood.compared <= 3 + 100 * 5, "five in a second at most: {}", flood.compared);
    }

    #[test]
    fn in_the_midst_of_a_flood_from_the_same_network_the_owner_gets_in() {
        for clients in [1, 2, 5, 10, 40, 64, 90] {
            let mut flood = Flood::new(10, clients, |_| 0);
            flood.pass(60 * SECOND, None);
            let owner = flood.brake.attempt("wang", &0_usize);
            for _ in 0..5 {
                let (waited, compared) = flood.pass(60 * SECOND, Some(owner));
                let most =
                    Duration::from_secs(8).max(Duration::from_millis(210) * u32::try_from(clients).unwrap());
                assert!(compared && waited <= most + SECOND, "{clients}: {waited:?}");
            }
        }
    }

    #[test]
    fn among_more_than_can_be_compared_some_tries_get_in() {
        let mut flood = Flood::new(10, 300, |_| 0);
        flood.pass(60 * SECOND, None);
        let owner = flood.brake.attempt("wang", &0_usize);
        let compared = (0..60).filter(|_| flood.pass(60 * SECOND, Some(owner)).1).count();
        assert!(compared >= 5, "a quarter is expected: {compared}");
    }

    #[test]
    fn who_goes_away_leaves_no_turn_behind() {
        let (mut brake, start) = (brake(1), Instant::now());
        fail(&mut brake, "wang", "a", start);
        let attempt = brake.attempt("wang", &"a");
        for _ in 0..1000 {
            let place = brake.reserve(attempt, NOW, start);
            assert!(matches!(brake.turn(&place, start), Turn::Wait(_)));
            brake.release(&place);
        }
        assert_eq!(fail(&mut brake, "wang", "a", start), PAUSE);
    }

    #[test]
    fn a_browser_that_has_logged_in_before_is_no_part_of_the_flood() {
        let mut flood = Flood::new(10, 200, |_| 0);
        flood.pass(60 * SECOND, None);
        let owner = flood.brake.attempt_of("wang", &0_usize, "a cookie");
        assert_eq!(flood.pass(SECOND, Some(owner)), (Duration::ZERO, true));
        // By itself it is slowed as well.
        let waits: Vec<bool> = (0..12)
            .map(|_| {
                let place = flood.brake.reserve(owner, NOW, flood.start);
                flood.brake.turn(&place, flood.start);
                flood.brake.failed(&place, NOW);
                place.slowed
            })
            .collect();
        assert_eq!(waits.iter().filter(|slowed| !**slowed).count(), 10);
    }

    #[test]
    fn a_strangers_tries_elsewhere_concern_nobody_who_has_logged_in_before() {
        let (mut brake, start) = (brake(2), Instant::now());
        let home = brake.attempt("wang", &"home");
        let place = brake.reserve(home, NOW, start);
        brake.succeeded(home, &place, NOW);
        // Many names from one network, and one name from many networks.
        let mut slowed = 0;
        for n in 0..300 {
            slowed += usize::from(!fail(&mut brake, &format!("nobody{n}"), "home", start).is_zero());
            slowed += usize::from(!fail(&mut brake, "wang", &format!("bot{n}"), start).is_zero());
        }
        assert_eq!(slowed, 200 + 290, "a hundred names are free for a network, ten networks for a name");
        assert_eq!(brake.reserve(home, NOW, start).delay, Duration::ZERO);
        // From a place where the name has never logged in its owner only waits.
        let away = brake.attempt("wang", &"hotel");
        assert_eq!(fail(&mut brake, "wang", "hotel", start), PAUSE * 8);
        // It is asked once whether the pair has logged in before; then the others don't concern it either.
        let mut place = brake.reserve(away, NOW, start);
        assert!(brake.ask(&place) && !brake.ask(&place));
        brake.is_known(away, &mut place, NOW);
        assert_eq!((place.delay, place.slowed), (Duration::ZERO, false));
        assert_eq!(brake.reserve(away, NOW, start).delay, Duration::ZERO);
    }

    #[test]
    fn a_flood_from_many_networks_makes_the_owner_wait_for_a_bounded_time() {
        let mut flood = Flood::new(10, 500, |n| n);
        flood.pass(60 * SECOND, None);
        let owner = flood.brake.attempt("wang", &"a new place");
        for _ in 0..3 {
            let (waited, compared) = flood.pass(60 * SECOND, Some(owner));
            assert!(compared && waited <= PAUSE * 8, "{waited:?}");
        }
    }

    #[test]
    fn what_has_failed_is_forgotten_after_the_window() {
        let (mut brake, start) = (brake(1), Instant::now());
        assert_eq!(fail(&mut brake, "wang", "a", start), Duration::ZERO);
        assert_eq!(fail(&mut brake, "wang", "a", start), PAUSE);
        let attempt = brake.attempt("wang", &"a");
        let later = NOW + Duration::from_secs(300);
        assert!(!brake.reserve(attempt, later, start).slowed);
    }

    #[test]
    fn the_counts_are_bounded() {
        let (mut brake, start) = (brake(1), Instant::now());
        for n in 0..MOST_KEPT {
            fail(&mut brake, &n.to_string(), &n.to_string(), start);
        }
        assert!(brake.entries.len() <= MOST_KEPT + 3);
    }
}
