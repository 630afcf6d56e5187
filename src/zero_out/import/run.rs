//! Who runs imports: the worker of the server, and the command line in its own foreground.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::Tx;
use crate::db::schema::zero_out_import as imports;
use crate::jobs::Stop;
use crate::jobs::resumable::{GaveUp, Progress, ProgressSink, Resumable, attempt, sweep};
use crate::web::room::Job;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::command::{RequestImport, WAKE};
use crate::zero_out::import::execute::{self, RunImport};
use crate::zero_out::import::state::ImportState;
use crate::zero_out::import::view::{ImportReport, find};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);
/// How often an import is looked at that another process runs.
const LOOK: Duration = Duration::from_millis(200);

/// Imports as long work.
struct Import<'a> {
    /// The file, where the caller has it in memory.
    file: Option<&'a [u8]>,
    /// Is informed of rows read and of about how many there are.
    also: &'a dyn Fn(u64, u64),
}

impl Resumable for Import<'_> {
    type Id = ImportId;
    type Phase = ();
    const NAME: &'static str = "import";
    const GAVE_UP: GaveUp = execute::GAVE_UP;

    fn open(app: &App) -> Result<Vec<ImportId>, Problem> {
        Ok(imports::table
            .filter(imports::state.eq_any([ImportState::Queued, ImportState::Running]))
            .order(imports::id)
            .select(imports::id)
            .load(&mut *app.conn()?)?)
    }

    fn run(&self, app: &App, id: ImportId, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Reported { also: self.also, progress: Progress::<Self>::new(app, id, stop)? };
        let run = RunImport { id, file: self.file, progress: &progress, clock: app.clock() };
        app.execute(&Caller::system(), &run)
    }

    fn begin(conn: &mut PgConnection, id: ImportId, (): (), now: DateTime<Utc>) -> QueryResult<usize> {
        diesel::update(imports::table.find(id))
            .set((
                imports::state.eq(ImportState::Running),
                imports::started_at.eq(now),
                imports::processed.eq(0),
                imports::attempts.eq(imports::attempts + 1),
            ))
            .execute(conn)
    }

    fn write_progress(
        conn: &mut PgConnection,
        id: ImportId,
        (): (),
        done: i32,
        total: i32,
    ) -> QueryResult<usize> {
        diesel::update(imports::table.find(id))
            .set((imports::processed.eq(done), imports::total.eq(total)))
            .execute(conn)
    }

    fn fail(tx: &mut Tx, id: ImportId, problem: &Problem) -> Result<(), Problem> {
        execute::fail(tx, id, problem)
    }
}

/// Reports progress to the caller and writes it.
struct Reported<'a, P> {
    also: &'a dyn Fn(u64, u64),
    progress: P,
}

impl<P: ProgressSink<()>> ProgressSink<()> for Reported<'_, P> {
    fn step(&self, phase: (), done: u64, total: u64) -> Result<(), Problem> {
        // Before the first rows nothing is known of how many there are.
        if total > 0 {
            (self.also)(done, total);
        }
        self.progress.step(phase, done, total)
    }
}

/// Runs an import to its end, done or failed, and gives its report. Where another process has it,
/// waits for that one. `progress` is informed of rows read and of about how many there are.
/// Blocks; takes two connections.
///
/// # Errors
/// 404 for an unknown import; 503 when the database is unavailable, and the import stays to be run again.
/// That the file was refused is no error here but is in the report.
pub fn run_import(app: &App, id: ImportId, progress: &dyn Fn(u64, u64)) -> Result<ImportReport, Problem> {
    run_to_end(app, id, None, progress)
}

fn run_to_end(
    app: &App,
    id: ImportId,
    file: Option<&[u8]>,
    progress: &dyn Fn(u64, u64),
) -> Result<ImportReport, Problem> {
    loop {
        if attempt(&Import { file, also: progress }, app, id, None)? {
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
    run_to_end(app, requested.id, Some(request.file()), progress)
}

/// Runs queued imports, and those that a killed process left. When the server stops, a run that is under way is undone and
/// stays to be run.
pub const JOB: Job = Job {
    name: "import",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        let imports = || Import { file: None, also: &|_, _| () };
        Ok(Box::new(move |app| sweep(&imports(), app, &stop).map(|()| false)))
    },
};
