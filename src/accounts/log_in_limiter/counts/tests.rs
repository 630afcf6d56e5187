use super::*;
use std::collections::BTreeSet;

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

fn counts(free: usize) -> Counts {
    Counts::new(limits(free))
}

/// Waits for the turn of a try, where nobody else comes. Gives how long it took; none where it was refused.
fn wait_for(counts: &mut Counts, place: &Place, at: Instant) -> Option<Duration> {
    let mut waited = place.delay;
    loop {
        match counts.turn(place, at + waited) {
            Turn::Now => return Some(waited),
            Turn::Wait(wait) => waited += wait,
            Turn::Refused(_) => return None,
        }
    }
}

fn fail(counts: &mut Counts, name: &str, network: &str, at: Instant) -> Duration {
    let place = counts.reserve(counts.attempt(name, &network), NOW, at);
    let waited = wait_for(counts, &place, at).expect("a turn");
    counts.failed(&place, NOW);
    waited
}

/// Clients that try wrong passwords of one name without a pause, each from a network of its own or all from one, for some seconds.
struct Flood {
    counts: Counts,
    start: Instant,
    /// The tries under way.
    tries: Vec<(Attempt, Place)>,
    /// The moment at which each asks again.
    next: BTreeSet<(Instant, usize)>,
    compared: usize,
}

impl Flood {
    fn new(free: usize, clients: usize, network: impl Fn(usize) -> usize) -> Self {
        let (mut counts, start) = (counts(free), Instant::now());
        let (mut tries, mut next) = (Vec::new(), BTreeSet::new());
        for n in 0..clients {
            let attempt = counts.attempt("wang", &network(n));
            let place = counts.reserve(attempt, NOW, start);
            next.insert((start + place.delay, n));
            tries.push((attempt, place));
        }
        Self { counts, start, tries, next, compared: 0 }
    }

    /// Lets so long pass, or less where a try of the owner has its turn: gives after how long, and whether it was compared.
    fn pass(&mut self, most: Duration, owner: Option<Attempt>) -> (Duration, bool) {
        let begins = self.start;
        let mut owner = owner.map(|attempt| {
            let place = self.counts.reserve(attempt, NOW, begins);
            (begins + place.delay, attempt, place)
        });
        loop {
            let (at, n) = *self.next.first().unwrap();
            if let Some((own, attempt, place)) = &mut owner
                && *own <= at
            {
                match self.counts.turn(place, *own) {
                    Turn::Wait(wait) => *own += wait,
                    Turn::Now => {
                        self.counts.succeeded(*attempt, place, NOW);
                        self.start = *own;
                        return (*own - begins, true);
                    }
                    Turn::Refused(_) => {
                        self.counts.release(place);
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
            let (attempt, place) = &mut self.tries[n];
            let again = match self.counts.turn(place, at) {
                Turn::Wait(wait) => at + wait,
                turn => {
                    match turn {
                        Turn::Now => {
                            self.compared += 1;
                            self.counts.failed(place, NOW);
                        }
                        _ => self.counts.release(place),
                    }
                    *place = self.counts.reserve(*attempt, NOW, at);
                    // The answer and the next question take a moment.
                    at + place.delay + Duration::from_millis(2)
                }
            };
            self.next.pop_first();
            self.next.insert((again, n));
        }
    }
}

#[test]
fn after_the_free_tries_pauses_grow_and_nobody_is_locked_out() {
    let (mut counts, start) = (counts(3), Instant::now());
    let mut at = start;
    let mut waits = Vec::new();
    for _ in 0..8 {
        let wait = fail(&mut counts, "wang", "a", at);
        at += wait;
        waits.push(wait.as_millis());
    }
    assert_eq!(waits, [0, 0, 0, 500, 1000, 2000, 4000, 4000]);
    // The right one waits its turn, and then all is forgotten.
    let attempt = counts.attempt("wang", &"a");
    let place = counts.reserve(attempt, NOW, at);
    assert!(place.slowed);
    assert_eq!(wait_for(&mut counts, &place, at), Some(Duration::from_secs(4)));
    counts.succeeded(attempt, &place, NOW);
    assert_eq!(fail(&mut counts, "wang", "a", at), Duration::ZERO);
}

#[test]
fn who_comes_after_the_pause_does_not_wait() {
    let (mut counts, start) = (counts(1), Instant::now());
    fail(&mut counts, "wang", "a", start);
    assert_eq!(fail(&mut counts, "wang", "a", start + PAUSE / 2), PAUSE / 2);
    assert_eq!(fail(&mut counts, "wang", "a", start + 60 * SECOND), Duration::ZERO);
}

#[test]
fn tries_at_one_time_take_their_places_before_they_are_compared() {
    let (mut counts, start) = (counts(3), Instant::now());
    let attempt = counts.attempt("wang", &"a");
    let places: Vec<_> = (0..200).map(|_| counts.reserve(attempt, NOW, start)).collect();
    assert_eq!(places.iter().filter(|place| !place.slowed).count(), 3);
    let turns: Vec<_> = places.iter().map(|place| counts.turn(place, start)).collect();
    assert_eq!(turns.iter().filter(|turn| **turn == Turn::Now).count(), 3);
    places.iter().for_each(|place| counts.release(place));
    assert!(counts.entries.is_empty());
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
        let owner = flood.counts.attempt("wang", &0_usize);
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
    let owner = flood.counts.attempt("wang", &0_usize);
    let compared = (0..60).filter(|_| flood.pass(60 * SECOND, Some(owner)).1).count();
    assert!(compared >= 5, "a quarter is expected: {compared}");
}

#[test]
fn who_goes_away_leaves_no_turn_behind() {
    let (mut counts, start) = (counts(1), Instant::now());
    fail(&mut counts, "wang", "a", start);
    let attempt = counts.attempt("wang", &"a");
    for _ in 0..1000 {
        let place = counts.reserve(attempt, NOW, start);
        assert!(matches!(counts.turn(&place, start), Turn::Wait(_)));
        counts.release(&place);
    }
    assert_eq!(fail(&mut counts, "wang", "a", start), PAUSE);
}

#[test]
fn a_browser_that_has_logged_in_before_is_no_part_of_the_flood() {
    let mut flood = Flood::new(10, 200, |_| 0);
    flood.pass(60 * SECOND, None);
    let owner = flood.counts.attempt_of("wang", &0_usize, "a cookie");
    assert_eq!(flood.pass(SECOND, Some(owner)), (Duration::ZERO, true));
    // By itself it is slowed as well.
    let waits: Vec<bool> = (0..12)
        .map(|_| {
            let place = flood.counts.reserve(owner, NOW, flood.start);
            flood.counts.turn(&place, flood.start);
            flood.counts.failed(&place, NOW);
            place.slowed
        })
        .collect();
    assert_eq!(waits.iter().filter(|slowed| !**slowed).count(), 10);
}

#[test]
fn a_strangers_tries_elsewhere_concern_nobody_who_has_logged_in_before() {
    let (mut counts, start) = (counts(2), Instant::now());
    let home = counts.attempt("wang", &"home");
    let place = counts.reserve(home, NOW, start);
    counts.succeeded(home, &place, NOW);
    // Many names from one network, and one name from many networks.
    let mut slowed = 0;
    for n in 0..300 {
        slowed += usize::from(!fail(&mut counts, &format!("nobody{n}"), "home", start).is_zero());
        slowed += usize::from(!fail(&mut counts, "wang", &format!("bot{n}"), start).is_zero());
    }
    assert_eq!(slowed, 200 + 290, "a hundred names are free for a network, ten networks for a name");
    assert_eq!(counts.reserve(home, NOW, start).delay, Duration::ZERO);
    // From a place where the name has never logged in its owner only waits.
    let away = counts.attempt("wang", &"hotel");
    assert_eq!(fail(&mut counts, "wang", "hotel", start), PAUSE * 8);
    // It is asked once whether the pair has logged in before; then the others don't concern it either.
    let mut place = counts.reserve(away, NOW, start);
    assert!(counts.ask(&place) && !counts.ask(&place));
    counts.is_known(away, &mut place, NOW);
    assert_eq!((place.delay, place.slowed), (Duration::ZERO, false));
    assert_eq!(counts.reserve(away, NOW, start).delay, Duration::ZERO);
}

#[test]
fn a_flood_from_many_networks_makes_the_owner_wait_for_a_bounded_time() {
    let mut flood = Flood::new(10, 500, |n| n);
    flood.pass(60 * SECOND, None);
    let owner = flood.counts.attempt("wang", &"a new place");
    for _ in 0..3 {
        let (waited, compared) = flood.pass(60 * SECOND, Some(owner));
        assert!(compared && waited <= PAUSE * 8, "{waited:?}");
    }
}

#[test]
fn what_has_failed_is_forgotten_after_the_window() {
    let (mut counts, start) = (counts(1), Instant::now());
    assert_eq!(fail(&mut counts, "wang", "a", start), Duration::ZERO);
    assert_eq!(fail(&mut counts, "wang", "a", start), PAUSE);
    let attempt = counts.attempt("wang", &"a");
    let later = NOW + Duration::from_secs(300);
    assert!(!counts.reserve(attempt, later, start).slowed);
}

#[test]
fn the_counts_are_bounded() {
    let (mut counts, start) = (counts(1), Instant::now());
    for n in 0..MOST_KEPT {
        fail(&mut counts, &n.to_string(), &n.to_string(), start);
    }
    assert!(counts.entries.len() <= MOST_KEPT + 3);
}
