//! The words of support programmes for people.

use crate::sampling_figures::intervals::{Change, Rate, Verdict};
use crate::support_programmes::state::{MeasureKind, MeasureState, PaidBy, SupportScope, SupportStage};
use crate::web::frame::Frame;

/// The words for the stage of a programme.
pub fn stage_word(f: &Frame, stage: SupportStage) -> &'static str {
    let (zh, en) = stage.words();
    f.t(zh, en)
}

/// The words for what a support programme is for.
pub fn scope_word(f: &Frame, scope: SupportScope) -> &'static str {
    let (zh, en) = scope.words();
    f.t(zh, en)
}

/// The verdict of an evaluation.
pub fn verdict_word(f: &Frame, verdict: Verdict) -> &'static str {
    let (zh, en) = verdict.words();
    f.t(zh, en)
}

/// Its colour.
pub fn verdict_tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "good",
        Verdict::Missed => "bad",
        Verdict::Undecided => "warn",
    }
}

/// What is done in a measure.
pub fn measure_word(f: &Frame, kind: MeasureKind) -> &'static str {
    let (zh, en) = kind.words();
    f.t(zh, en)
}

/// The state of a measure.
pub fn measure_state_word(f: &Frame, state: MeasureState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// Who pays a fee.
pub fn paid_by_word(f: &Frame, by: PaidBy) -> &'static str {
    let (zh, en) = by.words();
    f.t(zh, en)
}

/// A number of percent; a dash for none.
pub fn percent(percent: Option<f64>) -> String {
    percent.map_or_else(|| "—".to_owned(), |percent| format!("{percent:.2}%"))
}

/// A rate with n and interval; never without.
pub fn rate(f: &Frame, rate: &Rate) -> String {
    let (Some(share), Some(low), Some(high)) = (rate.percent, rate.low, rate.high) else {
        return f.t("无检验结果（n = 0）", "no results (n = 0)").to_owned();
    };
    let Rate { nonconforming, tested, .. } = rate;
    f.t(
        &format!("{share:.2}%（{nonconforming} / {tested}，95% 置信区间 {low:.2}%—{high:.2}%）"),
        &format!("{share:.2}% ({nonconforming} of {tested}, 95% interval {low:.2}% to {high:.2}%)"),
    )
    .to_owned()
}

fn signed(points: f64) -> String {
    let sign = if points < 0.0 { "−" } else { "+" };
    format!("{sign}{:.2}", points.abs())
}

/// A change with its interval, in percentage points.
pub fn change(f: &Frame, change: Option<&Change>) -> String {
    let Some(Change { points, low, high }) = change else {
        return f.t("样本不足，无法比较", "too few results to compare").to_owned();
    };
    let (points, low, high) = (signed(*points), signed(*low), signed(*high));
    f.t(
        &format!("{points} 个百分点（95% 置信区间 {low} 至 {high}）"),
        &format!("{points} points (95% interval {low} to {high})"),
    )
    .to_owned()
}

/// An amount of fen in yuan.
pub fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen / 100, fen % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("¥{grouped}.{rest:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_are_shown_as_yuan() {
        for (fen, shown) in [
            (0, "¥0.00"),
            (5, "¥0.05"),
            (100_000, "¥1,000.00"),
            (123_456_789, "¥1,234,567.89"),
            (99_999, "¥999.99"),
        ] {
            assert_eq!(yuan(fen), shown);
        }
    }

    #[test]
    fn a_change_has_its_sign() {
        assert_eq!(
            (signed(-1.5), signed(0.0), signed(2.25)),
            ("−1.50".to_owned(), "+0.00".to_owned(), "+2.25".to_owned())
        );
    }
}
