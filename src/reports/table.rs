//! Tables for people, as CSV and XLSX. Nothing in a cell is ever run as a formula: enterprises choose their names.

use crate::core::cells::guard;
use crate::core::shown::shown;
use crate::core::{Language, Problem};
use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A count.
    Number(i64),
    /// A number with decimals.
    Decimal(f64),
    /// A share in percent.
    Percent(f64),
    /// A day.
    Day(NaiveDate),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Words.
    pub fn text(words: &str) -> Self {
        Self::Text(shown(words).into_owned())
    }

    /// A number with decimals, where there is one.
    pub fn decimal(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Decimal)
    }
}

/// A table with headings in both languages.
#[derive(Debug, Clone)]
pub struct Table {
    name: &'static str,
    columns: Vec<(&'static str, &'static str)>,
    rows: Vec<Vec<Cell>>,
}

/// The byte order mark by which Excel knows UTF-8.
const BOM: &str = "\u{feff}";

impl Table {
    /// An empty table; its name is that of the file, without an ending.
    pub fn new(name: &'static str) -> Self {
        Self { name, columns: Vec::new(), rows: Vec::new() }
    }

    /// Adds headings, Chinese and English.
    pub fn columns<const N: usize>(&mut self, columns: [(&'static str, &'static str); N]) {
        self.columns.extend(columns);
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }

    /// The name of a file of this ending.
    pub fn file_name(&self, ending: &str) -> String {
        format!("{}.{ending}", self.name)
    }

    fn headings(&self, language: Language) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(move |(zh, en)| match language {
            Language::Zh => *zh,
            Language::En => *en,
        })
    }

    /// As CSV (RFC 4180) in UTF-8 with a byte order mark.
    ///
    /// # Errors
    /// None but a lack of memory.
    pub fn csv(&self, language: Language) -> Result<Vec<u8>, Problem> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BOM.into());
        writer.write_record(self.headings(language)).map_err(Problem::internal)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(plain)).map_err(Problem::internal)?;
        }
        writer.into_inner().map_err(|error| Problem::internal(error.error()))
    }

    /// As a workbook with one sheet.
    ///
    /// # Errors
    /// When it has more rows or longer texts than a workbook holds.
    pub fn xlsx(&self, language: Language) -> Result<Vec<u8>, Problem> {
        let mut book = Workbook::new();
        self.fill(book.add_worksheet(), language).map_err(Problem::internal)?;
        book.save_to_buffer().map_err(Problem::internal)
    }

    fn fill(&self, sheet: &mut Worksheet, language: Language) -> Result<(), XlsxError> {
        let (bold, percent) = (Format::new().set_bold(), Format::new().set_num_format("0.0%"));
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.set_name(self.name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, heading) in (0..).zip(self.headings(language)) {
            sheet.write_string_with_format(0, column, heading, &bold)?;
        }
        for (line, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Text(words) => sheet.write_string(line, column, words)?,
                    #[expect(clippy::cast_precision_loss, reason = "a workbook has no other numbers")]
                    Cell::Number(n) => sheet.write_number(line, column, *n as f64)?,
                    Cell::Decimal(n) => sheet.write_number(line, column, *n)?,
                    Cell::Percent(n) => {
                        sheet.write_number_with_format(line, column, percent_of_one(*n), &percent)?
                    }
                    Cell::Day(d) => sheet.write_datetime_with_format(line, column, d, &day)?,
                    Cell::Empty => continue,
                };
            }
        }
        sheet.autofit();
        Ok(())
    }
}

/// Per cent as a share of one, in steps of a tenth of a per cent: what a workbook shows is what it holds.
fn percent_of_one(percent: f64) -> f64 {
    (percent * 10.0).round() / 1000.0
}

/// A cell in a CSV file.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(words) => disarm_formula(words),
        Cell::Number(n) => n.to_string(),
        Cell::Decimal(n) => n.to_string(),
        Cell::Percent(n) => format!("{n:.1}%"),
        Cell::Day(day) => day.to_string(),
        Cell::Empty => String::new(),
    }
}

/// Words that no spreadsheet program takes for a formula: as files of rejected rows have them, and in no reader's dialect
/// either.
fn disarm_formula(words: &str) -> String {
    let guarded = guard(words);
    if guarded.starts_with(['\n', '|', '%']) { format!("'{guarded}") } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use proptest::prelude::*;
    use std::io::Cursor;

    fn table(words: &str) -> Table {
        let mut table = Table::new("test");
        table.columns([("名称", "Name"), ("数", "Count"), ("率", "Rate"), ("日", "Day"), ("空", "None")]);
        let day = Cell::Day("2021-10-08".parse().unwrap());
        table.row([Cell::text(words), Cell::Number(-5), Cell::Percent(85.4), day, Cell::Empty]);
        table
    }

    #[test]
    fn csv_opens_in_excel_without_formulas() {
        for (words, cell) in [
            ("公司", "公司"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("\u{a0}\u{200b}=1", "\u{a0}⟨U+200B⟩=1"),
            ("'=1", "''=1"),
            ("a=1", "a=1"),
        ] {
            let csv = String::from_utf8(table(words).csv(Language::Zh).unwrap()).unwrap();
            assert_eq!(csv, format!("{BOM}名称,数,率,日,空\r\n{cell},-5,85.4%,2021-10-08,\r\n"));
        }
        let csv = String::from_utf8(table("\r=1\",x").csv(Language::En).unwrap()).unwrap();
        assert_eq!(csv, format!("{BOM}Name,Count,Rate,Day,None\r\n\"'\r=1\"\",x\",-5,85.4%,2021-10-08,\r\n"));
    }

    #[test]
    fn a_workbook_stores_text_as_text() {
        let file = table("=HYPERLINK(\"http://x\")").xlsx(Language::Zh).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).unwrap();
        assert!(book.worksheet_formula("test").unwrap().is_empty());
        let sheet = book.worksheet_range("test").unwrap();
        assert_eq!(sheet.get_value((0, 0)), Some(&Data::String("名称".to_owned())));
        assert_eq!(sheet.get_value((1, 0)), Some(&Data::String("=HYPERLINK(\"http://x\")".to_owned())));
        assert_eq!(sheet.get_value((1, 1)), Some(&Data::Float(-5.0)));
        assert_eq!(sheet.get_value((1, 2)), Some(&Data::Float(0.854)));
    }

    proptest! {
        #[test]
        fn no_text_begins_a_formula(words in "[ =+@\\-\\t\\ra-z]{0,12}") {
            let safe = disarm_formula(&words);
            let first = safe.trim_start().chars().next();
            prop_assert!(!first.is_some_and(|c| "=+-@".contains(c)), "{safe:?}");
        }
    }
}
