//! Long work that survives its process: imports, plans. It is a row of a table with a state, so that it can be asked how far
//! it is, run by any server, and run again after a crash.
//!
//! One run is one command in one transaction, so a run that is broken off leaves nothing behind and is done again. Progress is
//! written by a second connection, in transactions of its own, so that others see it meanwhile. The runs that began are counted in the
//! row before each; a command that finds too many gives the work up, and so does a run that fails by a fault of the program.

use crate::app::App;
use crate::core::{Problem, Text};
use crate::jobs::Stop;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Progress is written no more often.
const WRITE_EVERY: Duration = Duration::from_millis(200);

/// A kind of long work. Its rows are named by ids.
pub trait Resumable {
    /// What names a row.
    type Id: Copy + Display;

    /// What the log calls it.
    const NAME: &'static str;

    /// The rows that are queued, or were left under way by a process that has ended, the oldest first.
    ///
    /// # Errors
    /// 503 when the database is unavailable.
    fn open(app: &App) -> Result<Vec<Self::Id>, Problem>;

    /// Runs one to its end, done or failed. `false`: another process runs it.
    ///
    /// # Errors
    /// 503 where it stays to be run again; 500 where the program has failed and [`Resumable::give_up`] follows.
    fn run(&self, app: &App, id: Self::Id, stop: Option<&Stop>) -> Result<bool, Problem>;

    /// Marks one as failed permanently.
    ///
    /// # Errors
    /// 503 when the database is unavailable.
    fn give_up(app: &App, id: Self::Id) -> Result<(), Problem>;
}

/// One try at one row. `false`: another process runs it. Blocks; takes two connections.
///
/// # Errors
/// 503 where it stays to be run again.
pub fn attempt<R: Resumable>(work: &R, app: &App, id: R::Id, stop: Option<&Stop>) -> Result<bool, Problem> {
    match catch_unwind(AssertUnwindSafe(|| work.run(app, id, stop))) {
        Ok(Err(problem)) if problem.status == 500 => {
            tracing::error!(%problem, %id, work = R::NAME, "a run has failed");
            R::give_up(app, id)?;
            Ok(true)
        }
        Ok(result) => result,
        // The runs are counted before each, which ends this.
        Err(_) => Err(Problem::unavailable(format!("{} panicked", R::NAME))),
    }
}

/// Runs every open row that no other process runs. One that fails does not keep the others waiting.
///
/// # Errors
/// When the open rows can't be read.
pub fn sweep<R: Resumable>(work: &R, app: &App, stop: &Stop) -> Result<(), Problem> {
    for id in R::open(app)? {
        if stop.is_set() {
            break;
        }
        if let Err(problem) = attempt(work, app, id, Some(stop)) {
            tracing::warn!(%problem, %id, work = R::NAME, "stays to be run again");
        }
    }
    Ok(())
}

/// Decides when progress is written, and ends a run when the process ends.
pub struct Pace<'a, P> {
    stop: Option<&'a Stop>,
    written: Cell<Option<(P, Instant)>>,
}

/// What is to be done at a step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The first step: the row says from now on that the work is under way.
    Begin,
    /// Progress is written.
    Write,
    /// Nothing: progress was written just now.
    Nothing,
}

impl<'a, P: Copy + PartialEq> Pace<'a, P> {
    /// The pace of a run that ends with the process.
    pub fn new(stop: Option<&'a Stop>) -> Self {
        Self { stop, written: Cell::new(None) }
    }

    /// What is due at a step of this phase. A new phase is always written.
    ///
    /// # Errors
    /// 503 when the process is about to end: the run is then undone and done again later.
    pub fn step(&self, phase: P) -> Result<Due, Problem> {
        if self.stop.is_some_and(Stop::is_set) {
            return Err(Problem::unavailable("the process ends"));
        }
        let due = match self.written.get() {
            None => Due::Begin,
            Some((last, at)) if last == phase && at.elapsed() < WRITE_EVERY => return Ok(Due::Nothing),
            Some(_) => Due::Write,
        };
        self.written.set(Some((phase, Instant::now())));
        Ok(due)
    }
}

/// Why work failed permanently, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct JobProblem {
    /// The stable word for it.
    pub code: String,
    /// What it is, in Chinese.
    pub detail_zh: String,
    /// What it is, in English.
    pub detail_en: String,
}

impl JobProblem {
    /// The sentence in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.detail_zh.clone(), self.detail_en.clone())
    }
}

impl From<&Problem> for JobProblem {
    fn from(problem: &Problem) -> Self {
        Self {
            code: problem.code.as_str().to_owned(),
            detail_zh: problem.detail.zh.clone().into_owned(),
            detail_en: problem.detail.en.clone().into_owned(),
        }
    }
}
