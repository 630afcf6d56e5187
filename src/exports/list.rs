//! What a domain says of a list so that it can leave as a file.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::core::Problem;
use crate::core::page::Slice;
use crate::exports::cell::Cell;
use crate::exports::words::Words;

crate::word_enum! {
    /// The forms of a list or report.
    pub enum Format {
        /// For programs: page by page.
        Json = "json",
        /// For spreadsheets: UTF-8 with a byte order mark. The whole list.
        Csv = "csv",
        /// A workbook. The whole list.
        Xlsx = "xlsx",
    }
}

/// A workbook, as the OpenAPI document says it.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct BookFile(#[allow(dead_code, reason = "describes a body that is sent piece by piece")] Vec<u8>);

/// A column of a list.
pub struct Column<T: 'static> {
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) cell: fn(&T, &Words) -> Cell,
}

impl<T> Column<T> {
    /// A column by its heading in Chinese and in English, and what stands in it of a row.
    pub const fn new(zh: &'static str, en: &'static str, cell: fn(&T, &Words) -> Cell) -> Self {
        Self { zh, en, cell }
    }
}

/// A filter of a list, in words.
pub struct FilterWord {
    pub(super) parameter: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) say: Say,
}

/// How the value of a filter is said.
pub(super) enum Say {
    /// The words follow from the value itself.
    Word(fn(&str, &Words) -> String),
    /// It is an id. Rows have it in one of these fields, beside a field with its name.
    OfRow(&'static [(&'static str, &'static str)]),
}

impl FilterWord {
    /// A filter by its parameter, its name in Chinese and in English, and what a value of it says.
    pub const fn new(
        parameter: &'static str,
        zh: &'static str,
        en: &'static str,
        say: fn(&str, &Words) -> String,
    ) -> Self {
        Self { parameter, zh, en, say: Say::Word(say) }
    }

    /// A filter by an id. Its name is what the rows of the list say: each of `fields` is a field of a row, or of a thing in a row, that
    /// holds the id, and the field beside it that holds the name.
    pub const fn of_row(
        parameter: &'static str,
        zh: &'static str,
        en: &'static str,
        fields: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { parameter, zh, en, say: Say::OfRow(fields) }
    }
}

/// The text that is searched for.
pub const Q: FilterWord = FilterWord::new("q", "关键词", "search", |typed, _| typed.to_owned());
/// A region, with all under it.
pub const REGION: FilterWord =
    FilterWord::new("region", "地区", "region", |code, words| words.region(code));

/// A list that can leave as a file.
pub struct List<T: 'static> {
    /// The word of the audit, and the name of the file where a client knows no other than ASCII.
    pub name: &'static str,
    /// What it is, in Chinese: the title and the name of the file.
    pub zh: &'static str,
    /// Description, in English.
    pub en: &'static str,
    /// Whether it takes people's names or addresses out of the platform: then its files are for a session that proved lately who is in
    /// it, and the handler's documentation says `x-step-up`.
    pub people: bool,
    /// The columns, from the left.
    pub columns: &'static [Column<T>],
    /// The filters, in words. One without words is shown as it is written.
    pub filters: &'static [FilterWord],
}

/// The form of a list that has neither pages nor filters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// `xlsx` or `csv` for a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    pub format: Option<Format>,
}

/// The page of a list without filters, and its form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPage {
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    pub format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    pub limit: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A search, the page of a list and its form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchPage {
    /// Only those in which these words stand, in any order, or where a name is read so.
    pub q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    pub format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    pub limit: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl SearchPage {
    /// The part of the list that is asked for.
    ///
    /// # Errors
    /// 422 naming `limit` or `cursor`.
    pub fn slice(&self) -> Result<Slice, Problem> {
        Slice::parse(self.limit.as_deref(), self.cursor.as_deref())
    }
}

impl ListPage {
    /// The part of the list that is asked for.
    ///
    /// # Errors
    /// 422 naming `limit` or `cursor`.
    pub fn slice(&self) -> Result<Slice, Problem> {
        Slice::parse(self.limit.as_deref(), self.cursor.as_deref())
    }
}
