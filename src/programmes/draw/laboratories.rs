//! Which laboratory tests whose sample: the greatest total score within what each can take, by the solver of the plans. Pure.

use crate::plans::pairs::{Micros, Pairs};
use crate::plans::solver::solve;
use std::convert::Infallible;

/// The score of any laboratory that may test the sample.
const ALLOWED: Micros = 1_000_000;
/// What it counts more that the laboratory is in the operator's city.
const NEAR: Micros = 200_000;

crate::word_enum! {
    /// Why no laboratory was assigned to an operator that was drawn.
    pub enum NoLaboratory {
        /// None that is active tests the kind and serves the region.
        None = "none",
        /// Those that there are may not test the samples of this operator: they tested the last one, take the samples themselves, or are kept from it.
        Forbidden = "forbidden",
        /// Those that may are full.
        Full = "full",
    }
}

/// A laboratory, as far as the assignment is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<Id> {
    /// Id of the laboratory.
    pub id: Id,
    /// Samples that it can still take.
    pub places: u32,
}

/// What speaks for or against a laboratory for an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It does not test the kind, or does not serve the region.
    No,
    /// It may not.
    Forbidden,
    /// It may; whether it is in the operator's city.
    Yes {
        /// In the operator's city.
        near: bool,
    },
}

/// The laboratory of each of `operators`, as a place among the candidates, or why there is none.
pub fn assign<Id>(
    operators: usize,
    candidates: &[Candidate<Id>],
    fit: impl Fn(usize, usize) -> Fit,
) -> Vec<Result<usize, NoLaboratory>> {
    let mut pairs = Pairs::new(candidates.iter().map(|candidate| candidate.places).collect());
    let mut without = Vec::with_capacity(operators);
    for operator in 0..operators {
        let mut reason = NoLaboratory::None;
        let mut row: Vec<(u32, Micros)> = Vec::new();
        for (place, number) in (0..candidates.len()).zip(0_u32..) {
            match fit(operator, place) {
                Fit::No => {}
                Fit::Forbidden if reason == NoLaboratory::None => reason = NoLaboratory::Forbidden,
                Fit::Forbidden => {}
                Fit::Yes { near } => {
                    reason = NoLaboratory::Full;
                    row.push((number, ALLOWED + if near { NEAR } else { 0 }));
                }
            }
        }
        pairs.push(row);
        without.push(reason);
    }
    let Ok(solution) = solve(&pairs, |_| Ok::<_, Infallible>(()));
    let chosen = solution.expert.into_iter().map(|chosen| chosen.and_then(|n| usize::try_from(n).ok()));
    chosen.zip(without).map(|(chosen, reason)| chosen.ok_or(reason)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn laboratories(places: &[u32]) -> Vec<Candidate<usize>> {
        places.iter().enumerate().map(|(id, places)| Candidate { id, places: *places }).collect()
    }

    #[test]
    fn the_assignment_makes_room_and_says_why_there_is_none() {
        use Fit::{Forbidden, No, Yes};
        let (near, far) = (Yes { near: true }, Yes { near: false });
        // The second operator can only go to the first laboratory, so the first gives way although it is nearer.
        let fits = [[near, far], [far, Forbidden], [Forbidden, No], [No, No], [far, No]];
        let found = assign(5, &laboratories(&[1, 1]), |operator, laboratory| fits[operator][laboratory]);
        assert_eq!(found[0], Ok(1));
        assert!(
            [found[1], found[4]].contains(&Ok(0)) && [found[1], found[4]].contains(&Err(NoLaboratory::Full)),
            "{found:?}"
        );
        assert_eq!(found[2..4], [Err(NoLaboratory::Forbidden), Err(NoLaboratory::None)]);
    }

    proptest! {
        #[test]
        fn no_laboratory_gets_more_than_it_can_take_or_what_it_may_not(
            places in proptest::collection::vec(0_u32..5, 1..6),
            fits in proptest::collection::vec(proptest::collection::vec(0_u8..4, 6), 0..25),
        ) {
            let fit = |operator: usize, laboratory: usize| match fits[operator][laboratory] {
                0 => Fit::No,
                1 => Fit::Forbidden,
                n => Fit::Yes { near: n == 2 },
            };
            let found = assign(fits.len(), &laboratories(&places), fit);
            prop_assert_eq!(found.len(), fits.len());
            for (laboratory, most) in places.iter().enumerate() {
                let given = found.iter().filter(|chosen| **chosen == Ok(laboratory)).count();
                prop_assert!(given <= *most as usize);
            }
            for (operator, chosen) in found.iter().enumerate() {
                if let Ok(laboratory) = chosen {
                    let allowed = matches!(fit(operator, *laboratory), Fit::Yes { .. });
                    prop_assert!(allowed);
                }
            }
        }
    }
}
