//! Telephone numbers as they are written in China.

use crate::core::cells::narrow;

/// Whether a text is one to three plausible numbers: mobile, landline with or without area code
/// and extension, or a 400/800 number. Where there are several, a comma, semicolon, slash or 、 is between.
#[must_use]
pub fn is_plausible(text: &str) -> bool {
    let text: String = text.chars().map(narrow).collect();
    let mut count = 0;
    let all = text.split([',', ';', '/', '、']).map(str::trim).all(|part| {
        count += 1;
        is_one(part)
    });
    all && count <= 3
}

fn is_one(text: &str) -> bool {
    let (text, extension) = match text.split_once(['转', '#']) {
        Some((number, extension)) => (number.trim(), Some(extension.trim())),
        None => (text, None),
    };
    if extension.is_some_and(|e| !is_digits(e, 1, 6)) {
        return false;
    }
    let text = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")).unwrap_or(text);
    if text.chars().any(|c| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')'))) {
        return false;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.as_bytes() {
        [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 => true,
        [b'4' | b'8', b'0', b'0', rest @ ..] if rest.len() == 7 => true,
        // Area code of 3 or 4, number of 7 or 8, extension of up to 6 after a last hyphen.
        [b'0', b'1'..=b'9', ..] => (10..=12).contains(&digits.len()) || with_hyphen_extension(text, 10..=12),
        [b'2'..=b'8', ..] => (7..=8).contains(&digits.len()) || with_hyphen_extension(text, 7..=8),
        _ => false,
    }
}

fn with_hyphen_extension(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    text.rsplit_once('-').is_some_and(|(number, extension)| {
        is_digits(extension.trim(), 1, 6)
            && length.contains(&number.chars().filter(char::is_ascii_digit).count())
    })
}

fn is_digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_china_are_plausible() {
        for text in [
            "13800138000",
            "+86 138 0013 8000",
            "0086-13800138000",
            "138-0013-8000",
            "020-38835999",
            "(020)38835999",
            "0755-26013388",
            "075526013388",
            "0668-2888888",
            "020-38835999-8001",
            "020-38835999转8001",
            "4008308300",
            "400-830-8300",
            "38835999",
            "13800138000/020-38835999",
            "１３８００１３８０００",
            "13800138000、13900139000",
        ] {
            assert!(is_plausible(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_refused() {
        for text in [
            "",
            "1380013800",
            "138001380000",
            "12345678901",
            "abc",
            "123",
            "020-",
            "0",
            "无",
            "00000000000",
            "13800138000,",
            "13800138000转",
            "020-388359990000000",
            "1380013800x",
            "+1 202 555 0100 000",
        ] {
            assert!(!is_plausible(text), "{text}");
        }
    }
}
