//! Promises: what is promised until when, and how that stands on a day. Pure.

use crate::catalogue::Calendar;
use crate::core::clock::day_text;
use crate::core::fields::Fields;
use crate::engagements::common::words::PromiseState;
use crate::remediation::action::ActionKind;
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// The most characters of a promise.
const MAX_PROMISE: usize = 500;
/// The digits of a mobile telephone number in China.
const MOBILE_DIGITS: usize = 11;

/// A promise as it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPromise {
    /// What is promised, at most 500 characters. Everybody reads it, so it names no person and no telephone number.
    pub text: String,
    /// Until when, in Asia/Shanghai. On a rest day the next working day counts.
    pub due_on: NaiveDate,
    /// What kind of action it becomes where a case runs; `correction` where none is named.
    #[serde(default = "correction")]
    pub kind: ActionKind,
}

fn correction() -> ActionKind {
    ActionKind::Correction
}

/// A promise, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedPromise {
    /// What is promised.
    pub text: String,
    /// Until when.
    pub due_on: NaiveDate,
    /// The last day that counts.
    pub counts_until: NaiveDate,
    /// What kind of action it becomes.
    pub kind: ActionKind,
}

/// How many promises there may be, and how far ahead.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The fewest.
    pub least: usize,
    /// The most.
    pub most: usize,
    /// How many months ahead.
    pub months: u32,
}

/// Whether a text holds what looks like a mobile telephone number.
fn has_mobile(text: &str) -> bool {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.any(|run| run.len() == MOBILE_DIGITS && run.starts_with('1'))
}

/// Checks promises that are made today.
pub fn check(
    fields: &mut Fields,
    given: &[NewPromise],
    bounds: Bounds,
    (calendar, today): (&Calendar, NaiveDate),
) -> Vec<CheckedPromise> {
    let Bounds { least, most, months } = bounds;
    if !(least..=most).contains(&given.len()) {
        fields.fault(
            "/promises",
            format!("须有 {least} 到 {most} 项承诺事项"),
            format!("must hold {least} to {most} promises"),
        );
    }
    let last = today.checked_add_months(Months::new(months)).unwrap_or(today);
    let mut checked = Vec::new();
    for (at, promise) in given.iter().enumerate().take(most) {
        let text = fields.text(&format!("/promises/{at}/text"), &promise.text, MAX_PROMISE);
        let (zh, en) =
            ("承诺事项公开，不能填写手机号码", "is public, so it must not hold a telephone number");
        fields.require(!has_mobile(&text), &format!("/promises/{at}/text"), zh, en);
        let pointer = format!("/promises/{at}/due_on");
        let (zh, en) = ("须晚于今天", "must be after today");
        fields.require(promise.due_on > today, &pointer, zh, en);
        if promise.due_on > last {
            let last = day_text(last);
            let (zh, en) = (format!("不能晚于{}", last.zh), format!("must not be after {}", last.en));
            fields.fault(&pointer, zh, en);
            continue;
        }
        checked.push(CheckedPromise {
            text,
            due_on: promise.due_on,
            counts_until: calendar.next_working_day_on_or_after(promise.due_on),
            kind: promise.kind,
        });
    }
    checked
}

/// How a promise stands on a day.
pub fn state_on(counts_until: NaiveDate, reported_on: Option<NaiveDate>, day: NaiveDate) -> PromiseState {
    match reported_on {
        Some(reported) if reported <= counts_until => PromiseState::Done,
        Some(_) => PromiseState::Late,
        None if day > counts_until => PromiseState::Overdue,
        None => PromiseState::Open,
    }
}

/// Words that people write into the field for a post where they have none.
const NO_POST: [&str; 12] =
    ["无", "没有", "无职务", "暂无", "未定", "不详", "none", "no", "nil", "null", "n/a", "na"];

/// Whether what was typed names a post: something other than signs, digits and words that say there is none.
pub fn is_post(typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    typed.chars().any(char::is_alphabetic) && !NO_POST.contains(&typed.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_promise_stands_by_its_last_day_that_counts() {
        let until = day("2026-12-07");
        for (reported, on, wanted) in [
            (None, "2026-12-07", PromiseState::Open),
            (None, "2026-12-08", PromiseState::Overdue),
            (Some("2026-12-07"), "2027-01-01", PromiseState::Done),
            (Some("2026-12-08"), "2027-01-01", PromiseState::Late),
        ] {
            assert_eq!(state_on(until, reported.map(day), day(on)), wanted, "{reported:?} {on}");
        }
    }

    #[test]
    fn a_post_is_a_word() {
        for good in ["总经理", "质量负责人", "Manager", "法定代表人", "QA 3"] {
            assert!(is_post(good), "{good}");
        }
        for bad in ["", "  ", "-", "无", "None", "N/A", "/", "1", "……"] {
            assert!(!is_post(bad), "{bad}");
        }
    }

    #[test]
    fn promises_are_bounded_and_public() {
        let calendar = Calendar::parse("").unwrap_or_else(|_| Calendar::read(&[]).0);
        let new = |text: &str, due_on: &str| NewPromise {
            text: text.to_owned(),
            due_on: day(due_on),
            kind: ActionKind::Correction,
        };
        let bounds = Bounds { least: 1, most: 2, months: 12 };
        let faults = |given: &[NewPromise]| {
            let mut fields = Fields::new();
            let checked = check(&mut fields, given, bounds, (&calendar, day("2026-12-02")));
            let faults = fields
                .done()
                .err()
                .map(|problem| problem.errors.iter().map(|error| error.pointer.clone()).collect::<Vec<_>>());
            (checked, faults.unwrap_or_default())
        };
        // 5 December 2026 is a Saturday.
        let (checked, none) = faults(&[new("更换供应商", "2026-12-05")]);
        assert!(none.is_empty());
        assert_eq!((checked[0].due_on, checked[0].counts_until), (day("2026-12-05"), day("2026-12-07")));
        assert_eq!(faults(&[]).1, ["/promises"]);
        assert_eq!(faults(&[new("联系 13800138000", "2026-12-08")]).1, ["/promises/0/text"]);
        assert_eq!(faults(&[new("x", "2026-12-02")]).1, ["/promises/0/due_on"]);
        assert_eq!(faults(&[new("x", "2028-12-02")]).1, ["/promises/0/due_on"]);
        assert_eq!(faults(&vec![new("x", "2026-12-08"); 3]).1, ["/promises"]);
    }
}
