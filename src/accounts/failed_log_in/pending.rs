//! Failed log-ins that wait to be written: pure counting, bounded in memory and in rows.

use crate::core::{Actor, Caller, Code, Throttle};
use crate::web::client_address::{ClientAddress, Network};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// A log-in that failed or was refused, as it is noted.
#[derive(Debug, Clone)]
pub(super) struct FailedLogIn {
    /// What happened, for the log.
    pub what: &'static str,
    /// Who asked, and by which request.
    pub caller: Caller,
    /// What was typed as the name, in its normal form; none where nothing was.
    pub typed: Option<String>,
    /// The IP address of the client; none where it stands for several.
    pub address: Option<ClientAddress>,
    /// Why, by the code that was answered.
    pub code: Code,
}

/// Within this time so many have rows of their own.
const WINDOW: Duration = Duration::from_secs(300);
/// Rows of their own for one name from one network by one code.
const OF_ONE_KIND: usize = 30;
/// The same for one network.
const OF_ONE_NETWORK: usize = 100;
/// The same in all: ten a second.
const IN_ALL: usize = 3_000;
/// Those with rows of their own that wait at most.
const MOST_SINGLE: usize = 1_000;
/// Kinds that are counted apart at most; what is over is one kind.
const MOST_KINDS: usize = 200;
/// After so long a count is written.
const COUNTED_FOR: Duration = Duration::from_secs(10);

/// What equal ones have in common; no name and network for what is over.
type Kind = (Option<(Option<String>, Option<Network>)>, Code);

/// One or several equal ones.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    /// The first of them.
    pub failed: FailedLogIn,
    /// How many there are.
    pub count: u64,
    /// When the first was noted.
    since: Instant,
}

/// What waits.
pub(super) struct Pending {
    single: VecDeque<Counted>,
    counted: HashMap<Kind, Counted>,
    of_one_kind: Throttle<Kind>,
    of_one_network: Throttle<Option<Network>>,
    in_all: Throttle<()>,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            single: VecDeque::new(),
            counted: HashMap::new(),
            of_one_kind: Throttle::new(OF_ONE_KIND, WINDOW),
            of_one_network: Throttle::new(OF_ONE_NETWORK, WINDOW),
            in_all: Throttle::new(IN_ALL, WINDOW),
        }
    }
}

impl Pending {
    /// Adds one. `now` is the time since one moment, for the window; `instant` the time for counts.
    pub fn add(&mut self, failed: FailedLogIn, now: Duration, instant: Instant) {
        let network = failed.address.map(|address| address.network());
        let kind: Kind = (Some((failed.typed.clone(), network)), failed.code);
        let one = Counted { failed, count: 1, since: instant };
        let alone = self.single.len() < MOST_SINGLE
            && self.of_one_kind.take(kind.clone(), now)
            && self.of_one_network.take(network, now)
            && self.in_all.take((), now);
        if alone {
            self.single.push_back(one);
        } else {
            self.count(kind, one);
        }
    }

    fn count(&mut self, kind: Kind, one: Counted) {
        let known = self.counted.contains_key(&kind) || self.counted.len() < MOST_KINDS;
        let (kind, one) = if known { (kind, one) } else { ((None, kind.1), over(one)) };
        let count = one.count;
        self.counted.entry(kind).and_modify(|counted| counted.count += count).or_insert(one);
    }

    /// Takes at most so many to be written: those with rows of their own, then counts whose time has come, or `all`. Says whether more are
    /// there.
    pub fn take(&mut self, most: usize, all: bool, instant: Instant) -> (Vec<Counted>, bool) {
        let mut taken: Vec<Counted> = self.single.drain(..most.min(self.single.len())).collect();
        let due = |counted: &Counted| all || instant.saturating_duration_since(counted.since) >= COUNTED_FOR;
        let room = most - taken.len();
        let mut kinds: Vec<Kind> =
            self.counted.iter().filter(|(_, counted)| due(counted)).map(|(kind, _)| kind.clone()).collect();
        let more = !self.single.is_empty() || kinds.len() > room;
        kinds.truncate(room);
        taken.extend(kinds.iter().filter_map(|kind| self.counted.remove(kind)));
        (taken, more)
    }

    /// Puts back what could not be written.
    pub fn put_back(&mut self, taken: &[Counted]) {
        for one in taken.iter().cloned() {
            let network = one.failed.address.map(|address| address.network());
            if one.count == 1 && self.single.len() < MOST_SINGLE {
                self.single.push_back(one);
            } else {
                self.count((Some((one.failed.typed.clone(), network)), one.failed.code), one);
            }
        }
    }
}

/// One that is counted with others of other names and networks.
fn over(one: Counted) -> Counted {
    let failed =
        FailedLogIn { typed: None, address: None, caller: Caller::of(Actor::Anonymous), ..one.failed };
    Counted { failed, ..one }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(name: &str, last: u8) -> FailedLogIn {
        FailedLogIn {
            what: "a log-in failed",
            caller: Caller::of(Actor::Anonymous),
            typed: Some(name.to_owned()),
            address: Some(ClientAddress([203, 0, 113, last].into())),
            code: Code::BadCredentials,
        }
    }

    fn total(counted: &[Counted]) -> u64 {
        counted.iter().map(|counted| counted.count).sum()
    }

    #[test]
    fn few_have_rows_of_their_own_at_once() {
        let (mut pending, start) = (Pending::default(), Instant::now());
        for _ in 0..5 {
            pending.add(failed("wang", 1), Duration::ZERO, start);
        }
        let (taken, more) = pending.take(100, false, start);
        assert_eq!((taken.len(), total(&taken), more), (5, 5, false));
    }

    #[test]
    fn many_equal_ones_are_counted_and_written_after_a_while() {
        let (mut pending, start) = (Pending::default(), Instant::now());
        for _ in 0..1000 {
            pending.add(failed("wang", 1), Duration::ZERO, start);
        }
        let (taken, _) = pending.take(1000, false, start);
        assert_eq!((taken.len(), total(&taken)), (OF_ONE_KIND, 30));
        let (taken, _) = pending.take(1000, false, start + COUNTED_FOR);
        assert_eq!((taken.len(), total(&taken)), (1, 970));
        pending.add(failed("wang", 1), WINDOW, start);
        assert_eq!(pending.take(1000, false, start).0.len(), 1, "after the window it has its row again");
    }

    #[test]
    fn whatever_comes_memory_and_rows_are_bounded_and_all_are_counted() {
        let (mut pending, start) = (Pending::default(), Instant::now());
        for n in 0..50_000_u32 {
            let last = u8::try_from(n % 250).unwrap();
            pending.add(failed(&format!("nobody{n}"), last), Duration::ZERO, start);
        }
        assert!(pending.single.len() <= MOST_SINGLE && pending.counted.len() <= MOST_KINDS + 1);
        let mut taken = Vec::new();
        loop {
            let (some, more) = pending.take(250, true, start);
            assert!(some.len() <= 250);
            taken.extend(some);
            if !more {
                break;
            }
        }
        assert_eq!(total(&taken), 50_000);
        assert!(taken.iter().any(|counted| counted.failed.typed.is_none() && counted.count > 40_000));
        pending.put_back(&taken);
        assert_eq!(total(&pending.take(10_000, true, start).0), 50_000);
    }
}
