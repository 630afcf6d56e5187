//! Reading a file: the samples of its rows, and what is wrong with the others.

use crate::core::Problem;
use crate::jobs::resumable::ProgressSink;
use crate::list_files::fault::CellFault;
use crate::list_files::header::{Again, Warning};
use crate::list_files::hidden_rows::HiddenRows;
use crate::list_files::place::{Headings, row_no};
use crate::list_files::reader::{Lists, Source};
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::rejections::KeptReason;
use crate::list_files::unheaded::Unheaded;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::row::{Rules, read};
use crate::sampling_lists::list::samples::{Sample, Samples};
use crate::sampling_lists::store::{Rejection, copy_rejections};
use diesel::PgConnection;
use std::collections::BTreeMap;

/// Progress is reported after so many rows.
const BATCH: u64 = 1_024;
/// Rejected rows that wait to be written.
const WAITING: usize = 2_048;

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The samples of which every row can be taken.
    pub samples: Vec<Sample>,
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

/// By which rules to load.
#[derive(Clone, Copy)]
pub struct Loader<'a> {
    /// The import.
    pub id: SamplingListId,
    /// The rules for rows.
    pub rules: Rules<'a>,
    /// Most rows.
    pub max_rows: u64,
    /// Most bytes of all cells.
    pub max_bytes: u64,
}

impl Loader<'_> {
    /// Reads all rows, and keeps those that can't be taken with the reasons.
    ///
    /// # Errors
    /// What is wrong with the file as a whole, what the database or the progress says.
    pub fn load(
        self,
        conn: &mut PgConnection,
        source: &Source<'_>,
        progress: &dyn ProgressSink<()>,
    ) -> Result<Loaded, ImportError> {
        let lists = source.lists::<Column>()?;
        let estimate = lists.estimate();
        let mut loaded = Loaded { headings: Headings::of(&lists.tables), ..Loaded::default() };
        loaded.warnings.extend(lists.warnings.iter().cloned());
        loaded.warnings.extend(lists.tables.iter().flat_map(|table| table.header.warnings.iter().cloned()));
        let mut samples = Samples::default();
        let (mut bad, mut bytes) = (Vec::new(), 0u64);
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
                match read(&table.header, line, self.rules) {
                    Ok(read) => {
                        unheaded.note(&table.header, line);
                        samples.take(number, read);
                    }
                    Err(faults) => {
                        if table.header.again(&line.cells) == Some(Again::Other) {
                            let sheet = table.sheet.as_deref();
                            return Err(Refusal::OtherHeader.at(sheet, line.row).into());
                        }
                        let no_record = faults.iter().any(|fault| fault.code == RejectionCode::NotARecord);
                        let numbers = [Column::FormNo, Column::ReportNo]
                            .map(|column| table.header.cell(&line.cells, column).trim());
                        samples.broken(number, numbers, !no_record);
                        loaded.rejected += 1;
                        loaded.not_records += u64::from(no_record);
                        let kept = KeptReason::of_row(faults, &table.header, line);
                        bad.extend(Rejection::of_row(self.id, number, kept));
                        if bad.len() >= WAITING {
                            copy_rejections(conn, &mut bad)?;
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
        copy_rejections(conn, &mut bad)?;
        if loaded.rows == 0 {
            return Err(Refusal::NoRows.into());
        }
        let (good, late) = samples.done(&loaded.headings);
        loaded.samples = good;
        let late = late.into_iter().map(|(row, fault)| (row, vec![fault])).collect();
        self.reject(conn, source, &lists, late, &mut loaded)?;
        progress.step((), loaded.rows, loaded.rows)?;
        Ok(loaded)
    }

    /// Keeps rows that are rejected after they were read. Their cells were not kept, so they are read again.
    ///
    /// # Errors
    /// When the file or the database can't be read.
    pub fn reject(
        self,
        conn: &mut PgConnection,
        source: &Source<'_>,
        lists: &Lists<Column>,
        mut late: BTreeMap<i32, Vec<CellFault<Column>>>,
        loaded: &mut Loaded,
    ) -> Result<(), ImportError> {
        if late.is_empty() {
            return Ok(());
        }
        let mut bad = Vec::new();
        for (list, table) in lists.tables.iter().enumerate() {
            source.rows(table, &mut |line| {
                let number = row_no(list, line.row)?;
                if let Some(faults) = late.remove(&number) {
                    loaded.rejected += 1;
                    let kept = KeptReason::of_row(faults, &table.header, line);
                    bad.extend(Rejection::of_row(self.id, number, kept));
                    if bad.len() >= WAITING {
                        copy_rejections(conn, &mut bad)?;
                    }
                }
                Ok(!late.is_empty())
            })?;
        }
        if !late.is_empty() {
            return Err(Problem::internal("rows that were read are not there any more").into());
        }
        Ok(copy_rejections(conn, &mut bad)?)
    }
}
