//! A greedy assignment, the best pairs first, with which the optimum is compared. Pure.

use crate::plans::pairs::Pairs;
use std::cmp::Reverse;

/// The total, in millionths, of taking the best pairs one by one wherever the enterprise is still
/// without an expert and the expert has a place left. Equal ones in the order of the enterprises.
#[must_use]
pub fn greedy(pairs: &Pairs) -> i64 {
    let mut all = Vec::with_capacity(pairs.len());
    for (enterprise, number) in (0..pairs.enterprises()).zip(0_u32..) {
        all.extend(pairs.of(enterprise).iter().map(|(expert, score)| (Reverse(score), number, expert)));
    }
    all.sort_unstable();
    let mut served = vec![false; pairs.enterprises()];
    let mut places = pairs.places().to_vec();
    let mut total = 0;
    for (Reverse(score), enterprise, expert) in all {
        let (Some(served), Some(left)) =
            (served.get_mut(enterprise as usize), places.get_mut(expert as usize))
        else {
            continue;
        };
        if !*served && *left > 0 {
            (*served, *left) = (true, *left - 1);
            total += i64::from(score);
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_best_pair_and_is_not_optimal() {
        let mut pairs = Pairs::new(vec![1, 1]);
        pairs.push([(0, 10), (1, 9)]);
        pairs.push([(0, 8)]);
        assert_eq!(greedy(&pairs), 10);
    }
}
