use super::*;
use crate::matching::plan::greedy::greedy;
use pathfinding::prelude::{Matrix, kuhn_munkres};
use proptest::prelude::*;
use std::convert::Infallible;

fn solved(pairs: &Pairs) -> Solution {
    let Ok(solution) = solve(pairs, |_| Ok::<_, Infallible>(()));
    let mut taken = vec![0; pairs.experts()];
    let mut total = 0;
    for (enterprise, expert) in solution.expert.iter().enumerate() {
        if let Some(expert) = expert {
            total += i64::from(pairs.score(enterprise, *expert).expect("only allowed pairs"));
            taken[*expert as usize] += 1;
        }
    }
    assert!(taken.iter().zip(pairs.places()).all(|(taken, places)| taken <= places), "within places");
    assert_eq!(solution.total, total);
    assert_eq!(solution.bound, total, "the prices prove it");
    // An expert with a place left has price 0, and nobody would rather have somebody else.
    for (expert, price) in solution.price.iter().enumerate() {
        assert!(*price >= 0 && (*price == 0 || taken[expert] == pairs.places()[expert]));
    }
    solution
}

fn served(solution: &Solution) -> usize {
    solution.expert.iter().flatten().count()
}

/// Tries everything.
fn exhaustive(pairs: &Pairs, enterprise: usize, left: &mut [u32]) -> (i64, usize) {
    if enterprise == pairs.enterprises() {
        return (0, 0);
    }
    let mut best = exhaustive(pairs, enterprise + 1, left);
    for (expert, score) in pairs.of(enterprise).iter() {
        if left[expert as usize] > 0 {
            left[expert as usize] -= 1;
            let (total, count) = exhaustive(pairs, enterprise + 1, left);
            left[expert as usize] += 1;
            best = best.max((total + i64::from(score), count + 1));
        }
    }
    best
}

/// Another library's exact solver, on the places as columns and one "nobody" for each enterprise.
fn by_library(pairs: &Pairs) -> i64 {
    let owners: Vec<u32> = (0_u32..)
        .zip(pairs.places())
        .flat_map(|(expert, &places)| std::iter::repeat_n(expert, places as usize))
        .collect();
    let rows = pairs.enterprises();
    if rows == 0 {
        return 0;
    }
    let weights = Matrix::from_fn(rows, owners.len() + rows, |(row, column)| match owners.get(column) {
        Some(&expert) => pairs.score(row, expert).map_or(-1, i64::from),
        None => 0,
    });
    kuhn_munkres(&weights).0
}

type Rows = Vec<Vec<Option<Micros>>>;

fn instance(places: Vec<u32>, rows: &Rows) -> Pairs {
    let mut pairs = Pairs::new(places);
    for row in rows {
        pairs.push((0_u32..).zip(row).filter_map(|(expert, score)| Some((expert, (*score)?))));
    }
    pairs
}

/// Scores of few values make ties; of many, none.
fn instances(enterprises: usize, experts: usize, most_places: u32) -> impl Strategy<Value = Pairs> {
    let scores = prop_oneof![Just(4), Just(1_000_001)];
    (scores, 1..=experts, 0..=enterprises).prop_flat_map(move |(scores, experts, enterprises)| {
        let cell = prop_oneof![3 => (0..scores).prop_map(Some), 1 => Just(None)];
        let row = proptest::collection::vec(cell, experts);
        (proptest::collection::vec(0..=most_places, experts), proptest::collection::vec(row, enterprises))
            .prop_map(|(places, rows)| instance(places, &rows))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn small_instances_agree_with_exhaustive_search(pairs in instances(7, 4, 3)) {
        let solution = solved(&pairs);
        let wanted = exhaustive(&pairs, 0, &mut pairs.places().to_vec());
        // Of plans with the same total one that serves the most is given.
        prop_assert_eq!((solution.total, served(&solution)), wanted);
    }

    #[test]
    fn medium_instances_agree_with_another_solver(pairs in instances(40, 9, 7)) {
        let solution = solved(&pairs);
        prop_assert_eq!(solution.total, by_library(&pairs));
        prop_assert!(greedy(&pairs) <= solution.total);
    }
}

#[test]
fn edge_cases_are_solved_optimally() {
    assert_eq!(solved(&Pairs::new(Vec::new())).total, 0);
    let mut nobody = Pairs::new(vec![0, 0]);
    nobody.push([(0, 5), (1, 6)]);
    nobody.push([]);
    let solution = solved(&nobody);
    assert_eq!((solution.total, solution.expert), (0, vec![None, None]));
    // Who scores nothing is served all the same where there is a place.
    let mut zero = Pairs::new(vec![2]);
    zero.push([(0, 0)]);
    zero.push([(0, 0)]);
    zero.push([(0, 0)]);
    assert_eq!(served(&solved(&zero)), 2);
    // A shortage leaves out whoever costs least: not the last one, nor the lowest score.
    let mut short = Pairs::new(vec![1, 1]);
    short.push([(0, 10), (1, 9)]);
    short.push([(0, 8)]);
    short.push([(1, 3)]);
    let solution = solved(&short);
    assert_eq!((solution.total, solution.expert), (17, vec![Some(1), Some(0), None]));
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn large_instances_are_proved_optimal_by_their_prices() {
    // Like the field: kinds, regions, much alike; with too few, just enough and many places.
    for (seed, most_places) in [(1, 12), (2, 21), (3, 60)] {
        let mut random = Random(seed);
        let experts: Vec<(u64, u64)> = (0..80).map(|_| (random.below(20), random.below(12))).collect();
        let mut pairs =
            Pairs::new((0..80).map(|_| u32::try_from(random.below(most_places)).unwrap()).collect());
        for _ in 0..900 {
            let (kind, region, urgency) =
                (random.below(20), random.below(12), i32::try_from(random.below(4)).unwrap());
            let row = (0_u32..).zip(&experts).filter(|(_, (k, _))| k % 7 == kind % 7);
            let score = |(k, r): (u64, u64)| {
                100_000 * (urgency + i32::from(k == kind) * 3 + i32::from(r == region) * 2)
            };
            pairs.push(row.map(|(number, who)| (number, score(*who))).collect::<Vec<_>>());
        }
        let solution = solved(&pairs);
        assert!(solution.total >= greedy(&pairs));
    }
}

#[test]
fn the_work_can_be_ended() {
    let mut pairs = Pairs::new(vec![1; 5]);
    for _ in 0..2_000 {
        pairs.push((0..5).map(|expert| (expert, 7)));
    }
    assert_eq!(solve(&pairs, |_| Err("enough")), Err("enough"));
}
