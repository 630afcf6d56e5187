//! The best plan there is: the assignment of greatest total score under the experts' places. Pure.
//!
//! The problem is the transportation problem with one unit per enterprise (semi-assignment):
//! maximise Σ score·x, each enterprise with one expert at most, each expert with no more enterprises
//! than places. Scores are whole numbers and so is all that is computed from them: the optimum is
//! exact. Among plans of the same total, one that serves the most enterprises is given.
//!
//! Two phases over prices of the experts' places, the dual variables:
//!
//! 1. Bidding, the auction with increments that keep complementary slackness exactly (ε = 0): an
//!    enterprise takes the cheapest place of its best expert and raises its price by the lead over
//!    its second best. Places of one expert are alike and have prices of their own.
//!    D. P. Bertsekas, D. A. Castañon, "The auction algorithm for the transportation problem",
//!    Annals of Operations Research 20 (1989); the same as "augmenting row reduction" in
//!    R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
//!    assignment problems", Computing 38 (1987).
//! 2. Shortest augmenting paths for the enterprises that equal scores or many bids left over: Dijkstra on
//!    reduced costs over the experts alone. What it costs to move somebody from one expert to
//!    another is kept for each pair of experts and mended after each move.
//!    N. Tomizawa, Networks 1 (1971); J. Edmonds, R. M. Karp, J. ACM 19 (1972).
//!
//! The prices stay feasible throughout: an expert with a free place has price 0, and nobody gains by
//! a change at the present prices. At the end they prove the optimum: [`Solution::bound`] is the
//! value of the dual solution, which no assignment can exceed, and equals the total.

#![expect(
    clippy::indexing_slicing,
    reason = "enterprises and experts are numbers below the lengths of the tables made for them"
)]

use crate::plans::bidding::{Bidding, NONE};
use crate::plans::pairs::{Micros, Pairs};
use std::cmp::Reverse;

/// The distance where there is no path.
const INFINITY: Micros = Micros::MAX;
/// The cost of a move that nobody can make. Far enough from the end of the numbers that subtracting
/// prices from it does not overflow.
const NO_MOVE: Micros = Micros::MIN / 2;

/// An optimal assignment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Solution {
    /// The expert of each enterprise; none for whom the optimum leaves out.
    pub expert: Vec<Option<u32>>,
    /// What a place of each expert is worth: by how much one place more or less would change the
    /// total, in millionths.
    pub price: Vec<Micros>,
    /// The total score, in millionths.
    pub total: i64,
    /// What no assignment can exceed, by the prices, in millionths. Equals the total.
    pub bound: i64,
}

/// Solves it. `step` is informed how many of the enterprises are done and may end the work by an error.
///
/// # Errors
/// Those of `step`.
pub fn solve<E>(pairs: &Pairs, mut step: impl FnMut(usize) -> Result<(), E>) -> Result<Solution, E> {
    let mut bidding = Bidding::new(pairs);
    bidding.run();
    step(pairs.enterprises().saturating_sub(bidding.left.len()))?;
    let (left, mut paths) = Paths::after(bidding);
    let settled = pairs.enterprises().saturating_sub(left.len());
    for (done, enterprise) in left.into_iter().enumerate() {
        paths.insert(enterprise);
        if done % 64 == 63 {
            step(settled + done + 1)?;
        }
    }
    Ok(paths.solution())
}

/// What the prices allow as a total: for each enterprise the best that it can have at these prices,
/// and the prices of all places. By weak duality no assignment has more.
pub fn dual_bound(pairs: &Pairs, price: &[Micros]) -> i64 {
    let gain = |enterprise| {
        pairs.of(enterprise).iter().map(|(e, score)| score - price[e as usize]).max().unwrap_or(0).max(0)
    };
    let gains: i64 = (0..pairs.enterprises()).map(|enterprise| i64::from(gain(enterprise))).sum();
    let worth = |(&price, &places): (&Micros, &u32)| i64::from(price) * i64::from(places);
    gains + price.iter().zip(pairs.places()).map(worth).sum::<i64>()
}

/// What it brings to move one of an expert's enterprises elsewhere.
#[derive(Clone)]
struct Moves {
    /// The greatest gain in score, for each other expert.
    to: Box<[Micros]>,
    /// The same for leaving somebody out: minus the lowest score.
    out: Micros,
}

/// The second phase.
struct Paths<'p> {
    pairs: &'p Pairs,
    expert: Vec<u32>,
    price: Vec<Micros>,
    members: Vec<Vec<u32>>,
    /// Made when an expert that is full is first looked at, mended from then on.
    moves: Vec<Option<Moves>>,
    /// Of the search under way: how far each expert is, from where it is reached, whether it may still
    /// come nearer (0) or is settled (all bits but the sign), and which are.
    far: Vec<Micros>,
    from: Vec<u32>,
    open: Vec<Micros>,
    settled: Vec<u32>,
    /// Scratch of [`Paths::leave`].
    lost: Vec<(usize, Micros)>,
    /// How many places are free, of all experts.
    free: usize,
}

/// Where a path ends.
struct End {
    distance: Micros,
    /// The last expert of the path; none where the enterprise itself is left out.
    last: u32,
    /// Whether the last expert has a free place; else one of its enterprises is left out.
    free: bool,
}

impl<'p> Paths<'p> {
    /// The paths from where the bidding ended, and the enterprises that they have to settle.
    fn after(bidding: Bidding<'p>) -> (Vec<u32>, Self) {
        let members: Vec<Vec<u32>> = bidding
            .taken
            .into_iter()
            .map(|heap| heap.into_iter().map(|Reverse((_, e))| e).collect())
            .collect();
        let experts = bidding.pairs.experts();
        let unused = |(places, members): (&u32, &Vec<u32>)| (*places as usize).saturating_sub(members.len());
        let free = bidding.pairs.places().iter().zip(&members).map(unused).sum();
        let paths = Self {
            pairs: bidding.pairs,
            moves: vec![None; experts],
            expert: bidding.expert,
            price: bidding.price,
            members,
            far: vec![INFINITY; experts],
            from: vec![NONE; experts],
            open: vec![0; experts],
            settled: Vec::new(),
            lost: Vec::new(),
            free,
        };
        (bidding.left, paths)
    }
}

impl Paths<'_> {
    /// Finds a place for one more enterprise, by moving others where that is best.
    fn insert(&mut self, enterprise: u32) {
        let end = self.search(enterprise);
        for &expert in &self.settled {
            let at = expert as usize;
            self.price[at] += end.distance - self.far[at];
        }
        self.carry_out(enterprise, &end);
    }

    fn search(&mut self, enterprise: u32) -> End {
        self.far.fill(INFINITY);
        self.open.fill(0);
        self.settled.clear();
        let row = self.pairs.of(enterprise as usize);
        let value = |(expert, score): (u32, Micros)| score - self.price[expert as usize];
        let gain = row.iter().map(value).max().unwrap_or(0).max(0);
        for (expert, score) in row.iter() {
            self.far[expert as usize] = gain - (score - self.price[expert as usize]);
            self.from[expert as usize] = NONE;
        }
        let mut end = End { distance: gain, last: NONE, free: false };
        // While a place is free, who is as far as the end found so far is looked at too: it may lead there.
        let beyond = Micros::from(self.free > 0);
        while let Some((nearest, distance)) = self.nearest(end.distance - 1 + beyond) {
            let at = nearest as usize;
            if self.members[at].len() < self.pairs.places()[at] as usize {
                return End { distance, last: nearest, free: true };
            }
            self.open[at] = INFINITY;
            self.settled.push(nearest);
            if self.pairs.places()[at] == 0 {
                continue;
            }
            if self.moves[at].is_none() {
                self.moves[at] = Some(self.all_moves(nearest));
            }
            let Some(moves) = &self.moves[at] else { continue };
            let base = distance - self.price[at];
            if base - moves.out < end.distance {
                end = End { distance: base - moves.out, last: nearest, free: false };
            }
            let table = self.far.iter_mut().zip(&mut self.from).zip(moves.to.iter().zip(&self.price));
            for ((far, from), (&gain, &price)) in table {
                let way = base.saturating_sub(gain - price);
                let nearer = way < *far;
                *far = if nearer { way } else { *far };
                *from = if nearer { nearest } else { *from };
            }
        }
        end
    }

    /// The nearest expert that is not settled, no farther than `limit`; of equals one with a free place.
    fn nearest(&self, limit: Micros) -> Option<(u32, Micros)> {
        let table = || self.far.iter().zip(&self.open).map(|(&far, &settled)| far | settled);
        let least = table().min().filter(|least| *least <= limit && *least < INFINITY)?;
        let mut found = None;
        for (at, _) in table().enumerate().filter(|(_, far)| *far == least) {
            if self.members[at].len() < self.pairs.places()[at] as usize {
                found = Some(at);
                break;
            }
            found = found.or(Some(at));
        }
        Some((u32::try_from(found?).ok()?, least))
    }

    /// Moves enterprises along the path, from its end to its beginning.
    fn carry_out(&mut self, enterprise: u32, end: &End) {
        if end.last == NONE {
            return;
        }
        let mut to = end.last;
        if end.free {
            self.free -= 1;
        } else {
            let out = self.mover(to, |pairs, member| pairs.score(member, to).map(|score| -score));
            self.leave(out, to);
            self.expert[out as usize] = NONE;
        }
        loop {
            let from = self.from[to as usize];
            if from == NONE {
                self.join(enterprise, to);
                return;
            }
            let target = to;
            let mover = self
                .mover(from, |pairs, member| Some(pairs.score(member, target)? - pairs.score(member, from)?));
            self.leave(mover, from);
            self.join(mover, to);
            to = from;
        }
    }

    /// The one among an expert's enterprises with the greatest gain.
    fn mover(&self, expert: u32, gain: impl Fn(&Pairs, usize) -> Option<Micros>) -> u32 {
        let members = self.members[expert as usize].iter().copied();
        members.max_by_key(|&member| gain(self.pairs, member as usize)).unwrap_or(NONE)
    }

    fn join(&mut self, enterprise: u32, expert: u32) {
        let at = expert as usize;
        self.expert[enterprise as usize] = expert;
        self.members[at].push(enterprise);
        if let Some(moves) = &mut self.moves[at] {
            moves.add(self.pairs, enterprise, expert);
        }
    }

    fn leave(&mut self, enterprise: u32, expert: u32) {
        let at = expert as usize;
        self.members[at].retain(|&member| member != enterprise);
        let Some(moves) = &mut self.moves[at] else { return };
        let row = self.pairs.of(enterprise as usize);
        let own = row.score(at).unwrap_or(0);
        if moves.out == -own {
            let lowest = self.members[at].iter().filter_map(|&m| self.pairs.score(m as usize, expert)).min();
            moves.out = lowest.map_or(NO_MOVE, |score| -score);
        }
        // Only where the one who left had the greatest gain may there be less now.
        self.lost.clear();
        for (to, score) in row.iter() {
            if moves.to[to as usize] == score - own {
                moves.to[to as usize] = NO_MOVE;
                self.lost.push((to as usize, score - own));
            }
        }
        for &member in &self.members[at] {
            let row = self.pairs.of(member as usize);
            let Some(own) = row.score(at) else { continue };
            self.lost.retain(|&(to, lost)| {
                let Some(score) = row.score(to) else { return true };
                let entry = &mut moves.to[to];
                *entry = (*entry).max(score - own);
                *entry < lost
            });
            if self.lost.is_empty() {
                break;
            }
        }
    }

    fn all_moves(&self, expert: u32) -> Moves {
        let mut moves = Moves { to: vec![NO_MOVE; self.pairs.experts()].into_boxed_slice(), out: NO_MOVE };
        for &member in &self.members[expert as usize] {
            moves.add(self.pairs, member, expert);
        }
        moves
    }

    fn solution(self) -> Solution {
        let chosen = |(enterprise, &expert): (usize, &u32)| self.pairs.score(enterprise, expert);
        let total = self.expert.iter().enumerate().filter_map(chosen).map(i64::from).sum();
        let bound = dual_bound(self.pairs, &self.price);
        let expert = self.expert.iter().map(|&e| (e != NONE).then_some(e)).collect();
        Solution { expert, price: self.price, total, bound }
    }
}

impl Moves {
    fn add(&mut self, pairs: &Pairs, enterprise: u32, expert: u32) {
        let row = pairs.of(enterprise as usize);
        let own = row.score(expert as usize).unwrap_or(0);
        self.out = self.out.max(-own);
        for (to, score) in row.iter() {
            let entry = &mut self.to[to as usize];
            *entry = (*entry).max(score - own);
        }
    }
}

#[cfg(test)]
#[path = "solver_tests.rs"]
mod tests;
