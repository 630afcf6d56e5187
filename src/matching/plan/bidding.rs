//! The first phase of the solver: enterprises bid for the experts' places. Pure.

#![expect(
    clippy::indexing_slicing,
    reason = "enterprises and experts are numbers below the lengths of the tables made for them"
)]

use crate::matching::plan::pairs::{MOST, Micros, Pairs};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Represents "nobody" in tables of experts and of enterprises.
pub(super) const NONE: u32 = u32::MAX;
/// Bids for each enterprise, on average, before the rest is left to the second phase.
const MOST_BIDS: usize = 24;

/// The first phase: who has bid for which place, and the prices.
pub(super) struct Bidding<'p> {
    pub(super) pairs: &'p Pairs,
    pub(super) expert: Vec<u32>,
    /// The lowest price among an expert's places; 0 while one is free.
    pub(super) price: Vec<Micros>,
    /// The taken places of each expert with their prices, the cheapest first.
    pub(super) taken: Vec<BinaryHeap<Reverse<(Micros, u32)>>>,
    /// The enterprises that are left to the second phase.
    pub(super) left: Vec<u32>,
}

impl<'p> Bidding<'p> {
    pub(super) fn new(pairs: &'p Pairs) -> Self {
        // An expert without places is as good as one whose places nobody can pay.
        let closed = |&places: &u32| if places == 0 { MOST } else { 0 };
        Self {
            pairs,
            expert: vec![NONE; pairs.enterprises()],
            price: pairs.places().iter().map(closed).collect(),
            taken: vec![BinaryHeap::new(); pairs.experts()],
            left: Vec::new(),
        }
    }

    pub(super) fn run(&mut self) {
        let count = self.pairs.enterprises();
        let mut bids = count.saturating_mul(MOST_BIDS);
        for first in 0..count {
            let mut next = Some(u32::try_from(first).unwrap_or(NONE));
            while let Some(bidder) = next {
                if bids == 0 {
                    self.left.push(bidder);
                    break;
                }
                bids -= 1;
                next = self.bid(bidder);
            }
        }
    }

    /// One bid; gives the enterprise that it put out of a place.
    fn bid(&mut self, bidder: u32) -> Option<u32> {
        // To stay without an expert is worth 0, and is the second best of whoever has but one.
        let (mut best, mut gain, mut second) = (NONE, -1, 0);
        for (expert, score) in self.pairs.of(bidder as usize).iter() {
            let value = score - self.price[expert as usize];
            if value > gain {
                second = second.max(gain);
                (best, gain) = (expert, value);
            } else if value > second {
                second = value;
            }
        }
        if best == NONE {
            // Prices only rise: nobody else will be of use either.
            return None;
        }
        let at = best as usize;
        let taken = &mut self.taken[at];
        let free = taken.len() < self.pairs.places()[at] as usize;
        if !free && (gain <= second || self.pairs.places()[at] == 0) {
            self.left.push(bidder);
            return None;
        }
        let out = if free { None } else { taken.pop().map(|Reverse((_, holder))| holder) };
        taken.push(Reverse((self.price[at] + (gain - second).max(0), bidder)));
        self.expert[bidder as usize] = best;
        if taken.len() == self.pairs.places()[at] as usize
            && let Some(&Reverse((lowest, _))) = taken.peek()
        {
            self.price[at] = lowest;
        }
        if let Some(holder) = out {
            self.expert[holder as usize] = NONE;
        }
        out
    }
}
