//! Reading a file row by row: what can't be taken is kept with the reasons.

use crate::core::Problem;
use crate::jobs::resumable::ProgressSink;
use crate::list_files::ListColumn;
use crate::list_files::fault::CellFault;
use crate::list_files::header::{Again, Header, Warning};
use crate::list_files::hidden_rows::HiddenRows;
use crate::list_files::imports::Tables;
use crate::list_files::imports::rejected::{Waiting, write};
use crate::list_files::place::{Headings, row_no};
use crate::list_files::reader::line::Line;
use crate::list_files::reader::{Lists, Source};
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::rejections::KeptReason;
use crate::list_files::unheaded::Unheaded;
use diesel::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Progress is reported after so many rows.
const BATCH: u64 = 1_024;
/// Reasons that wait to be written at most.
const MOST_WAITING: usize = 2_048;

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Rows that are not wholly blank.
    pub rows: u64,
    /// Rows of them that were rejected.
    pub rejected: u64,
    /// Of these, rows that are no records.
    pub not_records: u64,
    /// The headings of the lists.
    pub headings: Headings,
    /// What the importer should know.
    pub warnings: Vec<Warning>,
}

/// What is done with a row: its stored number, its header and its cells. What it gives as wrong rejects the row.
pub type TakeRow<'r, C> = &'r mut dyn FnMut(i32, &Header<C>, &Line) -> Result<(), Vec<CellFault<C>>>;

/// Reads the file of an import into the tables of its room.
#[derive(Debug, Clone, Copy)]
pub struct Loader {
    /// The tables of the room.
    pub tables: Tables,
    /// The import.
    pub id: Uuid,
    /// Most rows.
    pub max_rows: u64,
    /// Most bytes of all cells.
    pub max_bytes: u64,
}

impl Loader {
    /// Reads all rows, and keeps those that can't be taken with the reasons.
    ///
    /// # Errors
    /// What is wrong with the file as a whole, what the database or the progress says.
    pub fn load<C: ListColumn>(
        self,
        conn: &mut PgConnection,
        source: &Source<'_>,
        progress: &dyn ProgressSink<()>,
        take: TakeRow<'_, C>,
    ) -> Result<(Loaded, Lists<C>), ImportError> {
        let lists = source.lists::<C>()?;
        let estimate = lists.estimate();
        let mut loaded = Loaded { headings: Headings::of(&lists.tables), ..Loaded::default() };
        loaded.warnings.extend(lists.warnings.iter().cloned());
        loaded.warnings.extend(lists.tables.iter().flat_map(|table| table.header.warnings.iter().cloned()));
        let (mut waiting, mut bytes) = (Waiting::new(), 0u64);
        for (list, table) in lists.tables.iter().enumerate() {
            let (mut hidden, mut unheaded) = (HiddenRows::default(), Unheaded::default());
            source.rows(table, &mut |line| {
                loaded.rows += 1;
                if loaded.rows > self.max_rows {
                    return Err(Refusal::TooManyRows { limit: self.max_rows }.into());
                }
                let length = line.cells.iter().map(|cell| cell.len()).sum::<usize>();
                bytes = bytes.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
                if bytes > self.max_bytes {
                    return Err(Refusal::TooLarge { limit: self.max_bytes }.into());
                }
                hidden.note(line);
                let number = row_no(list, line.row)?;
                match take(number, &table.header, line) {
                    Ok(()) => unheaded.note(&table.header, line),
                    Err(faults) => {
                        if table.header.again(&line.cells) == Some(Again::Other) {
                            let sheet = table.sheet.as_deref();
                            return Err(Refusal::OtherHeader.at(sheet, line.row).into());
                        }
                        let no_record = faults.iter().any(|fault| fault.code == RejectionCode::NotARecord);
                        loaded.rejected += 1;
                        loaded.not_records += u64::from(no_record);
                        let kept = KeptReason::of_row(faults, &table.header, line);
                        waiting.extend(kept.into_iter().map(|reason| (number, reason)));
                        if waiting.len() >= MOST_WAITING {
                            write(conn, self.tables, self.id, &mut waiting)?;
                        }
                    }
                }
                if loaded.rows.is_multiple_of(BATCH) {
                    progress.step((), loaded.rows, loaded.rows.max(estimate))?;
                }
                Ok(true)
            })?;
            loaded.warnings.extend(unheaded.warning(table));
            loaded.warnings.extend(hidden.warning(table));
        }
        write(conn, self.tables, self.id, &mut waiting)?;
        if loaded.rows == 0 {
            return Err(Refusal::NoRows.into());
        }
        progress.step((), loaded.rows, loaded.rows)?;
        Ok((loaded, lists))
    }

    /// Keeps rows that are rejected after they were read. Their cells were not kept, so they are read again.
    ///
    /// # Errors
    /// When the file or the database can't be read.
    pub fn reject<C: ListColumn>(
        self,
        conn: &mut PgConnection,
        source: &Source<'_>,
        lists: &Lists<C>,
        mut late: BTreeMap<i32, CellFault<C>>,
        loaded: &mut Loaded,
    ) -> Result<(), ImportError> {
        if late.is_empty() {
            return Ok(());
        }
        let mut waiting = Waiting::new();
        for (list, table) in lists.tables.iter().enumerate() {
            source.rows(table, &mut |line| {
                let number = row_no(list, line.row)?;
                if let Some(fault) = late.remove(&number) {
                    loaded.rejected += 1;
                    let kept = KeptReason::of_row(vec![fault], &table.header, line);
                    waiting.extend(kept.into_iter().map(|reason| (number, reason)));
                    if waiting.len() >= MOST_WAITING {
                        write(conn, self.tables, self.id, &mut waiting)?;
                    }
                }
                Ok(!late.is_empty())
            })?;
        }
        if !late.is_empty() {
            return Err(Problem::internal("rows that were read are not there any more").into());
        }
        Ok(write(conn, self.tables, self.id, &mut waiting)?)
    }
}
