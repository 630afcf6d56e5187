//! Tables for people, which leave as CSV and XLSX.

use crate::core::Language;
use crate::exports::{Cell, FilterWord, Table as File};
use chrono::NaiveDate;

/// A table with headings in both languages.
#[derive(Debug, Clone)]
pub struct Table {
    name: &'static str,
    titles: (&'static str, &'static str),
    scope: String,
    as_of: Option<NaiveDate>,
    columns: Vec<(&'static str, &'static str)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table of a region's figures as of now. Its name is that of the file for clients that know ASCII alone.
    pub fn new(name: &'static str, titles: (&'static str, &'static str), scope: &str) -> Self {
        let scope = scope.to_owned();
        Self { name, titles, scope, as_of: None, columns: Vec::new(), rows: Vec::new() }
    }

    /// The same as of the end of a day.
    #[must_use]
    pub fn as_of(self, day: NaiveDate) -> Self {
        Self { as_of: Some(day), ..self }
    }

    /// Adds headings, Chinese and English.
    pub fn columns<const N: usize>(&mut self, columns: [(&'static str, &'static str); N]) {
        self.columns.extend(columns);
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }

    /// What is written into the file, with the filters in words.
    pub fn file(self, language: Language, known: &'static [FilterWord]) -> File {
        let word = |(zh, en): (&'static str, &'static str)| match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        };
        File {
            name: self.name,
            title: word(self.titles),
            scope: self.scope,
            as_of: self.as_of,
            known,
            headings: self.columns.into_iter().map(word).collect(),
            rows: self.rows,
        }
    }
}
