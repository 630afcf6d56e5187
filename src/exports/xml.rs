//! Texts in the XML of a workbook (ECMA-376, part 1, ST_Xstring).

/// The most UTF-16 units that a cell holds.
pub const MOST: usize = 32_767;

/// Whether XML 1.0 can hold a character.
fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Whether a text begins with what a reader takes for an escaped character: `_x`, four hexadecimal digits, `_`.
fn is_escape(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("_x") else { return false };
    let mut chars = rest.chars();
    chars.by_ref().take(4).filter(char::is_ascii_hexdigit).count() == 4 && chars.next() == Some('_')
}

/// Adds a text, escaped. What XML can't hold becomes U+FFFD.
pub fn push(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader of XML makes a line feed of it.
            '\r' => out.push_str("&#13;"),
            '_' if text.get(at..).is_some_and(is_escape) => out.push_str("_x005F_"),
            c if is_legal(c) => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
}

/// As much of a text as a cell holds, leaving room for so many UTF-16 units; whole characters only.
pub fn cut(text: &str, room: usize) -> Option<&str> {
    // No character takes more units than bytes.
    if text.len() <= MOST {
        return None;
    }
    let (mut units, mut fits) = (0, 0);
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units <= MOST - room {
            fits = at + c.len_utf8();
        }
    }
    (units > MOST).then(|| text.get(..fits).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(text: &str) -> String {
        let mut out = String::new();
        push(&mut out, text);
        out
    }

    #[test]
    fn texts_are_escaped() {
        for (text, wanted) in [
            ("<a b=\"c\">&", "&lt;a b=&quot;c&quot;&gt;&amp;"),
            ("一\r\n二", "一&#13;\n二"),
            ("\u{1}\u{FFFE}𠮷👍", "\u{FFFD}\u{FFFD}𠮷👍"),
            ("_x000D_ _x00_ _xabcd_", "_x005F_x000D_ _x00_ _x005F_xabcd_"),
        ] {
            assert_eq!(pushed(text), wanted);
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut(&"a".repeat(MOST), 5), None);
        assert_eq!(cut(&"汉".repeat(MOST), 5), None);
        assert_eq!(cut(&"汉".repeat(MOST + 1), 5).map(|c| c.chars().count()), Some(MOST - 5));
        assert_eq!(cut(&"𠮷".repeat(MOST), 0).map(|c| c.chars().count()), Some(MOST / 2));
    }
}
