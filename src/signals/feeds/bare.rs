//! Texts without markup. Pure.

/// A text without tags. Entities within what was escaped once are set right; nothing of it is markup afterwards, as pages escape all texts. A sign
/// `<` that begins no tag, as in `< 5 mg`, stays.
#[must_use]
pub(super) fn bare(text: &str) -> String {
    let (mut out, mut in_tag) = (String::with_capacity(text.len()), false);
    // What is never closed is no tag.
    let last = text.rfind('>').unwrap_or(0);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '<' if !in_tag => {
                let begins = |next: char| next.is_ascii_alphabetic() || "/!?".contains(next);
                in_tag = at < last && chars.peek().is_some_and(|(_, next)| begins(*next));
                if !in_tag {
                    out.push(c);
                }
            }
            '>' if in_tag => {
                in_tag = false;
                out.push(' ');
            }
            _ if !in_tag => out.push(c),
            _ => {}
        }
    }
    let out = out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let out = out.replace("&#39;", "'").replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_signs_stay() {
        for (text, wanted) in [
            ("<p>正文<br/>二</p>", "正文 二"),
            ("温度<5℃ 时失效", "温度<5℃ 时失效"),
            ("Lead < 5 mg/kg, <b>bold</b>", "Lead < 5 mg/kg, bold"),
            ("a <b never closed", "a <b never closed"),
            ("甲&nbsp;&amp; 乙", "甲 & 乙"),
            ("", ""),
        ] {
            assert_eq!(bare(text), wanted, "{text}");
        }
        assert_eq!(bare(&"<a".repeat(5_000)).len(), 10_000);
    }
}
