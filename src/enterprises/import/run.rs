//! Who runs imports: the worker of the server, and the command line in its own foreground.

use crate::app::App;
use crate::core::ids::ImportId;
use crate::core::{Caller, Problem};
use crate::db::pool::Connection;
use crate::db::schema::zero_out_import as imports;
use crate::enterprises::import::command::{RequestImport, WAKE};
use crate::enterprises::import::execute::{GiveUp, RunImport};
use crate::enterprises::import::view::{ImportReport, ImportState, find};
use crate::jobs::{self, Stop};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Progress is written down no more often.
const BOARD_EVERY: Duration = Duration::from_millis(250);
/// How long the worker sleeps when no bell rings.
const POLL: Duration = Duration::from_secs(2);
/// How often an import is looked at that another process runs.
const LOOK: Duration = Duration::from_millis(200);

/// Is told how far a run is.
pub trait Watch {
    /// The run begins now.
    ///
    /// # Errors
    /// When that can't be written down.
    fn begin(&self, now: DateTime<Utc>) -> Result<(), Problem>;

    /// So many rows of about so many are read.
    ///
    /// # Errors
    /// 503 when the process is about to end: the run is then undone and done again later.
    fn step(&self, processed: u64, total: u64) -> Result<(), Problem>;
}

/// Writes progress into the import's row by a connection of its own, in transactions of their own,
/// so that others see it while the run's transaction is open.
struct Board<'a> {
    id: ImportId,
    conn: RefCell<Connection>,
    progress: &'a dyn Fn(u64, u64),
    stop: Option<&'a Stop>,
    written: Cell<Option<Instant>>,
}

impl Watch for Board<'_> {
    fn begin(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        diesel::update(imports::table.find(self.id))
            .set((
                imports::state.eq(ImportState::Running),
                imports::started_at.eq(now),
                imports::processed.eq(0),
                imports::attempts.eq(imports::attempts + 1),
            ))
            .execute(&mut *self.conn.borrow_mut())?;
        self.written.set(Some(Instant::now()));
        Ok(())
    }

    fn step(&self, processed: u64, total: u64) -> Result<(), Problem> {
        if self.stop.is_some_and(|stop| stop.is_set()) {
            return Err(Problem::unavailable("the process ends"));
        }
        (self.progress)(processed, total);
        if self.written.get().is_some_and(|at| at.elapsed() < BOARD_EVERY) {
            return Ok(());
        }
        let count = |n: u64| i32::try_from(n).unwrap_or(i32::MAX);
        let written = diesel::update(imports::table.find(self.id))
            .set((imports::processed.eq(count(processed)), imports::total.eq(count(total))))
            .execute(&mut *self.conn.borrow_mut());
        if let Err(error) = written {
            tracing::debug!(%error, import = %self.id, "progress could not be written down");
        }
        self.written.set(Some(Instant::now()));
        Ok(())
    }
}

/// Runs an import to its end, done or failed, and gives its report. Where another process has it,
/// waits for that one. `progress` is told of rows read and of about how many there are.
/// Blocks; takes two connections.
///
/// # Errors
/// 404 for an unknown import; 503 when the database is away, and the import stays to be run again.
/// That the file was refused is no error here but stands in the report.
pub fn run_import(app: &App, id: ImportId, progress: &dyn Fn(u64, u64)) -> Result<ImportReport, Problem> {
    to_its_end(app, id, None, progress)
}

fn to_its_end(
    app: &App,
    id: ImportId,
    file: Option<&[u8]>,
    progress: &dyn Fn(u64, u64),
) -> Result<ImportReport, Problem> {
    loop {
        if attempt(app, id, file, progress, None)? {
            return find(&mut *app.conn()?, id);
        }
        let report = find(&mut *app.conn()?, id)?;
        if !report.state.is_open() {
            return Ok(report);
        }
        let count = |n: i32| u64::try_from(n).unwrap_or(0);
        progress(count(report.processed), count(report.total.unwrap_or(0)));
        std::thread::sleep(LOOK);
    }
}

/// Keeps a list and runs its import at once, for the command line. The caller is an operator or the
/// system.
///
/// # Errors
/// 403 for who may not import; else as [`run_import`].
pub fn import_file(
    app: &App,
    caller: &Caller,
    file_name: &str,
    file: Vec<u8>,
    dry_run: bool,
    progress: &dyn Fn(u64, u64),
) -> Result<ImportReport, Problem> {
    let request = RequestImport::new(file_name, file, dry_run);
    let requested = app.execute(caller, &request)?;
    to_its_end(app, requested.id, Some(request.file()), progress)
}

/// One try. `false`: another process has it.
fn attempt(
    app: &App,
    id: ImportId,
    file: Option<&[u8]>,
    progress: &dyn Fn(u64, u64),
    stop: Option<&Stop>,
) -> Result<bool, Problem> {
    let board = Board { id, conn: RefCell::new(app.conn()?), progress, stop, written: Cell::new(None) };
    let run = RunImport { id, file, watch: &board };
    match catch_unwind(AssertUnwindSafe(|| app.execute(&Caller::system(), &run))) {
        Ok(Err(problem)) if problem.status == 500 => {
            tracing::error!(%problem, import = %id, "an import failed");
            drop(board);
            app.execute(&Caller::system(), &GiveUp { id })?;
            Ok(true)
        }
        Ok(result) => result,
        // The number of tries, counted before each, ends this.
        Err(_) => Err(Problem::unavailable("the import panicked")),
    }
}

/// Starts the worker that runs queued imports, and those that a killed process left. At a stop, a
/// run that is under way is undone and stays to be run.
///
/// # Errors
/// When no thread can be had.
pub fn spawn_worker(app: App, stop: Arc<Stop>) -> Result<JoinHandle<()>, Problem> {
    let asked = Arc::clone(&stop);
    let wake = app.wake_signal(WAKE);
    jobs::spawn("import", app, stop, wake, POLL, move |app| sweep(app, &asked).map(|()| false))
}

/// Runs every open import that no one else runs.
fn sweep(app: &App, stop: &Stop) -> Result<(), Problem> {
    let open = imports::table
        .filter(imports::state.eq_any([ImportState::Queued, ImportState::Running]))
        .order(imports::id)
        .select(imports::id)
        .load::<ImportId>(&mut *app.conn()?)?;
    for id in open {
        if stop.is_set() {
            break;
        }
        // One that fails does not keep the others waiting.
        if let Err(problem) = attempt(app, id, None, &|_, _| (), Some(stop)) {
            tracing::warn!(%problem, import = %id, "an import stays to be run again");
        }
    }
    Ok(())
}
