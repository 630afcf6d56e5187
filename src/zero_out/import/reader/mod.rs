//! The rows of an uploaded file, whatever its format.
//!
//! The format is recognised by the content, never by the name. A [`Source`] is a file that is safe to
//! read: a workbook has been unpacked once through a counter before its reader sees it. Rows are
//! handed on one at a time, numbered as a spreadsheet shows them (the first is 1), so memory is
//! bounded by the file, the workbook's shared strings and one row.

mod delimited;
mod guard;
mod sink;
mod sniff;
mod workbook;

use crate::core::cells::is_empty;
use crate::zero_out::import::header::Header;
use crate::zero_out::import::refusal::{ImportError, Refusal};
use crate::zero_out::settings::ImportSettings;
use sink::Sink;
use std::borrow::Cow;

/// Among how many rows that are not blank the header is looked for: lists often have a title above.
const HEADER_DEPTH: usize = 10;

/// A file that may be read.
pub struct Source<'a> {
    body: Body<'a>,
}

enum Body<'a> {
    Text(Cow<'a, str>),
    Workbook(&'a [u8]),
}

/// One way to see a file as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Layout {
    Delimited(u8),
    Sheet(String),
}

/// Where the table is.
#[derive(Debug, Clone)]
pub struct Table {
    /// The header.
    pub header: Header,
    /// The header's row.
    pub header_row: u32,
    /// About how many rows follow; for showing progress.
    pub estimate: u64,
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
                Body::Workbook(bytes)
            }
        };
        Ok(Self { body })
    }

    /// Finds the table: the delimiter or sheet, and the row, whose headings are those of the list.
    ///
    /// # Errors
    /// Why there is none: nothing in the file, missing or doubled columns.
    pub fn table(&self) -> Result<Table, ImportError> {
        let mut best: Option<(usize, Vec<String>, u32, Layout)> = None;
        for layout in self.layouts()? {
            let mut seen = 0;
            self.each(&layout, &mut |row, cells| {
                if cells.iter().all(|cell| is_empty(cell)) {
                    return Ok(true);
                }
                seen += 1;
                let score = Header::score(cells);
                if best.as_ref().is_none_or(|(known, ..)| score > *known) {
                    best = Some((score, cells.clone(), row, layout.clone()));
                }
                Ok(seen < HEADER_DEPTH)
            })?;
        }
        let Some((_, cells, header_row, layout)) = best else {
            return Err(Refusal::Empty.into());
        };
        let header = Header::read(&cells)?;
        let estimate = match (&self.body, &layout) {
            (Body::Text(text), _) => text.bytes().filter(|b| *b == b'\n').count().try_into().unwrap_or(0),
            (Body::Workbook(bytes), Layout::Sheet(name)) => workbook::estimate(bytes, name),
            _ => 0,
        };
        Ok(Table { header, header_row, estimate, layout })
    }

    /// Hands on every row under the header that is not wholly blank.
    ///
    /// # Errors
    /// What the sink gives, and a file that breaks off.
    pub fn rows(&self, table: &Table, sink: Sink<'_>) -> Result<(), ImportError> {
        self.each(&table.layout, &mut |row, cells| {
            if row <= table.header_row || cells.iter().all(|cell| is_empty(cell)) {
                return Ok(true);
            }
            sink(row, cells)
        })
    }

    fn layouts(&self) -> Result<Vec<Layout>, ImportError> {
        match &self.body {
            Body::Text(_) => Ok([b',', b';', b'\t'].map(Layout::Delimited).to_vec()),
            Body::Workbook(bytes) => Ok(workbook::sheets(bytes)?.into_iter().map(Layout::Sheet).collect()),
        }
    }

    fn each(&self, layout: &Layout, sink: Sink<'_>) -> Result<(), ImportError> {
        match (&self.body, layout) {
            (Body::Text(text), Layout::Delimited(mark)) => delimited::each(text, *mark, sink),
            (Body::Workbook(bytes), Layout::Sheet(name)) => workbook::each(bytes, name, sink),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
