//! The escaper of the pages. Every value that a template shows goes through it, so no page can forget to show what does not show.

use crate::core::shown::shown;
use askama::filters::{Escaper, Html};
use std::fmt;

/// Escapes for HTML, with marks for characters that do not show. Named in `askama.toml`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: fmt::Write>(&self, dest: W, text: &str) -> fmt::Result {
        Html.write_escaped_str(dest, &shown(text))
    }
}

/// A text escaped for HTML and otherwise as it was typed: for fields of forms, which are sent back, and for data of modules. The
/// template marks it `safe`.
pub fn as_typed(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let mut escaped = String::with_capacity(text.len());
    // Writing to a string does not fail.
    let _ = Html.write_escaped_str(&mut escaped, text);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_the_hidden_shown() {
        let mut page = String::new();
        Shown.write_escaped_str(&mut page, "<b>\u{202E}&").unwrap();
        assert_eq!(page, "&#60;b&#62;⟨U+202E⟩&#38;");
        assert_eq!(as_typed("<\u{202E}\""), "&#60;\u{202E}&#34;");
    }
}
