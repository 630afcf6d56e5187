//! The XML of one sheet, piece by piece.

use std::fmt::Write;

use crate::exports::cell::Cell;
use crate::exports::styles::{self, HEADING, LINE, MOST_DIGITS, TITLE};
use crate::exports::width::places;
use crate::exports::xml;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;

/// The rows above those of the list: the name, the lines about it, the headings.
pub const ABOVE: u32 = 3;
/// The most rows of a sheet.
pub const MOST_ROWS: u32 = 1_048_576;
/// The narrowest and the widest that a column is made, in characters.
const WIDTHS: (usize, usize) = (8, 60);

/// A heading, with the places that its column needs.
#[derive(Debug, Clone)]
pub struct Heading {
    /// The words.
    pub words: String,
    places: usize,
}

impl Heading {
    /// Of these words. The button of the filter takes places as well.
    pub fn new(words: impl Into<String>) -> Self {
        let words = words.into();
        let places = places(&words) + 3;
        Self { words, places }
    }

    /// Makes room for a cell.
    pub fn fit(&mut self, cell: &Cell) {
        let needs = match cell {
            Cell::Empty => 0,
            Cell::Text(words) => places(words),
            Cell::Integer(n) => n.to_string().len(),
            Cell::Number(n, digits) => format!("{n:.*}", usize::from(*digits)).len(),
            Cell::Percent(_) => 7,
            Cell::Date(_) => 10,
            Cell::Moment(_) => 16,
        };
        self.places = self.places.max(needs + 1);
    }

    fn width(&self) -> usize {
        self.places.clamp(WIDTHS.0, WIDTHS.1)
    }
}

/// The name of a column: A to Z, AA and on.
pub fn letters(column: usize) -> String {
    let (mut rest, mut name) = (column + 1, Vec::new());
    while rest > 0 {
        let letter = (rest - 1) % 26;
        name.push(char::from(b'A' + u8::try_from(letter).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

/// The sheet up to the first row of the list.
pub fn begin(out: &mut String, title: &str, about: &str, headings: &[Heading]) {
    let below = ABOVE + 1;
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    out.push_str("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">");
    out.push_str(
        "<sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\">",
    );
    add(
        out,
        format_args!(
            "<pane ySplit=\"{ABOVE}\" topLeftCell=\"A{below}\" activePane=\"bottomLeft\" state=\"frozen\"/>"
        ),
    );
    add(out, format_args!("<selection pane=\"bottomLeft\" activeCell=\"A{below}\" sqref=\"A{below}\"/>"));
    out.push_str("</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>");
    for (at, heading) in headings.iter().enumerate() {
        let (number, width) = (at + 1, heading.width());
        add(
            out,
            format_args!("<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>"),
        );
    }
    out.push_str("</cols><sheetData>");
    out.push_str("<row r=\"1\" ht=\"24\" customHeight=\"1\">");
    words(out, "A1", TITLE, title);
    out.push_str("</row><row r=\"2\">");
    words(out, "A2", LINE, about);
    add(out, format_args!("</row><row r=\"{ABOVE}\" ht=\"20\" customHeight=\"1\">"));
    for (at, heading) in headings.iter().enumerate() {
        words(out, &format!("{}{ABOVE}", letters(at)), HEADING, &heading.words);
    }
    out.push_str("</row>");
}

/// A row of the list.
pub fn row(out: &mut String, number: u32, letters: &[String], cells: &[Cell], too_long: &str) {
    add(out, format_args!("<row r=\"{number}\">"));
    for (letters, cell) in letters.iter().zip(cells) {
        let style = styles::of(cell);
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => {
                let at = format!("{letters}{number}");
                match xml::cut(text, too_long.chars().count()) {
                    None => words(out, &at, style, text),
                    Some(part) => words(out, &at, style, &format!("{part}{too_long}")),
                }
            }
            Cell::Integer(n) => value(out, letters, number, style, n),
            Cell::Number(n, digits) => {
                let digits = usize::from((*digits).min(MOST_DIGITS));
                value(out, letters, number, style, format_args!("{n:.digits$}"));
            }
            // What a workbook shows is what it holds.
            Cell::Percent(n) => value(out, letters, number, style, (n * 10.0).round() / 1000.0),
            Cell::Date(day) => match day_number(*day) {
                Some(n) => value(out, letters, number, style, n),
                None => words(out, &format!("{letters}{number}"), style, &day.to_string()),
            },
            Cell::Moment(at) => match moment_number(*at) {
                Some(n) => value(out, letters, number, style, n),
                None => words(out, &format!("{letters}{number}"), style, &at.to_rfc3339()),
            },
        }
    }
    out.push_str("</row>");
}

/// A line below the table.
pub fn line(out: &mut String, number: u32, text: &str) {
    add(out, format_args!("<row r=\"{number}\">"));
    words(out, &format!("A{number}"), LINE, text);
    out.push_str("</row>");
}

/// The end of the sheet, with the filter over the headings and the rows down to the last.
pub fn end(out: &mut String, columns: usize, last: u32) {
    let to = letters(columns.saturating_sub(1));
    add(out, format_args!("</sheetData><autoFilter ref=\"A{ABOVE}:{to}{last}\"/>"));
    out.push_str(
        "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>",
    );
    out.push_str("<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>");
    out.push_str("<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>");
}

fn add(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = out.write_fmt(text);
}

/// A text, which is no formula whatever it begins with.
fn words(out: &mut String, at: &str, style: u8, text: &str) {
    add(out, format_args!("<c r=\"{at}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"));
    xml::push(out, text);
    out.push_str("</t></is></c>");
}

fn value(out: &mut String, letters: &str, row: u32, style: u8, value: impl std::fmt::Display) {
    add(out, format_args!("<c r=\"{letters}{row}\" s=\"{style}\"><v>{value}</v></c>"));
}

/// The number of a day in workbooks, which count a 29 February 1900 that never was: earlier days are written as text.
fn day_number(day: NaiveDate) -> Option<i64> {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let number = day.signed_duration_since(first).num_days();
    (61..=2_958_465).contains(&number).then_some(number)
}

/// The same of a moment, in Asia/Shanghai to the second.
fn moment_number(at: DateTime<Utc>) -> Option<f64> {
    let local = at.with_timezone(&Shanghai).naive_local();
    let day = i32::try_from(day_number(local.date())?).ok()?;
    let seconds = local.time().signed_duration_since(chrono::NaiveTime::MIN).num_seconds();
    Some(f64::from(day) + f64::from(i32::try_from(seconds).ok()?) / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_their_letters() {
        for (column, wanted) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
        {
            assert_eq!(letters(column), wanted);
        }
    }

    #[test]
    fn days_are_numbered_as_in_excel() {
        let number = |day: &str| day_number(day.parse().unwrap());
        assert_eq!(number("1900-03-01"), Some(61));
        assert_eq!(number("2026-03-02"), Some(46_083));
        assert_eq!((number("1900-02-28"), number("1066-10-14")), (None, None));
        let noon = moment_number("2026-03-02T04:00:00Z".parse().unwrap());
        assert_eq!(noon, Some(46_083.5), "noon in Shanghai");
    }

    #[test]
    fn a_column_is_as_wide_as_its_words() {
        let mut heading = Heading::new("名称");
        assert_eq!(heading.width(), 8);
        heading.fit(&Cell::text("广州市某某电线电缆有限公司"));
        assert_eq!(heading.width(), 27);
        heading.fit(&Cell::text("长".repeat(500)));
        assert_eq!(heading.width(), 60);
    }
}
