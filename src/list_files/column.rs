//! What a kind of list declares of its columns, so that its files are read, explained and given back by the same code as all others.

use crate::core::cells::{compact, forced_text};
use crate::core::{Language, Text};
use crate::list_files::rejection_code::RejectionCode;
use std::fmt;
use std::str::FromStr;

/// What a column holds, as far as a spreadsheet can spoil it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Any text.
    Text,
    /// A date.
    Date,
    /// A number or code that no spreadsheet may take for a number.
    Identifier,
    /// The same of a form or report: it may not have become a date either.
    ReportNumber,
    /// One of a fixed set of words.
    Choice,
    /// A number.
    Number,
}

/// A column of a kind of list.
pub trait ListColumn: Copy + Ord + fmt::Debug + fmt::Display + FromStr + Send + Sync + 'static {
    /// All columns, in the order of the template.
    const ALL: &'static [Self];
    /// The column with the name of an enterprise: where it stands alone in a row, the row is a heading of a group.
    const NAME: Self;
    /// What a record must say of its report: without any of it a row may be a total or a remark.
    const REPORT: &'static [Self];
    /// Columns whose values are known by their form and stand in no title.
    const SIGNS: &'static [Self];

    /// Its place in [`Self::ALL`].
    fn index(self) -> usize;

    /// The English name, for programs.
    fn word(self) -> &'static str;

    /// The Chinese heading.
    fn name_zh(self) -> &'static str;

    /// The kind of value that the column holds.
    fn content(self) -> Content;

    /// Whether a row must fill it.
    fn is_required(self) -> bool;

    /// Whether its cell must name something: a mark that stands for nothing is a fault of its own.
    fn must_name(self) -> bool;

    /// What offices call it beside its own name.
    fn other_names(self) -> &'static [&'static str];

    /// The column of a heading.
    fn of(heading: &str) -> Option<Self>;

    /// The column of a heading that has another name for it, or its name with something in brackets behind.
    fn like(heading: &str) -> Option<Self>;

    /// Whether a cell holds a value that is known for one of the column by its form.
    fn is_value(self, cell: &str) -> bool;

    /// Whether a cell with these digits holds by a rule of its own, so that none of them were lost.
    fn is_right(self, _cell: &str) -> bool {
        false
    }

    /// Why a cell that names nothing is rejected.
    fn nothing_named(self) -> RejectionCode {
        RejectionCode::ValueMissing
    }

    /// The columns that a list lacks that has only these.
    fn missing(has: &dyn Fn(Self) -> bool) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|column| column.is_required() && !has(*column)).collect()
    }

    /// What it takes, in words.
    fn rule(self) -> Text;

    /// A value that it takes.
    fn example(self, language: Language) -> &'static str;

    /// Its heading in a language: in English the name that programs use.
    fn heading(self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.name_zh(),
            Language::En => self.word(),
        }
    }

    /// Whether it holds a date.
    fn is_date(self) -> bool {
        self.content() == Content::Date
    }
}

/// A heading without width, case, blanks, hyphens, underscores and the asterisk of a required column.
#[must_use]
pub fn plain(heading: &str) -> String {
    let mut plain = compact(&forced_text(heading)).to_lowercase();
    plain.retain(|c| !matches!(c, '_' | '-' | '*'));
    plain
}

/// Whether a text looks like a credit code, right or wrong.
#[must_use]
pub fn is_credit_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() == 18 && text.bytes().all(|b| b.is_ascii_alphanumeric()) && digits >= 8
}
