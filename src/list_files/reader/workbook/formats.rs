//! What the number formats of a workbook make of a number.

use super::xml::{Failure, Xml, attribute};
use quick_xml::events::Event;
use std::collections::HashMap;

/// What the number format of a cell stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As a number.
    Number,
    /// As a date, perhaps with a time of day.
    Date,
    /// With zeros before it, up to so many digits.
    Padded(usize),
    /// As something else than its digits: with other characters, in other figures, with a fixed fraction, as a time of day.
    Other,
}

/// The formats of the cells' styles, in their order.
pub fn read(part: &mut Xml<'_>) -> Result<Vec<Format>, Failure> {
    let mut own: HashMap<u32, Format> = HashMap::new();
    let mut formats = Vec::new();
    let mut in_cells = false;
    loop {
        match part.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&e, "numFmtId")?.and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&e, "formatCode")?) {
                        own.insert(id, of_code(&code));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = attribute(&e, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                    formats.push(own.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Event::End(e) if e.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}

/// The formats that every spreadsheet knows by their numbers; 27 to 36 and 50 to 58 are those of Chinese, Japanese and Korean ones.
fn built_in(id: u32) -> Format {
    match id {
        14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57..=58 => Format::Date,
        2..=13 | 18..=21 | 32..=35 | 37..=48 | 55..=56 => Format::Other,
        _ => Format::Number,
    }
}

/// Reads the code of a format, such as `yyyy"年"m"月"d"日"` or `000000`. Of its sections the first one counts.
fn of_code(code: &str) -> Format {
    let mut plain = String::new();
    // Whether it shows characters of its own, or figures that are no digits.
    let (mut literal, mut time) = (false, false);
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let quoted: String = chars.by_ref().take_while(|c| *c != '"').collect();
                literal |= !quoted.trim().is_empty();
            }
            '\\' => literal |= chars.next().is_some_and(|c| !c.is_whitespace()),
            // A blank of some width, and what fills the cell.
            '_' => drop(chars.next()),
            '*' => literal |= chars.next().is_some_and(|c| !c.is_whitespace()),
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let inner = inner.to_ascii_lowercase();
                // [h]:mm is a length of time.
                time |= !inner.is_empty() && inner.chars().all(|c| matches!(c, 'h' | 'm' | 's'));
                // [$¥-804] shows a currency, [DBNum1] Chinese figures, [>9] chooses a section.
                literal |= inner.strip_prefix('$').is_some_and(|currency| !currency.starts_with('-'))
                    || inner.starts_with("dbnum")
                    || inner.starts_with(['<', '>', '=']);
            }
            ';' => break,
            _ => plain.push(c.to_ascii_lowercase()),
        }
    }
    let plain = plain.trim();
    if !literal && !time && plain.len() > 1 && plain.bytes().all(|b| b == b'0') {
        return Format::Padded(plain.len().min(64));
    }
    if !literal && !time && matches!(plain, "" | "0" | "#" | "@" | "general" | "g/通用格式" | "通用格式")
    {
        return Format::Number;
    }
    // The word for the standard format has letters of its own.
    let letters = plain.replace("general", "");
    let era = letters.contains('e') && !letters.contains(['0', '#']);
    // A time of day without a day is no date; `aaa` names the day of the week.
    let date = era
        || letters.contains(['y', 'd'])
        || letters.contains("aaa")
        || letters.contains('m') && !letters.contains(['h', 's']);
    if date && !time { Format::Date } else { Format::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        for code in [
            "yyyy-mm-dd",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]yyyy/m/d;@",
            "m/d/yy h:mm",
            "yyyy-mm-dd hh:mm:ss.000",
            "mmm-yy",
            "[DBNum1]yyyy\"年\"",
            "m\"月\"",
            "[$-804]aaaa;@",
            "aaa",
        ] {
            assert_eq!(of_code(code), Format::Date, "{code}");
        }
        for code in [
            "General",
            "0",
            "#",
            "@",
            "0_ ",
            "0_);[Red]\\(0\\)",
            "[Red]0;[Blue]-0",
            "G/通用格式",
            "[$-804]General",
        ] {
            assert_eq!(of_code(code), Format::Number, "{code}");
        }
        for code in [
            "\"GD-\"0000",
            "\\G\\D\\-0",
            "\"第\"0\"号\"",
            "[DBNum1]0",
            "[$¥-804]0",
            "mm:ss",
            "[h]:mm",
            "[h]:mm:ss",
            "h:mm",
            "0.00E+00",
            "#,##0.00",
            "000\\-000",
            "(0)",
            "0-0",
            "\"日\"0",
            "?/?",
            "0%",
            "[>100]0;\"x\"0",
            "General\"号\"",
            "*-0",
        ] {
            assert_eq!(of_code(code), Format::Other, "{code}");
        }
        assert_eq!((of_code("000000"), of_code("0000_ ")), (Format::Padded(6), Format::Padded(4)));
        assert_eq!(
            (built_in(14), built_in(31), built_in(57), built_in(20)),
            (Format::Date, Format::Date, Format::Date, Format::Other)
        );
    }
}
