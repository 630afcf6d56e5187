//! Shares in percent for charts.

/// A share in percent, rounded half up to one decimal, in whole numbers so that no 0.05 is lost; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "at most 1000")]
pub fn percent(part: i64, whole: i64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let tenths = (i128::from(part) * 2000 + i128::from(whole)) / (i128::from(whole) * 2);
    tenths as f64 / 10.0
}
