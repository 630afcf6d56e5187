//! The failed items of a cell.

use crate::core::cells::tidy;
use std::borrow::Cow;

/// What separates items: semicolons, commas and 顿号 of every width, script and direction, bars and line breaks.
const SEPARATORS: [char; 28] = [
    ';', '；', '﹔', '︔', '؛', '⁏', '、', '､', '﹑', '︑', ',', '，', '﹐', '︐', '،', '‚', '⸲', '⸴', '⹁',
    '|', '｜', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
];
/// The commas of [`SEPARATORS`] that may stand between the digits of a name.
const COMMAS: [char; 4] = [',', '，', '﹐', '‚'];

/// The items of a cell, each once, in their order, at most so many. A comma between digits is part of a name (1,2-二氯乙烷), what
/// stands in brackets is one item, and a number before an item is none. Where items are counted from one on, each number begins an item.
#[must_use]
pub fn split(text: &str, most: usize) -> Vec<String> {
    let lines = one_count_a_line(text);
    let text: &str = &lines;
    let mut items: Vec<String> = Vec::new();
    let closed = is_closed(text);
    let mut depth = 0usize;
    let mut from = 0;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let digits = |next: Option<&(usize, char)>| {
            before.is_ascii_digit() && next.is_some_and(|(_, c)| c.is_ascii_digit())
        };
        let part_of_name = COMMAS.contains(&c) && digits(chars.peek());
        if SEPARATORS.contains(&c) && !part_of_name && !(closed && depth > 0) {
            let part = text.get(from..at).unwrap_or_default();
            // 1、抗拉强度：the number is that of the item behind it.
            let counts = c == '、' && is_count(part.trim());
            if !counts {
                add(&mut items, part);
            }
            from = at + c.len_utf8();
            // Before the look-up in `add` gets slow: a cell can hold thousands.
            if items.len() >= most {
                return items;
            }
        }
        before = c;
    }
    add(&mut items, text.get(from..).unwrap_or_default());
    items
}

fn add(items: &mut Vec<String>, part: &str) {
    let item = tidy(part);
    let item = without_count(&item);
    if !item.is_empty() && !items.iter().any(|known| known == item) {
        items.push(item.to_owned());
    }
}

/// Whether every bracket is closed.
fn is_closed(text: &str) -> bool {
    let mut depth = 0i32;
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// A text that counts its items, with a line for each: `1.抗拉强度 2.屈服强度`, `①抗拉强度②屈服强度`. Only the numbers that follow each other from
/// one on count; one behind a letter or digit of ASCII (维生素B2、) or before a digit (2.5mm) belongs to a name.
fn one_count_a_line(text: &str) -> Cow<'_, str> {
    let begin = text.trim_start();
    let circled = begin.starts_with('①');
    let mark = begin.strip_prefix('1').and_then(|rest| rest.chars().next());
    let Some(mark) =
        mark.filter(|mark| ['.', '．', '、', ')', '）'].contains(mark)).or(circled.then_some('①'))
    else {
        return Cow::Borrowed(text);
    };
    let mut lines = String::with_capacity(text.len() + 16);
    let mut rest = text;
    for number in 2..=20u32 {
        let count = match char::from_u32(u32::from('①') + number - 1).filter(|_| circled) {
            Some(sign) => sign.to_string(),
            None => format!("{number}{mark}"),
        };
        let begins = rest.match_indices(&count).map(|(at, _)| at).find(|at| {
            let before = rest.get(..*at).and_then(|before| before.chars().next_back());
            let behind = rest.get(at + count.len()..).and_then(|behind| behind.chars().next());
            circled
                || (before
                    .is_some_and(|c| !c.is_ascii_alphanumeric() && !['.', '．', '(', '（'].contains(&c))
                    && behind.is_some_and(|c| !c.is_ascii_digit()))
        });
        let Some((item, next)) = begins.and_then(|at| rest.split_at_checked(at)) else { break };
        lines.push_str(item);
        lines.push('\n');
        rest = next;
    }
    lines.push_str(rest);
    Cow::Owned(lines)
}

fn is_count(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// An item without a number before it: 1. or (1) or ①.
fn without_count(item: &str) -> &str {
    let plain = item.trim_start_matches(|c: char| ('①'..='⑳').contains(&c)).trim_start();
    let opened = plain.strip_prefix(['(', '（']);
    let digits = opened.unwrap_or(plain).bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&digits) {
        return plain;
    }
    let rest = opened.unwrap_or(plain).get(digits..).unwrap_or_default();
    let marks: &[char] = if opened.is_some() { &[')', '）'] } else { &['.', '．', ')', '）'] };
    match rest.strip_prefix(marks).map(str::trim_start) {
        // 1.5mm 厚度 begins with a number that belongs to it.
        Some(rest) if !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_separator_separates() {
        for text in [
            "抗拉强度；屈服强度",
            "抗拉强度,屈服强度",
            "抗拉强度，屈服强度",
            "抗拉强度、屈服强度",
            "抗拉强度;;屈服强度;抗拉强度；",
            "抗拉强度\n屈服强度",
            "抗拉强度\r\n屈服强度\r\n",
            "抗拉强度﹑屈服强度",
            "抗拉强度､屈服强度",
            "抗拉强度 | 屈服强度",
            "1、抗拉强度\n2、屈服强度",
            "1.抗拉强度；2.屈服强度",
            "（1）抗拉强度；（2）屈服强度",
            "①抗拉强度；②屈服强度",
            "①抗拉强度②屈服强度",
            "1.抗拉强度 2.屈服强度",
            "1、抗拉强度 2、屈服强度",
            "1．抗拉强度2．屈服强度",
            "1)抗拉强度，2)屈服强度",
            "抗拉强度︐屈服强度",
            "抗拉强度،屈服强度",
            "抗拉强度⸲屈服强度",
            "抗拉强度‚屈服强度",
        ] {
            assert_eq!(split(text, 10), ["抗拉强度", "屈服强度"], "{text}");
        }
    }

    #[test]
    fn names_stay_whole() {
        assert_eq!(split("1,2-二氯乙烷、苯", 10), ["1,2-二氯乙烷", "苯"]);
        assert_eq!(split("邻苯二甲酸酯（DBP、DEHP）；铅", 10), ["邻苯二甲酸酯（DBP、DEHP）", "铅"]);
        assert_eq!(split("尺寸（长；宽", 10), ["尺寸（长", "宽"]);
        assert_eq!(split("1.5mm 厚度；3号样", 10), ["1.5mm 厚度", "3号样"]);
        assert_eq!(split("1、维生素B2、铅", 10), ["维生素B2", "铅"]);
        assert_eq!(split("1.厚度2.5mm 处", 10), ["厚度2.5mm 处"]);
        assert_eq!(split("符合②类要求；①类", 10).len(), 2);
        assert_eq!(split(";；、 ;", 10), [""; 0]);
        assert_eq!(split(&"一;".repeat(2).replace('一', "x"), 1), ["x"]);
    }
}
