//! The escaper of the pages. Every value that a template shows goes through it, so no page can forget to show what does not show.

use crate::core::hidden_characters::mark_hidden;
use crate::core::search::{SearchTerms, found};
use askama::filters::{Escaper, Html};
use std::fmt;

/// Escapes for HTML, with marks for characters that do not show. Named in `askama.toml`.
#[derive(Debug, Clone, Copy, Default)]
pub struct VisibleEscaper;

impl Escaper for VisibleEscaper {
    fn write_escaped_str<W: fmt::Write>(&self, dest: W, text: &str) -> fmt::Result {
        Html.write_escaped_str(dest, &mark_hidden(text))
    }
}

/// A text escaped for HTML and otherwise as it was typed: for fields of forms, which are sent back, and for data of modules. The
/// template marks it `safe`.
pub fn as_typed(text: impl fmt::Display) -> String {
    let text = text.to_string();
    let mut escaped = String::with_capacity(text.len());
    // Writing to a string does not fail.
    let _ = Html.write_escaped_str(&mut escaped, &text);
    escaped
}

/// A text escaped as [`VisibleEscaper`] does it, with marks where what was typed into the search box stands, or is how it is read. The template marks
/// it `safe`.
pub fn marked(text: impl AsRef<str>, typed: &str) -> String {
    let text = text.as_ref();
    let mut out = String::with_capacity(text.len() + 32);
    let parts = match SearchTerms::of(Some(typed)) {
        Some(typed) => found(text, &typed),
        None => vec![(text, false)],
    };
    for (part, found) in parts {
        // Writing to a string does not fail.
        if found {
            out.push_str("<mark>");
            let _ = VisibleEscaper.write_escaped_str(&mut out, part);
            out.push_str("</mark>");
        } else {
            let _ = VisibleEscaper.write_escaped_str(&mut out, part);
        }
    }
    out
}

/// JSON for an attribute in single quotes, where the quotes of JSON stand as they are. The template marks it `safe`.
pub fn json_attribute(json: impl AsRef<str>) -> String {
    json.as_ref().replace('&', "&#38;").replace('<', "&#60;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_the_hidden_shown() {
        let mut page = String::new();
        VisibleEscaper.write_escaped_str(&mut page, "<b>\u{202E}&").unwrap();
        assert_eq!(page, "&#60;b&#62;⟨U+202E⟩&#38;");
        assert_eq!(marked("<b>广州&", "州 b"), "&#60;<mark>b</mark>&#62;广<mark>州</mark>&#38;");
        assert_eq!(marked("广州\u{202E}", "gz"), "<mark>广州</mark>⟨U+202E⟩");
        assert_eq!(marked("<i>", "<mark>"), "&#60;i&#62;");
        assert_eq!(as_typed("<\u{202E}\""), "&#60;\u{202E}&#34;");
        assert_eq!(json_attribute(r#"{"a":"<'&amp;"}"#), r#"{"a":"&#60;&#39;&#38;amp;"}"#);
    }
}
