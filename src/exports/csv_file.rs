//! Files of comma-separated values (RFC 4180), in UTF-8 with a byte order mark.

use actix_web::web::Bytes;
use chrono_tz::Asia::Shanghai;

use crate::core::Problem;
use crate::core::cells::guard;
use crate::exports::cell::Cell;

/// The byte order mark by which Excel knows UTF-8.
const BOM: &str = "\u{feff}";

/// A file under way.
pub struct CsvFile(csv::Writer<Vec<u8>>);

fn writer(begun: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begun)
}

impl CsvFile {
    /// Begins a file with these headings.
    ///
    /// # Errors
    /// None but a lack of memory.
    pub fn begin<'a>(headings: impl Iterator<Item = &'a str>) -> Result<Self, Problem> {
        let mut file = writer(BOM.into());
        file.write_record(headings).map_err(Problem::internal)?;
        Ok(Self(file))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), Problem> {
        self.0.write_record(cells.iter().map(plain)).map_err(Problem::internal)
    }

    /// Adds a line of text.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn line(&mut self, text: &str, columns: usize) -> Result<(), Problem> {
        let blank = std::iter::repeat_n("", columns.saturating_sub(1));
        self.0.write_record(std::iter::once(text).chain(blank)).map_err(Problem::internal)
    }

    /// What was written since this was last asked for.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn take(&mut self) -> Result<Bytes, Problem> {
        let full = std::mem::replace(&mut self.0, writer(Vec::new()));
        full.into_inner().map(Bytes::from).map_err(|error| Problem::internal(error.error()))
    }
}

/// A cell in such a file.
pub fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(words) => disarm_formula(words),
        Cell::Integer(n) => n.to_string(),
        Cell::Number(n, digits) => format!("{n:.*}", usize::from(*digits)),
        Cell::Percent(n) => format!("{n:.1}%"),
        Cell::Date(day) => day.to_string(),
        Cell::Moment(at) => at.with_timezone(&Shanghai).format("%Y-%m-%d %H:%M").to_string(),
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
    use proptest::prelude::*;

    #[test]
    fn a_file_is_written_in_pieces() {
        let mut file = CsvFile::begin(["名称", "数"].into_iter()).unwrap();
        let mut text = file.take().unwrap().to_vec();
        file.row(&[Cell::text("=1,\"x\""), Cell::count(-5)]).unwrap();
        text.extend_from_slice(&file.take().unwrap());
        file.line("止", 2).unwrap();
        text.extend_from_slice(&file.take().unwrap());
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text, "\u{feff}名称,数\r\n\"'=1,\"\"x\"\"\",-5\r\n止,\r\n");
    }

    #[test]
    fn cells_are_plain() {
        let day = Cell::Date("2021-10-08".parse().unwrap());
        let at = Cell::Moment("2021-10-08T16:00:59Z".parse().unwrap());
        for (cell, wanted) in [
            (Cell::Empty, ""),
            (Cell::text("@SUM(A1)"), "'@SUM(A1)"),
            (Cell::text("\u{a0}\u{200b}=1"), "\u{a0}⟨U+200B⟩=1"),
            (Cell::Number(0.854, 2), "0.85"),
            (Cell::Percent(85.4), "85.4%"),
            (day, "2021-10-08"),
            (at, "2021-10-09 00:00"),
        ] {
            assert_eq!(plain(&cell), wanted);
        }
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
