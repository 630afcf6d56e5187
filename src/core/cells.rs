//! How the cells of a spreadsheet are set right before they are read, and kept from being run as
//! formulas when they are written out again.

use std::borrow::Cow;

/// The ASCII form of a full-width character; U+3000 becomes a space; all others stay.
#[must_use]
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// Whether nothing shows of a character: blanks of all kinds, marks of width zero or of direction.
#[must_use]
pub fn is_blank(c: char) -> bool {
    // Most characters of a file are one of these, and asked for several times.
    if matches!(c, '!'..='~' | '\u{4e00}'..='\u{9fff}') {
        return false;
    }
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// For codes, dates and numbers: half-width, without any blank.
#[must_use]
pub fn compact(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    compact.extend(text.chars().filter(|c| !is_blank(*c)).map(narrow));
    compact
}

/// For names and other free texts: trimmed, runs of blanks (line breaks too) as one space.
#[must_use]
pub fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if !is_blank(c) {
            if gap && !tidy.is_empty() {
                tidy.push(' ');
            }
            gap = false;
            tidy.push(c);
        }
    }
    tidy
}

/// Whether a cell shows nothing.
#[must_use]
pub fn is_empty(text: &str) -> bool {
    text.chars().all(is_blank)
}

/// What PostgreSQL can't keep in a text, shown as U+FFFD.
#[must_use]
pub fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Whether a spreadsheet might run a cell as a formula, quotes before it not counted.
fn looks_like_formula(text: &str) -> bool {
    if text.trim_start_matches('\'').starts_with(['\t', '\r']) {
        return true;
    }
    let rest = text.trim_start_matches(|c| c == '\'' || is_blank(c));
    rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// A cell as it may be written into a CSV that people open in a spreadsheet: a quote is put before
/// what might be run. [`unguard`] takes it away again.
#[must_use]
pub fn guard(cell: &str) -> String {
    if looks_like_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell that [`guard`] was given.
#[must_use]
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest,
        _ => cell,
    }
}

/// The text of a cell that was made one on purpose, in the ways that keep a spreadsheet from taking it for a number: `="007"`, `'007`.
/// Other cells stay as they are.
#[must_use]
pub fn forced_text(cell: &str) -> Cow<'_, str> {
    let trimmed = cell.trim_matches(is_blank);
    let Some(first) = trimmed.chars().next().filter(|c| FORCING.contains(c)) else { return cell.into() };
    if first == '=' {
        let inner = trimmed.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
        let single = |inner: &&str| !inner.replace("\"\"", "").contains('"');
        return inner.filter(single).map_or(cell.into(), |inner| inner.replace("\"\"", "\"").into());
    }
    let rest = trimmed.get(first.len_utf8()..).unwrap_or_default();
    // A pair of them quotes a word.
    if rest.contains(['\'', '\u{2018}', '\u{2019}', '`']) { cell.into() } else { rest.into() }
}

/// What the forms of [`forced_text`] begin with.
const FORCING: [char; 5] = ['=', '\'', '\u{2018}', '\u{2019}', '`'];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_normalised() {
        assert_eq!(compact(" ２０２１年８月　３日\u{200b}"), "2021年8月3日");
        assert_eq!(tidy("\u{feff} 广州市\r\n 某某　公司\t"), "广州市 某某 公司");
        assert_eq!(tidy("某（广东）公司"), "某（广东）公司");
        assert!(is_empty(" \u{3000}\u{a0}\u{200b}") && !is_empty("-"));
    }

    #[test]
    fn texts_made_on_purpose_are_bare() {
        for (cell, text) in [
            ("=\"BRK-1\"", "BRK-1"),
            (" =\"007\" ", "007"),
            ("=\"a\"\"b\"", "a\"b"),
            ("=\"\"", ""),
            ("'BRK-1", "BRK-1"),
            ("\u{2019}007", "007"),
            ("`007", "007"),
            ("=A1&\"x\"", "=A1&\"x\""),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=1+1", "=1+1"),
            ("'金辉'牌公司", "'金辉'牌公司"),
            ("BRK'1", "BRK'1"),
            ("", ""),
        ] {
            assert_eq!(forced_text(cell), text, "{cell}");
        }
    }

    #[test]
    fn formulas_are_guarded() {
        for (cell, guarded) in [
            ("=1+1", "'=1+1"),
            ("+86 138", "'+86 138"),
            ("'=1", "''=1"),
            (" @x", "' @x"),
            ("\tx", "'\tx"),
            ("'x", "'x"),
            ("广州", "广州"),
        ] {
            assert_eq!(guard(cell), guarded);
            assert_eq!(unguard(guarded), cell);
        }
    }

    proptest! {
        #[test]
        fn formula_guards_round_trip(cell in "['=+@ \t\r-]{0,3}[a-z=']{0,3}") {
            let guarded = guard(&cell);
            prop_assert_eq!(unguard(&guarded), cell.as_str());
            prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
