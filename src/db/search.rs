//! What a person typed, looked for in texts.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Bool, Text};

/// How many lines of a list are looked through, newest first, before those that fit are searched for from the other end.
/// Where many fit they are among the newest; where few do, to go through all the others would take seconds.
pub const LOOK_THROUGH: i64 = 2000;

/// What someone typed into a search box; never a pattern, whatever signs it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed(String);

impl Typed {
    /// None where nothing is left once it is trimmed.
    pub fn of(text: Option<&str>) -> Option<Self> {
        // No text in PostgreSQL has a zero.
        let text = text?.replace('\0', "").trim().to_owned();
        (!text.is_empty()).then_some(Self(text))
    }

    /// The text itself.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What begins with it, as LIKE says it.
    pub fn beginning(&self) -> String {
        format!("{}%", literal(&self.0))
    }

    /// That this column has it somewhere, whatever the case of its letters.
    ///
    /// To fold the case of every text takes several times as long as to look into it: Chinese has none, and where only the
    /// letters of ASCII are asked for, only those are folded.
    pub fn within(&self, column: &str) -> Part {
        let cased = |c: &char| c.is_uppercase() || c.is_lowercase();
        let letters: Vec<char> = self.0.chars().filter(cased).collect();
        let like = match letters.as_slice() {
            [] => " LIKE ",
            letters if letters.iter().all(char::is_ascii) => " COLLATE \"C\" ILIKE ",
            _ => " ILIKE ",
        };
        sql::<Bool>(&format!("{column}{like}")).bind::<Text, _>(format!("%{}%", literal(&self.0)))
    }
}

/// A condition that a text has another in it.
pub type Part = UncheckedBind<SqlLiteral<Bool>, AsExprOf<String, Text>>;

/// Backslash is PostgreSQL's escape in LIKE unless said otherwise.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::debug_query;
    use diesel::pg::Pg;

    fn said(text: &str) -> String {
        debug_query::<Pg, _>(&Typed::of(Some(text)).unwrap().within("name")).to_string()
    }

    #[test]
    fn typed_text_is_not_a_pattern() {
        let typed = Typed::of(Some(" 50%_\\\0 ")).unwrap();
        assert_eq!(typed.beginning(), "50\\%\\_\\\\%");
        assert_eq!(Typed::of(Some(" \0 ")), None);
        assert_eq!(Typed::of(None), None);
    }

    #[test]
    fn only_letters_are_folded() {
        assert!(said("有限公司 1").starts_with("name LIKE "));
        assert!(said("Steel钢").starts_with("name COLLATE \"C\" ILIKE "));
        assert!(said("Ünion").starts_with("name ILIKE "));
    }
}
