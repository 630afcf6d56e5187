//! How many different classes, kinds and operators were tested. Pure.

use crate::sampling_figures::counting::Counted;
use serde::Serialize;

/// How many different things were tested.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Breadth {
    /// Product classes.
    pub classes: i64,
    /// Product kinds.
    pub kinds: i64,
    /// Operators.
    pub operators: i64,
    /// Products that were tested by operator, to two decimals; null where there is none.
    pub products_per_operator: Option<f64>,
}

impl Breadth {
    /// Of a region and all under it.
    pub fn of(counted: &Counted, region: &str) -> Self {
        let figures = counted.all(region);
        let operators = figures.get("operators_tested");
        Self {
            classes: counted.tested(region, "class"),
            kinds: counted.tested(region, "kind"),
            operators,
            products_per_operator: ratio(figures.get("tested"), operators, 100.0),
        }
    }
}

/// A ratio rounded to a part of one; none where nothing is divided by.
#[expect(clippy::cast_precision_loss, reason = "counts of inspections are far below 2^53")]
pub fn ratio(part: i64, whole: i64, parts: f64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * parts).round() / parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_rounded() {
        assert_eq!(ratio(28_682, 13_505, 100.0), Some(2.12));
        assert_eq!(ratio(1, 0, 100.0), None);
    }
}
