//! Whether the segments of a recording hang together: each names the SHA-256 of the one before, the first the nonce. Segments come in any
//! order and days late, so the chain is judged over what has come, whenever it is read. Pure.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// A segment, as far as the chain is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its place in the recording, from 1.
    pub seq: i32,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// SHA-256 of the previous segment, as this one names it.
    pub previous: Vec<u8>,
    /// Its first moment by the server's clock: the device's, corrected by what the device's clock was off when the recording began.
    pub starts: DateTime<Utc>,
    /// Its last moment, likewise. That of a photo is its first.
    pub ends: DateTime<Utc>,
}

crate::word_enum! {
    /// The state of the chain of a recording.
    pub enum ChainState {
        /// Nothing has come.
        Empty = "empty",
        /// All that has come hangs together, but some is missing, or the recording was not brought to its end.
        Incomplete = "incomplete",
        /// A segment names another one before it than the one that is there.
        Broken = "broken",
        /// From the nonce to the end without a missing segment.
        Unbroken = "unbroken",
    }
}

/// A time in which nothing was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Gap {
    /// The segment behind it.
    pub before_seq: i32,
    /// When the segment in front of it ends, UTC by the server's clock.
    pub from: DateTime<Utc>,
    /// When the segment behind it begins, likewise.
    pub until: DateTime<Utc>,
    /// Seconds in between.
    pub seconds: i64,
}

/// What the segments of a recording come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Chain {
    /// Whether it hangs together.
    #[schema(inline)]
    pub state: ChainState,
    /// The numbers of segments that have not come.
    pub missing: Vec<i32>,
    /// The segments that name another one before them than the one that is there.
    pub broken: Vec<i32>,
    /// The segments that begin before the one in front of them has ended.
    pub overlapping: Vec<i32>,
    /// The times longer than the setting in which nothing was recorded.
    pub gaps: Vec<Gap>,
    /// Seconds that were recorded.
    pub seconds: i64,
}

/// Device clocks are read in milliseconds, and a camera takes a moment to begin anew: so much overlap is none.
const SLACK: Duration = Duration::seconds(1);

/// Judges the segments of a recording, in any order.
///
/// `declared` is how many the device says there are, once the recording is closed. `gap` is the longest time between two segments that is no
/// gap worth showing.
pub fn fold(nonce: &[u8], links: &[Link], declared: Option<i32>, gap: Duration) -> Chain {
    let mut links: Vec<&Link> = links.iter().collect();
    links.sort_by_key(|link| link.seq);
    let last = declared.unwrap_or(0).max(links.last().map_or(0, |link| link.seq));
    let (mut missing, mut broken, mut overlapping, mut gaps) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut seconds = Duration::zero();
    let mut before: Option<&Link> = None;
    let mut next = 1;
    for link in &links {
        missing.extend(next..link.seq);
        let wanted = match before {
            None if link.seq == 1 => Some(nonce),
            Some(before) if before.seq + 1 == link.seq => Some(before.sha256.as_slice()),
            _ => None,
        };
        if wanted.is_some_and(|wanted| wanted != link.previous.as_slice()) {
            broken.push(link.seq);
        }
        if let Some(before) = before {
            let between = link.starts - before.ends;
            if between > gap {
                gaps.push(Gap {
                    before_seq: link.seq,
                    from: before.ends,
                    until: link.starts,
                    seconds: between.num_seconds(),
                });
            }
            if between < -SLACK {
                overlapping.push(link.seq);
            }
        }
        seconds += link.ends - link.starts;
        next = link.seq + 1;
        before = Some(link);
    }
    missing.extend(next..=last);
    let state = if links.is_empty() {
        ChainState::Empty
    } else if !broken.is_empty() {
        ChainState::Broken
    } else if !missing.is_empty() || declared.is_none() {
        ChainState::Incomplete
    } else {
        ChainState::Unbroken
    };
    Chain { state, missing, broken, overlapping, gaps, seconds: seconds.num_seconds() }
}

/// What the chains of an inspection come to together: the worst of them.
pub fn together(states: impl IntoIterator<Item = ChainState>) -> ChainState {
    let rank = |state: &ChainState| match state {
        ChainState::Broken => 0,
        ChainState::Incomplete => 1,
        ChainState::Empty => 2,
        ChainState::Unbroken => 3,
    };
    states.into_iter().min_by_key(rank).unwrap_or(ChainState::Empty)
}

/// Seconds of an interval that no segment covers.
pub fn uncovered(links: &[Link], from: DateTime<Utc>, until: DateTime<Utc>) -> i64 {
    let mut links: Vec<&Link> = links.iter().filter(|link| link.ends > from && link.starts < until).collect();
    links.sort_by_key(|link| link.starts);
    let (mut at, mut open) = (from, Duration::zero());
    for link in links {
        if link.starts > at {
            open += link.starts - at;
        }
        at = at.max(link.ends.min(until));
    }
    open += until - at;
    open.num_seconds().max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hash(n: i32) -> Vec<u8> {
        vec![u8::try_from(n % 256).unwrap(); 32]
    }

    /// Segments of ten seconds, one behind the other, of a chain that begins with `hash(0)`.
    fn links(count: i32) -> Vec<Link> {
        let begin: DateTime<Utc> = "2026-11-29T01:00:00Z".parse().unwrap();
        let at = |seq: i32| begin + Duration::seconds(i64::from(seq) * 10);
        let link = |seq: i32| Link {
            seq,
            sha256: hash(seq),
            previous: hash(seq - 1),
            starts: at(seq),
            ends: at(seq + 1),
        };
        (1..=count).map(link).collect()
    }

    fn judged(links: &[Link], declared: Option<i32>) -> Chain {
        fold(&hash(0), links, declared, Duration::seconds(5))
    }

    #[test]
    fn a_chain_is_unbroken_from_the_nonce_to_the_declared_end() {
        let all = links(5);
        let chain = judged(&all, Some(5));
        assert_eq!((chain.state, chain.seconds), (ChainState::Unbroken, 50));
        assert_eq!(judged(&all, None).state, ChainState::Incomplete, "it was not brought to its end");
        let chain = judged(&all, Some(7));
        assert_eq!((chain.state, chain.missing), (ChainState::Incomplete, vec![6, 7]));
        assert_eq!(judged(&[], None).state, ChainState::Empty);
        let chain = judged(&[], Some(2));
        assert_eq!((chain.state, chain.missing), (ChainState::Empty, vec![1, 2]));
    }

    #[test]
    fn another_nonce_or_another_segment_breaks_it() {
        let all = links(4);
        assert_eq!(fold(&hash(9), &all, Some(4), Duration::zero()).broken, [1]);
        let mut changed = all.clone();
        changed[1].sha256 = hash(99);
        let chain = judged(&changed, Some(4));
        assert_eq!((chain.state, chain.broken), (ChainState::Broken, vec![3]));
    }

    #[test]
    fn what_is_missing_shows_as_a_number_and_as_a_time() {
        let mut some = links(5);
        some.remove(2);
        let chain = judged(&some, Some(5));
        assert_eq!((chain.state, &chain.missing), (ChainState::Incomplete, &vec![3]));
        assert_eq!((chain.gaps.len(), chain.gaps[0].before_seq, chain.gaps[0].seconds), (1, 4, 10));
        some[3].starts -= Duration::seconds(30);
        assert_eq!(judged(&some, Some(5)).overlapping, [5]);
    }

    #[test]
    fn the_worst_chain_speaks_for_all() {
        use ChainState::{Broken, Empty, Incomplete, Unbroken};
        assert_eq!(together([]), Empty);
        assert_eq!(together([Unbroken, Unbroken]), Unbroken);
        assert_eq!(together([Unbroken, Incomplete]), Incomplete);
        assert_eq!(together([Incomplete, Broken, Empty]), Broken);
    }

    #[test]
    fn what_no_segment_covers_is_counted() {
        let all = links(3);
        let (from, until) = (all[0].starts, all[2].ends);
        assert_eq!(uncovered(&all, from, until), 0);
        assert_eq!(uncovered(&all, from - Duration::seconds(4), until + Duration::seconds(6)), 10);
        assert_eq!(uncovered(&[all[0].clone(), all[2].clone()], from, until), 10);
        assert_eq!(uncovered(&[], from, until), 30);
    }

    proptest! {
        #[test]
        fn the_order_in_which_segments_come_changes_nothing(
            order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(), kept in 0..=12_usize,
        ) {
            let all = links(12);
            let come: Vec<Link> = order.iter().take(kept).map(|n| all[*n].clone()).collect();
            let mut sorted = come.clone();
            sorted.sort_by_key(|link| link.seq);
            prop_assert_eq!(judged(&come, Some(12)), judged(&sorted, Some(12)));
            let chain = judged(&come, Some(12));
            prop_assert_eq!(chain.missing.len(), 12 - kept);
            prop_assert!(chain.broken.is_empty());
        }

        #[test]
        fn a_changed_byte_is_always_found(at in 0..6_usize) {
            let mut all = links(6);
            all[at].sha256[0] ^= 1;
            let chain = judged(&all, Some(6));
            // Nothing names the last one; there the hash of the bytes themselves tells.
            prop_assert_eq!(chain.state == ChainState::Broken, at < 5);
        }
    }
}
