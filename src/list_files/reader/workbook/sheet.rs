//! The rows of a sheet.

use super::formats::Format;
use super::merged::Merged;
use super::xml::{Failure, Xml, add_text, attribute, is_set, place, unescaped};
use super::{Book, SHARED_STRINGS, STYLES, Sheet};
use crate::list_files::reader::line::{Line, Mark};
use crate::list_files::reader::sink::{MOST_COLUMNS, Sink, bounded};
use crate::list_files::refusal::{ImportError, Refusal};
use chrono::{Days, NaiveDate};
use quick_xml::events::{BytesStart, Event};

/// Most bytes of text in one row. Shared strings make many cells of few bytes, so the size of the file is no bound.
const LONGEST_ROW: usize = 4 * 1024 * 1024;
/// The last row that a sheet can have.
const LAST_ROW: u32 = 1_048_576;
/// Numbers from here on have more than fifteen digits.
const TOO_MANY_DIGITS: f64 = 1e15;
/// By how many days the count from 1904 lags behind that from 1900.
const DAYS_TO_1904: u64 = 1_462;

/// What a sheet says of itself above its rows.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The first and last column, from 0, of each run of hidden ones.
    pub hidden_columns: Vec<(usize, usize)>,
    /// The last row that the sheet claims to have.
    pub last_row: u64,
}

/// Hands on the rows of a sheet that have cells.
///
/// # Errors
/// What the sink gives; a sheet that can't be read, with its name and the last row that could.
pub fn each(book: &Book<'_>, sheet: &Sheet, facts: &mut Facts, sink: Sink<'_>) -> Result<(), ImportError> {
    let mut last = 0;
    let damaged = |row| Refusal::DamagedSheet { sheet: sheet.name.clone(), row };
    let mut archive = book.archive.clone();
    let part = archive.by_index(sheet.part).map_err(|_| damaged(0))?;
    let merged = Merged::read(part);
    // Without all merged areas values would be missing in rows that look right.
    let whole = merged.whole;
    let part = archive.by_index(sheet.part).map_err(|_| damaged(0))?;
    let mut rows = Rows { book, xml: Xml::new(part), merged, text: String::new(), in_rows: false };
    let mut line = Line::default();
    loop {
        match rows.next(&mut line, facts) {
            // Rows out of order would make two rows of one number.
            Ok(true) if line.row <= last => return Err(damaged(last).into()),
            Ok(true) => {
                last = line.row;
                if !sink(&mut line)? {
                    return Ok(());
                }
            }
            Ok(false) if !whole => return Err(damaged(last).into()),
            Ok(false) => return Ok(()),
            Err(Failure) => return Err(damaged(last).into()),
        }
    }
}

struct Rows<'a, 'b> {
    book: &'a Book<'b>,
    xml: Xml<'a>,
    merged: Merged,
    /// What the present element says.
    text: String,
    in_rows: bool,
}

/// A cell that is being read.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    style: usize,
    value: Option<String>,
    formula: Option<String>,
}

impl Rows<'_, '_> {
    /// Reads the next row; `false` where there are no more.
    fn next(&mut self, line: &mut Line, facts: &mut Facts) -> Result<bool, Failure> {
        let above = line.row;
        loop {
            match self.xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "dimension" => {
                        let reference = attribute(&e, "ref")?.unwrap_or_default();
                        let last = reference.rsplit(':').next().and_then(place);
                        facts.last_row = last.map_or(0, |(_, row)| row.into());
                    }
                    "col" if is_set(&e, "hidden")? || is_zero(&e, "width")? => {
                        let place = |name| -> Result<usize, Failure> {
                            let number = attribute(&e, name)?.and_then(|number| number.parse::<usize>().ok());
                            Ok(number.ok_or(Failure)?.saturating_sub(1))
                        };
                        facts.hidden_columns.push((place("min")?, place("max")?));
                    }
                    "sheetData" => self.in_rows = true,
                    "row" if self.in_rows => {
                        line.clear();
                        line.hidden = is_set(&e, "hidden")? || is_zero(&e, "ht")?;
                        line.row = match attribute(&e, "r")? {
                            Some(row) => row.parse().map_err(|_| Failure)?,
                            None => above.saturating_add(1),
                        };
                        if line.row == 0 || line.row > LAST_ROW {
                            return Err(Failure);
                        }
                        break;
                    }
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "sheetData" => return Ok(false),
                Event::Eof => return Err(Failure),
                _ => {}
            }
        }
        self.cells(line)?;
        if !self.merged.is_empty() {
            self.merged.fill(line);
        }
        Ok(true)
    }

    /// Reads the cells of a row up to its end.
    fn cells(&mut self, line: &mut Line) -> Result<(), Failure> {
        let mut cell = Cell::default();
        let (mut next_column, mut length) = (0, 0usize);
        // What other programs add to a cell is none of its value.
        let mut extended = false;
        // Whether the present text counts, and whether it only helps to pronounce another.
        let (mut in_text, mut phonetic) = (false, false);
        loop {
            match self.xml.next()? {
                Event::End(e) if e.local_name().as_ref() == "extLst" => extended = false,
                Event::Eof => return Err(Failure),
                _ if extended => {}
                Event::Start(e) => match e.local_name().as_ref() {
                    "extLst" => extended = true,
                    "c" => {
                        cell = Cell::read(&e, next_column)?;
                        next_column = cell.column.saturating_add(1);
                    }
                    "is" => cell.value = Some(String::new()),
                    "v" | "f" => {
                        self.text.clear();
                        in_text = true;
                    }
                    "t" => {
                        self.text.clear();
                        in_text = !phonetic;
                    }
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Event::End(e) => match e.local_name().as_ref() {
                    "v" => {
                        cell.value = Some(std::mem::take(&mut self.text));
                        in_text = false;
                    }
                    "f" => {
                        cell.formula = Some(std::mem::take(&mut self.text));
                        in_text = false;
                    }
                    "t" => {
                        if in_text {
                            cell.value.get_or_insert_default().push_str(&self.text);
                        }
                        in_text = false;
                    }
                    "rPh" => phonetic = false,
                    "c" => {
                        let cell = std::mem::take(&mut cell);
                        let column = cell.column;
                        let (text, mark) = cell.shown(self.book)?;
                        length = length.saturating_add(text.len());
                        if length > LONGEST_ROW {
                            return Err(Failure);
                        }
                        if column < MOST_COLUMNS && !text.is_empty() {
                            line.put(column, text);
                            line.marks.extend(mark.map(|mark| (column, mark)));
                        }
                    }
                    "row" => return Ok(()),
                    _ => {}
                },
                event if in_text => add_text(&event, &mut self.text)?,
                _ => {}
            }
        }
    }
}

impl Cell {
    fn read(element: &BytesStart<'_>, next: usize) -> Result<Self, Failure> {
        let mut cell = Self { column: next, ..Self::default() };
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute?;
            match attribute.key.local_name().as_ref() {
                "r" => {
                    let (column, _) = place(&attribute.value).ok_or(Failure)?;
                    cell.column = usize::try_from(column).unwrap_or(usize::MAX);
                }
                "t" => attribute.value.as_ref().clone_into(&mut cell.kind),
                "s" => cell.style = attribute.value.parse().unwrap_or(0),
                _ => {}
            }
        }
        Ok(cell)
    }

    /// The cell as it looks, and what it is.
    fn shown(self, book: &Book<'_>) -> Result<(String, Option<Mark>), Failure> {
        let Self { kind, style, value, formula, .. } = self;
        let kept = value.as_deref().unwrap_or_default();
        // A formula of text may have the empty text as its result.
        let result = !kept.is_empty() || (kind == "str" && value.is_some());
        let computed = formula.is_some();
        if let Some(formula) = formula.filter(|_| !result) {
            return Ok((bounded(&format!("={formula}")), Some(Mark::Formula)));
        }
        if kept.is_empty() {
            return Ok((String::new(), None));
        }
        // What a formula has made a text may have been a number before.
        let entered = |text: String| {
            let mark = if computed { None } else { Mark::of_text(&text) };
            (text, mark)
        };
        Ok(match kind.as_str() {
            "s" => {
                let Some(strings) = &book.strings else {
                    return Ok((SHARED_STRINGS.to_owned(), Some(Mark::Damaged)));
                };
                let at = kept.trim().parse::<usize>().map_err(|_| Failure)?;
                entered(strings.get(at).ok_or(Failure)?.to_string())
            }
            "str" | "inlineStr" => entered(bounded(&unescaped(kept))),
            "b" => (if kept.trim() == "0" { "FALSE" } else { "TRUE" }.to_owned(), Some(Mark::Boolean)),
            "e" => (bounded(kept), Some(Mark::Error)),
            "d" => (bounded(kept), None),
            _ => match kept.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    let format = match &book.formats {
                        Some(formats) => formats.get(style).copied().unwrap_or(Format::Number),
                        None if style > 0 => return Ok((STYLES.to_owned(), Some(Mark::Damaged))),
                        None => Format::Number,
                    };
                    shown_number(number, format, book.from_1904)
                }
                _ => return Err(Failure),
            },
        })
    }
}

/// A number as it looks. Whole numbers have no point and none an exponent; a date is YYYY-MM-DD.
fn shown_number(number: f64, format: Format, from_1904: bool) -> (String, Option<Mark>) {
    if format == Format::Date
        && let Some(date) = date_of(number, from_1904)
    {
        return (date.to_string(), Some(Mark::Date));
    }
    // Rust writes a float without an exponent and in the fewest digits that tell it apart.
    let text = number.to_string();
    if number.abs() >= TOO_MANY_DIGITS {
        return (text, Some(Mark::TooManyDigits));
    }
    if number.fract() != 0.0 {
        return (text, Some(Mark::Fraction));
    }
    let text = match format {
        Format::Padded(width) if number >= 0.0 => format!("{text:0>width$}"),
        _ => text,
    };
    let mark = match (format, from_1904) {
        (Format::Other, true) => Some(Mark::Formatted1904),
        (Format::Other, false) => Some(Mark::Formatted),
        (_, true) => Some(Mark::Days1904),
        (_, false) => None,
    };
    (text, mark)
}

/// The date of a number of days, as far as it is one of the calendar of Excel and not only a time of day.
fn date_of(number: f64, from_1904: bool) -> Option<NaiveDate> {
    // What is less than half a millisecond before midnight is meant as midnight.
    let whole = (number + 0.5 / 86_400_000.0).floor();
    if !(1.0..2_958_466.0).contains(&whole) {
        return None;
    }
    // Exact: it is below seven digits.
    let days: u64 = format!("{whole}").parse().ok()?;
    let shift = if from_1904 { DAYS_TO_1904 } else { 0 };
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days + shift))
}

/// Whether an attribute that gives a size is there and is zero.
fn is_zero(element: &BytesStart<'_>, name: &str) -> Result<bool, Failure> {
    Ok(attribute(element, name)?.is_some_and(|size| size.parse::<f64>() == Ok(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_a_spreadsheet_shows_them() {
        let shown = |number, format| shown_number(number, format, false);
        assert_eq!(shown(440_103.0, Format::Number), ("440103".to_owned(), None));
        assert_eq!(shown(7.0, Format::Padded(6)), ("000007".to_owned(), None));
        assert_eq!(shown(44_411.0, Format::Date), ("2021-08-03".to_owned(), Some(Mark::Date)));
        assert_eq!(shown(44_410.999_999_999_99, Format::Date).0, "2021-08-03");
        assert_eq!(shown(8952.0, Format::Other), ("8952".to_owned(), Some(Mark::Formatted)));
        assert_eq!(shown(0.5, Format::Date), ("0.5".to_owned(), Some(Mark::Fraction)));
        assert_eq!(
            shown(2.026e17, Format::Number),
            ("202600000000000000".to_owned(), Some(Mark::TooManyDigits))
        );
        assert_eq!(shown_number(42_949.0, Format::Date, true).0, "2021-08-03");
        assert_eq!(shown_number(42_949.0, Format::Number, true), ("42949".to_owned(), Some(Mark::Days1904)));
    }
}
