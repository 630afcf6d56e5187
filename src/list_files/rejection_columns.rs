//! The headings of the columns that only a file of rejections has.

use crate::core::Language;
use crate::core::cells::compact;

/// The heading of reasons, in Chinese and English. A reason beside a cell has the cell's own heading behind a colon.
pub const REASON: [&str; 2] = ["拒绝原因", "rejection_reason"];
/// The heading of the sheet on which a row stood.
pub const SHEET: [&str; 2] = ["原工作表", "original_sheet"];
/// The heading of the number that a row had.
pub const ROW: [&str; 2] = ["原行号", "original_row"];
/// The heading of what cells were beyond their texts.
pub const MARKS: [&str; 2] = ["原单元格类型", "original_cell_types"];

/// The heading of cells that stood beyond the last heading of a text.
pub const SURPLUS: [&str; 2] = ["多出的单元格", "surplus_cell"];

/// A heading in a language.
#[must_use]
pub fn heading(of: [&'static str; 2], language: Language) -> &'static str {
    let [zh, en] = of;
    if language == Language::Zh { zh } else { en }
}

/// The heading of the reasons that stand beside a column.
#[must_use]
pub fn beside(column: &str, language: Language) -> String {
    let colon = if language == Language::Zh { "：" } else { ": " };
    format!("{}{colon}{column}", heading(REASON, language))
}

/// Whether a heading is that of reasons: only a file of rejections has it.
#[must_use]
pub fn is_reason(heading: &str) -> bool {
    let heading = compact(heading).to_lowercase();
    REASON
        .iter()
        .any(|word| heading.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

/// Whether a heading is one of these words.
#[must_use]
pub fn is(heading: &str, words: [&str; 2]) -> bool {
    words.contains(&compact(heading).to_lowercase().as_str())
}

/// Whether a heading is that of cells beyond the last heading.
#[must_use]
pub fn is_surplus(heading: &str) -> bool {
    is(heading, SURPLUS)
}

/// The places of the columns that only a file of rejections has; none where nothing in the row of headings speaks of reasons.
#[must_use]
pub fn places(headings: &[String]) -> Vec<usize> {
    if !headings.iter().any(|cell| is_reason(cell)) {
        return Vec::new();
    }
    let own =
        |cell: &String| is_reason(cell) || [SHEET, ROW, MARKS, SURPLUS].iter().any(|words| is(cell, *words));
    headings.iter().enumerate().filter(|(_, cell)| own(cell)).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_reasons_are_known() {
        for heading in ["拒绝原因", "拒绝原因：经营状态", "Rejection_Reason", "rejection_reason: status"]
        {
            assert!(is_reason(heading), "{heading}");
        }
        for heading in ["原因", "拒绝原因说明", "不合格原因", ""] {
            assert!(!is_reason(heading), "{heading}");
        }
        let of = |cells: &[&str]| places(&cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["企业名称", "原行号"]), [0; 0], "a column of the office's own");
        assert_eq!(of(&["企业名称", "拒绝原因：企业名称", "原行号", "原工作表", "备注"]), [1, 2, 3]);
    }
}
