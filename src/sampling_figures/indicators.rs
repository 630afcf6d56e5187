//! The indicators of inspections: each a share, with its numerator, its denominator and its formula. Pure.

use crate::core::{Language, Text};
use crate::inspections::words::Method;
use crate::sampling_figures::counting::Figures;
use serde::Serialize;

/// A share in percent to two decimals, rounded half up in whole numbers; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of inspections are far below 2^53")]
pub fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| {
        let hundredths = (i128::from(part) * 20_000 + i128::from(whole)).div_euclid(i128::from(whole) * 2);
        hundredths as f64 / 100.0
    })
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Indicator {
    /// Its word.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The formula in words.
    pub formula: String,
    /// What is divided.
    pub numerator: i64,
    /// The number by which the numerator is divided.
    pub denominator: i64,
    /// In percent, to two decimals; null where the denominator is 0.
    pub percent: Option<f64>,
}

/// How an indicator is worked out.
struct Definition {
    key: &'static str,
    name: (&'static str, &'static str),
    formula: (&'static str, &'static str),
    numerator: &'static [&'static str],
    denominator: &'static [&'static str],
}

const fn share(
    key: &'static str,
    name: (&'static str, &'static str),
    formula: (&'static str, &'static str),
    numerator: &'static [&'static str],
    denominator: &'static [&'static str],
) -> Definition {
    Definition { key, name, formula, numerator, denominator }
}

const LATE: Definition = share(
    "late_steps",
    ("逾期办理率", "Share of late steps"),
    ("逾期的步骤数 ÷ 已办步骤数", "late steps ÷ steps taken"),
    &["late_steps"],
    &["steps"],
);

const REFUSED: Definition = share(
    "refused",
    ("拒检率", "Refusal rate"),
    ("拒检 ÷ 抽取或登记", "refused ÷ drawn or registered"),
    &["refused"],
    &["drawn"],
);

const OF_TESTS: &[Definition] = &[
    share(
        "nonconforming",
        ("不合格发现率", "Nonconforming rate"),
        (
            "不合格 ÷ 有检验结果（不含拒检、未抽到、不得抽样、作废、移送和尚无结果）",
            "nonconforming ÷ tested (without what refused, was not found, was barred, is void, was handed over or has no result yet)",
        ),
        &["nonconforming"],
        &["tested"],
    ),
    share(
        "final",
        ("结果已确定率", "Share of final results"),
        ("结果已确定 ÷ 有检验结果", "final ÷ tested"),
        &["final"],
        &["tested"],
    ),
    REFUSED,
    share("void", ("作废率", "Void rate"), ("作废 ÷ 已抽样", "void ÷ sampled"), &["void"], &["sampled"]),
    share(
        "confirmed",
        ("标称生产者确认率", "Confirmed by the producer"),
        (
            "确认、视为确认或否认不成立 ÷ 请标称生产者确认",
            "confirmed, deemed confirmed or denial rejected ÷ nominal producers asked",
        ),
        &["confirmed"],
        &["asked"],
    ),
    share(
        "contested",
        ("异议率", "Share contested"),
        ("提出异议 ÷ 有检验结果", "contested ÷ tested"),
        &["contested"],
        &["tested"],
    ),
    share(
        "overturned",
        ("异议成立率", "Share overturned"),
        ("复检推翻 ÷ 提出异议", "overturned by the re-test ÷ contested"),
        &["overturned"],
        &["contested"],
    ),
    LATE,
];

const OF_LABELS: &[Definition] = &[
    share(
        "label_failed",
        ("标识不合格率", "Labels that failed"),
        ("（“三无” + 标识不合格）÷ 检查", "(three-noes + label nonconforming) ÷ inspected"),
        &["three_noes", "label_nonconforming"],
        &["tested"],
    ),
    share(
        "three_noes",
        ("其中“三无”", "Of them three-noes"),
        ("“三无” ÷ 检查", "three-noes ÷ inspected"),
        &["three_noes"],
        &["tested"],
    ),
    share(
        "label_nonconforming",
        ("其中标识不合格", "Of them label nonconforming"),
        ("标识不合格 ÷ 检查", "label nonconforming ÷ inspected"),
        &["label_nonconforming"],
        &["tested"],
    ),
    REFUSED,
    LATE,
];

const OF_QUICK_TESTS: &[Definition] = &[
    share(
        "suspect",
        ("快检可疑率", "Suspect rate"),
        ("可疑 ÷（可疑 + 未见异常）", "suspect ÷ (suspect + clear)"),
        &["suspect"],
        &["suspect", "clear"],
    ),
    share(
        "invalid",
        ("快检无效率", "Invalid rate"),
        ("无效 ÷ 全部快检", "invalid ÷ all quick tests"),
        &["invalid"],
        &["suspect", "clear", "invalid"],
    ),
    LATE,
];

/// Of the formal samples that followed a quick test.
const AFTER_QUICK_TESTS: &[Definition] = &[
    share(
        "positive_predictive_value",
        ("快检阳性预测值", "Positive predictive value"),
        (
            "快检可疑后正式抽样不合格 ÷ 快检可疑后正式抽样有结果",
            "formal samples after a suspect quick test that failed ÷ those tested",
        ),
        &["suspect_failed"],
        &["suspect_tested"],
    ),
    share(
        "clear_failed",
        ("快检未见异常后抽样不合格率", "Failures after a clear quick test"),
        (
            "快检未见异常后正式抽样不合格 ÷ 快检未见异常后正式抽样有结果",
            "formal samples after a clear quick test that failed ÷ those tested",
        ),
        &["clear_failed"],
        &["clear_tested"],
    ),
];

/// How many of the clear quick tests were followed by a formal sample: counted among the samplings, of all clear quick tests.
const CLEAR_RETESTED: Definition = share(
    "clear_retested",
    ("快检未见异常后抽样复核率", "Clear quick tests that were sampled"),
    (
        "快检未见异常后正式抽样有结果 ÷ 快检未见异常",
        "formal samples after a clear quick test that were tested ÷ clear quick tests",
    ),
    &["clear_tested"],
    &["clear"],
);

fn sum(figures: &Figures, names: &[&str]) -> i64 {
    names.iter().map(|name| figures.get(name)).sum()
}

fn worked_out(of: &Definition, (over, under): (&Figures, &Figures), language: Language) -> Indicator {
    let text = |(zh, en): (&'static str, &'static str)| Text::new(zh, en).get(language).to_owned();
    let (numerator, denominator) = (sum(over, of.numerator), sum(under, of.denominator));
    Indicator {
        key: of.key.to_owned(),
        name: text(of.name),
        formula: text(of.formula),
        numerator,
        denominator,
        percent: percent(numerator, denominator),
    }
}

/// The indicators of a method. `formal` has the figures of samplings, among them those that followed quick tests.
pub fn indicators(
    method: Method,
    figures: &Figures,
    formal: Option<&Figures>,
    language: Language,
) -> Vec<Indicator> {
    let own = match method {
        Method::Sampling | Method::Cross | Method::Visit => OF_TESTS,
        Method::Label => OF_LABELS,
        Method::Quick => OF_QUICK_TESTS,
    };
    let mut all: Vec<Indicator> = own.iter().map(|of| worked_out(of, (figures, figures), language)).collect();
    if let Some(formal) = formal {
        all.extend(AFTER_QUICK_TESTS.iter().map(|of| worked_out(of, (formal, formal), language)));
        all.push(worked_out(&CLEAR_RETESTED, (formal, figures), language));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shares_as_they_were_announced() {
        for (part, whole, wanted) in [
            (5_613, 28_682, "19.57"),
            (690 + 789, 10_121, "14.61"),
            (789, 10_121, "7.80"),
            (690, 10_121, "6.82"),
            (463, 4_792, "9.66"),
            (687, 5_573, "12.33"),
            (24, 440, "5.45"),
            (23, 149, "15.44"),
        ] {
            assert_eq!(percent(part, whole).map(|percent| format!("{percent:.2}")), Some(wanted.to_owned()));
        }
        assert_eq!(percent(3, 0), None);
    }

    proptest! {
        #[test]
        fn a_share_is_within_half_a_hundredth(part in 0..1_000_000i64, more in 1..1_000_000i64) {
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let exact = part as f64 * 100.0 / (part + more) as f64;
            prop_assert!((percent(part, part + more).unwrap() - exact).abs() <= 0.005_000_1);
        }
    }
}
