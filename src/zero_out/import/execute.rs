//! Running an import, as a command of the platform itself.

use crate::catalogue::Catalogue;
use crate::core::clock::{Clock, shanghai_date};
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Role, Text, Wake};
use crate::db::published::account;
use crate::db::reference;
use crate::db::schema::zero_out_import as imports;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::jobs::resumable::{self, GaveUp, JobProblem, MOST_ATTEMPTS, ProgressSink, gave_up};
use crate::list_files::header::Warning;
use crate::list_files::imports::checked;
use crate::list_files::place::{Headings, row_no};
use crate::list_files::reader::{Lists, Source};
use crate::list_files::refusal::ImportError;
use crate::list_files::rejection_code::WarningCode;
use crate::list_files::settings::ImportSettings;
use crate::remediation::history::Author;
use crate::remediation::orders::{ListedOrder, Orders};
use crate::remediation::settings::RemediationSettings;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::command::TABLES;
use crate::zero_out::import::load::{Loaded, Loader};
use crate::zero_out::import::merge::{self, Merged, PassedOver};
use crate::zero_out::import::notices::tell_listed;
use crate::zero_out::import::row::{CellFault, Rules};
use crate::zero_out::import::state::{ImportState, ImportStep, transition};
use crate::zero_out::import::store::{self, Rejection};
use crate::zero_out::import::trace;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Wakes the job that looks for quality alerts: nonconformities were added or taken off the list. The name is here because
/// the import, below the alerts, wakes it.
pub const LIST_CHANGED: Wake = Wake::new("alerts");

/// What is shown of an import that could not be brought to its end.
pub(super) const GAVE_UP: GaveUp = (
    Code::ImportGaveUp,
    "导入多次未能完成，已停止；请联系平台运营人员",
    "the import could not be brought to its end and was stopped; ask the platform's operator",
);

/// From so many rows on, [`HASHES`] holds.
const MANY: u64 = 2_000;
/// Of the temporary tables the planner knows no figures: left to itself it sorts, where joins of
/// many rows want hashes. A short list is better off with the indexes.
const HASHES: &str = "SET LOCAL enable_mergejoin = off; SET LOCAL enable_nestloop = off";

/// Runs one import, in one transaction. Gives `false` where another runner has it, `true` where it
/// is at its end.
#[derive(Serialize)]
pub struct RunImport<'a> {
    /// The import to run.
    pub id: ImportId,
    /// The file, where the caller has it at hand; else the kept one is read.
    #[serde(skip)]
    pub file: Option<&'a [u8]>,
    /// Is informed how far the run is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<()>,
    /// Says when the run ends: its transaction has one moment, that of its beginning.
    #[serde(skip)]
    pub clock: &'a dyn Clock,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct Kept {
    id: ImportId,
    requested_by: Option<AccountId>,
    region: Option<String>,
    dry_run: bool,
    state: ImportState,
    attempts: i32,
}

struct Outcome {
    loaded: Loaded,
    merged: Merged,
    headings: Headings,
    warnings: Vec<Warning>,
    /// Orders that the list brought for cases that waited for one.
    orders: Vec<ListedOrder>,
}

impl Command for RunImport<'_> {
    type Output = bool;
    const NAME: &'static str = "run_import";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        if !resumable::take(tx, self.id.0)? {
            return Ok(false);
        }
        let mut kept: Kept = imports::table.find(self.id).select(Kept::as_select()).first(&mut *tx.conn)?;
        if !kept.state.is_open() {
            return Ok(true);
        }
        if kept.attempts >= MOST_ATTEMPTS {
            write_failure(tx, &kept, &gave_up(GAVE_UP), self.clock.now())?;
            return Ok(true);
        }
        kept.state = transition(kept.state, ImportStep::Begin)?;
        self.progress.step((), 0, 0)?;
        let stored: Option<Vec<u8>> = match self.file {
            Some(_) => None,
            None => imports::table.find(self.id).select(imports::file).first(&mut *tx.conn)?,
        };
        let run = Run {
            file: self.file.or(stored.as_deref()).unwrap_or_default(),
            catalogue: &tx.catalogue,
            limits: tx.settings.section::<ImportSettings>(),
            law: tx.settings.section::<RemediationSettings>(),
            now: tx.now,
            kept: &kept,
            progress: self.progress,
        };
        // A refusal may come after many rows: they are undone, the refusal is kept.
        match tx.conn.transaction(|conn| run.whole(conn)) {
            Ok(outcome) => finish(tx, &kept, &outcome, self.clock.now())?,
            Err(ImportError::Refused(refusal)) => {
                write_failure(tx, &kept, &refusal.into(), self.clock.now())?;
            }
            Err(ImportError::Failed(problem)) => return Err(problem),
        }
        Ok(true)
    }
}

/// Marks an import as failed permanently, unless another process runs it or it has ended.
pub(super) fn fail(tx: &mut Tx, id: ImportId, problem: &Problem) -> Result<(), Problem> {
    if !resumable::try_lock(&mut tx.conn, id.0)? {
        return Ok(());
    }
    let kept: Kept = imports::table.find(id).select(Kept::as_select()).first(&mut *tx.conn)?;
    let now = tx.now;
    if kept.state.is_open() { write_failure(tx, &kept, problem, now) } else { Ok(()) }
}

struct Run<'a> {
    file: &'a [u8],
    catalogue: &'a Catalogue,
    limits: &'a ImportSettings,
    law: &'a RemediationSettings,
    now: DateTime<Utc>,
    kept: &'a Kept,
    progress: &'a dyn ProgressSink<()>,
}

impl Run<'_> {
    fn whole(&self, conn: &mut PgConnection) -> Result<Outcome, ImportError> {
        let source = Source::open(self.file, self.limits)?;
        let lists = source.lists::<Column>()?;
        let admitted = admissions::lock_in_force(conn)?;
        let loader = Loader {
            id: self.kept.id,
            rules: Rules {
                catalogue: self.catalogue,
                scope: self.kept.region.as_deref(),
                today: shanghai_date(self.now),
                admitted: &admitted,
            },
            max_rows: self.limits.max_rows,
            max_bytes: self.limits.max_unpacked_bytes(),
            law: self.law,
        };
        store::create(conn)?;
        let (mut loaded, seen) = loader.load(conn, &source, &lists, self.progress)?;
        if !reference::folds_alike(conn)? {
            store::leave_folding_to_triggers(conn)?;
        }
        if loaded.rows >= MANY {
            conn.batch_execute(HASHES)?;
        }
        merge::lock(conn)?;
        let (role, region) = self.requested_by(conn)?;
        let author =
            Author { account: self.kept.requested_by, role: &role, region: region.as_deref(), at: self.now };
        let headings = Headings::of(&lists.tables);
        let mut warnings = lists.warnings.clone();
        warnings.extend(lists.tables.iter().flat_map(|table| table.header.warnings.iter().cloned()));
        warnings.extend(seen);
        if role == Role::Operator.as_str() {
            warnings.extend(warnings_of(&merge::pass_over(conn)?, &headings));
        }
        let law = Orders { rules: self.law, catalogue: self.catalogue };
        let conflicts = merge::reject(conn, self.kept.region.as_deref(), law)?;
        loaded.rejected += u64::try_from(conflicts.rejected.len()).map_err(Problem::internal)?;
        self.keep_late(conn, &source, &lists, conflicts.rejected)?;
        let merged = self.merge(conn, author, law, &conflicts.orders)?;
        Ok(Outcome { loaded, merged, headings, warnings, orders: conflicts.orders })
    }

    /// The cells of a row are not kept with it, so those of the rows that what is stored forbids
    /// are read again; there are few.
    fn keep_late(
        &self,
        conn: &mut PgConnection,
        source: &Source<'_>,
        lists: &Lists<Column>,
        late: Vec<(i32, CellFault)>,
    ) -> Result<(), ImportError> {
        if late.is_empty() {
            return Ok(());
        }
        let mut late: BTreeMap<i32, CellFault> = late.into_iter().collect();
        let mut rejections = Vec::new();
        for (list, table) in lists.tables.iter().enumerate() {
            source.rows(table, &mut |line| {
                let number = row_no(list, line.row)?;
                if let Some(fault) = late.remove(&number) {
                    let (id, header) = (self.kept.id, &table.header);
                    rejections.extend(Rejection::of_row(id, number, vec![fault], header, line));
                }
                Ok(!late.is_empty())
            })?;
        }
        Ok(store::copy_rejections(conn, &mut rejections)?)
    }

    /// The role and the region of who asked for the import.
    fn requested_by(&self, conn: &mut PgConnection) -> Result<(String, Option<String>), Problem> {
        let who = (account::role, account::region);
        match self.kept.requested_by {
            Some(id) => Ok(account::table.find(id).select(who).first(conn)?),
            None => Ok(("system".to_owned(), None)),
        }
    }

    /// A dry run merges like any other, so that it counts like any other, and is then undone.
    fn merge(
        &self,
        conn: &mut PgConnection,
        author: Author<'_>,
        law: Orders<'_>,
        orders: &[ListedOrder],
    ) -> Result<Merged, ImportError> {
        if !self.kept.dry_run {
            return Ok(merge::merge(conn, self.kept.id, author, law, orders)?);
        }
        let mut merged = None;
        let undone = conn.transaction::<(), ImportError, _>(|conn| {
            merged = Some(merge::merge(conn, self.kept.id, author, law, orders)?);
            Err(DieselError::RollbackTransaction.into())
        });
        match (merged, undone) {
            (Some(merged), _) => Ok(merged),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Ok(Merged::default()),
        }
    }
}

/// What an operator's import did not take, list by list.
fn warnings_of(passed_over: &PassedOver, headings: &Headings) -> Vec<Warning> {
    let order = Text::new(
        "责令改正日期未采用，未立案：须由监管人员导入",
        "the dates of orders were not taken and no case was opened: an officer must import them",
    );
    let address = Text::new(
        "企业已认领账号，邮箱未改变",
        "the enterprise has claimed its account; its mail address was not changed",
    );
    let all = [
        (WarningCode::OrderNeedsOfficer, Column::OrderIssuedOn, &passed_over.orders, order),
        (WarningCode::AddressOfAccountKept, Column::ContactEmail, &passed_over.addresses, address),
    ];
    let mut warnings = Vec::new();
    for (code, column, numbers, text) in &all {
        for (sheet, rows) in headings.by_list(numbers) {
            let warning = Warning::of_rows(*code, *column, &rows, text);
            warnings.push(match sheet {
                Some(sheet) => warning.of_sheet(sheet),
                None => warning,
            });
        }
    }
    warnings
}

fn finish(tx: &mut Tx, kept: &Kept, outcome: &Outcome, now: DateTime<Utc>) -> Result<(), Problem> {
    if !kept.dry_run {
        merge::note_enterprises(&mut tx.conn, kept.id)?;
        trace::number(&mut tx.conn, kept.id)?;
        tell_listed(tx, &outcome.orders)?;
    }
    let state = transition(kept.state, ImportStep::Finish)?;
    let count = |n: u64| i32::try_from(n).map_err(Problem::internal);
    let merged = |n: i64| i32::try_from(n).map_err(Problem::internal);
    let Outcome { loaded, merged: Merged { inserted, updated, unchanged }, .. } = *outcome;
    let ended = ended(tx, kept.id, now)?;
    diesel::update(imports::table.find(kept.id))
        .set((
            imports::state.eq(state),
            imports::total.eq(count(loaded.rows)?),
            imports::processed.eq(count(loaded.rows)?),
            imports::rows.eq(count(loaded.rows)?),
            imports::inserted.eq(merged(inserted)?),
            imports::updated.eq(merged(updated)?),
            imports::unchanged.eq(merged(unchanged)?),
            imports::rejected.eq(count(loaded.rejected)?),
            imports::not_records.eq(count(loaded.not_records)?),
            imports::header.eq(serde_json::to_value(&outcome.headings)?),
            imports::warnings.eq(serde_json::to_value(&outcome.warnings)?),
            imports::finished_at.eq(ended),
        ))
        .execute(&mut *tx.conn)?;
    if kept.dry_run {
        checked::keep(tx, TABLES, kept.id.0, ended)?;
    } else {
        diesel::update(imports::table.find(kept.id))
            .set(imports::file.eq(None::<Vec<u8>>))
            .execute(&mut *tx.conn)?;
    }
    let counts = json!({
        "dry_run": kept.dry_run, "rows": loaded.rows, "inserted": inserted, "updated": updated,
        "unchanged": unchanged, "rejected": loaded.rejected,
        "not_records": loaded.not_records,
    });
    if inserted + updated > 0 && !kept.dry_run {
        tx.wake(LIST_CHANGED);
    }
    tx.audit(RunImport::NAME, subject(kept), counts)
}

/// When a run ends that is at its end now. It was noted as begun by a second connection, whose server may have another clock.
fn ended(tx: &mut Tx, id: ImportId, now: DateTime<Utc>) -> QueryResult<DateTime<Utc>> {
    let started: Option<DateTime<Utc>> =
        imports::table.find(id).select(imports::started_at).first(&mut *tx.conn)?;
    Ok(started.map_or(now, |started| started.max(now)))
}

/// Writes down why the file as a whole is not taken. This is an end, too: it is committed.
fn write_failure(tx: &mut Tx, kept: &Kept, problem: &Problem, now: DateTime<Utc>) -> Result<(), Problem> {
    let state = transition(kept.state, ImportStep::Fail)?;
    let shown = JobProblem::from(problem);
    let ended = ended(tx, kept.id, now)?;
    diesel::update(imports::table.find(kept.id))
        .set((
            imports::state.eq(state),
            imports::file.eq(None::<Vec<u8>>),
            imports::problem.eq(serde_json::to_value(&shown)?),
            imports::finished_at.eq(ended),
        ))
        .execute(&mut *tx.conn)?;
    tx.audit(RunImport::NAME, subject(kept), json!({ "dry_run": kept.dry_run, "refused": shown.code }))
}

fn subject(kept: &Kept) -> Subject<'_> {
    Subject { region: kept.region.as_deref(), ..Subject::new("zero_out_import", kept.id.0) }
}
