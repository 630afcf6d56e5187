//! Reading a file into the transaction: good rows into `import_row`, their names into `import_name`, bad ones into the rejections.

use crate::catalogue::Catalogue;
use crate::core::ids::EnterpriseId;
use crate::core::{Problem, Text};
use crate::enterprises::Uscc;
use crate::jobs::resumable::ProgressSink;
use crate::list_files::header::{Again, Warning};
use crate::list_files::hidden_rows::HiddenRows;
use crate::list_files::place::{Headings, row_no};
use crate::list_files::reader::line::Line;
use crate::list_files::reader::{Lists, Source, Table};
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::unheaded::Unheaded;
use crate::remediation::opening::{FirstDays, Opening};
use crate::remediation::settings::RemediationSettings;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::row::{self, CellFault, Row, Rules};
use crate::zero_out::import::store::{
    Incoming, IncomingName, Rejection, copy_names, copy_rejections, copy_rows,
};
use diesel::PgConnection;
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{self, SyncSender};
use std::thread;

/// Rows in a batch; progress is reported after each.
const BATCH: usize = 1_024;
/// A batch with so many bytes of cells is full, however few its rows are.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
/// How many loads may wait for the database.
const WAITING: usize = 2;

/// The result of reading.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// Rows that are not wholly blank.
    pub rows: u64,
    /// Rows of them that were rejected.
    pub rejected: u64,
    /// Of these, rows that are no records.
    pub not_records: u64,
}

/// Reads the file of an import by the rules for its rows.
#[derive(Clone, Copy)]
pub struct Loader<'a> {
    /// The import.
    pub id: ImportId,
    /// The rules for rows.
    pub rules: Rules<'a>,
    /// Most rows.
    pub max_rows: u64,
    /// Most bytes of all cells. The strings that a workbook shares can make many large cells of a small file.
    pub max_bytes: u64,
    /// The statutory periods, for rows with an order.
    pub law: &'a RemediationSettings,
}

/// Rows on their way, with the counts so far.
#[derive(Default)]
struct Batch {
    good: Vec<Incoming>,
    names: Vec<IncomingName>,
    bad: Vec<Rejection>,
    loaded: Loaded,
    /// The bytes of the cells of its rows.
    bytes: u64,
}

impl Loader<'_> {
    /// Reads all rows on one thread while this one copies them in.
    ///
    /// # Errors
    /// What is wrong with the file as a whole, what the database or the progress says.
    pub fn load(
        self,
        conn: &mut PgConnection,
        source: &Source<'_>,
        lists: &Lists<Column>,
        progress: &dyn ProgressSink<()>,
    ) -> Result<(Loaded, Vec<Warning>), ImportError> {
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        let estimate = lists.estimate();
        thread::scope(|scope| {
            let reader = scope.spawn(move || self.read(source, lists, sender));
            let mut loaded = Loaded::default();
            for mut batch in receiver {
                copy_rows(conn, &mut batch.good)?;
                copy_names(conn, &mut batch.names)?;
                copy_rejections(conn, &mut batch.bad)?;
                loaded = batch.loaded;
                progress.step((), loaded.rows, loaded.rows.max(estimate))?;
            }
            let joined = reader.join().map_err(|_| Problem::internal("the reader of an import panicked"))?;
            let warnings = joined?;
            if loaded.rows == 0 {
                return Err(Refusal::NoRows.into());
            }
            progress.step((), loaded.rows, loaded.rows)?;
            Ok((loaded, warnings))
        })
    }

    /// Ends early, and well, when no one takes the rows any more: whoever stopped knows why. Gives what to say of the rows.
    fn read(
        self,
        source: &Source<'_>,
        lists: &Lists<Column>,
        sender: SyncSender<Batch>,
    ) -> Result<Vec<Warning>, ImportError> {
        let mut known = Known::new(self.rules.catalogue, self.law, Headings::of(&lists.tables));
        let mut batch = Batch::default();
        let mut warnings = Vec::new();
        let mut bytes = 0u64;
        for (list, table) in lists.tables.iter().enumerate() {
            let (mut hidden, mut unheaded) = (HiddenRows::default(), Unheaded::default());
            source.rows(table, &mut |line| {
                batch.loaded.rows += 1;
                if batch.loaded.rows > self.max_rows {
                    return Err(Refusal::TooManyRows { limit: self.max_rows }.into());
                }
                let length = line.cells.iter().map(|cell| cell.len()).sum::<usize>();
                let length = u64::try_from(length).unwrap_or(u64::MAX);
                batch.bytes = batch.bytes.saturating_add(length);
                bytes = bytes.saturating_add(length);
                if bytes > self.max_bytes {
                    return Err(Refusal::TooLarge { limit: self.max_bytes }.into());
                }
                hidden.note(line);
                let number = row_no(list, line.row)?;
                let read = row::read(&table.header, line, self.rules)
                    .and_then(|row| known.take(number, row).map_err(|fault| vec![fault]));
                match read {
                    Ok(incoming) => {
                        unheaded.note(&table.header, line);
                        batch.good.push(incoming);
                    }
                    Err(faults) => {
                        other_headings(table, line)?;
                        batch.loaded.rejected += 1;
                        let no_record = faults.iter().any(|fault| fault.code == RejectionCode::NotARecord);
                        if !no_record {
                            unheaded.note(&table.header, line);
                        }
                        batch.loaded.not_records += u64::from(no_record);
                        batch.bad.extend(Rejection::of_row(self.id, number, faults, &table.header, line));
                    }
                }
                if batch.good.len() < BATCH && batch.bad.len() < BATCH && batch.bytes < BATCH_BYTES {
                    return Ok(true);
                }
                batch.names = std::mem::take(&mut known.fresh);
                let next =
                    Batch { good: Vec::with_capacity(BATCH), loaded: batch.loaded, ..Batch::default() };
                Ok(sender.send(std::mem::replace(&mut batch, next)).is_ok())
            })?;
            warnings.extend(unheaded.warning(table));
            warnings.extend(hidden.warning(table));
        }
        batch.names = known.fresh;
        // A failed send means the same here as above.
        let _ = sender.send(batch);
        Ok(warnings)
    }
}

/// Under other headings the columns would mean something else.
fn other_headings(table: &Table<Column>, line: &Line) -> Result<(), Refusal> {
    match table.header.again(&line.cells) {
        Some(Again::Other) => Err(Refusal::OtherHeader.at(table.sheet.as_deref(), line.row)),
        _ => Ok(()),
    }
}

/// What the file has said so far: an id for each enterprise, its names, the row of each nonconformity.
struct Known<'a> {
    catalogue: &'a Catalogue,
    law: &'a RemediationSettings,
    headings: Headings,
    enterprises: HashMap<Uscc, EnterpriseId>,
    names: HashSet<(Uscc, Box<str>)>,
    /// The names that are in no batch yet.
    fresh: Vec<IncomingName>,
    rows: HashMap<(Uscc, Box<str>), i32>,
}

impl<'a> Known<'a> {
    fn new(catalogue: &'a Catalogue, law: &'a RemediationSettings, headings: Headings) -> Self {
        Self {
            catalogue,
            law,
            headings,
            enterprises: HashMap::new(),
            names: HashSet::new(),
            fresh: Vec::new(),
            rows: HashMap::new(),
        }
    }

    fn take(&mut self, row_no: i32, row: Row) -> Result<Incoming, CellFault> {
        // NUL can't be in either, so two pairs never look the same.
        let key = format!("{}\0{}", row.product_kind, row.report_no).into_boxed_str();
        if let Some(first) = self.rows.insert((row.uscc, key.clone()), row_no) {
            self.rows.insert((row.uscc, key), first);
            return Err(CellFault {
                column: Some(Column::ReportNo),
                value: row.report_no,
                code: RejectionCode::DuplicateRow,
                reason: self.same_as(first, row_no),
            });
        }
        let enterprise = *self.enterprises.entry(row.uscc).or_insert_with(EnterpriseId::new);
        if self.names.insert((row.uscc, row.name.as_str().into())) {
            self.fresh.push(IncomingName::new(row.uscc, &row.name));
        }
        let opening = row.order_issued_on.and_then(|order| {
            let days = FirstDays::of_order(order);
            // An order alone always opens a case; without rules in force the database refuses the row.
            Opening::judge(days, &row.region, (None, None), self.law, self.catalogue).ok()
        });
        Ok(Incoming::new(row_no, enterprise, row, opening))
    }

    /// Which earlier row says the same.
    fn same_as(&self, first: i32, row_no: i32) -> Text {
        let ((list, row), (own, _)) = (self.headings.place(first), self.headings.place(row_no));
        match self.headings.sheet(first).0.filter(|_| list != own) {
            Some(sheet) => Text::new(
                format!("与工作表“{sheet}”第 {row} 行重复（信用代码、产品种类、报告编号均相同）"),
                format!(
                    "the same as row {row} of the sheet `{sheet}` (credit code, product kind and report number)"
                ),
            ),
            None => Text::new(
                format!("与第 {row} 行重复（信用代码、产品种类、报告编号均相同）"),
                format!("the same as row {row} (credit code, product kind and report number)"),
            ),
        }
    }
}
