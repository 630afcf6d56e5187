//! How long inspections take from one step to the next: median and 90th percentile. Pure.

use crate::core::Text;
use crate::sampling_figures::counting::Figures;
use serde::Serialize;

crate::word_enum! {
    /// A span between two steps.
    pub enum Span {
        /// From the draw to the sample, in days.
        Sample = "sample",
        /// From the sample to the report, in days.
        Report = "report",
        /// From the report to the delivery of the result, in days.
        Delivery = "delivery",
        /// From the delivery to the final result, in days.
        Final = "final",
        /// The turnaround of a quick test, in minutes.
        Minutes = "minutes",
    }
}

impl Span {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Sample => ("抽取到抽样（天）", "Draw to sample (days)"),
            Self::Report => ("抽样到报告（天）", "Sample to report (days)"),
            Self::Delivery => ("报告到送达（天）", "Report to delivery (days)"),
            Self::Final => ("送达到结果确定（天）", "Delivery to final result (days)"),
            Self::Minutes => ("快速检测用时（分钟）", "Turnaround of quick tests (minutes)"),
        };
        Text::new(zh, en)
    }
}

/// How long a span takes. By nearest rank: the smallest number that so many of the inspections do not exceed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SpanDays {
    /// The span: days, or minutes for `minutes`.
    #[schema(inline)]
    pub span: Span,
    /// How many inspections have both steps.
    pub count: i64,
    /// Half of them take no longer.
    pub median: i64,
    /// Nine in ten take no longer.
    pub p90: i64,
}

/// The spans that some inspections have, in their order.
pub fn spans(figures: &Figures) -> Vec<SpanDays> {
    Span::ALL
        .iter()
        .filter_map(|span| {
            let beginning = format!("days {span} ");
            let mut numbers: Vec<(i64, i64)> = figures
                .beginning(&beginning)
                .filter_map(|(number, count)| Some((number.parse().ok()?, count)))
                .filter(|(_, count)| *count > 0)
                .collect();
            numbers.sort_unstable();
            let count = numbers.iter().map(|(_, count)| count).sum();
            let (median, p90) = (at_rank(&numbers, count, 50)?, at_rank(&numbers, count, 90)?);
            Some(SpanDays { span: *span, count, median, p90 })
        })
        .collect()
}

/// The smallest number that so many percent do not exceed, of numbers in order with how often each is there.
fn at_rank(numbers: &[(i64, i64)], count: i64, percent: i64) -> Option<i64> {
    let rank = (count * percent + 99) / 100;
    let mut passed = 0;
    numbers
        .iter()
        .find(|(_, many)| {
            passed += many;
            passed >= rank
        })
        .map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_has_no_rank() {
        assert_eq!(at_rank(&[], 0, 50), None);
        assert!(spans(&Figures::default()).is_empty());
    }

    proptest! {
        #[test]
        fn ranks_are_those_of_the_sorted_list(mut days in proptest::collection::vec(0..50i64, 1..200)) {
            let mut numbers: Vec<(i64, i64)> = Vec::new();
            days.sort_unstable();
            for day in &days {
                match numbers.last_mut() {
                    Some((last, many)) if last == day => *many += 1,
                    _ => numbers.push((*day, 1)),
                }
            }
            let count = i64::try_from(days.len()).unwrap();
            for percent in [50, 90] {
                let rank = (days.len() * usize::try_from(percent).unwrap()).div_ceil(100);
                prop_assert_eq!(at_rank(&numbers, count, percent), Some(days[rank - 1]));
            }
        }
    }
}
