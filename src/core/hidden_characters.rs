//! Characters that do not show: invisible ones, and those that turn the direction of writing. In a name, a subject or a message they can
//! make one text look like another, so people see them as marks, such as ⟨U+202E⟩. What was typed is stored and given to programs as
//! it is.
//!
//! Pages go through it by their escaper (`web::escaper`), mails by `notifications::templates`, files for people by their writers, and
//! what modules show by `shown` of `assets/api.js`, which knows the same characters.

use std::borrow::Cow;
use std::fmt::Write;

/// Joins emoji to one picture.
const JOINER: char = '\u{200D}';
/// The flag that tags make the flag of a part of a country of.
const BLACK_FLAG: char = '\u{1F3F4}';
/// The end of a sequence of tags.
const CANCEL_TAG: char = '\u{E007F}';

/// Whether nothing of a text shows: it has blanks, hidden characters and selectors of variants alone.
pub fn is_blank(text: &str) -> bool {
    let selects =
        |c| matches!(c, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    text.chars().all(|c| c.is_whitespace() || is_hidden(c) || selects(c))
}

/// Whether a character does not show (letters that are drawn as nothing, such as U+2800, among them), or turns the direction of what stands around it. Selectors of variants are none of these: they
/// belong to the character before them.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' => false,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180E}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{16FE4}' | '\u{1D159}' => true,
        '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' => true,
        '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}' => true,
        c => c.is_control(),
    }
}

/// Whether a character is a picture that a joiner can join to another.
fn is_picture(c: char) -> bool {
    matches!(c,
        '\u{00A9}' | '\u{00AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21FF}'
        | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Tags that follow a flag, up to their end, in bytes; 0 where these are none.
fn tags(text: &str) -> usize {
    let end = text.find(|c| !('\u{E0020}'..='\u{E007E}').contains(&c));
    match end {
        Some(end) if end > 0 && text.get(end..).is_some_and(|rest| rest.starts_with(CANCEL_TAG)) => {
            end + CANCEL_TAG.len_utf8()
        }
        _ => 0,
    }
}

/// A text as people see it: with marks for what does not show. Emoji stay whole, joined ones and flags included.
pub fn mark_hidden(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| matches!(b, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    if text.bytes().all(plain) || !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let (mut before, mut rest) = (None, text);
    while let Some(c) = rest.chars().next() {
        let (_, after) = rest.split_at(c.len_utf8());
        let flag = if before == Some(BLACK_FLAG) { tags(rest) } else { 0 };
        if flag > 0 {
            let (whole, after) = rest.split_at(flag);
            out.push_str(whole);
            rest = after;
            continue;
        }
        rest = after;
        let joins =
            c == JOINER && before.is_some_and(is_picture) && after.chars().next().is_some_and(is_picture);
        if joins || !is_hidden(c) {
            out.push(c);
            // A selector belongs to the picture before it.
            if !matches!(c, '\u{FE0E}' | '\u{FE0F}') {
                before = Some(c);
            }
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            before = None;
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_does_not_show_is_shown() {
        for (typed, seen) in [
            ("张三\u{202E}cod.exe", "张三⟨U+202E⟩cod.exe"),
            ("a\u{200B}b\u{200C}c\u{200D}d", "a⟨U+200B⟩b⟨U+200C⟩c⟨U+200D⟩d"),
            ("\u{FEFF}x\u{00AD}y", "⟨U+FEFF⟩x⟨U+00AD⟩y"),
            ("\u{2066}a\u{2069}\u{061C}", "⟨U+2066⟩a⟨U+2069⟩⟨U+061C⟩"),
            ("a\u{E0041}\u{E007F}", "a⟨U+E0041⟩⟨U+E007F⟩"),
            ("\u{2800}x\u{3164}\u{16FE4}", "⟨U+2800⟩x⟨U+3164⟩⟨U+16FE4⟩"),
            ("a\u{7}b\u{85}", "a⟨U+0007⟩b⟨U+0085⟩"),
            ("行\n\t二\r\n", "行\n\t二\r\n"),
        ] {
            assert_eq!(mark_hidden(typed), seen);
        }
    }

    #[test]
    fn emoji_stay_whole() {
        for typed in ["👨‍👩‍👧‍👦", "👩🏽‍🔬", "❤️‍🔥", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☎️ 1️⃣", "🧑🏿‍🤝‍🧑🏻", "葛󠄀"]
        {
            assert_eq!(mark_hidden(typed), typed);
        }
        assert_eq!(mark_hidden("👨\u{200D}"), "👨⟨U+200D⟩", "joined to nothing");
        assert_eq!(mark_hidden("🏴\u{E0067}x"), "🏴⟨U+E0067⟩x", "tags without an end");
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_outside_of_emoji(text in "[ -~一-龥\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{FEFF}]{0,40}") {
            let seen = mark_hidden(&text);
            prop_assert!(!seen.chars().any(is_hidden), "{seen:?}");
            let again = mark_hidden(&seen).into_owned();
            prop_assert_eq!(again, seen.into_owned());
        }
    }
}
