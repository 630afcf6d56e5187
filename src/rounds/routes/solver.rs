//! The routes of a round: each visit goes to a day of its expert, each day is a tour from where the round sits and back to it. Pure.
//!
//! A visit that is of no expert goes to one who has room: such visits are swept by their direction, so that neighbours come to one expert. Then each
//! expert's tours are made by always going to the nearest place (which is the length that is reported beside), and mended until nothing is gained: parts
//! of a tour turned round (2-opt), up to three visits moved to another place or day (Or-opt), two visits of different days exchanged. The same is tried
//! from days that are swept by direction, and the shorter of the two is taken. Only what makes the whole shorter is done, so it is never longer than
//! by always going to the nearest place. What is equally near is taken in the order of the visits' keys, so the order in
//! which visits are handed in changes nothing.
//!
//! Not a crate: those for routing bring solvers of their own with dozens of dependencies, for windows and vehicles that a round does not have.
#![expect(
    clippy::indexing_slicing,
    reason = "nodes and places are counted here, and every index comes from a range over what it indexes"
)]

use crate::rounds::routes::geo::{Point, metres};
use std::cmp::Ordering;

/// How often all tours of an expert are gone through at most. Each pass that finds nothing is the last one.
const PASSES: usize = 60;
/// The most visits that are moved together.
const TOGETHER: usize = 3;

/// A visit to be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// What orders visits that are equally near: different for each.
    pub key: u128,
    /// Position of the enterprise.
    pub point: Point,
    /// The place of its expert in the list of experts; none where anybody may go.
    pub expert: Option<usize>,
}

/// How many experts, days and visits a day there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Experts.
    pub experts: usize,
    /// Days of each.
    pub days: usize,
    /// Visits that one makes on a day at most.
    pub per_day: usize,
}

/// The tour of an expert on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tour {
    /// The place of the expert in the list of experts.
    pub expert: usize,
    /// The place of the day.
    pub day: usize,
    /// The visits by their places in the list that was handed in, each with the metres from the stop before.
    pub stops: Vec<(usize, u32)>,
    /// With the way back, in metres.
    pub metres: u64,
}

/// Result of the routes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routes {
    /// The tours, by expert and day; a day without visits has none.
    pub tours: Vec<Tour>,
    /// Visits for which there is no room, by their places in the list that was handed in.
    pub unplaced: Vec<usize>,
    /// The length of all tours, in metres.
    pub metres: u64,
    /// What it would be by always going to the nearest place.
    pub nearest_metres: u64,
}

/// Works the routes out.
pub fn solve(seat: Point, visits: &[Visit], room: Capacity) -> Routes {
    let mut routes = Routes::default();
    let (groups, unplaced) = shared_out(seat, visits, room);
    routes.unplaced = unplaced;
    for (expert, group) in groups.into_iter().enumerate() {
        if group.is_empty() {
            continue;
        }
        let (tours, left) = nearest_first(seat, visits, &group, room);
        routes.unplaced.extend(left);
        let placed: Vec<usize> = tours.iter().flatten().copied().collect();
        let mut plan = Plan::new(seat, visits, &placed, &tours, room.per_day);
        routes.nearest_metres += plan.metres();
        plan.improve();
        let mut swept = plan.again_from(swept(seat, visits, &placed, room));
        swept.improve();
        if swept.metres() < plan.metres() {
            plan = swept;
        }
        routes.metres += plan.metres();
        routes.tours.extend(plan.tours(expert, &placed));
    }
    routes.unplaced.sort_by_key(|place| visits[*place].key);
    routes
}

/// The visits of each expert in the order of their keys, and those that are of nobody and for whom nobody has room.
fn shared_out(seat: Point, visits: &[Visit], room: Capacity) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut order: Vec<usize> = (0..visits.len()).collect();
    order.sort_by_key(|place| visits[*place].key);
    let mut groups = vec![Vec::new(); room.experts];
    let (mut free, mut unplaced) = (Vec::new(), Vec::new());
    for place in order {
        match visits[place].expert {
            Some(expert) if expert < room.experts => groups[expert].push(place),
            Some(_) => unplaced.push(place),
            None => free.push(place),
        }
    }
    free.sort_by(|a, b| around(seat, &visits[*a], &visits[*b]));
    let most = room.days.saturating_mul(room.per_day);
    let mut free = free.into_iter();
    for group in &mut groups {
        let wanted = most.saturating_sub(group.len());
        group.extend(free.by_ref().take(wanted));
        group.sort_by_key(|place| visits[*place].key);
    }
    unplaced.extend(free);
    (groups, unplaced)
}

/// The order of visits by their direction from the seat.
fn around(seat: Point, a: &Visit, b: &Visit) -> Ordering {
    let direction =
        |visit: &Visit| (visit.point.latitude - seat.latitude).atan2(visit.point.longitude - seat.longitude);
    direction(a).total_cmp(&direction(b)).then_with(|| a.key.cmp(&b.key))
}

/// Another beginning: the visits that have a place, day by day by their direction from the seat, as nodes of a plan.
fn swept(seat: Point, visits: &[Visit], placed: &[usize], room: Capacity) -> Vec<Vec<usize>> {
    let mut nodes: Vec<usize> = (1..=placed.len()).collect();
    nodes.sort_by(|a, b| around(seat, &visits[placed[a - 1]], &visits[placed[b - 1]]));
    let mut tours: Vec<Vec<usize>> = nodes.chunks(room.per_day.max(1)).map(<[usize]>::to_vec).collect();
    tours.resize(room.days, Vec::new());
    tours
}

/// The tours of an expert by always going to the nearest place, and the visits for which there is no room.
fn nearest_first(
    seat: Point,
    visits: &[Visit],
    group: &[usize],
    room: Capacity,
) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut left: Vec<usize> = group.to_vec();
    let mut tours = Vec::with_capacity(room.days);
    for _ in 0..room.days {
        let (mut tour, mut here) = (Vec::new(), seat);
        while tour.len() < room.per_day {
            let far = |place: &usize| (metres(here, visits[*place].point), visits[*place].key);
            let Some((at, _)) = left.iter().enumerate().min_by_key(|(_, place)| far(place)) else { break };
            let place = left.remove(at);
            here = visits[place].point;
            tour.push(place);
        }
        if tour.is_empty() {
            break;
        }
        tours.push(tour);
    }
    // Empty days are places to which visits may be moved.
    tours.resize(room.days, Vec::new());
    (tours, left)
}

/// The tours of one expert as they are mended. Node 0 is the seat, the others are visits.
struct Plan {
    /// Metres between all nodes, row by row.
    between: Vec<u32>,
    nodes: usize,
    tours: Vec<Vec<usize>>,
    per_day: usize,
}

impl Plan {
    fn new(seat: Point, visits: &[Visit], placed: &[usize], tours: &[Vec<usize>], per_day: usize) -> Self {
        let nodes = placed.len() + 1;
        let point = |node: usize| if node == 0 { seat } else { visits[placed[node - 1]].point };
        let mut between = vec![0; nodes * nodes];
        for a in 0..nodes {
            for b in a + 1..nodes {
                let far = metres(point(a), point(b));
                between[a * nodes + b] = far;
                between[b * nodes + a] = far;
            }
        }
        let mut next = 1..nodes;
        let tours = tours.iter().map(|tour| next.by_ref().take(tour.len()).collect()).collect();
        Self { between, nodes, tours, per_day }
    }

    /// The same visits in other tours.
    fn again_from(&self, tours: Vec<Vec<usize>>) -> Self {
        Self { between: self.between.clone(), nodes: self.nodes, tours, per_day: self.per_day }
    }

    fn far(&self, a: usize, b: usize) -> i64 {
        i64::from(self.between[a * self.nodes + b])
    }

    /// The node at a place of a tour; the seat before its first and behind its last one.
    fn node(&self, tour: usize, place: Option<usize>) -> usize {
        place.and_then(|place| self.tours[tour].get(place)).copied().unwrap_or(0)
    }

    fn length(&self, tour: &[usize]) -> u64 {
        let (mut here, mut sum) = (0, 0);
        for &node in tour.iter().chain([&0]) {
            sum += u64::from(self.between[here * self.nodes + node]);
            here = node;
        }
        sum
    }

    fn metres(&self) -> u64 {
        self.tours.iter().map(|tour| self.length(tour)).sum()
    }

    fn improve(&mut self) {
        for _ in 0..PASSES {
            let mut gained = false;
            for tour in 0..self.tours.len() {
                while self.turn_round(tour) {
                    gained = true;
                }
            }
            gained |= self.move_parts();
            gained |= self.exchange();
            if !gained {
                break;
            }
        }
    }

    /// Turns the first part of a tour round by which it gets shorter (2-opt).
    fn turn_round(&mut self, tour: usize) -> bool {
        let count = self.tours[tour].len();
        for i in 0..count {
            for j in i + 1..count {
                let (before, first) = (self.node(tour, i.checked_sub(1)), self.tours[tour][i]);
                let (last, behind) = (self.tours[tour][j], self.node(tour, Some(j + 1)));
                let now = self.far(before, first) + self.far(last, behind);
                if self.far(before, last) + self.far(first, behind) < now {
                    self.tours[tour][i..=j].reverse();
                    return true;
                }
            }
        }
        false
    }

    /// Moves parts of up to three visits to where they cost least (Or-opt).
    fn move_parts(&mut self) -> bool {
        let mut gained = false;
        for tour in 0..self.tours.len() {
            let mut at = 0;
            while at < self.tours[tour].len() {
                for length in 1..=TOGETHER.min(self.tours[tour].len() - at) {
                    if let Some(place) = self.better_place(tour, at, length) {
                        self.put(tour, at, length, place);
                        gained = true;
                        break;
                    }
                }
                at += 1;
            }
        }
        gained
    }

    /// Where a part costs least, if that is less than where it is: the tour, the place in it, and whether the part is turned round.
    fn better_place(&self, tour: usize, at: usize, length: usize) -> Option<(usize, usize, bool)> {
        let (first, last) = (self.tours[tour][at], self.tours[tour][at + length - 1]);
        let (before, behind) = (self.node(tour, at.checked_sub(1)), self.node(tour, Some(at + length)));
        let spared = self.far(before, first) + self.far(last, behind) - self.far(before, behind);
        let mut best = (spared, None);
        for to in 0..self.tours.len() {
            if to != tour && self.tours[to].len() + length > self.per_day {
                continue;
            }
            for place in 0..=self.tours[to].len() {
                if to == tour && (at..=at + length).contains(&place) {
                    continue;
                }
                let (a, b) = (self.node(to, place.checked_sub(1)), self.node(to, Some(place)));
                let gap = self.far(a, b);
                for (turned, head, tail) in [(false, first, last), (true, last, first)] {
                    let cost = self.far(a, head) + self.far(tail, b) - gap;
                    if cost < best.0 {
                        best = (cost, Some((to, place, turned)));
                    }
                }
            }
        }
        best.1
    }

    fn put(&mut self, tour: usize, at: usize, length: usize, (to, place, turned): (usize, usize, bool)) {
        let mut part: Vec<usize> = self.tours[tour].drain(at..at + length).collect();
        if turned {
            part.reverse();
        }
        let place = if to == tour && place > at { place - length } else { place };
        self.tours[to].splice(place..place, part);
    }

    /// Exchanges visits of different days.
    fn exchange(&mut self) -> bool {
        let mut gained = false;
        for one in 0..self.tours.len() {
            for other in one + 1..self.tours.len() {
                for i in 0..self.tours[one].len() {
                    for j in 0..self.tours[other].len() {
                        let (x, y) = (self.tours[one][i], self.tours[other][j]);
                        let around_x = (self.node(one, i.checked_sub(1)), self.node(one, Some(i + 1)));
                        let around_y = (self.node(other, j.checked_sub(1)), self.node(other, Some(j + 1)));
                        let through = |(a, b): (usize, usize), node| self.far(a, node) + self.far(node, b);
                        if through(around_x, y) + through(around_y, x)
                            < through(around_x, x) + through(around_y, y)
                        {
                            self.tours[one][i] = y;
                            self.tours[other][j] = x;
                            gained = true;
                        }
                    }
                }
            }
        }
        gained
    }

    /// The tours that have visits, by their places in the list that was handed in.
    fn tours(&self, expert: usize, placed: &[usize]) -> Vec<Tour> {
        let with_visits = self.tours.iter().filter(|tour| !tour.is_empty());
        let tour = |(day, nodes): (usize, &Vec<usize>)| {
            let mut here = 0;
            let stop = |node: &usize| {
                let far = self.between[here * self.nodes + node];
                here = *node;
                (placed[node - 1], far)
            };
            Tour { expert, day, stops: nodes.iter().map(stop).collect(), metres: self.length(nodes) }
        };
        // Days that became empty are left to the end.
        with_visits.enumerate().map(tour).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const SEAT: Point = Point { latitude: 23.13, longitude: 113.28 };

    fn any_visits() -> impl Strategy<Value = Vec<Visit>> {
        let one = (0_i32..60, 0_i32..60, proptest::option::of(0_usize..4));
        proptest::collection::vec(one, 0..40).prop_map(|found| {
            let visit = |(key, (north, east, expert)): (usize, (i32, i32, Option<usize>))| Visit {
                key: u128::try_from(key).unwrap(),
                point: Point {
                    latitude: 22.8 + f64::from(north) / 100.0,
                    longitude: 113.0 + f64::from(east) / 100.0,
                },
                expert,
            };
            found.into_iter().enumerate().map(visit).collect()
        })
    }

    /// Expert, day and keys of a tour.
    type Seen = (usize, usize, Vec<u128>);

    /// The keys of each tour, and what the routes came to.
    fn seen(visits: &[Visit], routes: &Routes) -> (Vec<Seen>, Vec<u128>, u64, u64) {
        let keys = |tour: &Tour| tour.stops.iter().map(|(place, _)| visits[*place].key).collect();
        (
            routes.tours.iter().map(|tour| (tour.expert, tour.day, keys(tour))).collect(),
            routes.unplaced.iter().map(|place| visits[*place].key).collect(),
            routes.metres,
            routes.nearest_metres,
        )
    }

    proptest! {
        #[test]
        fn every_visit_once_and_never_longer_than_nearest_first(visits in any_visits(), days in 1_usize..5, per_day in 1_usize..6) {
            let room = Capacity { experts: 4, days, per_day };
            let routes = solve(SEAT, &visits, room);
            let mut places: Vec<usize> = routes.unplaced.clone();
            for tour in &routes.tours {
                prop_assert!(tour.day < days && (1..=per_day).contains(&tour.stops.len()));
                for (place, _) in &tour.stops {
                    prop_assert!(visits[*place].expert.is_none_or(|expert| expert == tour.expert));
                    places.push(*place);
                }
                let mut here = SEAT;
                let mut sum = 0;
                for (place, far) in &tour.stops {
                    prop_assert_eq!(*far, metres(here, visits[*place].point));
                    here = visits[*place].point;
                    sum += u64::from(*far);
                }
                prop_assert_eq!(tour.metres, sum + u64::from(metres(here, SEAT)));
            }
            places.sort_unstable();
            prop_assert_eq!(places, (0..visits.len()).collect::<Vec<_>>());
            prop_assert!(routes.metres <= routes.nearest_metres);
            prop_assert_eq!(routes.metres, routes.tours.iter().map(|tour| tour.metres).sum::<u64>());
            // Nobody stays out while there is room for all.
            if visits.len() <= days * per_day {
                prop_assert!(routes.unplaced.is_empty());
            }
        }

        #[test]
        fn the_order_in_which_visits_are_handed_in_changes_nothing(visits in any_visits(), by in 0_usize..40) {
            let room = Capacity { experts: 4, days: 3, per_day: 4 };
            let mut turned = visits.clone();
            turned.reverse();
            if !turned.is_empty() {
                let by = by % turned.len();
                turned.rotate_left(by);
            }
            let (one, other) = (solve(SEAT, &visits, room), solve(SEAT, &turned, room));
            prop_assert_eq!(seen(&visits, &one), seen(&turned, &other));
        }
    }

    #[test]
    fn a_round_of_a_province_is_shorter_than_nearest_first() {
        let visits: Vec<Visit> = (0_u32..480)
            .map(|n| Visit {
                key: u128::from(n),
                point: Point {
                    latitude: 22.6 + f64::from(n * 7_919 % 997) / 1_000.0,
                    longitude: 112.8 + f64::from(n * 104_729 % 991) / 1_000.0,
                },
                expert: Some(usize::try_from(n % 24).unwrap()),
            })
            .collect();
        let routes = solve(SEAT, &visits, Capacity { experts: 24, days: 5, per_day: 4 });
        assert!(routes.unplaced.is_empty());
        assert!(routes.metres < routes.nearest_metres, "{} {}", routes.metres, routes.nearest_metres);
        let stops: BTreeSet<usize> =
            routes.tours.iter().flat_map(|tour| tour.stops.iter().map(|(place, _)| *place)).collect();
        assert_eq!(stops.len(), 480);
    }
}
