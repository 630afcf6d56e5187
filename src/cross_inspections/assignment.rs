//! Who tests whose products: by the solver of the plans, with forbidden pairs. Pure: the same seed gives the same assignment.
//!
//! Everybody tests as many products as it hands in. Nobody gets its own products, or those of a related enterprise or a competitor. Among the assignments that give every product
//! away, those are preferred in which nobody gets the products of an enterprise that it tested in the round before (two that always praise
//! each other), and among those the seed decides, so that nobody can tell beforehand.

use crate::plans::pairs::{MOST, Micros, Pairs};
use crate::plans::solver::solve;
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// The score of a product that is tested at all. It outweighs all that speaks for one tester rather than another, of all products together.
const TESTED: Micros = MOST / 2;

/// A product, as far as the assignment is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'a> {
    /// Its id, by which the seed decides.
    pub id: &'a str,
    /// The place of its owner among the participants.
    pub owner: usize,
}

/// Whether a participant may test a product of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayTest {
    /// It must not: its own product, or one of a related enterprise or a competitor.
    Not,
    /// It may, and tested this one's products in the round before.
    Again,
    /// It may.
    Yes,
}

/// Why no tester could be assigned to a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unassignable {
    /// Nobody of the round may test it.
    Nobody,
    /// Those who may are needed for other products.
    Full,
}

/// A number of the seed for a product and a participant, below `below`.
fn chance(seed: &[u8; 32], product: &str, tester: usize, below: u64) -> u64 {
    let place = u64::try_from(tester).unwrap_or(u64::MAX).to_be_bytes();
    let digest = Sha256::new().chain_update(seed).chain_update(product).chain_update(place).finalize();
    digest.iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte)) % below.max(1)
}

/// The tester of each product, as a place among the participants, of which there are `participants`.
///
/// # Errors
/// The products that can't be given away, by their places, each with the reason. Then nothing is assigned.
pub fn assign(
    seed: &[u8; 32],
    participants: usize,
    products: &[Given<'_>],
    may: impl Fn(usize, usize) -> MayTest,
) -> Result<Vec<usize>, Vec<(usize, Unassignable)>> {
    let mut places = vec![0_u32; participants];
    for product in products {
        if let Some(place) = places.get_mut(product.owner) {
            *place = place.saturating_add(1);
        }
    }
    let count = i32::try_from(products.len()).unwrap_or(i32::MAX).max(1);
    // All preferences together stay below one product, and all chances below one preference.
    let fresh = TESTED / 4 / count;
    let below = u64::from((fresh / count).unsigned_abs());
    let mut pairs = Pairs::new(places);
    let mut nobody = Vec::with_capacity(products.len());
    for product in products {
        let score = |tester: usize| {
            let chance = Micros::try_from(chance(seed, product.id, tester, below)).unwrap_or(0);
            match may(tester, product.owner) {
                MayTest::Not => None,
                MayTest::Again => Some(TESTED + chance),
                MayTest::Yes => Some(TESTED + fresh + chance),
            }
        };
        let row: Vec<(u32, Micros)> = (0..participants)
            .zip(0_u32..)
            .filter_map(|(tester, number)| Some((number, score(tester)?)))
            .collect();
        nobody.push(row.is_empty());
        pairs.push(row);
    }
    let Ok(solution) = solve(&pairs, |_| Ok::<_, Infallible>(()));
    let chosen: Vec<Option<usize>> =
        solution.expert.into_iter().map(|chosen| chosen.and_then(|n| usize::try_from(n).ok())).collect();
    let stuck: Vec<(usize, Unassignable)> = chosen
        .iter()
        .zip(&nobody)
        .enumerate()
        .filter(|(_, (chosen, _))| chosen.is_none())
        .map(|(place, (_, nobody))| (place, if *nobody { Unassignable::Nobody } else { Unassignable::Full }))
        .collect();
    if stuck.is_empty() { Ok(chosen.into_iter().flatten().collect()) } else { Err(stuck) }
}

/// The blind codes of `count` products, none twice: six characters that are not mistaken for each other.
pub fn codes(seed: &[u8; 32], count: usize) -> Vec<String> {
    const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let mut found: Vec<String> = Vec::with_capacity(count);
    let mut turn = 0_u64;
    while found.len() < count {
        let digest = Sha256::new()
            .chain_update(b"code")
            .chain_update(seed)
            .chain_update(turn.to_be_bytes())
            .finalize();
        turn += 1;
        let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied().map(char::from);
        let code: String = digest.iter().take(6).filter_map(letter).collect();
        if !found.contains(&code) {
            found.push(code);
        }
    }
    found
}

/// How many of `products` the laboratory tests: this share of them, rounded up, so that it tests one at least.
pub fn share(products: usize, percent: i32) -> usize {
    let percent = usize::try_from(percent.clamp(0, 100)).unwrap_or(0);
    (products * percent).div_ceil(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEED: [u8; 32] = [7; 32];

    fn given<'a>(ids: &'a [String], owners: &[usize]) -> Vec<Given<'a>> {
        ids.iter().zip(owners).map(|(id, owner)| Given { id, owner: *owner }).collect()
    }

    fn ids(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("product-{n}")).collect()
    }

    #[test]
    fn who_can_not_be_served_is_named_and_nothing_is_assigned() {
        let ids = ids(3);
        let products = given(&ids, &[0, 1, 2]);
        let rivals = |tester, owner| match (tester, owner) {
            // Everybody is a rival of the third one.
            (_, 2) | (2, _) => MayTest::Not,
            (one, other) if one == other => MayTest::Not,
            _ => MayTest::Yes,
        };
        assert_eq!(assign(&SEED, 3, &products, rivals), Err(vec![(2, Unassignable::Nobody)]));
        // The first two can be tested by the third alone, who hands in one product.
        let only_third = |tester: usize, owner: usize| match (tester, owner) {
            (2, 0 | 1) | (0 | 1, 2) => MayTest::Yes,
            _ => MayTest::Not,
        };
        let stuck = assign(&SEED, 3, &products, only_third).unwrap_err();
        assert_eq!(stuck.len(), 1);
        assert!(stuck[0].0 < 2 && stuck[0].1 == Unassignable::Full, "{stuck:?}");
        // One alone tests nothing.
        assert_eq!(
            assign(&SEED, 1, &products[..1], |_, _| MayTest::Not),
            Err(vec![(0, Unassignable::Nobody)])
        );
        assert_eq!(assign(&SEED, 0, &[], |_, _| MayTest::Yes), Ok(vec![]));
    }

    #[test]
    fn nobody_tests_the_same_enterprise_again_where_it_can_be_avoided() {
        let ids = ids(4);
        let products = given(&ids, &[0, 1, 2, 3]);
        let before = [1, 0, 3, 2];
        for n in 0..50_u8 {
            let found = assign(&[n; 32], 4, &products, |tester, owner| match () {
                () if tester == owner => MayTest::Not,
                () if before[owner] == tester => MayTest::Again,
                () => MayTest::Yes,
            })
            .unwrap();
            assert!(found.iter().zip(before).all(|(now, before)| *now != before), "{found:?}");
        }
    }

    #[test]
    fn the_seed_decides_and_gives_every_tester_its_turn() {
        let ids = ids(3);
        let products = given(&ids, &[0, 1, 2]);
        let may = |tester: usize, owner: usize| if tester == owner { MayTest::Not } else { MayTest::Yes };
        // There are two derangements of three.
        let mut first = 0;
        for n in 0..200_u8 {
            let found = assign(&[n; 32], 3, &products, may).unwrap();
            assert_eq!(found, assign(&[n; 32], 3, &products, may).unwrap());
            first += u32::from(found[0] == 1);
        }
        assert!((70..130).contains(&first), "{first} of 200");
    }

    #[test]
    fn codes_differ_and_the_share_is_rounded_up() {
        let found = codes(&SEED, 500);
        let distinct: std::collections::BTreeSet<_> = found.iter().collect();
        assert_eq!((found.len(), distinct.len()), (500, 500));
        assert!(found.iter().all(|code| code.len() == 6 && !code.contains(['0', 'O', '1', 'I', 'L'])));
        for (products, percent, wanted) in [(10, 20, 2), (11, 20, 3), (1, 1, 1), (0, 50, 0), (7, 100, 7)] {
            assert_eq!(share(products, percent), wanted, "{products} {percent}");
        }
    }

    /// Whether every product can be given away, found by trying: the truth that the solver is held against.
    fn possible(owners: &[usize], allowed: &[Vec<bool>], at: usize, free: &mut [usize]) -> bool {
        let Some(owner) = owners.get(at) else { return true };
        (0..free.len()).any(|tester| {
            if !allowed[tester][*owner] || free[tester] == 0 {
                return false;
            }
            free[tester] -= 1;
            let found = possible(owners, allowed, at + 1, free);
            free[tester] += 1;
            found
        })
    }

    proptest! {
        #[test]
        fn it_is_found_where_there_is_one_and_never_breaks_a_rule(
            owners in proptest::collection::vec(0_usize..5, 0..8),
            forbidden in proptest::collection::vec((0_usize..5, 0_usize..5), 0..10),
            again in proptest::collection::vec((0_usize..5, 0_usize..5), 0..6),
            seed in any::<[u8; 32]>(),
        ) {
            let allowed: Vec<Vec<bool>> = (0..5)
                .map(|tester| (0..5).map(|owner| {
                    tester != owner && !forbidden.contains(&(tester, owner)) && !forbidden.contains(&(owner, tester))
                }).collect())
                .collect();
            let ids = ids(owners.len());
            let products = given(&ids, &owners);
            let found = assign(&seed, 5, &products, |tester, owner| match allowed[tester][owner] {
                false => MayTest::Not,
                true if again.contains(&(tester, owner)) => MayTest::Again,
                true => MayTest::Yes,
            });
            let mut free = [0; 5];
            for owner in &owners {
                free[*owner] += 1;
            }
            prop_assert_eq!(found.is_ok(), possible(&owners, &allowed, 0, &mut free.clone()));
            match found {
                Ok(testers) => {
                    prop_assert_eq!(testers.len(), owners.len());
                    for (tester, owner) in testers.iter().zip(&owners) {
                        prop_assert!(allowed[*tester][*owner], "{} tests {}", tester, owner);
                        free[*tester] -= 1;
                    }
                    // Everybody tests as many as it hands in.
                    prop_assert_eq!(free, [0; 5]);
                }
                Err(stuck) => for (place, why) in stuck {
                    let nobody = !(0..5).any(|tester| allowed[tester][owners[place]]);
                    prop_assert_eq!(why == Unassignable::Nobody, nobody);
                }
            }
        }
    }
}
