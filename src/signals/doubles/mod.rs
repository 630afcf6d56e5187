//! Near-duplicates: the same news from forty sites is one. Pure.
//!
//! A text is set right ([`plain`]) and cut into pieces of three characters. Two texts are alike as far as they share pieces (Jaccard). To find the
//! few that may be alike among a million, each text has digests ([`bands`]): of 24 hash functions the least value over all pieces (MinHash), three
//! of them together a band. Two texts that share 80 % of their pieces share one of the eight bands with a probability of 99.7 %, unrelated ones in
//! one of ten thousand pairs. What shares a band is compared itself ([`alike`]).
//!
//! Words are not all: two recalls are written with the same words about other products. What has numbers or brands that the other has not, and the
//! other way round, is never the same ([`Marks`]).

mod marks;
mod plain;

pub use marks::Marks;
pub use plain::{normalised, plain};

use std::collections::HashSet;

/// Bands of a text.
pub const BANDS: usize = 8;
/// Hash functions of a band.
const ROWS: usize = 3;
/// Characters of a piece.
const PIECE: usize = 3;
/// Texts with fewer pieces are the same only as a whole: a few characters make too much of a difference.
const FEWEST: usize = 20;
/// Characters of a text that are looked at.
const MOST_CHARACTERS: usize = 4_000;

/// The pieces of a text that was set right, as hashes.
#[must_use]
pub fn pieces(plain: &str) -> HashSet<u64> {
    let chars: Vec<char> = plain.chars().take(MOST_CHARACTERS).collect();
    if chars.len() < PIECE {
        return std::iter::once(hash(&chars)).filter(|_| !chars.is_empty()).collect();
    }
    chars.windows(PIECE).map(hash).collect()
}

/// The digests by which near-duplicates of a text are looked for; none of a text without a letter.
#[must_use]
pub fn bands(pieces: &HashSet<u64>) -> Option<Vec<i64>> {
    if pieces.is_empty() {
        return None;
    }
    let mut all = Vec::with_capacity(BANDS);
    for band in 0..BANDS {
        let mut digest = mixed(u64::try_from(band).unwrap_or_default());
        for row in 0..ROWS {
            let seed = mixed(u64::try_from(band * ROWS + row + 1).unwrap_or_default());
            let least = pieces.iter().map(|piece| mixed(piece ^ seed)).min().unwrap_or_default();
            digest = mixed(digest.rotate_left(17) ^ least);
        }
        all.push(i64::from_ne_bytes(digest.to_ne_bytes()));
    }
    Some(all)
}

/// How much two texts share, in per cent of all their pieces, rounded down.
#[must_use]
pub fn shared(one: &HashSet<u64>, other: &HashSet<u64>) -> u32 {
    let both = one.intersection(other).count();
    let all = one.len() + other.len() - both;
    match all {
        0 => 0,
        all => u32::try_from(both * 100 / all).unwrap_or(0),
    }
}

/// A text as it is compared.
#[derive(Debug, Clone)]
pub struct Compared {
    pieces: HashSet<u64>,
    marks: Marks,
}

impl Compared {
    /// A title and a text, with the brand, model and barcode that the source names.
    #[must_use]
    pub fn of(title: &str, text: &str, named: &[Option<&str>]) -> Self {
        let whole = format!("{title}\n{text}");
        Self { pieces: pieces(&plain(&whole)), marks: Marks::of(&whole, named) }
    }

    /// The digests of the text.
    #[must_use]
    pub fn bands(&self) -> Option<Vec<i64>> {
        bands(&self.pieces)
    }
}

/// How far two texts are the same, in per cent; nothing where they are not: they share too little, or each has numbers or brands of its own.
#[must_use]
pub fn alike(one: &Compared, other: &Compared, least_percent: u32) -> Option<u32> {
    if !one.marks.fit(&other.marks) {
        return None;
    }
    let percent = shared(&one.pieces, &other.pieces);
    let short = one.pieces.len().min(other.pieces.len()) < FEWEST;
    let least = if short { 100 } else { least_percent };
    (percent >= least && !one.pieces.is_empty()).then_some(percent)
}

/// FNV-1a over the characters.
fn hash(chars: &[char]) -> u64 {
    chars.iter().fold(0xcbf2_9ce4_8422_2325, |sum, c| {
        u32::from(*c)
            .to_le_bytes()
            .iter()
            .fold(sum, |sum: u64, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
    })
}

/// The finaliser of SplitMix64: each bit of the result depends on all of the value.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NEWS: &str = "近日，多名家长反映，某款磁力珠玩具存在误吞风险。市场监管部门提醒，磁力珠属于小零件，三岁以下儿童不宜接触，\
        购买时应查看强制性产品认证标志，发现质量问题可拨打投诉举报热线。";

    fn of(title: &str, text: &str) -> Compared {
        Compared::of(title, text, &[])
    }

    fn meet(one: &Compared, other: &Compared) -> bool {
        let (one, other) = (one.bands().unwrap(), other.bands().unwrap());
        one.iter().any(|band| other.contains(band))
    }

    #[test]
    fn the_same_news_from_forty_sites_is_one() {
        let first = of("磁力珠玩具有误吞风险", NEWS);
        for n in 0..40 {
            let title = format!("磁力珠玩具有误吞风险 - 某某网站{}", ["新闻", "资讯", "频道"][n % 3]);
            let text =
                format!("2026-11-{:02} 10:{n:02} 来源：某某日报{n}\n{NEWS}责任编辑：甲{n}", n % 28 + 1);
            let other = of(&title, &text);
            assert!(alike(&first, &other, 70).is_some(), "{n}: {}", shared(&first.pieces, &other.pieces));
            assert!(meet(&first, &other), "{n}");
        }
    }

    #[test]
    fn other_numbers_or_brands_are_something_else() {
        let recall = |number: &str, brand: &str| {
            let text = format!(
                "某公司召回部分{brand}牌电热水壶，召回编号 {number}。因内部接线松动，使用中可能引起过热，存在起火隐患。\
                 请消费者立即停止使用，并与经销商联系，免费更换。"
            );
            of("召回电热水壶", &text)
        };
        let first = recall("S2026M0031", "甲乙");
        assert!(alike(&first, &recall("S2026M0031", "甲乙"), 70).is_some());
        assert!(alike(&first, &recall("S2026M0032", "甲乙"), 70).is_none(), "another number");
        assert!(alike(&first, &recall("S2026M0031", "丙丁"), 70).is_none(), "another brand");
        let branded = |brand| Compared::of("电热水壶", NEWS, &[Some(brand)]);
        assert!(alike(&branded("A"), &branded("B"), 70).is_none());
        assert!(alike(&branded("A"), &branded("a "), 70).is_some());
    }

    #[test]
    fn short_texts_are_the_same_as_a_whole_only() {
        assert!(alike(&of("", "插座漏电"), &of("", "插座，漏电！"), 70).is_some());
        assert!(alike(&of("", "插座漏电"), &of("", "插座起火"), 70).is_none());
        assert!(alike(&of("", "？！"), &of("", "……"), 70).is_none() && of("", "！").bands().is_none());
    }

    proptest! {
        #[test]
        fn what_is_shared_is_counted_alike_both_ways(a in "[甲乙丙丁a-c]{0,60}", b in "[甲乙丙丁a-c]{0,60}") {
            let (one, other) = (pieces(&a), pieces(&b));
            prop_assert_eq!(shared(&one, &other), shared(&other, &one));
            prop_assert!(shared(&one, &other) <= 100);
            prop_assert!(a != b || a.is_empty() || shared(&one, &other) == 100);
        }

        #[test]
        fn texts_with_few_changes_share_a_band(text in "[\u{4e00}-\u{4fff}]{120,200}", at in 0_usize..100) {
            let changed: String = text.chars().enumerate().map(|(n, c)| if n == at { 'x' } else { c }).collect();
            prop_assert!(meet(&of("", &text), &of("", &changed)));
        }
    }
}
