//! Records on their way into the columns of recalls. Pure.

use super::bare::bare;
use crate::list_files::ListColumn;
use crate::list_files::refusal::Refusal;
use crate::signals::list::recalls::RecallColumn;

/// Records of a file at most.
pub const MOST_RECORDS: usize = 50_000;
/// Characters of a cell at most; what is longer is cut.
const LONGEST_CELL: usize = 12_000;

/// A record on its way into the columns of recalls.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Record(Vec<(RecallColumn, String)>);

impl Record {
    /// Adds to a cell; several values of one are told apart by semicolons, and none stands there twice.
    pub(crate) fn add(&mut self, column: RecallColumn, value: &str) {
        // Without markup. A cell of several lines could be taken for several rows.
        let value: String = bare(value).chars().filter(|c| !c.is_control()).take(LONGEST_CELL).collect();
        if value.is_empty() {
            return;
        }
        match self.0.iter_mut().find(|(known, _)| *known == column) {
            Some((_, text)) if text.split("; ").any(|known| known == value) => {}
            Some((_, text)) if text.chars().count() < LONGEST_CELL => {
                text.push_str("; ");
                text.push_str(&value);
            }
            Some(_) => {}
            None => self.0.push((column, value)),
        }
    }

    /// Whether it has a cell.
    pub(crate) fn has(&self, column: RecallColumn) -> bool {
        self.0.iter().any(|(known, _)| *known == column)
    }
}

/// Records as a table under the columns' English names.
pub(crate) fn written(records: &[Record]) -> Result<Vec<u8>, Refusal> {
    if records.is_empty() {
        return Err(Refusal::NoRows);
    }
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    let failed = |_| Refusal::Damaged;
    table.write_record(RecallColumn::ALL.iter().map(|column| column.word())).map_err(failed)?;
    for Record(cells) in records {
        let cell = |column: &RecallColumn| -> &str {
            cells.iter().find(|(known, _)| known == column).map_or("", |(_, text)| text.as_str())
        };
        table.write_record(RecallColumn::ALL.iter().map(cell)).map_err(failed)?;
    }
    table.into_inner().map_err(|_| Refusal::Damaged)
}
