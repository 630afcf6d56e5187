//! What the number formats of a workbook make of a number.

use super::xml::{Failure, Xml, attribute};
use quick_xml::events::Event;
use std::collections::HashMap;

/// How a number shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As a number.
    Number,
    /// As a date, perhaps with a time of day.
    Date,
    /// With zeros before it, up to so many digits.
    Padded(usize),
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
        _ => Format::Number,
    }
}

/// Reads the code of a format, such as `yyyy"年"m"月"d"日"` or `000000`.
fn of_code(code: &str) -> Format {
    let mut plain = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                // [h]:mm is a length of time.
                if !inner.is_empty()
                    && inner.chars().all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'))
                {
                    return Format::Number;
                }
            }
            ';' => break,
            _ => plain.push(c.to_ascii_lowercase()),
        }
    }
    if plain.len() > 1 && plain.bytes().all(|b| b == b'0') {
        return Format::Padded(plain.len().min(64));
    }
    // The word for the standard format has letters of its own.
    let plain = plain.replace("general", "");
    // A time of day without a day is no date.
    let era = plain.contains('e') && !plain.contains(['0', '#']);
    if era || plain.contains(['y', 'd']) || plain.contains('m') && !plain.contains(['h', 's']) {
        return Format::Date;
    }
    Format::Number
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
        ] {
            assert_eq!(of_code(code), Format::Date, "{code}");
        }
        for code in [
            "General",
            "0",
            "@",
            "0.00E+00",
            "#,##0.00",
            "[h]:mm:ss",
            "h:mm",
            "\"日\"0",
            "[Red]0;[Blue]-0",
            "G/通用格式",
        ] {
            assert_eq!(of_code(code), Format::Number, "{code}");
        }
        assert_eq!(of_code("000000"), Format::Padded(6));
        assert_eq!(
            (built_in(14), built_in(31), built_in(57), built_in(20)),
            (Format::Date, Format::Date, Format::Date, Format::Number)
        );
    }
}
