//! Searching tables for what a person typed.
//!
//! A table whose rows are searched has the folded texts in `search_text`, one after the other with line feeds between, the name first;
//! where it names enterprises or people, `search_readings` has how the name is read. Triggers keep both (`functions.sql` of the domains), with
//! the functions of `db`; `db::reference` fills the table of characters that these use, and lets them fold every row again when it changes.
//!
//! What is found is ranked: first what is all of what was typed, then what begins with it, then what has all the words in it, then what
//! is read so. Within a rank a list keeps its order, so a page of a list goes through the ranks one after the other
//! ([`crate::core::page::Page::by_rank`]), each of them a query of its own that an index or the newest rows serve. Where a table has very
//! many rows, its `search_text` has an index by parts of three characters (`pg_trgm`), which finds a rare word wherever it stands.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};

use crate::core::page::Slice;
use crate::core::search::{Word, first_letters, pattern};

pub use crate::core::search::SearchTerms;

/// How many lines of a list are looked through, newest first, before those that fit are searched for from the other end.
/// Where many fit they are among the newest; where few do, to go through all the others would take seconds.
pub const LOOK_THROUGH: i64 = 2000;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Sql(&'static str),
    Value(String),
}

/// A condition of a search: columns by name, texts as values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition(Vec<Piece>);

impl Condition {
    fn like(text: &'static str, pattern: String) -> Self {
        Self(vec![Piece::Sql(text), Piece::Sql(" LIKE "), Piece::Value(pattern)])
    }

    fn joined(parts: impl IntoIterator<Item = Self>, between: &'static str, none: &'static str) -> Self {
        let mut all = Vec::new();
        for part in parts {
            all.push(Piece::Sql(if all.is_empty() { "((" } else { between }));
            all.extend(part.0);
        }
        all.push(Piece::Sql(if all.is_empty() { none } else { "))" }));
        Self(all)
    }

    /// All of these; true where there are none.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, ") AND (", "true")
    }

    /// One of these; false where there are none.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, ") OR (", "false")
    }

    /// That a row is among those of a subquery, which `before` begins up to its condition, that fulfil this.
    #[must_use]
    pub fn among(self, before: &'static str) -> Self {
        let mut all = vec![Piece::Sql(before)];
        all.extend(self.0);
        all.push(Piece::Sql(")"));
        Self(all)
    }

    /// Not this.
    #[must_use]
    pub fn negated(self) -> Self {
        let mut all = vec![Piece::Sql("NOT (")];
        all.extend(self.0);
        all.push(Piece::Sql(")"));
        Self(all)
    }
}

impl Expression for Condition {
    type SqlType = Bool;
}

impl<T> AppearsOnTable<T> for Condition {}
impl<T> SelectableExpression<T> for Condition {}

impl<G> ValidGrouping<G> for Condition {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Condition {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Condition {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for piece in &self.0 {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Value(value) => out.push_bind_param::<Text, _>(value)?,
            }
        }
        Ok(())
    }
}

/// How many ranks there are.
pub const RANKS: usize = 4;

/// Where a list looks for what was typed.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// Folded texts, as SQL: each with the name, or what else is ranked by, before the first line feed.
    pub texts: &'static [&'static str],
    /// How names are read, as SQL.
    pub readings: &'static [&'static str],
    /// Whether a code stands in the texts behind the name: few letters and digits find only its beginning.
    pub code: bool,
}

impl Columns {
    fn each(&self, pattern: &str) -> Condition {
        Condition::any(self.texts.iter().map(|text| Condition::like(text, pattern.to_owned())))
    }

    /// The name is all of what was typed.
    #[must_use]
    pub fn equal(&self, typed: &SearchTerms) -> Condition {
        self.each(&format!("{}\n%", literal(typed.whole())))
    }

    /// The name begins with what was typed.
    #[must_use]
    pub fn begins(&self, typed: &SearchTerms) -> Condition {
        self.each(&format!("{}%", literal(typed.whole())))
    }

    /// The name begins with a word.
    #[must_use]
    pub fn begins_with(&self, word: &Word) -> Condition {
        self.each(&format!("{}%", literal(word.text())))
    }

    /// All of what was typed stands somewhere in one piece.
    #[must_use]
    pub fn whole(&self, typed: &SearchTerms) -> Condition {
        match typed.words() {
            [word] => self.stands(word),
            _ => self.each(&format!("%{}%", literal(typed.whole()))),
        }
    }

    /// A word stands somewhere.
    #[must_use]
    pub fn stands(&self, word: &Word) -> Condition {
        let word_text = literal(word.text());
        if self.code && word.is_short_code() {
            return Condition::any([
                self.each(&format!("%{word_text}%\n%")),
                self.each(&format!("%\n{word_text}%")),
            ]);
        }
        self.each(&format!("%{word_text}%"))
    }

    /// A word is how a name is read; none where it can't be.
    #[must_use]
    pub fn reads(&self, word: &Word) -> Option<Condition> {
        if self.readings.is_empty() || !word.may_be_read() {
            return None;
        }
        let ways = first_letters(word.text());
        if ways.is_empty() {
            return None;
        }
        let reads = |readings: &'static str| {
            // First letters are looked for much faster than a regular expression.
            let first = ways.iter().map(|way| Condition::like(readings, format!("%{way}%")));
            let whole = [Piece::Sql(readings), Piece::Sql(" ~ "), Piece::Value(pattern(word.text()))];
            Condition::all([Condition::any(first), Condition(whole.into())])
        };
        Some(Condition::any(self.readings.iter().map(|readings| reads(readings))))
    }

    /// All that is found, whatever its rank.
    #[must_use]
    pub fn matches(&self, typed: &SearchTerms) -> Condition {
        if typed.words().is_empty() {
            return Condition::any([]);
        }
        let word = |word| Condition::any(std::iter::once(self.stands(word)).chain(self.reads(word)));
        Condition::any([self.whole(typed), Condition::all(typed.words().iter().map(word))])
    }

    /// How many ranks can have something in them.
    #[must_use]
    pub fn ranks(&self, typed: &SearchTerms) -> usize {
        let any = typed.words().iter().any(|word| self.reads(word).is_some());
        if any { RANKS } else { RANKS - 1 }
    }

    /// What is found at the ranks before this one by what the name is or begins with.
    #[must_use]
    pub fn before(&self, typed: &SearchTerms, rank: usize) -> Condition {
        match (typed.words().is_empty(), rank) {
            (true, _) | (_, 0) => Condition::any([]),
            (_, 1) => self.equal(typed),
            _ => self.begins(typed),
        }
    }

    /// What is found at this rank and at none before it.
    #[must_use]
    pub fn rank(&self, typed: &SearchTerms, rank: usize) -> Condition {
        if typed.words().is_empty() {
            return Condition::any([]);
        }
        let several = typed.words().len() > 1;
        let stands = || {
            let words = Condition::all(typed.words().iter().map(|word| self.stands(word)));
            if several || self.code { Condition::any([self.whole(typed), words]) } else { words }
        };
        match rank {
            0 => self.equal(typed),
            1 => Condition::all([self.begins(typed), self.equal(typed).negated()]),
            2 => Condition::all([stands(), self.begins(typed).negated()]),
            // What begins with it has it in it.
            3 => Condition::all([self.matches(typed), stands().negated()]),
            _ => Condition::any([]),
        }
    }
}

/// A list with what was typed into its search box, if anything was.
#[derive(Debug, Clone)]
pub struct Search {
    typed: Option<SearchTerms>,
    columns: Columns,
}

impl Search {
    /// A search of a text in these columns.
    #[must_use]
    pub fn new(text: Option<&str>, columns: Columns) -> Self {
        Self { typed: SearchTerms::of(text), columns }
    }

    /// What was typed, if anything was.
    #[must_use]
    pub fn typed(&self) -> Option<&SearchTerms> {
        self.typed.as_ref()
    }

    /// How many ranks there are to go through: one where nothing was typed.
    #[must_use]
    pub fn ranks(&self) -> usize {
        self.typed.as_ref().map_or(1, |typed| self.columns.ranks(typed))
    }

    /// The condition of a rank; none where nothing was typed.
    #[must_use]
    pub fn rank(&self, rank: usize) -> Option<Condition> {
        self.typed.as_ref().map(|typed| self.columns.rank(typed, rank))
    }

    /// The condition of the rank that a slice names; of all of them where the list is in an order that the reader chose.
    #[must_use]
    pub fn of(&self, slice: Slice) -> Option<Condition> {
        if slice.order.is_some() { self.any() } else { self.rank(slice.rank) }
    }

    /// The condition of all ranks; none where nothing was typed.
    #[must_use]
    pub fn any(&self) -> Option<Condition> {
        self.typed.as_ref().map(|typed| self.columns.matches(typed))
    }
}

/// Backslash is PostgreSQL's escape in LIKE unless said otherwise.
pub fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::debug_query;

    const COLUMNS: Columns = Columns { texts: &["t"], readings: &["r"], code: true };

    fn said(text: &str, rank: usize) -> String {
        let typed = SearchTerms::of(Some(text)).unwrap();
        debug_query::<Pg, _>(&COLUMNS.rank(&typed, rank)).to_string()
    }

    #[test]
    fn typed_text_is_not_a_pattern() {
        assert_eq!(literal("50%_\\"), "50\\%\\_\\\\");
        assert!(said("%", 2).starts_with("false"));
        assert!(said("$%'", 0).contains("[\"$\\n%\"]"), "{}", said("$%'", 0));
    }

    #[test]
    fn only_letters_are_readings() {
        let ranks = |text| COLUMNS.ranks(&SearchTerms::of(Some(text)).unwrap());
        assert_eq!((ranks("广州"), ranks("gz"), ranks("广州 gz"), ranks("9144")), (3, 4, 4, 3));
        assert!(!said("广州", 2).contains('~') && said("gz", 3).contains('~'));
    }

    #[test]
    fn few_letters_find_the_beginning_of_a_code() {
        assert!(said("91", 2).contains("%91%\\n%"));
        assert!(!said("914401", 2).contains("%914401%\\n"));
    }
}
