//! Reading a file into the transaction: good rows into `import_row`, bad ones into the rejections.

use crate::catalogue::Catalogue;
use crate::core::ids::{EnterpriseId, ImportId};
use crate::core::{Problem, Text};
use crate::enterprises::Uscc;
use crate::enterprises::import::header::Column;
use crate::enterprises::import::reader::{Source, Table};
use crate::enterprises::import::refusal::{Halt, Refusal};
use crate::enterprises::import::row::{self, CellFault, Row, Rules};
use crate::enterprises::import::run::Watch;
use crate::enterprises::import::store::{Incoming, Rejection, copy_rejections, copy_rows};
use crate::remediation::clocks;
use diesel::PgConnection;
use std::collections::HashMap;

/// How many rows travel together.
const BATCH: usize = 4_096;
/// After how many rows the watcher is told.
const STEP: u64 = 512;

/// What reading came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// Rows that are not wholly blank.
    pub rows: u64,
    /// Rows of them that were rejected.
    pub rejected: u64,
}

/// Where and by which rules to load.
pub struct Loader<'a> {
    /// The import.
    pub id: ImportId,
    /// The rules for rows.
    pub rules: Rules<'a>,
    /// Most rows.
    pub max_rows: u64,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

impl Loader<'_> {
    /// Reads all rows.
    pub fn load(&self, conn: &mut PgConnection, source: &Source<'_>, table: &Table) -> Result<Loaded, Halt> {
        let mut loaded = Loaded::default();
        let mut known = Known::new(self.rules.catalogue);
        let (mut good, mut bad) = (Vec::with_capacity(BATCH), Vec::new());
        source.rows(table, &mut |row_no, cells| {
            loaded.rows += 1;
            if loaded.rows > self.max_rows {
                return Err(Refusal::TooManyRows { limit: self.max_rows }.into());
            }
            let row_no = i32::try_from(row_no).map_err(Problem::internal)?;
            let read = row::read(&table.header, cells, self.rules)
                .and_then(|row| known.take(row_no, row).map_err(|fault| vec![fault]));
            match read {
                Ok(incoming) => good.push(incoming),
                Err(faults) => {
                    loaded.rejected += 1;
                    bad.extend(Rejection::of_row(self.id, row_no, faults, cells));
                }
            }
            if good.len() >= BATCH {
                copy_rows(conn, &mut good)?;
                good.reserve(BATCH);
            }
            if bad.len() >= BATCH {
                copy_rejections(conn, &mut bad)?;
            }
            if loaded.rows % STEP == 0 {
                self.watch.step(loaded.rows, loaded.rows.max(table.estimate))?;
            }
            Ok(true)
        })?;
        copy_rows(conn, &mut good)?;
        copy_rejections(conn, &mut bad)?;
        if loaded.rows == 0 {
            return Err(Refusal::NoRows.into());
        }
        self.watch.step(loaded.rows, loaded.rows)?;
        Ok(loaded)
    }
}

/// What the file has said so far: an id for each enterprise, the row of each nonconformity.
struct Known<'a> {
    catalogue: &'a Catalogue,
    law: clocks::Rules,
    enterprises: HashMap<Uscc, EnterpriseId>,
    rows: HashMap<(Uscc, Box<str>), i32>,
}

impl<'a> Known<'a> {
    fn new(catalogue: &'a Catalogue) -> Self {
        let law = clocks::Rules::samr_18();
        Self { catalogue, law, enterprises: HashMap::new(), rows: HashMap::new() }
    }

    fn take(&mut self, row_no: i32, row: Row) -> Result<Incoming, CellFault> {
        // NUL can't stand in either, so two pairs never look the same.
        let key = format!("{}\0{}", row.product_kind, row.report_no).into_boxed_str();
        if let Some(first) = self.rows.insert((row.uscc, key.clone()), row_no) {
            self.rows.insert((row.uscc, key), first);
            return Err(CellFault {
                column: Some(Column::ReportNo),
                value: row.report_no,
                code: "duplicate_row",
                reason: Text::new(
                    format!("与第 {first} 行重复(信用代码、产品种类、报告编号均相同)"),
                    format!("the same as row {first} (credit code, product kind and report number)"),
                ),
            });
        }
        let enterprise = *self.enterprises.entry(row.uscc).or_insert_with(EnterpriseId::new);
        let calendar = &self.catalogue.calendar;
        let deadlines = row.order_issued_on.map(|order| {
            (clocks::rectify_by(order, &self.law, calendar), clocks::reinspect_by(order, &self.law, calendar))
        });
        Ok(Incoming::new(row_no, enterprise, row, deadlines))
    }
}
