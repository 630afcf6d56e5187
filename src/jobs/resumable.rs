//! Long work that survives its process: imports, plans. It is a row of a table with a state, so that it can be asked how far
//! it is, run by any server, and run again after a crash.
//!
//! One run is one command in one transaction, so a run that is broken off leaves nothing behind and is done again. Progress is
//! written by a second connection, in transactions of its own, so that others see it meanwhile ([`Progress`]). The runs that began are counted in the
//! row before each; a command that finds too many gives the work up, and so does a run that fails by a fault of the program.

use crate::app::App;
use crate::core::{Actor, Caller, Code, Problem, Text};
use crate::db::pool::Connection;
use crate::db::{Command, Tx};
use crate::jobs::Stop;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Progress is written no more often.
const WRITE_EVERY: Duration = Duration::from_millis(200);
/// How often a run may begin before the work itself is taken for the cause of its ends.
pub const MOST_ATTEMPTS: i32 = 5;
/// The settings of a run's transaction: statements over a province may take longer than any request, and none of them gains by JIT. The
/// plans that the connection keeps of triggers were made for few rows, so they are made anew.
const RUN_SETTINGS: &str =
    "SET LOCAL statement_timeout = 0; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; DISCARD PLANS";

/// A kind of long work. Its rows are named by ids.
pub trait Resumable {
    /// What names a row.
    type Id: Copy + Display + Serialize;
    /// The phases of a run.
    type Phase: Copy + PartialEq;

    /// What the log calls it.
    const NAME: &'static str;
    /// What is shown of work that was given up.
    const GAVE_UP: GaveUp;

    /// The rows that are queued, or were left under way by a process that has ended, the oldest first.
    ///
    /// # Errors
    /// 503 when the database is unavailable.
    fn open(app: &App) -> Result<Vec<Self::Id>, Problem>;

    /// Runs one to its end, done or failed. `false`: another process runs it.
    ///
    /// # Errors
    /// 503 where it stays to be run again; 500 where the program has failed and the work is given up.
    fn run(&self, app: &App, id: Self::Id, stop: Option<&Stop>) -> Result<bool, Problem>;

    /// Writes into an open row that a run begins, and counts it. Gives the number of rows written.
    ///
    /// # Errors
    /// When the database is unavailable.
    fn begin(
        conn: &mut PgConnection,
        id: Self::Id,
        phase: Self::Phase,
        now: DateTime<Utc>,
    ) -> QueryResult<usize>;

    /// Writes into an open row how far the run is. Gives the number of rows written.
    ///
    /// # Errors
    /// When the database is unavailable.
    fn write_progress(
        conn: &mut PgConnection,
        id: Self::Id,
        phase: Self::Phase,
        done: i32,
        total: i32,
    ) -> QueryResult<usize>;

    /// Marks an open row as failed permanently; does nothing where it is not open any more.
    ///
    /// # Errors
    /// 503 when the database is unavailable.
    fn fail(tx: &mut Tx, id: Self::Id, problem: &Problem) -> Result<(), Problem>;
}

/// Begins a run in the transaction of its command, which only the platform itself may give: with the settings of such runs, and under an
/// advisory lock that lasts as long as the transaction. `false`: another process has the lock.
///
/// # Errors
/// 403 for others; 503 when the database is unavailable.
pub fn take(tx: &mut Tx, id: Uuid) -> Result<bool, Problem> {
    if tx.actor != Actor::System {
        return Err(Problem::forbidden());
    }
    tx.conn.batch_execute(RUN_SETTINGS)?;
    try_lock(&mut tx.conn, id)
}

/// Takes the advisory lock of a row for the rest of the transaction; `false` where another process has it.
///
/// # Errors
/// 503 when the database is unavailable.
pub fn try_lock(conn: &mut PgConnection, id: Uuid) -> Result<bool, Problem> {
    #[derive(QueryableByName)]
    struct Got {
        #[diesel(sql_type = Bool)]
        got: bool,
    }
    let (high, low) = id.as_u64_pair();
    let key = i64::from_ne_bytes((high ^ low).to_ne_bytes());
    let lock = diesel::sql_query("SELECT pg_try_advisory_xact_lock($1) AS got")
        .bind::<BigInt, _>(key)
        .get_result::<Got>(conn)?;
    Ok(lock.got)
}

/// What is shown of work that was given up: the code, the sentence in Chinese and in English.
pub type GaveUp = (Code, &'static str, &'static str);

/// The problem of resumable work that ended without success.
pub fn gave_up((code, zh, en): GaveUp) -> Problem {
    Problem::new(code, Text::new(zh, en))
}

/// Gives work up that can't be done, for a fault of the program.
#[derive(Serialize)]
#[serde(bound = "")]
struct GiveUpWork<R: Resumable> {
    id: R::Id,
    #[serde(skip)]
    kind: PhantomData<R>,
}

impl<R: Resumable> Command for GiveUpWork<R> {
    type Output = ();
    const NAME: &'static str = "give_up_work";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        R::fail(tx, self.id, &gave_up(R::GAVE_UP))
    }
}

/// One try at one row. `false`: another process runs it. Blocks; takes two connections.
///
/// # Errors
/// 503 where it stays to be run again.
pub fn attempt<R: Resumable>(work: &R, app: &App, id: R::Id, stop: Option<&Stop>) -> Result<bool, Problem> {
    match catch_unwind(AssertUnwindSafe(|| work.run(app, id, stop))) {
        Ok(Err(problem)) if problem.status == 500 => {
            tracing::error!(%problem, %id, work = R::NAME, "a run has failed");
            app.execute(&Caller::system(), &GiveUpWork::<R> { id, kind: PhantomData })?;
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

/// Is informed how far a run is.
pub trait ProgressSink<P> {
    /// `done` of about `total` are done in this phase. The first step of a run begins it.
    ///
    /// # Errors
    /// 503 when the run shall end, because the process does or the row is not open any more: what it did is then undone.
    fn step(&self, phase: P, done: u64, total: u64) -> Result<(), Problem>;
}

/// Writes progress into the row by a connection of its own, in transactions of their own, so that others see it while the run's
/// transaction is open.
pub struct Progress<'a, R: Resumable> {
    id: R::Id,
    app: &'a App,
    conn: RefCell<Connection>,
    throttle: ProgressThrottle<'a, R::Phase>,
}

impl<'a, R: Resumable> Progress<'a, R> {
    /// The progress of a run, which ends with the process.
    ///
    /// # Errors
    /// 503 without a connection.
    pub fn new(app: &'a App, id: R::Id, stop: Option<&'a Stop>) -> Result<Self, Problem> {
        let throttle = ProgressThrottle { stop, written: Cell::new(None) };
        Ok(Self { id, app, conn: RefCell::new(app.conn()?), throttle })
    }
}

impl<R: Resumable> ProgressSink<R::Phase> for Progress<'_, R> {
    fn step(&self, phase: R::Phase, done: u64, total: u64) -> Result<(), Problem> {
        let count = |n: u64| i32::try_from(n).unwrap_or(i32::MAX);
        let conn = &mut *self.conn.borrow_mut();
        let written = match self.throttle.step(phase)? {
            Due::Nothing => return Ok(()),
            Due::Begin => R::begin(conn, self.id, phase, self.app.clock().now())?,
            Due::Write => match R::write_progress(conn, self.id, phase, count(done), count(total)) {
                Ok(written) => written,
                // Others see older progress; the run itself goes on.
                Err(error) => {
                    tracing::debug!(%error, id = %self.id, work = R::NAME, "progress could not be written");
                    return Ok(());
                }
            },
        };
        if written == 0 { Err(Problem::unavailable("the work was ended from outside")) } else { Ok(()) }
    }
}

/// Decides when progress is written, and ends a run when the process ends.
struct ProgressThrottle<'a, P> {
    stop: Option<&'a Stop>,
    written: Cell<Option<(P, Instant)>>,
}

/// What is to be done at a step of a run.
enum Due {
    /// The first step: the row says from now on that the work is under way.
    Begin,
    /// Progress is written.
    Write,
    /// Nothing: progress was written just now.
    Nothing,
}

impl<P: Copy + PartialEq> ProgressThrottle<'_, P> {
    /// What is due at a step of this phase. A new phase is always written.
    fn step(&self, phase: P) -> Result<Due, Problem> {
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
    #[schema(value_type = String)]
    pub code: Code,
    /// Description, in Chinese.
    pub detail_zh: String,
    /// Description, in English.
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
            code: problem.code,
            detail_zh: problem.detail.zh.clone().into_owned(),
            detail_en: problem.detail.en.clone().into_owned(),
        }
    }
}
