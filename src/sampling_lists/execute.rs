//! Running the import of a sampling list, as a command of the platform itself.

use crate::core::Problem;
use crate::core::clock::{Clock, shanghai_date};
use crate::db::schema::sampling_list;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::jobs::resumable::ProgressSink;
use crate::list_files::imports::load::Loader;
use crate::list_files::imports::run::{self, Kept, Ran, Taken};
use crate::list_files::reader::Source;
use crate::list_files::reader::line::Line;
use crate::list_files::refusal::ImportError;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::settings::ImportSettings;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::list::column::{Column, Header};
use crate::sampling_lists::list::row::{CellFault, Defaults, Rules, read};
use crate::sampling_lists::list::samples::Samples;
use crate::sampling_lists::merge::Merge;
use crate::sampling_lists::request::TABLES;
use crate::sampling_lists::settings::SamplingListSettings;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Runs one import, in one transaction. Gives `false` where another runner has it, `true` where it is at its end.
#[derive(Serialize)]
pub struct RunSamplingList<'a> {
    /// The list to import.
    pub id: SamplingListId,
    /// Is informed how far the run is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<()>,
    /// Says when the run ends: its transaction has one moment, that of its beginning.
    #[serde(skip)]
    pub clock: &'a dyn Clock,
}

impl Command for RunSamplingList<'_> {
    type Output = bool;
    const NAME: &'static str = "run_sampling_list";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let work = |tx: &mut Tx, kept: &Kept, source: &Source<'_>| whole(tx, kept, source, self.progress);
        match run::run(tx, TABLES, self.id.0, self.progress, self.clock, work)? {
            Ran::Elsewhere => Ok(false),
            Ran::AtEnd => Ok(true),
            Ran::Ended(kept, told) => {
                tell(tx, &kept, told)?;
                Ok(true)
            }
        }
    }
}

/// Writes into the audit what became of an import.
pub(super) fn tell(tx: &mut Tx, kept: &Kept, told: Value) -> Result<(), Problem> {
    let subject = Subject::new("sampling_list", kept.id).in_region(&kept.region);
    tx.audit(RunSamplingList::NAME, subject, told)
}

/// Reads the file and takes its samples in.
fn whole(
    tx: &mut Tx,
    kept: &Kept,
    source: &Source<'_>,
    progress: &dyn ProgressSink<()>,
) -> Result<Taken, ImportError> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let limits = settings.section::<ImportSettings>();
    let defaults: Defaults = serde_json::from_value(kept.defaults.clone()).map_err(Problem::from)?;
    let admitted = admissions::lock_in_force(&mut tx.conn)?;
    let rules = Rules {
        catalogue: &catalogue,
        scope: &kept.region,
        today: shanghai_date(tx.now),
        defaults: &defaults,
        admitted: &admitted,
    };
    let loader = Loader {
        tables: TABLES,
        id: kept.id,
        max_rows: settings.section::<SamplingListSettings>().max_rows.min(limits.max_rows),
        max_bytes: limits.max_unpacked_bytes(),
    };
    let mut samples = Samples::default();
    let (mut loaded, lists) =
        loader.load::<Column>(&mut tx.conn, source, progress, &mut |row_no, header, line| {
            take(&mut samples, row_no, header, line, rules)
        })?;
    let (samples, mut late) = samples.done(&loaded.headings);
    let list = SamplingListId(kept.id);
    let merge = Merge { list, region: &kept.region, requested_by: kept.requested_by, write: !kept.dry_run };
    let merged = merge.take_in(tx, samples)?;
    late.extend(merged.rejected);
    loader.reject(&mut tx.conn, source, &lists, late, &mut loaded)?;
    // The row of the list is locked from here on, so no progress may be written any more.
    let count = i32::try_from(merged.samples).map_err(Problem::internal)?;
    diesel::update(sampling_list::table.find(list))
        .set(sampling_list::samples.eq(count))
        .execute(&mut *tx.conn)?;
    Ok(Taken {
        loaded,
        inserted: merged.inserted,
        updated: merged.updated,
        unchanged: merged.unchanged,
        besides: json!({ "samples": merged.samples, "proposals": merged.proposals }),
    })
}

/// Takes a row that can be read; of one that can't, its sample is noted.
fn take(
    samples: &mut Samples,
    row_no: i32,
    header: &Header,
    line: &Line,
    rules: Rules<'_>,
) -> Result<(), Vec<CellFault>> {
    match read(header, line, rules) {
        Ok(row) => samples.take(row_no, row),
        Err(faults) => {
            let record = faults.iter().all(|fault| fault.code != RejectionCode::NotARecord);
            let numbers =
                [Column::FormNo, Column::ReportNo].map(|column| header.cell(&line.cells, column).trim());
            samples.broken(row_no, numbers, record);
            return Err(faults);
        }
    }
    Ok(())
}
