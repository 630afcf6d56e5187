//! Telephone numbers as they are written in China, Hong Kong and Macau.

use crate::core::cells::narrow;

/// What stands before a number.
const LABELS: [&str; 8] = ["联系电话", "电话", "手机", "座机", "固话", "办公", "tel", "mobile"];
/// What stands before an extension.
const EXTENSIONS: [&str; 6] = ["转", "#", "分机", "内线", "ext", "x"];

/// Whether a text is one to three plausible numbers: mobile, landline with or without area code
/// and extension, a 400/800 number, a short one of a service such as 12315, or one of Hong Kong, Macau or abroad. Where there are
/// several, a comma, semicolon, slash, 、, line break or blank is between.
#[must_use]
pub fn is_plausible(text: &str) -> bool {
    let text: String = text.chars().map(plain).collect();
    let apart = |marks: &[char]| {
        let parts: Vec<&str> = text.split(marks).map(str::trim).collect();
        parts.len() <= 3 && parts.into_iter().all(is_one)
    };
    apart(&[',', ';', '/', '、', '\n', '\r']) || apart(&[',', ';', '/', '、', '\n', '\r', ' '])
}

/// Half-width, every kind of hyphen as one, and in lower case.
fn plain(c: char) -> char {
    match narrow(c) {
        '—' | '–' | '‐' | '‑' | '−' | '﹣' | '－' => '-',
        '\u{a0}' | '\t' => ' ',
        '，' | '､' => ',',
        other => other.to_ascii_lowercase(),
    }
}

fn is_one(text: &str) -> bool {
    let text = LABELS.iter().find_map(|label| text.strip_prefix(label)).unwrap_or(text);
    let text = without_person(text.trim_start_matches([':', '.', ' ']));
    let (text, extension) = match EXTENSIONS.iter().find_map(|word| text.split_once(word)) {
        Some((number, extension)) => {
            let marks = ['.', ':', ' ', ')', '-'];
            (number.trim_end_matches(['(', ' ', ',', '-']), Some(extension.trim_matches(marks)))
        }
        None => (text, None),
    };
    if extension.is_some_and(|e| !is_digits(e, 1, 6)) {
        return false;
    }
    if text.chars().any(|c| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '+'))) {
        return false;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let signed = text.trim_start_matches(['(', ' ']).starts_with('+');
    if text.chars().filter(|c| *c == '+').count() > usize::from(signed) {
        return false;
    }
    let abroad = if signed { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    match abroad {
        Some(rest) => is_with_country(rest, text),
        None => {
            is_of_mainland(&digits, text) || is_short(&digits) || is_of_hong_kong(&digits) || {
                // Some write the code of the country without a sign before it.
                let rest =
                    digits.strip_prefix("86").or(digits.strip_prefix("852")).or(digits.strip_prefix("853"));
                rest.is_some() && digits.len() >= 11 && is_with_country(&digits, text)
            }
        }
    }
}

/// The number without whom it reaches, where that stands in brackets, before it or behind it: 13800138000(王), 陈先生 13800138000.
fn without_person(text: &str) -> &str {
    let of_person = |inner: &str| {
        !inner.is_empty()
            && inner.chars().count() <= 12
            && inner.chars().all(char::is_alphabetic)
            && !EXTENSIONS.iter().any(|word| inner.starts_with(word))
    };
    let found = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    if let Some((number, _)) = found.filter(|(_, inner)| of_person(inner.trim())) {
        return number.trim_end();
    }
    let is_name = |word: &str| {
        (2..=6).contains(&word.chars().count())
            && word.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
            && !EXTENSIONS.iter().any(|extension| word.contains(extension))
    };
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let (before, behind) = (text.trim_start_matches(is_han), text.trim_end_matches(is_han));
    let name_before = text.strip_suffix(before).unwrap_or_default();
    let name_behind = text.strip_prefix(behind).unwrap_or_default();
    match (is_name(name_before), is_name(name_behind)) {
        (true, false) => before.trim_start_matches([' ', ':']),
        (false, true) => behind.trim_end(),
        _ => text,
    }
}

/// A number that begins with the code of a country.
fn is_with_country(digits: &str, text: &str) -> bool {
    if let Some(rest) = digits.strip_prefix("86") {
        // The zero of the area code is left out by some.
        let with_zero = !rest.starts_with('1') || rest.starts_with("10");
        let landline = with_zero && is_of_mainland(&format!("0{rest}"), text);
        return is_of_mainland(rest, text) || landline || is_short(rest);
    }
    if let Some(rest) = digits.strip_prefix("852").or_else(|| digits.strip_prefix("853")) {
        return is_of_hong_kong(rest);
    }
    match digits.as_bytes() {
        [b'1', ..] => digits.len() == 11,
        [b'2'..=b'9', ..] => (8..=13).contains(&digits.len()),
        _ => false,
    }
}

fn is_of_mainland(digits: &str, text: &str) -> bool {
    match digits.as_bytes() {
        [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 => true,
        [b'4' | b'8', b'0', b'0', rest @ ..] if rest.len() == 7 => true,
        // An area code before the number of a service.
        [b'0', b'1'..=b'9', rest @ ..] if digits.len() < 10 => {
            let rest = std::str::from_utf8(rest).unwrap_or_default();
            [1, 2].iter().any(|length| rest.get(*length..).is_some_and(is_short))
        }
        // Area code of 3 or 4, number of 7 or 8, extension of up to 6 after a last hyphen.
        [b'0', b'1'..=b'9', ..] => {
            (10..=12).contains(&digits.len()) || with_hyphen_extension(text, digits, 10..=12)
        }
        [b'2'..=b'8', ..] => (7..=8).contains(&digits.len()) || with_hyphen_extension(text, digits, 7..=8),
        _ => false,
    }
}

/// Eight digits: of Hong Kong and Macau, whose mobile numbers begin with 5, 6 or 9.
fn is_of_hong_kong(digits: &str) -> bool {
    digits.len() == 8 && matches!(digits.as_bytes(), [b'2' | b'3' | b'5'..=b'9', ..])
}

/// The number of a service: 12315, 12345, 10086, 95588, 96315 and their like.
fn is_short(digits: &str) -> bool {
    let known = ["12", "95", "96", "100"].iter().any(|start| digits.starts_with(start));
    known && is_digits(digits, 5, if digits.starts_with('9') { 8 } else { 5 })
}

fn with_hyphen_extension(text: &str, digits: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    text.rsplit_once('-').is_some_and(|(_, extension)| {
        let extension = extension.trim();
        is_digits(extension, 1, 6) && length.contains(&(digits.len() - extension.len().min(digits.len())))
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
            "+86-13800138000",
            "(+86)13800138000",
            "（＋86）138 0013 8000",
            "0086-13800138000",
            "008613800138000",
            "86-13800138000",
            "8613800138000",
            "+86-20-38835999",
            "+86 (0)20 38835999",
            "+86 020 38835999",
            "86-020-38835999",
            "+86 400 830 8300",
            "138-0013-8000",
            "138—0013—8000",
            "020-38835999",
            "(020)38835999",
            "（020）38835999",
            "0755-26013388",
            "075526013388",
            "0668-2888888",
            "020-38835999-8001",
            "020-38835999转8001",
            "020-38835999（转8001）",
            "020-38835999 分机 8001",
            "020-38835999 ext. 8001",
            "020-38835999x8001",
            "020-38835999#8001",
            "+86-20-38835999-8001",
            "38835999-801",
            "4008308300",
            "400-830-8300",
            "400-830-8300转1",
            "38835999",
            "12315",
            "12345",
            "10086",
            "95588",
            "96315",
            "020-12315",
            "0755-12345",
            "13800138000/020-38835999",
            "１３８００１３８０００",
            "13800138000、13900139000",
            "13800138000，13900139000",
            "13800138000\n13900139000",
            "13800138000 13900139000",
            "电话：020-38835999",
            "手机13800138000",
            "Tel: 020-38835999",
            "13800138000（王）",
            "13800138000 (王经理)",
            "020-38835999转8001（李工）",
            "13800138000（王）、13900139000（李）",
            "13800138000 陈先生",
            "陈先生13800138000",
            "陈经理：020-38835999",
            "王经理 13800138000、李工 13900139000",
        ] {
            assert!(is_plausible(text), "{text}");
        }
    }

    #[test]
    fn numbers_of_hong_kong_macau_and_abroad_are_plausible() {
        for text in [
            "+852 2345 6789",
            "+85291234567",
            "00852-91234567",
            "852-23456789",
            "(852) 2345 6789",
            "9123 4567",
            "+853 6612 3456",
            "00853 28123456",
            "853-66123456",
            "+886 2 2345 6789",
            "+1 202 555 0100",
            "+49 30 123456",
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
            "13800138000（转）",
            "（王）",
            "陈先生",
            "陈先生 1380013800",
            "13800138000（1）（王）",
            "020-388359990000000",
            "1380013800x",
            "+1 202 555 0100 000",
            "+852 234 567",
            "+852 1234 5678",
            "+86 1380013800",
            "++8613800138000",
            "138+00138000",
            "12399999",
            "440103199109263101",
            "13800138000 13900139000 13700137000 13600136000",
        ] {
            assert!(!is_plausible(text), "{text}");
        }
    }
}
