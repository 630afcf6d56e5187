//! Running the import of a sampling list, as a command of the platform itself.

use crate::core::clock::{Clock, shanghai_date};
use crate::core::ids::AccountId;
use crate::core::{Code, Problem};
use crate::db::schema::sampling_list as lists;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::jobs::resumable::{self, GaveUp, JobProblem, MOST_ATTEMPTS, ProgressSink, gave_up};
use crate::list_files::imports::checked;
use crate::list_files::reader::Source;
use crate::list_files::refusal::ImportError;
use crate::list_files::settings::ImportSettings;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::row::{Defaults, Rules};
use crate::sampling_lists::load::{Loaded, Loader};
use crate::sampling_lists::merge::{Merge, Merged};
use crate::sampling_lists::request::TABLES;
use crate::sampling_lists::settings::SamplingListSettings;
use crate::zero_out::import::ImportState;
use crate::zero_out::import::state::{ImportStep, transition};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What is shown of an import that could not be brought to its end.
pub(super) const GAVE_UP: GaveUp = (
    Code::ImportGaveUp,
    "导入多次未能完成，已停止；请联系平台运营人员",
    "the import could not be brought to its end and was stopped; ask the platform's operator",
);

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

#[derive(Queryable, Selectable)]
#[diesel(table_name = lists)]
pub(super) struct Kept {
    pub(super) id: SamplingListId,
    pub(super) requested_by: Option<AccountId>,
    pub(super) region: String,
    pub(super) dry_run: bool,
    pub(super) defaults: Value,
    pub(super) state: ImportState,
    attempts: i32,
}

impl Command for RunSamplingList<'_> {
    type Output = bool;
    const NAME: &'static str = "run_sampling_list";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        if !resumable::take(tx, self.id.0)? {
            return Ok(false);
        }
        let mut kept: Kept = lists::table.find(self.id).select(Kept::as_select()).first(&mut *tx.conn)?;
        if !kept.state.is_open() {
            return Ok(true);
        }
        if kept.attempts >= MOST_ATTEMPTS {
            write_failure(tx, &kept, &gave_up(GAVE_UP), self.clock.now())?;
            return Ok(true);
        }
        kept.state = transition(kept.state, ImportStep::Begin)?;
        self.progress.step((), 0, 0)?;
        let file: Option<Vec<u8>> = lists::table.find(self.id).select(lists::file).first(&mut *tx.conn)?;
        let file = file.unwrap_or_default();
        // A refusal may come after many rows: they are undone, the refusal is kept.
        tx.conn.batch_execute("SAVEPOINT sampling_list")?;
        match whole(tx, &kept, &file, self.progress) {
            Ok((loaded, merged)) => {
                tx.conn.batch_execute("RELEASE SAVEPOINT sampling_list")?;
                finish(tx, &kept, &loaded, &merged, self.clock.now())?;
            }
            Err(ImportError::Refused(refusal)) => {
                tx.conn.batch_execute("ROLLBACK TO SAVEPOINT sampling_list")?;
                write_failure(tx, &kept, &refusal.into(), self.clock.now())?;
            }
            Err(ImportError::Failed(problem)) => return Err(problem),
        }
        Ok(true)
    }
}

/// Reads the file and takes its samples in.
fn whole(
    tx: &mut Tx,
    kept: &Kept,
    file: &[u8],
    progress: &dyn ProgressSink<()>,
) -> Result<(Loaded, Merged), ImportError> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let limits = settings.section::<ImportSettings>();
    let defaults: Defaults = serde_json::from_value(kept.defaults.clone()).map_err(Problem::from)?;
    let admitted = admissions::lock_in_force(&mut tx.conn)?;
    let source = Source::open(file, limits)?;
    let loader = Loader {
        id: kept.id,
        rules: Rules {
            catalogue: &catalogue,
            scope: &kept.region,
            today: shanghai_date(tx.now),
            defaults: &defaults,
            admitted: &admitted,
        },
        max_rows: settings.section::<SamplingListSettings>().max_rows.min(limits.max_rows),
        max_bytes: limits.max_unpacked_bytes(),
    };
    let mut loaded = loader.load(&mut tx.conn, &source, progress)?;
    let samples = std::mem::take(&mut loaded.samples);
    let merge =
        Merge { list: kept.id, region: &kept.region, requested_by: kept.requested_by, write: !kept.dry_run };
    let merged = merge.take_in(tx, samples)?;
    let late = merged.rejected.iter().map(|(row, fault)| (*row, vec![fault.clone()])).collect();
    let again = source.lists::<Column>()?;
    loader.reject(&mut tx.conn, &source, &again, late, &mut loaded)?;
    Ok((loaded, merged))
}

/// Marks an import as failed permanently, unless another process runs it or it has ended.
pub(super) fn fail(tx: &mut Tx, id: SamplingListId, problem: &Problem) -> Result<(), Problem> {
    if !resumable::try_lock(&mut tx.conn, id.0)? {
        return Ok(());
    }
    let kept: Kept = lists::table.find(id).select(Kept::as_select()).first(&mut *tx.conn)?;
    let now = tx.now;
    if kept.state.is_open() { write_failure(tx, &kept, problem, now) } else { Ok(()) }
}

fn finish(
    tx: &mut Tx,
    kept: &Kept,
    loaded: &Loaded,
    merged: &Merged,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let state = transition(kept.state, ImportStep::Finish)?;
    let count = |n: u64| i32::try_from(n).map_err(Problem::internal);
    let ended = ended(tx, kept.id, now)?;
    diesel::update(lists::table.find(kept.id))
        .set((
            lists::state.eq(state),
            lists::total.eq(count(loaded.rows)?),
            lists::processed.eq(count(loaded.rows)?),
            lists::rows.eq(count(loaded.rows)?),
            lists::inserted.eq(count(merged.inserted)?),
            lists::updated.eq(count(merged.updated)?),
            lists::unchanged.eq(count(merged.unchanged)?),
            lists::rejected.eq(count(loaded.rejected)?),
            lists::not_records.eq(count(loaded.not_records)?),
            lists::samples.eq(count(merged.samples)?),
            lists::header.eq(serde_json::to_value(&loaded.headings)?),
            lists::warnings.eq(serde_json::to_value(&loaded.warnings)?),
            lists::finished_at.eq(ended),
        ))
        .execute(&mut *tx.conn)?;
    if kept.dry_run {
        checked::keep(tx, TABLES, kept.id.0, ended)?;
    } else {
        diesel::update(lists::table.find(kept.id))
            .set(lists::file.eq(None::<Vec<u8>>))
            .execute(&mut *tx.conn)?;
    }
    let counts = json!({
        "dry_run": kept.dry_run, "rows": loaded.rows, "inserted": merged.inserted, "updated": merged.updated,
        "unchanged": merged.unchanged, "rejected": loaded.rejected, "not_records": loaded.not_records,
        "samples": merged.samples, "proposals": merged.proposals,
    });
    tx.audit(RunSamplingList::NAME, subject(kept), counts)
}

/// When a run ends that is at its end now. It was noted as begun by a second connection, whose server may have another clock.
fn ended(tx: &mut Tx, id: SamplingListId, now: DateTime<Utc>) -> QueryResult<DateTime<Utc>> {
    let started: Option<DateTime<Utc>> =
        lists::table.find(id).select(lists::started_at).first(&mut *tx.conn)?;
    Ok(started.map_or(now, |started| started.max(now)))
}

/// Writes down why the file as a whole is not taken. This is an end, too: it is committed.
fn write_failure(tx: &mut Tx, kept: &Kept, problem: &Problem, now: DateTime<Utc>) -> Result<(), Problem> {
    let state = transition(kept.state, ImportStep::Fail)?;
    let shown = JobProblem::from(problem);
    let ended = ended(tx, kept.id, now)?;
    diesel::update(lists::table.find(kept.id))
        .set((
            lists::state.eq(state),
            lists::file.eq(None::<Vec<u8>>),
            lists::problem.eq(serde_json::to_value(&shown)?),
            lists::finished_at.eq(ended),
        ))
        .execute(&mut *tx.conn)?;
    tx.audit(RunSamplingList::NAME, subject(kept), json!({ "dry_run": kept.dry_run, "refused": shown.code }))
}

fn subject(kept: &Kept) -> Subject<'_> {
    Subject::new("sampling_list", kept.id.0).in_region(&kept.region)
}
