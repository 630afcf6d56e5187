//! Words and marks that people and programs put where there is nothing.

use crate::core::cells::{compact, is_blank, narrow};

/// Such words, in lower case and half-width.
const WORDS: [&str; 30] = [
    "无",
    "暂无",
    "没有",
    "空",
    "空白",
    "无数据",
    "无信息",
    "未提供",
    "未填",
    "未填写",
    "不详",
    "未知",
    "不明",
    "不适用",
    "待定",
    "待查",
    "待补",
    "待补充",
    "待确认",
    "待核实",
    "null",
    "none",
    "nil",
    "nan",
    "n/a",
    "na",
    "undefined",
    "tbd",
    "(无)",
    "(空)",
];
/// Words that stand for the cell above, or say that something was left out.
const REFERENCES: [&str; 6] = ["同上", "同前", "略", "见上", "ditto", "(略)"];
/// The marks that a cell without content is filled with.
const MARKS: &str = "-‐‑‒–—―−─_/\\|.。·*#~…、,;:";

/// What [`WORDS`] begin with, the marks aside.
const PLACEHOLDERS: &str = "无暂没空未不待nut(";

/// Whether the first character that shows is one of these, whatever its width and case, or a mark.
fn begins_like(text: &str, these: &str) -> bool {
    let first = text.chars().find(|c| !is_blank(*c)).map(|c| narrow(c).to_ascii_lowercase());
    first.is_some_and(|first| these.contains(first) || MARKS.contains(first))
}

/// Whether a cell says that there is nothing: a word for it, or marks alone.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    // Most cells are longer or begin otherwise, and need not be made plain.
    if text.len() > 30 || !begins_like(text, PLACEHOLDERS) {
        return false;
    }
    let text = compact(text).to_lowercase();
    !text.is_empty() && (WORDS.contains(&text.as_str()) || text.chars().all(|c| MARKS.contains(c)))
}

/// Whether a cell names nothing: a placeholder, a word that refers to another cell, or no letter or digit at all.
#[must_use]
pub fn names_nothing(text: &str) -> bool {
    is_placeholder(text)
        || (begins_like(text, "同略见d(") && REFERENCES.contains(&compact(text).to_lowercase().as_str()))
        || !text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_begins_as_is_looked_for() {
        for word in WORDS {
            assert!(begins_like(word, PLACEHOLDERS), "{word}");
        }
        for word in REFERENCES {
            assert!(names_nothing(word) && names_nothing(&word.to_uppercase()), "{word}");
        }
    }

    #[test]
    fn placeholders_are_known() {
        for text in [
            "/",
            "//",
            "无",
            " 无 ",
            "-",
            "--",
            "—",
            "——",
            "NULL",
            "null",
            "nan",
            "NaN",
            "N/A",
            "ｎ／ａ",
            "#",
            "暂无",
            "待定",
            "None",
            "（无）",
            "、、；",
            "...",
            "…",
        ] {
            assert!(is_placeholder(text) && names_nothing(text), "{text}");
        }
        for text in ["同上", "???", "？", "“”"] {
            assert!(!is_placeholder(text) && names_nothing(text), "{text}");
        }
        for text in ["", "0", "无锡", "BRK-1", "无标识", "A", "#12", "13800138000"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
