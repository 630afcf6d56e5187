//! The date of production and the batch, which lists often put into one cell. Pure.

use crate::core::cells::{compact, is_empty, tidy};
use crate::list_files::date;
use crate::list_files::placeholder::is_placeholder;
use chrono::NaiveDate;

/// What stands before a date or a batch.
const LABELS: [&str; 12] = [
    "生产日期",
    "出厂日期",
    "制造日期",
    "生产批号",
    "产品批号",
    "出厂编号",
    "批货号",
    "批次号",
    "批号",
    "货号",
    "日期",
    "批次",
];

/// The date of production and the batch of a cell, in either order: 2025-09-24/13200441, `13200441 2025.9.24`,
/// `生产日期：2025年9月24日 批号：13200441`. A number of five digits is a batch and no day of a spreadsheet.
#[must_use]
pub fn split(text: &str) -> (Option<NaiveDate>, Option<String>) {
    if let Some(day) = day_of(text) {
        return (Some(day), None);
    }
    let parts = parts(text);
    for length in (1..=parts.len().min(3)).rev() {
        for from in 0..=parts.len() - length {
            let (Some(taken), Some(before), Some(behind)) =
                (parts.get(from..from + length), parts.get(..from), parts.get(from + length..))
            else {
                continue;
            };
            // 2025/9/24/13200441: the marks between day, month and year are those between date and batch.
            let joined = taken.join("/");
            if let Some(day) = day_of(&joined) {
                let rest: Vec<&str> = before.iter().chain(behind).map(String::as_str).collect();
                return (Some(day), batch(&rest.join("/")));
            }
        }
    }
    (None, batch(&without_label(&tidy(text))))
}

fn parts(text: &str) -> Vec<String> {
    let marks =
        ['/', '／', ';', '；', ',', '，', '、', '|', '\n', '\r', '\t', ' ', '\u{3000}', '(', ')', '（', '）'];
    text.split(marks).map(|part| without_label(&tidy(part))).filter(|part| !is_empty(part)).collect()
}

fn without_label(part: &str) -> String {
    let mut part = part.trim();
    for label in LABELS {
        if let Some(rest) = part.strip_prefix(label) {
            part = rest.trim_start_matches([':', '：', ' ', '\u{3000}']);
            break;
        }
    }
    part.to_owned()
}

/// The date that a text is by its form: with marks or the characters of a date, or as eight digits.
fn day_of(text: &str) -> Option<NaiveDate> {
    let plain = compact(text);
    let digits = plain.bytes().all(|b| b.is_ascii_digit());
    if plain.len() < 8
        || (digits && plain.len() != 8)
        || (digits && !plain.starts_with("20") && !plain.starts_with("19"))
    {
        return None;
    }
    date::parse(text).filter(|day| date::EARLIEST.is_some_and(|earliest| *day >= earliest))
}

fn batch(text: &str) -> Option<String> {
    let batch = tidy(text.trim_matches(['/', '-', '—', ' ']));
    (!is_empty(&batch) && !is_placeholder(&batch)).then_some(batch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_and_batch_are_told_apart() {
        for (text, day, batch) in [
            ("2025-09-24/13200441", Some("2025-09-24"), Some("13200441")),
            ("13200441/2025-09-24", Some("2025-09-24"), Some("13200441")),
            ("2025/9/24/13200441", Some("2025-09-24"), Some("13200441")),
            ("2025.09.24 A-7", Some("2025-09-24"), Some("A-7")),
            ("20250924/B1", Some("2025-09-24"), Some("B1")),
            ("生产日期：2025年9月24日；批号：13200441", Some("2025-09-24"), Some("13200441")),
            ("2025-09-24（批号：L08）", Some("2025-09-24"), Some("L08")),
            ("2025-09-24", Some("2025-09-24"), None),
            ("2025-09-24/—", Some("2025-09-24"), None),
            ("2025-09-24/ /", Some("2025-09-24"), None),
            ("13200441", None, Some("13200441")),
            ("45012", None, Some("45012")),
            ("批号：45012", None, Some("45012")),
            ("/", None, None),
            ("—", None, None),
            ("2025-13-40/7", None, Some("2025-13-40/7")),
            ("A/B", None, Some("A/B")),
        ] {
            let found = split(text);
            assert_eq!(
                (found.0.map(|d| d.to_string()).as_deref(), found.1.as_deref()),
                (day, batch),
                "{text}"
            );
        }
    }
}
