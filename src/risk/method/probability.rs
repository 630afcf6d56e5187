//! Probabilities as people write them, compared exactly: 0.6 is more than one half and 0.5 is not, whatever a float makes of them.

use crate::core::Text;
use crate::risk::method::natural::Natural;
use std::cmp::Ordering;
use std::fmt;

/// The most characters of a probability as it is written.
pub const MOST_TEXT: usize = 30;
/// The most digits of one of its numbers.
const MOST_DIGITS: usize = 12;

/// A probability: more than 0, at most 1.
#[derive(Debug, Clone)]
pub struct Probability {
    above: Natural,
    below: Natural,
}

/// Why a text is no probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoProbability {
    /// It is neither a decimal nor a fraction of whole numbers.
    Unreadable,
    /// It is 0, or more than 1.
    OutOfRange,
}

impl NoProbability {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Unreadable => (
                "须写为小数（如 0.01）、百分数（如 2%）或分数（如 1/250），数字最多 12 位",
                "must be a decimal such as 0.01, a percentage such as 2% or a fraction such as 1/250, with at most 12 digits",
            ),
            Self::OutOfRange => ("须大于 0 且不大于 1", "must be more than 0 and at most 1"),
        };
        Text::new(zh, en)
    }
}

/// Digits as a number, with how many there are.
fn digits(text: &str) -> Option<(u64, usize)> {
    let plain = !text.is_empty() && text.len() <= MOST_DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok().map(|number| (number, text.len())) } else { None }
}

/// A decimal as a fraction: above and below the line.
fn decimal(text: &str) -> Option<(u64, u64)> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole = if whole.is_empty() && !part.is_empty() { "0" } else { whole };
    let (whole, _) = digits(whole)?;
    let (part, places) = if part.is_empty() && !text.contains('.') { (0, 0) } else { digits(part)? };
    let below = 10_u64.checked_pow(u32::try_from(places).ok()?)?;
    Some((whole.checked_mul(below)?.checked_add(part)?, below))
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl Probability {
    /// Reads a probability: `0.01`, `2%`, `1/250`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NoProbability> {
        let text = text.trim();
        if text.chars().count() > MOST_TEXT {
            return Err(NoProbability::Unreadable);
        }
        let text = text.replace('％', "%").replace('／', "/");
        let (above, below) = if let Some((above, below)) = text.split_once('/') {
            let whole = |text: &str| digits(text.trim()).map(|(number, _)| number);
            whole(above).zip(whole(below))
        } else if let Some(percent) = text.strip_suffix('%') {
            decimal(percent.trim_end()).and_then(|(above, below)| Some((above, below.checked_mul(100)?)))
        } else {
            decimal(&text)
        }
        .ok_or(NoProbability::Unreadable)?;
        if above == 0 || below == 0 || above > below {
            return Err(NoProbability::OutOfRange);
        }
        let common = greatest_common_divisor(above, below).max(1);
        Ok(Self { above: Natural::of(above / common), below: Natural::of(below / common) })
    }

    /// What is certain.
    pub fn one() -> Self {
        Self { above: Natural::of(1), below: Natural::of(1) }
    }

    fn capped(self) -> Self {
        if self.above > self.below { Self::one() } else { self }
    }

    /// That both happen, one given the other.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self { above: self.above.times(&other.above), below: self.below.times(&other.below) }
    }

    /// Either of two: their sum, at most 1.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let above = self.above.times(&other.below).plus(&other.above.times(&self.below));
        Self { above, below: self.below.times(&other.below) }.capped()
    }

    /// So many times as probable, as a fraction; at most 1.
    #[must_use]
    pub fn scaled(&self, (above, below): (u64, u64)) -> Self {
        Self {
            above: self.above.times(&Natural::of(above)),
            below: self.below.times(&Natural::of(below.max(1))),
        }
        .capped()
    }

    /// Whether it is more than one in so many.
    pub fn exceeds_one_in(&self, many: u64) -> bool {
        self.above.times(&Natural::of(many)) > self.below
    }

    /// The probability as a float, to be shown or drawn; never to be compared.
    pub fn about(&self) -> f64 {
        // Numbers of hundreds of digits do not fit into floats: the quotient is taken of what fits.
        let (above, below) = (self.above.about(), self.below.about());
        if below.is_finite() && below > 0.0 { above / below } else { 0.0 }
    }
}

impl PartialEq for Probability {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Probability {}

impl Ord for Probability {
    fn cmp(&self, other: &Self) -> Ordering {
        self.above.times(&other.below).cmp(&other.above.times(&self.below))
    }
}

impl PartialOrd for Probability {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.above == self.below { f.write_str("1") } else { write!(f, "{}/{}", self.above, self.below) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Probability {
        Probability::parse(text).unwrap()
    }

    #[test]
    fn decimals_percentages_and_fractions_are_read_exactly() {
        for (text, fraction) in [
            ("0.5", "1/2"),
            (".5", "1/2"),
            ("1", "1"),
            ("1.0", "1"),
            ("0.01003", "1003/100000"),
            ("2%", "1/50"),
            ("0.5 %", "1/200"),
            ("１/2", ""),
            ("1/250", "1/250"),
            ("2 / 500", "1/250"),
            ("999999999999/999999999999", "1"),
        ] {
            let found = Probability::parse(text).map(|p| p.to_string()).unwrap_or_default();
            assert_eq!(found, fraction, "{text}");
        }
        for text in [
            "",
            "x",
            "1e-3",
            "-0.1",
            "0,5",
            "1/",
            "/2",
            "1/2/3",
            "0.1234567890123",
            "1.",
            "50%%",
            "+0.5",
            "NaN",
        ] {
            assert_eq!(Probability::parse(text).err(), Some(NoProbability::Unreadable), "{text}");
        }
        for text in ["0", "0.0", "0/5", "1/0", "1.01", "101%", "3/2"] {
            assert_eq!(Probability::parse(text).err(), Some(NoProbability::OutOfRange), "{text}");
        }
    }

    #[test]
    fn the_bounds_are_compared_themselves() {
        assert!(!read("0.5").exceeds_one_in(2) && read("0.6").exceeds_one_in(2));
        assert!(read("0.500000000001").exceeds_one_in(2));
        assert!(read("0.01003").exceeds_one_in(100) && !read("1/100").exceeds_one_in(100));
        assert!(!read("1/1000000").exceeds_one_in(1_000_000));
    }

    proptest! {
        #[test]
        fn products_and_sums_are_those_of_whole_numbers(
            steps in prop::collection::vec((1_u64..1_000, 1_u64..1_000), 1..4), other in (1_u64..1_000, 1_u64..1_000), many in 1_u64..10_000_000,
        ) {
            let ordered = |(a, b): (u64, u64)| (a.min(b), a.max(b));
            let all: Vec<(u64, u64)> = steps.into_iter().map(ordered).collect();
            let product = all.iter().map(|(a, b)| read(&format!("{a}/{b}"))).reduce(|p, q| p.and(&q)).unwrap();
            let (above, below) = all.iter().fold((1_u128, 1_u128), |(a, b), (c, d)| (a * u128::from(*c), b * u128::from(*d)));
            prop_assert_eq!(product.exceeds_one_in(many), above * u128::from(many) > below);
            let (c, d) = ordered(other);
            let sum = product.or(&read(&format!("{c}/{d}")));
            let (above, below) = (above * u128::from(d) + u128::from(c) * below, below * u128::from(d));
            let capped = above.min(below);
            prop_assert_eq!(sum.exceeds_one_in(many), capped * u128::from(many) > below);
            prop_assert!(sum >= product && sum <= Probability::one());
        }
    }
}
