//! Which row of a file has the headings, or which two rows: the first that name all columns of the list, or else what looks most like them.

use super::above::Above;
use super::line::Line;
use super::unread;
use super::workbook::Facts;
use crate::list_files::ListColumn;
use crate::list_files::header::Header;
use crate::list_files::refusal::Refusal;
use crate::list_files::two_rows;
use std::marker::PhantomData;

/// Among how many rows that are not blank the header is looked for: lists often have a title and instructions above.
const HEADER_DEPTH: usize = 30;
/// So many headings make a row a header, where others of its cells can't be read.
const LEAST_HEADINGS: usize = 4;

/// What the first cell of the further sheets of our own template says, in Chinese and English: of the explanations, of the values to
/// choose from. They are no lists, and nothing need be said of them.
pub const NO_LISTS: [&str; 4] = [
    "填写说明（本表不导入）",
    "Instructions (this sheet is not imported)",
    "选项（本表不导入）",
    "Options (this sheet is not imported)",
];

/// A row with its number.
#[derive(Debug, Clone)]
struct Read {
    row: u32,
    cells: Vec<String>,
    /// The first of its cells that is no heading but an error, or a formula without its result.
    unreadable: Option<Refusal>,
}

impl Read {
    fn of<C: ListColumn>(line: &Line) -> Self {
        Self { row: line.row, cells: line.cells.clone(), unreadable: unread::heading::<C>(line) }
    }
}

/// The headings that were found.
#[derive(Debug)]
struct Candidate {
    score: usize,
    /// The headings, with the last row that they stand in.
    headings: Read,
    /// The first row that they stand in.
    first_row: u32,
    /// The two rows that they were put together from; none where they stand in one.
    two_rows: Vec<Vec<String>>,
}

/// Goes through the first rows of a table.
#[derive(Debug)]
pub struct Search<C> {
    best: Option<Candidate>,
    /// Whether the best one names all columns of the list.
    found: bool,
    /// The row above the one that is looked at.
    before: Option<Read>,
    above: Above,
    seen: usize,
    is_ours: bool,
    damaged: Option<(u32, String)>,
    of: PhantomData<C>,
}

impl<C: ListColumn> Default for Search<C> {
    fn default() -> Self {
        Self {
            best: None,
            found: false,
            before: None,
            above: Above::default(),
            seen: 0,
            is_ours: false,
            damaged: None,
            of: PhantomData,
        }
    }
}

impl<C: ListColumn> Search<C> {
    /// Looks at the next row; `false` where no more are needed.
    pub fn look(&mut self, line: &Line) -> bool {
        if line.is_blank() {
            return true;
        }
        // The row below the headings may have those of columns below groups.
        if self.look_at_both(line) || self.found {
            return false;
        }
        if self.seen == 0 {
            self.is_ours = line.cells.first().is_some_and(|cell| NO_LISTS.contains(&cell.as_str()));
        }
        self.seen += 1;
        self.damaged = self.damaged.take().or_else(|| unread::damaged(line));
        let read = Read::of::<C>(line);
        let score = Header::<C>::score(&line.cells);
        // With all its columns it is the header, however many more another one below names: between them are rows.
        self.found = Header::<C>::read(&line.cells).is_ok();
        if self.found || self.best.as_ref().is_none_or(|best| score > best.score) {
            let (first_row, two_rows) = (line.row, Vec::new());
            self.best = Some(Candidate { score, headings: read.clone(), first_row, two_rows });
        }
        self.before = Some(read);
        if !self.found {
            self.above.add(line);
        }
        self.found || self.seen < HEADER_DEPTH
    }

    /// Whether this row and the one above it together name all columns of the list.
    fn look_at_both(&mut self, line: &Line) -> bool {
        let Some(before) = self.before.take().filter(|before| before.row.checked_add(1) == Some(line.row))
        else {
            return false;
        };
        let Some(cells) = two_rows::combined::<C>(&before.cells, &line.cells) else { return false };
        let (score, whole) = (Header::<C>::score(&cells), Header::<C>::read(&cells).is_ok());
        if whole || (!self.found && self.best.as_ref().is_none_or(|best| score > best.score)) {
            let unreadable = before.unreadable.or_else(|| unread::heading::<C>(line));
            let headings = Read { row: line.row, cells, unreadable };
            let two_rows = vec![before.cells, line.cells.clone()];
            self.best = Some(Candidate { score, headings, first_row: before.row, two_rows });
        }
        self.found |= whole;
        whole
    }

    /// Whether headings were found that name all columns of the list.
    pub fn is_found(&self) -> bool {
        self.found
    }

    /// What was found; none where all is blank.
    pub fn done(self, facts: Facts) -> Option<Best> {
        let Self { best, above, is_ours, damaged, .. } = self;
        best.map(|candidate| Best { score: candidate.score, candidate, facts, above, is_ours, damaged })
    }
}

/// The headings of a table, or what looks most like them.
#[derive(Debug)]
pub struct Best {
    /// How many columns of the list they name.
    pub score: usize,
    /// What the table says of itself.
    pub facts: Facts,
    /// Whether it is a further sheet of our own template.
    pub is_ours: bool,
    /// The first row with a text that was among the damaged ones, and the part.
    pub damaged: Option<(u32, String)>,
    candidate: Candidate,
    /// The rows that were read before.
    above: Above,
}

impl Best {
    /// The header, and the last row in which it stands.
    ///
    /// # Errors
    /// Why it is none.
    pub fn header<C: ListColumn>(self, sheet: Option<&str>) -> Result<(Header<C>, u32), Refusal> {
        let Candidate { headings: Read { row, cells, unreadable }, first_row, two_rows, .. } = self.candidate;
        let read = Header::<C>::read(&cells);
        // A row with some headings is a header, whatever its other cells are.
        if let Some(refusal) = unreadable.filter(|_| read.is_ok() || self.score >= LEAST_HEADINGS) {
            return Err(refusal.at(sheet, row));
        }
        let mut header = read.map_err(|refusal| {
            // A text of one line has no row worth naming.
            if self.score == 0 && sheet.is_none() { refusal } else { refusal.at(sheet, row) }
        })?;
        // A list that was sorted with its headings, for instance.
        if let Some(row) = self.above.record(first_row, &header) {
            return Err(Refusal::RecordAboveHeader.at(sheet, row));
        }
        header.warn_of_hidden(&self.facts.hidden_columns);
        let header = header.of_two_rows(two_rows);
        let header = match sheet {
            Some(sheet) => header.of_sheet(sheet),
            None => header.of_text(&cells),
        };
        Ok((header, row))
    }
}
