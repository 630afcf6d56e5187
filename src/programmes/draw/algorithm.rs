//! Which rows of a frame are drawn: weighted sampling without replacement, in whole numbers alone, so that a program in any language draws the
//! same. Pure. `docs/draws.md` tells anybody how to repeat a draw; `tests/it/programmes/repeat_draw.py` is that recipe as a script.
//!
//! Each row gets a key that is -log2(u) / weight, where u is the first eight bytes of SHA-256(seed, id of the row); the rows with the
//! smallest keys are drawn, in the order of their keys. (P. S. Efraimidis, P. G. Spirakis, "Weighted random sampling with a reservoir",
//! Information Processing Letters 97, 2006.) Whoever is drawn first is row i with probability weight i / sum of weights; and so on
//! among those that are left.

use sha2::{Digest, Sha256};

/// The name of the recipe. Another recipe is another name.
pub const RECIPE: &str = "zerodesk-draw-1";

/// Binary digits behind the point of a logarithm.
const DIGITS: u32 = 48;

/// A seed.
pub type Seed = [u8; 32];

/// A row of a frame, as far as the draw is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighted<'a> {
    /// The id of the row.
    pub id: &'a str,
    /// Its weight, at least 1.
    pub weight: u64,
}

/// -log2(u / 2^64) in units of 2^-48, rounded up; u is at least 1.
fn minus_log2(u: u64) -> u64 {
    let u = u.max(1);
    let whole = u64::from(63 - u.leading_zeros());
    let mut mantissa = u128::from(u) << u.leading_zeros();
    let mut log2 = whole;
    for _ in 0..DIGITS {
        mantissa = (mantissa * mantissa) >> 63;
        log2 <<= 1;
        if mantissa >> 64 > 0 {
            mantissa >>= 1;
            log2 |= 1;
        }
    }
    (64 << DIGITS) - log2
}

/// The key of a row under a seed. The smaller, the sooner it is drawn.
pub fn key(seed: &Seed, row: &Weighted<'_>) -> u128 {
    let digest = Sha256::new().chain_update(seed).chain_update(row.id.as_bytes()).finalize();
    let u = digest.iter().take(8).fold(0_u64, |u, byte| (u << 8) | u64::from(*byte));
    (u128::from(minus_log2(u)) << 64) / u128::from(row.weight.max(1))
}

/// The places in the frame of the rows that are drawn, in the order in which they are; fewer than `wanted` where there are fewer rows.
pub fn draw(seed: &Seed, rows: &[Weighted<'_>], wanted: usize) -> Vec<usize> {
    let mut keyed: Vec<(u128, &str, usize)> =
        rows.iter().enumerate().map(|(place, row)| (key(seed, row), row.id, place)).collect();
    if wanted > 0 && wanted < keyed.len() {
        keyed.select_nth_unstable(wanted - 1);
        keyed.truncate(wanted);
    } else if wanted == 0 {
        keyed.clear();
    }
    keyed.sort_unstable();
    keyed.into_iter().map(|(.., place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(weights: &[u64]) -> Vec<(String, u64)> {
        weights.iter().enumerate().map(|(at, weight)| (format!("row-{at:04}"), *weight)).collect()
    }

    fn weighted(rows: &[(String, u64)]) -> Vec<Weighted<'_>> {
        rows.iter().map(|(id, weight)| Weighted { id, weight: *weight }).collect()
    }

    fn seed(n: u64) -> Seed {
        Sha256::digest(n.to_be_bytes()).into()
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "compared within 1e-12")]
    fn the_logarithm_is_exact_where_it_is_whole_and_close_elsewhere() {
        for power in 0..64 {
            assert_eq!(minus_log2(1 << power), (64 - power) << DIGITS, "2^{power}");
        }
        for u in [3_u64, 1000, u64::MAX / 3, u64::MAX - 1, u64::MAX] {
            let exact = 64.0 - (u as f64).log2();
            let found = minus_log2(u) as f64 / (1_u64 << DIGITS) as f64;
            assert!((found - exact).abs() < 1e-12, "{u}: {found} for {exact}");
        }
        assert_eq!(minus_log2(0), minus_log2(1));
    }

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "weights are small")]
    fn ten_thousand_draws_fit_the_weights() {
        let weights = [1000, 1500, 3000, 1000, 1500, 6000, 500, 2500];
        let rows = rows(&weights);
        let rows = weighted(&rows);
        let (mut first, mut second) = ([0_u32; 8], [0_u32; 8]);
        for n in 0..10_000 {
            let drawn = draw(&seed(n), &rows, 2);
            first[drawn[0]] += 1;
            second[drawn[1]] += 1;
        }
        let total: f64 = weights.iter().map(|weight| *weight as f64).sum();
        let share = |at: usize| weights[at] as f64 / total;
        // Who comes second is drawn from those that are left.
        let later = |at: usize| {
            (0..weights.len())
                .filter(|other| *other != at)
                .map(|o| share(o) * share(at) / (1.0 - share(o)))
                .sum::<f64>()
        };
        for (counts, expected) in
            [(first, (0..8).map(share).collect::<Vec<_>>()), (second, (0..8).map(later).collect())]
        {
            let chi: f64 = counts
                .iter()
                .zip(&expected)
                .map(|(count, share)| (f64::from(*count) - share * 10_000.0).powi(2) / (share * 10_000.0))
                .sum();
            // The 99.9 % point of chi-square with 7 degrees of freedom.
            assert!(chi < 24.32, "chi-square {chi}: {counts:?} for {expected:?}");
        }
    }

    #[test]
    fn a_draw_is_what_it_was_when_it_was_published() {
        let rows = rows(&[1000; 6]);
        let drawn = draw(&[7; 32], &weighted(&rows), 6);
        let keys: Vec<u128> = drawn.iter().map(|at| key(&[7; 32], &weighted(&rows)[*at])).collect();
        assert!(keys.is_sorted());
        assert_eq!(
            draw(&[7; 32], &weighted(&rows), 3),
            drawn[..3],
            "who is drawn first does not hang on how many are"
        );
        assert_ne!(draw(&[8; 32], &weighted(&rows), 6), drawn);
    }

    proptest! {
        #[test]
        fn a_draw_takes_each_row_once_and_as_many_as_wanted(weights in proptest::collection::vec(1_u64..5000, 0..60), wanted in 0_usize..80, n in any::<u64>()) {
            let rows = rows(&weights);
            let mut drawn = draw(&seed(n), &weighted(&rows), wanted);
            prop_assert_eq!(drawn.len(), wanted.min(rows.len()));
            drawn.sort_unstable();
            drawn.dedup();
            prop_assert_eq!(drawn.len(), wanted.min(rows.len()));
        }

        #[test]
        fn the_order_of_the_frame_does_not_matter(weights in proptest::collection::vec(1_u64..5000, 1..40), n in any::<u64>()) {
            let rows = rows(&weights);
            let forward = weighted(&rows);
            let backward: Vec<Weighted<'_>> = forward.iter().rev().cloned().collect();
            let ids = |rows: &[Weighted<'_>]| draw(&seed(n), rows, 5).into_iter().map(|at| rows[at].id.to_owned()).collect::<Vec<_>>();
            prop_assert_eq!(ids(&forward), ids(&backward));
        }
    }
}
