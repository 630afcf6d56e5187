//! What spreadsheets make of cells: errors, and identifiers that have become numbers or dates.

use crate::core::Text;
use crate::core::cells::compact;
use crate::list_files::column::{Content, ListColumn};
use crate::list_files::date;
use crate::list_files::reader::line::{LONG_NUMBER, Mark};

/// Why a cell is not what was entered: a spreadsheet has made something else of it. None where it has not.
pub fn mangled(column: impl ListColumn, raw: &str, mark: Option<Mark>) -> Option<Text> {
    if column.is_date() {
        return None;
    }
    let identifier = is_identifier(column);
    let chosen = column.content() == Content::Choice;
    let (zh, en) = match mark {
        Some(Mark::Boolean) => (
            "单元格是逻辑值（TRUE 或 FALSE），不是文本",
            "the cell is a truth value (TRUE or FALSE) and no text",
        ),
        Some(Mark::Formatted | Mark::Formatted1904) if !chosen && column.content() != Content::Number => (
            "单元格是带格式的数字，显示的内容与保存的数字不同",
            "the cell is a number whose format shows something else than the number that is kept",
        ),
        Some(Mark::Date) => ("内容已变为日期", "the content has become a date"),
        Some(Mark::TooManyDigits) if column.content() != Content::Number => (
            "数字超过 15 位，第 16 位起已丢失",
            "the number has more than 15 digits; those after the fifteenth are lost",
        ),
        Some(Mark::Fraction) if identifier => {
            ("编号是带小数的数字", "the identifier is a number with a fraction")
        }
        _ if identifier && is_exponent(raw) => {
            ("编号已变为科学计数法", "the identifier has become a number with an exponent")
        }
        // What was entered as a text has lost nothing.
        _ if identifier && mark != Some(Mark::Text) && lost_digits(raw) && !column.is_right(raw) => {
            return Some(Text::new(
                "数字超过 15 位，其后均为零，似已丢失；请设为文本格式后重新录入，编号确实如此的，请保存为 XLSX 文本单元格（CSV 中加双引号）",
                "the digits after the fifteenth are all zeros, as if they were lost; format the cell as text and enter it again. If the number is right, hand it in as a text cell of an XLSX, or in double quotes in a CSV",
            ));
        }
        _ if column.content() == Content::ReportNumber && date::looks_like_date(raw) => {
            ("编号已变为日期", "the identifier has become a date")
        }
        _ => return None,
    };
    Some(Text::new(
        format!("{zh}，请将该列设为文本格式后重新录入"),
        format!("{en}; format the column as text and enter it again"),
    ))
}

/// Whether an identifier seems to have lost digits without any sign of it in the cell.
pub fn has_lost_digits(column: impl ListColumn, raw: &str, mark: Option<Mark>) -> bool {
    is_identifier(column) && mark.is_none() && lost_digits(raw) && !column.is_right(raw)
}

fn is_identifier(column: impl ListColumn) -> bool {
    matches!(column.content(), Content::Identifier | Content::ReportNumber)
}

/// What a spreadsheet shows where a formula failed, in whatever edition, and where a column is too narrow for a date.
pub fn is_error(text: &str) -> bool {
    let text = text.trim();
    if let Some(code) = text.strip_prefix('#') {
        let word = code.trim_end_matches(['!', '?']);
        let of_letters = !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'/' | b'0' | b'_'));
        let narrow = code.len() >= 2 && code.bytes().all(|b| b == b'#');
        return narrow || (of_letters && (word.len() < code.len() || matches!(word, "N/A" | "GETTING_DATA")));
    }
    text.strip_prefix("Err:").is_some_and(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text is a number as spreadsheets and programs write long ones: 2.02603E+17.
fn is_exponent(text: &str) -> bool {
    if !text.contains(['E', 'e', 'Ｅ', 'ｅ']) {
        return false;
    }
    let text = compact(text).to_ascii_uppercase();
    let Some((mantissa, exponent)) = text.trim_start_matches(['+', '-']).split_once('E') else {
        return false;
    };
    // Some countries write the point as a comma.
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let sign = exponent.starts_with(['+', '-']);
    let exponent = exponent.trim_start_matches(['+', '-']);
    // A report may have a number like 5E12; with a sign or a point it is none.
    whole.len() == 1
        && digits(whole)
        && digits(fraction)
        && (sign || mantissa.contains(['.', ',']))
        && (1..=3).contains(&exponent.len())
        && digits(exponent)
}

/// Whether a number of more than fifteen digits has only zeros after the fifteenth, as one that a spreadsheet has kept.
fn lost_digits(text: &str) -> bool {
    if text.len() < LONG_NUMBER {
        return false;
    }
    let text = compact(text);
    let whole = text.trim_start_matches('+').replace(',', "");
    let (whole, fraction) = whole.split_once('.').unwrap_or((&whole, ""));
    whole.len() >= LONG_NUMBER
        && whole.bytes().all(|b| b.is_ascii_digit())
        && whole.bytes().skip(LONG_NUMBER - 1).chain(fraction.bytes()).all(|b| b == b'0')
}
