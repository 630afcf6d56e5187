//! The rejected rows as a workbook that is mended in Excel and imported again as it is.
//!
//! Each sheet of the file that came has one here, under its own name and headings. Every cell is a text, so that a spreadsheet changes
//! nothing; a cell at fault is coloured, and beside a column with faults stands one with the reasons. Behind all columns stand where the
//! row was and what is wrong with it as a whole. A reader knows these columns by their headings.

use super::kept::Kept;
use super::rows::{Reason, RejectedRow, any_marks, beyond, distance, each, widths};
use crate::core::{Code, Language, Problem, Text};
use crate::list_files::ListColumn;
use crate::list_files::header::Header;
use crate::list_files::place::{Heading, Headings};
use crate::list_files::rejection_columns::{MARKS, REASON, ROW, SHEET, beside, heading, is_surplus, places};
use diesel::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text as SqlText, Uuid};
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

/// Most rows of a sheet below its headings; of more, the next sheet goes on.
const MOST_ROWS: u32 = 1_000_000;
/// Most sheets: each keeps a file open while the workbook is written.
const MOST_SHEETS: usize = 64;
/// Most characters of a cell, as Excel counts them: units of UTF-16.
const LONGEST: usize = 32_767;
/// The format of texts among those that every spreadsheet has.
const TEXT: u8 = 49;
/// Most characters of the name of a sheet.
const LONGEST_NAME: usize = 31;

/// Writes the rejected rows as a workbook. The rows go to files below `folder` first, so memory does not grow with their number.
///
/// # Errors
/// 409 where the rejected rows are on more sheets than such a workbook takes; 500 when the writer fails.
pub fn write_xlsx<C: ListColumn>(
    conn: &mut PgConnection,
    kept: Kept,
    language: Language,
    folder: &Path,
    file: &mut (impl Write + Send),
) -> Result<(), Problem> {
    let headings = kept.headings(conn)?;
    let marks = any_marks(conn, kept)?;
    let widths = widths(conn, kept, headings.0.len())?;
    let faulty = faulty_columns::<C>(conn, kept, headings.0.len())?;
    if faulty.len() > MOST_SHEETS {
        return Err(too_many_sheets());
    }
    let layouts = faulty.iter().map(|(list, columns)| {
        let heading = usize::try_from(*list).ok().and_then(|list| headings.0.get(list));
        let width = widths.get(list).copied().unwrap_or(0);
        (*list, Layout::of(heading, columns, width, marks, language))
    });
    let layouts: BTreeMap<i32, Layout<C>> = layouts.collect();
    let mut book = Workbook::new();
    book.set_tempdir(folder).map_err(Problem::internal)?;
    let mut writer = Writer {
        book,
        layouts,
        headings,
        language,
        formats: Formats::new(),
        names: BTreeSet::new(),
        at: None,
    };
    each::<C>(conn, kept, &mut |row| writer.add(row))?;
    writer.save(file).map_err(Problem::internal)
}

fn too_many_sheets() -> Problem {
    Problem::with_status(
        409,
        Code::ImportTooManyRows,
        Text::new(
            format!("被拒的行分布在超过 {MOST_SHEETS} 个工作表中，请下载 CSV"),
            format!("the rejected rows are on more than {MOST_SHEETS} sheets; download them as CSV"),
        ),
    )
}

#[derive(QueryableByName)]
struct Faulty {
    #[diesel(sql_type = Integer)]
    list: i32,
    #[diesel(sql_type = SqlText)]
    field: String,
}

/// For each list that has rejected rows, the columns at fault; none of them stands for the row as a whole.
fn faulty_columns<C: ListColumn>(
    conn: &mut PgConnection,
    kept: Kept,
    lists: usize,
) -> Result<BTreeMap<i32, BTreeSet<Option<C>>>, Problem> {
    let found = diesel::sql_query(format!(
        "SELECT DISTINCT row_no / $2 AS list, field FROM {} WHERE import_id = $1",
        kept.rejections
    ))
    .bind::<Uuid, _>(kept.import)
    .bind::<Integer, _>(distance(lists))
    .load::<Faulty>(conn)?;
    let mut faulty: BTreeMap<i32, BTreeSet<Option<C>>> = BTreeMap::new();
    for Faulty { list, field } in found {
        faulty.entry(list).or_default().insert(field.parse().ok());
    }
    Ok(faulty)
}

/// What a column of the workbook holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot<C> {
    /// A cell of the row, by its place, and the column of the list that it is.
    Cell(usize, Option<C>),
    /// A cell beyond the last heading, by its place.
    Beyond(usize),
    /// The reasons of the column before it.
    Beside(C),
    Sheet,
    Row,
    Marks,
    /// The reasons of the row as a whole.
    Whole,
}

/// The columns of one sheet.
struct Layout<C> {
    sheet: Option<String>,
    slots: Vec<(Slot<C>, String)>,
}

impl<C: ListColumn> Layout<C> {
    /// `width` is the number of cells that its longest row has.
    fn of(
        of: Option<&Heading>,
        faulty: &BTreeSet<Option<C>>,
        width: usize,
        marks: bool,
        language: Language,
    ) -> Self {
        let none = Heading::default();
        let of = of.unwrap_or(&none);
        let Heading { sheet, cells } = of;
        let known = places(cells);
        let header = Header::<C>::read(cells).ok();
        let column_of = |place: usize| {
            let header = header.as_ref()?;
            C::ALL.iter().copied().find(|column| header.place(*column) == Some(place))
        };
        let mut slots = Vec::new();
        for (place, text) in
            cells.iter().enumerate().filter(|(place, text)| !known.contains(place) || is_surplus(text))
        {
            let column = column_of(place);
            slots.push((Slot::Cell(place, column), text.clone()));
            if let Some(column) = column.filter(|column| faulty.contains(&Some(*column))) {
                slots.push((Slot::Beside(column), beside(text, language)));
            }
        }
        slots
            .extend((cells.len()..width).map(|place| (Slot::Beyond(place), beyond(of, language).to_owned())));
        let own = |words| heading(words, language).to_owned();
        slots.extend(sheet.is_some().then(|| (Slot::Sheet, own(SHEET))));
        slots.push((Slot::Row, own(ROW)));
        slots.extend(marks.then(|| (Slot::Marks, own(MARKS))));
        let beside = |column: C| slots.iter().any(|(slot, _)| *slot == Slot::Beside(column));
        if faulty.iter().any(|column| column.is_none_or(|column| !beside(column))) {
            slots.push((Slot::Whole, own(REASON)));
        }
        Self { sheet: sheet.clone(), slots }
    }

    /// Whether the reasons of a column have one of their own.
    fn is_beside(&self, column: C) -> bool {
        self.slots.iter().any(|(slot, _)| *slot == Slot::Beside(column))
    }
}

struct Formats {
    text: Format,
    fault: Format,
    reason: Format,
    heading: Format,
    reason_heading: Format,
}

impl Formats {
    fn new() -> Self {
        let text = Format::new().set_num_format_index(TEXT).set_align(FormatAlign::Top);
        let heading = text.clone().set_bold().set_background_color(Color::RGB(0x00DC_E6F1));
        Self {
            fault: text
                .clone()
                .set_background_color(Color::RGB(0x00FF_C7CE))
                .set_font_color(Color::RGB(0x009C_0006)),
            reason: text.clone().set_italic().set_background_color(Color::RGB(0x00FF_F2CC)).set_text_wrap(),
            reason_heading: heading.clone().set_background_color(Color::RGB(0x00FF_E699)),
            heading,
            text,
        }
    }
}

/// Where the writer is.
#[derive(Clone, Copy)]
struct Place {
    list: i32,
    sheet: usize,
    row: u32,
}

struct Writer<C> {
    book: Workbook,
    layouts: BTreeMap<i32, Layout<C>>,
    headings: Headings,
    language: Language,
    formats: Formats,
    /// The names of sheets that are taken, without case.
    names: BTreeSet<String>,
    at: Option<Place>,
}

impl<C: ListColumn> Writer<C> {
    fn add(&mut self, row: &RejectedRow<C>) -> Result<(), Problem> {
        let (list, number) = self.headings.place(row.row_no);
        let list = i32::try_from(list).map_err(Problem::internal)?;
        let place = match self.at {
            Some(place) if place.list == list && place.row < MOST_ROWS => {
                Place { row: place.row + 1, ..place }
            }
            _ => Place { list, sheet: self.begin(list).map_err(Problem::internal)?, row: 1 },
        };
        self.at = Some(place);
        self.write(place, number, row).map_err(Problem::internal)
    }

    /// Begins a sheet and gives its place.
    fn begin(&mut self, list: i32) -> Result<usize, XlsxError> {
        let wanted = self.layouts.get(&list).and_then(|layout| layout.sheet.as_deref());
        let other = if self.language == Language::Zh { "被拒的行" } else { "Rejected rows" };
        let name = free_name(wanted.unwrap_or(other), &mut self.names);
        let at = self.book.worksheets().len();
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(&name)?;
        sheet.set_freeze_panes(1, 0)?;
        let Some(layout) = self.layouts.get(&list) else { return Ok(at) };
        for (column, (slot, heading)) in (0u16..).zip(&layout.slots) {
            let is_cell = matches!(slot, Slot::Cell(..) | Slot::Beyond(_));
            sheet.set_column_format(column, &self.formats.text)?;
            sheet.set_column_width(column, if is_cell { 20.0 } else { 32.0 })?;
            if *slot == Slot::Marks {
                sheet.set_column_hidden(column)?;
            }
            let format = if is_cell { &self.formats.heading } else { &self.formats.reason_heading };
            sheet.write_string_with_format(0, column, bounded(heading), format)?;
        }
        Ok(at)
    }

    fn write(&mut self, place: Place, number: i32, row: &RejectedRow<C>) -> Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(place.sheet)?;
        let Some(layout) = self.layouts.get(&place.list) else { return Ok(()) };
        let (formats, language) = (&self.formats, self.language);
        let reasons = |of: &dyn Fn(&Reason<C>) -> bool| {
            let reason = |reason: &Reason<C>| {
                if language == Language::Zh { reason.zh.clone() } else { reason.en.clone() }
            };
            let all: Vec<String> = row.reasons.iter().filter(|r| of(r)).map(reason).collect();
            all.join(if language == Language::Zh { "；" } else { "; " })
        };
        let whole = |reason: &Reason<C>| reason.column.is_none_or(|column| !layout.is_beside(column));
        let at_fault =
            |column: &Option<C>| column.is_some_and(|c| row.reasons.iter().any(|r| r.column == Some(c)));
        for (column, (slot, _)) in (0u16..).zip(&layout.slots) {
            let (text, format) = match slot {
                Slot::Cell(at, of) => {
                    let text = row.cells.get(*at).cloned().unwrap_or_default();
                    (text, if at_fault(of) { &formats.fault } else { &formats.text })
                }
                Slot::Beyond(at) => (row.cells.get(*at).cloned().unwrap_or_default(), &formats.fault),
                Slot::Beside(of) => (reasons(&|reason| reason.column == Some(*of)), &formats.reason),
                Slot::Sheet => (layout.sheet.clone().unwrap_or_default(), &formats.text),
                Slot::Row => (number.to_string(), &formats.text),
                Slot::Marks => (row.marks.clone().unwrap_or_default(), &formats.text),
                Slot::Whole => (reasons(&whole), &formats.reason),
            };
            put(sheet, place.row, column, &text, format, at_fault_blank(slot, &at_fault))?;
        }
        Ok(())
    }

    fn save(mut self, file: &mut (impl Write + Send)) -> Result<(), XlsxError> {
        if self.at.is_none() {
            let other = if self.language == Language::Zh { "被拒的行" } else { "Rejected rows" };
            self.book.add_worksheet().set_name(other)?;
        }
        self.book.save_to_writer(file)
    }
}

/// Whether an empty cell is coloured: what is missing is at fault, too.
fn at_fault_blank<C: ListColumn>(slot: &Slot<C>, at_fault: &dyn Fn(&Option<C>) -> bool) -> bool {
    matches!(slot, Slot::Cell(_, of) if at_fault(of))
}

/// Writes a text; never a number, a date or a formula.
fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
    even_blank: bool,
) -> Result<(), XlsxError> {
    if text.is_empty() && !even_blank {
        return Ok(());
    }
    sheet.write_string_with_format(row, column, bounded(text), format).map(|_| ())
}

/// As much of a text as a cell of Excel takes.
fn bounded(text: &str) -> String {
    // A character has at least as many bytes as units.
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= LONGEST
    };
    text.chars().take_while(fits).collect()
}

/// A name that a sheet may have and no other has, as near to the wanted one as can be.
fn free_name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let clean: String = wanted
        .chars()
        .map(
            |c| if c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { '_' } else { c },
        )
        .collect();
    let clean = clean.trim_matches('\'').trim();
    let clean = if clean.is_empty() { "_" } else { clean };
    for n in 1u32.. {
        let behind = if n == 1 { String::new() } else { format!(" ({n})") };
        let mut name = String::new();
        let mut room = LONGEST_NAME.saturating_sub(behind.len());
        for c in clean.chars() {
            let Some(left) = room.checked_sub(c.len_utf16()) else { break };
            room = left;
            name.push(c);
        }
        name.push_str(&behind);
        if taken.insert(name.to_lowercase()) {
            return name;
        }
    }
    clean.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_gets_a_name_that_excel_takes() {
        let mut taken = BTreeSet::new();
        assert_eq!(free_name("广州市", &mut taken), "广州市");
        assert_eq!(free_name("广州市", &mut taken), "广州市 (2)");
        assert_eq!(free_name("a/b?c", &mut taken), "a_b_c");
        assert_eq!(free_name("''", &mut taken), "_");
        let long = "长".repeat(40);
        let names = [free_name(&long, &mut taken), free_name(&long, &mut taken)];
        assert!(names.iter().all(|name| name.chars().count() == 31) && names[0] != names[1]);
        assert_eq!(free_name("GZ", &mut taken), "GZ");
        assert_eq!(free_name("gz", &mut taken), "gz (2)");
    }

    #[test]
    fn a_cell_is_cut_where_excel_cuts() {
        assert_eq!(bounded("甲"), "甲");
        assert_eq!(bounded(&"𠮷".repeat(20_000)).encode_utf16().count(), 32_766);
    }
}
