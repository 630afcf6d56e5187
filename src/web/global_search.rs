//! What the search over everything finds, in whatever domain: what a domain declares of it, and what it gives.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::core::actor::{Actor, Role};
use crate::core::page::{Page, Slice};
use crate::core::search::{SearchTerms, found};
use crate::core::{Language, Problem};

/// One kind of things that are found, of one domain.
pub struct GlobalSearchSource {
    /// The word for it in addresses.
    pub kind: &'static str,
    /// What is found, in Chinese.
    pub zh: &'static str,
    /// What is found, in English.
    pub en: &'static str,
    /// Who may look for it. What is found is decided by the domain's policy.
    pub roles: &'static [Role],
    /// Looks for what was typed.
    pub find: Find,
}

/// Looks for what was typed among what the actor may see; what fits best is first. Names of places are in the language.
pub type Find =
    fn(&App, &mut PgConnection, &Actor, &SearchTerms, Slice, Language) -> Result<Findings, Problem>;

/// The hits of one source.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The things, in their order.
    pub items: Vec<Hit>,
    /// Where the next ones begin; none where these are the last.
    pub next_cursor: Option<String>,
    /// Whether only the newest were looked through.
    pub partial: bool,
}

/// A thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    /// Its id; of a message, the consultation, the stream and the number.
    pub id: String,
    /// The address of its page.
    pub link: String,
    /// Its name.
    pub title: Vec<Piece>,
    /// What else says which one it is, or the place of a text where it was found.
    pub excerpt: Vec<Piece>,
    /// When it was opened or sent.
    pub at: Option<DateTime<Utc>>,
    /// Of a message: the number of the one that it answers, in the same stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
}

/// A part of a text. The parts one after the other are the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Piece {
    /// The part as it was written; never markup.
    pub text: String,
    /// Whether it is what was looked for.
    pub found: bool,
}

/// A text in parts, with what was looked for marked.
#[must_use]
pub fn pieces(text: &str, typed: &SearchTerms) -> Vec<Piece> {
    found(text, typed).into_iter().map(|(part, found)| Piece { text: part.to_owned(), found }).collect()
}

/// The address of a list that is narrowed to words: where a thing that was found has no page for its reader.
#[must_use]
pub fn list_by_words(path: &str, words: &str) -> String {
    format!("{path}?q={}", utf8_percent_encode(words, NON_ALPHANUMERIC))
}

/// Characters of an excerpt.
const EXCERPT: usize = 120;
/// Characters of it before what was found.
const BEFORE: usize = 24;

/// The place of a long text where it was found, with marks. A part that is left out is an ellipsis.
#[must_use]
pub fn excerpt(text: &str, typed: &SearchTerms) -> Vec<Piece> {
    let all = pieces(text, typed);
    let length = |piece: &Piece| piece.text.chars().count();
    let first: usize = all.iter().take_while(|piece| !piece.found).map(length).sum();
    let total: usize = all.iter().map(length).sum();
    let from = if first >= total { 0 } else { first.saturating_sub(BEFORE) };
    let (mut at, mut out) = (0, Vec::new());
    if from > 0 {
        out.push(Piece { text: "…".to_owned(), found: false });
    }
    for piece in all {
        let count = length(&piece);
        let skip = from.saturating_sub(at).min(count);
        let take = (from + EXCERPT).saturating_sub(at + skip).min(count - skip);
        let text: String = piece.text.chars().skip(skip).take(take).collect();
        if !text.is_empty() {
            out.push(Piece { text, found: piece.found });
        }
        at += count;
    }
    if from + EXCERPT < total {
        out.push(Piece { text: "…".to_owned(), found: false });
    }
    out
}

impl Findings {
    /// What a list of a domain found.
    pub fn of<T>(page: Page<T>, hit: impl FnMut(T) -> Hit) -> Self {
        let Page { items, next_cursor } = page.map(hit);
        Self { items, next_cursor, partial: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(pieces: &[Piece]) -> String {
        let one = |p: &Piece| if p.found { format!("[{}]", p.text) } else { p.text.clone() };
        pieces.iter().map(one).collect()
    }

    #[test]
    fn an_excerpt_is_the_place_where_it_was_found() {
        let typed = SearchTerms::of(Some("线缆")).unwrap();
        assert_eq!(told(&excerpt("广州線纜𠮷", &typed)), "广州[線纜]𠮷");
        let long = format!("{}线缆{}", "甲".repeat(300), "𠮷".repeat(300));
        let wanted = format!("…{}[线缆]{}…", "甲".repeat(24), "𠮷".repeat(94));
        assert_eq!(told(&excerpt(&long, &typed)), wanted);
        assert_eq!(told(&excerpt(&"甲".repeat(200), &typed)), format!("{}…", "甲".repeat(120)));
        assert_eq!(told(&excerpt("", &typed)), "");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_short(text in any::<String>(), typed in "[a-z一-鿿]{1,4}") {
            let typed = SearchTerms::of(Some(&typed)).unwrap();
            let shown: usize = excerpt(&text, &typed).iter().map(|p| p.text.chars().count()).sum();
            prop_assert!(shown <= EXCERPT + 2);
        }
    }
}
