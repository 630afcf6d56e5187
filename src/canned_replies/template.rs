//! The placeholders of canned replies: which there are, where they stand, how they are filled. Pure.

use crate::core::Text;

crate::word_enum! {
    /// What a placeholder stands for.
    pub enum Placeholder {
        /// The enterprise that asks.
        Enterprise = "enterprise",
        /// The expert who leads the consultation.
        Expert = "expert",
        /// The product that it is about.
        Product = "product",
        /// The next statutory deadline of the case.
        DueDate = "due_date",
        /// The case, by the number of its inspection report.
        Case = "case",
    }
}

impl Placeholder {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Enterprise => ("企业名称", "the enterprise"),
            Self::Expert => ("主诊专家", "the expert who leads"),
            Self::Product => ("产品", "the product"),
            Self::DueDate => ("案件的下一法定期限", "the next statutory deadline of the case"),
            Self::Case => ("案件的检验报告编号", "the report number of the case"),
        };
        Text::new(zh, en)
    }
}

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    /// What stands between braces.
    Between(&'a str),
}

/// The most characters between braces; with more in between, or a line feed, they are braces.
const LONGEST: usize = 40;

fn pieces(body: &str) -> Vec<Piece<'_>> {
    let (mut all, mut rest) = (Vec::new(), body);
    while let Some((words, behind)) = rest.split_once('{') {
        let between = behind
            .split_once('}')
            .filter(|(name, _)| !name.contains(['{', '\n']) && name.chars().count() <= LONGEST);
        match between {
            Some((name, after)) => {
                all.extend([Piece::Words(words), Piece::Between(name)]);
                rest = after;
            }
            None => {
                // The brace is one of the text.
                let end = words.len() + 1;
                all.push(Piece::Words(rest.get(..end).unwrap_or(rest)));
                rest = behind;
            }
        }
    }
    all.push(Piece::Words(rest));
    all
}

/// The placeholders of a text that are not known, in order, each once.
pub fn unknown(body: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for piece in pieces(body) {
        if let Piece::Between(name) = piece
            && name.parse::<Placeholder>().is_err()
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

fn push_braced(text: &mut String, name: &str) {
    text.extend(["{", name, "}"]);
}

/// A text with its placeholders filled. What has no value stays as it is written, and is named.
pub fn fill(body: &str, value: impl Fn(Placeholder) -> Option<String>) -> (String, Vec<Placeholder>) {
    let (mut text, mut missing) = (String::with_capacity(body.len()), Vec::new());
    for piece in pieces(body) {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Between(name) => match name.parse::<Placeholder>() {
                Ok(known) => match value(known) {
                    Some(value) => text.push_str(&value),
                    None => {
                        push_braced(&mut text, name);
                        if !missing.contains(&known) {
                            missing.push(known);
                        }
                    }
                },
                Err(_) => push_braced(&mut text, name),
            },
        }
    }
    (text, missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_placeholders_are_filled_and_others_named() {
        let body = "{enterprise}：请于 {due_date} 前完成 {case} 的整改。{";
        assert!(unknown(body).is_empty());
        let value = |p| (p != Placeholder::DueDate).then(|| format!("<{p}>"));
        let (text, missing) = fill(body, value);
        assert_eq!(text, "<enterprise>：请于 {due_date} 前完成 <case> 的整改。{");
        assert_eq!(missing, [Placeholder::DueDate]);
        assert_eq!(unknown("{企业} {Expert} {expert} {企业} {}"), ["企业", "Expert", ""]);
        let long = "x".repeat(LONGEST + 1);
        assert!(unknown(&format!("{{a\nb}} {{{long}}} }} {{")).is_empty(), "braces of a text");
    }

    proptest! {
        #[test]
        fn a_text_without_values_stays_as_it_is(body in "[a-z{}\n客]{0,60}|(\\{(enterprise|case|x)\\}){0,5}") {
            prop_assert_eq!(fill(&body, |_| None).0, body);
        }

        #[test]
        fn what_is_filled_in_is_no_template(value in "\\PC{0,20}") {
            let (text, _) = fill("a{enterprise}b", |_| Some(value.clone()));
            prop_assert_eq!(text, format!("a{value}b"));
        }
    }
}
