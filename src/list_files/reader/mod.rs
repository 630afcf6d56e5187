//! The rows of an uploaded file, whatever its format.
//!
//! The format is recognised by the content, never by the name. A [`Source`] is a file that is safe to
//! read: a workbook has been unpacked once through a counter before its reader sees it. Rows are
//! handed on one at a time, numbered as a spreadsheet shows them (the first is 1), so memory is
//! bounded by the file, the workbook's shared strings and one row.
//!
//! Nothing is passed over without a word: of a workbook every visible sheet is a list or named in a warning, hidden ones are named,
//! and of a list every row that is not blank is handed on.

pub mod above;
mod delimited;
mod guard;
mod headings;
pub mod line;
pub mod quotes;
mod sink;
mod sniff;
mod unread;
mod workbook;

use crate::list_files::ListColumn;
use crate::list_files::header::{Header, Warning, warning};
use crate::list_files::origin;
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::rejection_code::WarningCode;
use crate::list_files::settings::ImportSettings;
use delimited::{MARKS, Shape};
use headings::{Best, Search};
use line::{Line, Mark};
use sink::Sink;
use std::borrow::Cow;
use workbook::{Book, Facts};

pub use above::record_of_other_separator;
pub use headings::NO_LISTS;

/// A file that may be read.
pub struct Source<'a> {
    body: Body<'a>,
}

enum Body<'a> {
    Text(Cow<'a, str>),
    Workbook(Book<'a>),
}

/// One way to see a file as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Delimited(u8),
    Sheet(usize),
}

/// The lists of a file: one of a text, of a workbook one for each sheet that has one.
#[derive(Debug, Clone)]
pub struct Lists<C> {
    /// The lists, at least one.
    pub tables: Vec<Table<C>>,
    /// What of the file is not read.
    pub warnings: Vec<Warning>,
}

impl<C> Lists<C> {
    /// About how many rows there are; for showing progress.
    #[must_use]
    pub fn estimate(&self) -> u64 {
        self.tables.iter().map(|table| table.estimate).sum()
    }
}

/// Where a list is.
#[derive(Debug, Clone)]
pub struct Table<C> {
    /// The name of its sheet; none in a text.
    pub sheet: Option<String>,
    /// The header.
    pub header: Header<C>,
    /// The header's row.
    pub header_row: u32,
    estimate: u64,
    layout: Layout,
}

impl<'a> Source<'a> {
    /// Tells the format and makes sure that the file may be unpacked.
    ///
    /// # Errors
    /// Whatever is no CSV or .xlsx, or not one that we take.
    pub fn open(bytes: &'a [u8], limits: &ImportSettings) -> Result<Self, Refusal> {
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.max_upload_bytes {
            return Err(Refusal::TooLarge { limit: limits.max_upload_bytes });
        }
        let body = match sniff::kind(bytes)? {
            sniff::Kind::Text => Body::Text(sniff::decode(bytes)?),
            sniff::Kind::Zip => {
                guard::check(bytes, limits.max_unpacked_bytes())?;
                Body::Workbook(Book::open(bytes)?)
            }
        };
        Ok(Self { body })
    }

    /// Finds the lists: the separator or the sheets, and the rows, whose headings are those of the list.
    ///
    /// # Errors
    /// Why there is none: nothing in the file, missing or doubled columns, a list on hidden sheets only.
    pub fn lists<C: ListColumn>(&self) -> Result<Lists<C>, ImportError> {
        match &self.body {
            Body::Text(text) => {
                let lines = text.bytes().filter(|b| *b == b'\n').count().try_into().unwrap_or(0);
                Ok(Lists { tables: vec![self.text_table(lines)?], warnings: Vec::new() })
            }
            Body::Workbook(book) => self.sheets(book),
        }
    }

    fn text_table<C: ListColumn>(&self, estimate: u64) -> Result<Table<C>, ImportError> {
        let (mut best, mut wrong): (Option<(Best, Layout)>, _) = (None, None);
        for layout in MARKS.map(Layout::Delimited) {
            match self.best::<C>(layout) {
                Ok(found) => {
                    let known = best.as_ref().map(|(best, _)| best.score);
                    if let Some(found) = found.filter(|found| known.is_none_or(|known| found.score > known)) {
                        best = Some((found, layout));
                    }
                }
                // Under another separator the quotes may be right.
                Err(error) => wrong = wrong.or(Some(error)),
            }
        }
        match (best, wrong) {
            (Some((best, layout)), None) => Ok(table::<C>(best, layout, None, estimate)?),
            (Some((best, layout)), Some(wrong)) => {
                table::<C>(best, layout, None, estimate).map_err(|_| wrong)
            }
            (None, wrong) => Err(wrong.unwrap_or(Refusal::Empty.into())),
        }
    }

    fn sheets<C: ListColumn>(&self, book: &Book<'_>) -> Result<Lists<C>, ImportError> {
        let mut lists = Lists { tables: Vec::new(), warnings: Vec::new() };
        let mut refused: Option<(usize, Refusal)> = None;
        let (mut hidden, mut unread) = (Vec::new(), Vec::new());
        for (at, sheet) in book.sheets.iter().enumerate() {
            let name = Some(sheet.name.as_str());
            let best = match self.best::<C>(Layout::Sheet(at)) {
                Ok(Some(best)) if best.is_ours => continue,
                Ok(Some(best)) => best,
                Ok(None) => continue,
                Err(ImportError::Refused(refusal)) => {
                    if !sheet.hidden {
                        lists.warnings.push(damaged_sheet(&sheet.name));
                        refused.get_or_insert((0, refusal));
                    }
                    continue;
                }
                Err(error) => return Err(error),
            };
            let score = best.score;
            let (estimate, damaged) = (best.facts.last_row, best.damaged.clone());
            match table(best, Layout::Sheet(at), name, estimate) {
                _ if sheet.hidden => {
                    lists.warnings.push(hidden_sheet(&sheet.name));
                    hidden.push((sheet.name.clone(), score));
                }
                Ok(table) => lists.tables.push(table),
                Err(refusal) => {
                    if let Some((row, part)) = damaged {
                        return Err(Refusal::DamagedPart { part }.at(name, row).into());
                    }
                    unread.push((at, refusal.clone()));
                    lists.warnings.push(other_sheet(&sheet.name, score, &refusal));
                    if refused.as_ref().is_none_or(|(known, _)| score > *known) {
                        refused = Some((score, refusal));
                    }
                }
            }
        }
        if !lists.tables.is_empty() {
            // Rows of a list of several sheets would be missing without anybody seeing it.
            for (at, why) in unread {
                self.refuse_records::<C>(book, at, why)?;
            }
            return Ok(lists);
        }
        let known = refused.as_ref().map_or(0, |(score, _)| *score);
        match hidden.into_iter().max_by_key(|(_, score)| *score) {
            Some((sheet, score)) if score > known => Err(Refusal::HiddenList { sheet }.into()),
            _ => Err(refused.map_or(Refusal::Empty, |(_, refusal)| refusal).into()),
        }
    }

    /// The header of a layout, or the row that looks most like one; none where all is blank.
    fn best<C: ListColumn>(&self, layout: Layout) -> Result<Option<Best>, ImportError> {
        let (mut search, mut facts) = (Search::<C>::default(), Facts::default());
        let looked = self.each::<C>(layout, None, &mut facts, &mut |line| Ok(search.look(line)));
        match looked {
            // What can't be read of the row below the headings is said when the rows are read.
            Err(error) if !search.is_found() => Err(error),
            _ => Ok(search.done(facts)),
        }
    }

    /// Hands on every row under the header of a list that is not blank. Formulas and errors outside of the columns of the list
    /// are nothing.
    ///
    /// # Errors
    /// What the sink gives, and a file that breaks off.
    pub fn rows<C: ListColumn>(&self, table: &Table<C>, sink: Sink<'_>) -> Result<(), ImportError> {
        let header = &table.header;
        let shape = Shape { width: header.cells.len(), last_required: header.last_required() };
        self.each::<C>(table.layout, Some(shape), &mut Facts::default(), &mut |line| {
            if line.row <= table.header_row {
                return Ok(true);
            }
            origin::restore(header, line);
            if line.is_blank() || is_aside(line, header) {
                return Ok(true);
            }
            sink(line)
        })
    }

    /// Refuses the file where a sheet that is no list has a row that looks like a record, and tells why it is no list.
    fn refuse_records<C: ListColumn>(
        &self,
        book: &Book<'_>,
        at: usize,
        why: Refusal,
    ) -> Result<(), ImportError> {
        let mut found = None;
        let looked = self.each::<C>(Layout::Sheet(at), None, &mut Facts::default(), &mut |line| {
            found = unread::is_record(line).then_some(line.row);
            Ok(found.is_none())
        });
        match (found, book.sheets.get(at), looked) {
            (Some(row), Some(sheet), _) => {
                let sheet = sheet.name.clone();
                Err(Refusal::RecordsNotRead { sheet, row, why: Box::new(why) }.into())
            }
            (None, _, Err(ImportError::Failed(problem))) => Err(problem.into()),
            _ => Ok(()),
        }
    }

    fn each<C: ListColumn>(
        &self,
        layout: Layout,
        shape: Option<Shape>,
        facts: &mut Facts,
        sink: Sink<'_>,
    ) -> Result<(), ImportError> {
        match (&self.body, layout) {
            (Body::Text(text), Layout::Delimited(mark)) => delimited::each::<C>(text, mark, shape, sink),
            (Body::Workbook(book), Layout::Sheet(at)) => match book.sheets.get(at) {
                Some(sheet) => workbook::each(book, sheet, facts, sink),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// The table under a header.
fn table<C: ListColumn>(
    best: Best,
    layout: Layout,
    sheet: Option<&str>,
    estimate: u64,
) -> Result<Table<C>, Refusal> {
    let (header, header_row) = best.header::<C>(sheet)?;
    Ok(Table { sheet: sheet.map(str::to_owned), header, header_row, estimate, layout })
}

/// Whether all that a row shows are formulas without a result and errors outside of the columns of the list.
fn is_aside<C: ListColumn>(line: &Line, header: &Header<C>) -> bool {
    !line.marks.is_empty()
        && line.cells.iter().enumerate().all(|(at, cell)| {
            let nothing =
                matches!(line.mark(at), Some(Mark::Formula | Mark::Error | Mark::Damaged)) && !header.has(at);
            nothing || crate::core::cells::is_empty(cell)
        })
}

fn hidden_sheet(name: &str) -> Warning {
    warning(
        WarningCode::HiddenSheet,
        name,
        format!("隐藏的工作表“{name}”未导入"),
        format!("the hidden sheet `{name}` was not imported"),
    )
    .of_sheet(name)
}

fn damaged_sheet(name: &str) -> Warning {
    warning(
        WarningCode::DamagedSheet,
        name,
        format!("工作表“{name}”已损坏，未导入"),
        format!("the sheet `{name}` is damaged and was not imported"),
    )
    .of_sheet(name)
}

fn other_sheet(name: &str, score: usize, why: &Refusal) -> Warning {
    let why = if score > 1 { why.text() } else { Refusal::no_headings() };
    warning(
        WarningCode::SheetNotRead,
        name,
        format!("工作表“{name}”未导入：{}", why.zh),
        format!("the sheet `{name}` was not imported: {}", why.en),
    )
    .of_sheet(name)
}
