//! Whole numbers without a sign and without a bound, as far as exact probabilities need them.

use std::cmp::Ordering;
use std::fmt;

/// A whole number: its digits to the base 2³², the least first, without zeros at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Natural(Vec<u32>);

impl Natural {
    /// A number that fits into 64 bits.
    pub fn of(number: u64) -> Self {
        let low = u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        let high = u32::try_from(number >> 32).unwrap_or(u32::MAX);
        Self(vec![low, high]).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut digits = vec![0_u32; self.0.len() + other.0.len()];
        for (at, a) in self.0.iter().enumerate() {
            let mut carry = 0_u64;
            for (by, place) in digits.iter_mut().skip(at).enumerate() {
                let factor = other.0.get(by).copied();
                if factor.is_none() && carry == 0 {
                    break;
                }
                // At most (2³²−1)² + 2·(2³²−1) = 2⁶⁴ − 1.
                let sum = u64::from(*a) * u64::from(factor.unwrap_or(0)) + u64::from(*place) + carry;
                *place = low(sum);
                carry = sum >> 32;
            }
        }
        Self(digits).trimmed()
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let places = self.0.len().max(other.0.len());
        let (mut digits, mut carry) = (Vec::with_capacity(places + 1), 0_u64);
        for at in 0..places {
            let digit = |number: &Self| u64::from(number.0.get(at).copied().unwrap_or(0));
            let sum = digit(self) + digit(other) + carry;
            digits.push(low(sum));
            carry = sum >> 32;
        }
        digits.push(low(carry));
        Self(digits).trimmed()
    }

    /// The whole part of the quotient by a small number other than 0, and the rest.
    fn divided(&self, by: u32) -> (Self, u32) {
        let (mut digits, mut rest) = (vec![0_u32; self.0.len()], 0_u64);
        for (place, digit) in digits.iter_mut().zip(&self.0).rev() {
            let of = (rest << 32) | u64::from(*digit);
            *place = low(of / u64::from(by.max(1)));
            rest = of % u64::from(by.max(1));
        }
        (Self(digits).trimmed(), low(rest))
    }

    /// The number as a float: near enough to be shown, never to be compared.
    pub fn about(&self) -> f64 {
        self.0.iter().rev().fold(0.0, |sum, digit| sum * 4_294_967_296.0 + f64::from(*digit))
    }

    /// How many digits to the base 2 it has.
    pub fn bits(&self) -> usize {
        self.0.last().map_or(0, |top| {
            let zeros = usize::try_from(top.leading_zeros()).unwrap_or(0);
            self.0.len() * 32 - zeros
        })
    }
}

/// The lower 32 bits.
fn low(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Natural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let mut number = self.clone();
        while !number.is_zero() {
            let (rest, part) = number.divided(1_000_000_000);
            parts.push(part);
            number = rest;
        }
        let mut parts = parts.into_iter().rev();
        write!(f, "{}", parts.next().unwrap_or(0))?;
        parts.try_for_each(|part| write!(f, "{part:09}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(number: u128) -> Natural {
        let half = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap();
        let (high, low) = (half(number >> 64), half(number));
        let base = Natural::of(1 << 32).times(&Natural::of(1 << 32));
        Natural::of(high).times(&base).plus(&Natural::of(low))
    }

    proptest! {
        #[test]
        fn products_sums_order_and_digits_are_those_of_128_bits(a: u64, b: u64, c in 0..u128::MAX / 2, d in 0..u128::MAX / 2) {
            prop_assert_eq!(Natural::of(a).times(&Natural::of(b)), of(u128::from(a) * u128::from(b)));
            prop_assert_eq!(of(c).plus(&of(d)), of(c + d));
            prop_assert_eq!(of(c).cmp(&of(d)), c.cmp(&d));
            prop_assert_eq!(of(c).to_string(), c.to_string());
            prop_assert_eq!(of(c).bits(), 128 - c.leading_zeros() as usize);
        }
    }

    #[test]
    fn nothing_and_long_numbers() {
        assert_eq!(Natural::of(0).to_string(), "0");
        assert!(Natural::of(7).times(&Natural::of(0)).is_zero());
        let long = (0..10).fold(Natural::of(1), |n, _| n.times(&Natural::of(1_000_000_000)));
        assert_eq!(long.to_string(), format!("1{}", "0".repeat(90)));
        assert!((long.about() / 1e90 - 1.0).abs() < 1e-12);
    }
}
