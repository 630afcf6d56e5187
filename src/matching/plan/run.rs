//! Who computes plans: the worker of the server, and whoever waits for one in the foreground.

use crate::app::App;
use crate::core::ids::PlanId;
use crate::core::{Caller, Problem};
use crate::db::pool::Connection;
use crate::db::schema::matching_plan as plans;
use crate::jobs::{self, Stop};
use crate::matching::plan::command::WAKE;
use crate::matching::plan::compute::{ComputePlan, GiveUpPlan, Phase, Watch};
use crate::matching::plan::state::PlanState;
use diesel::prelude::*;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Progress is written down no more often.
const BOARD_EVERY: Duration = Duration::from_millis(200);
/// How long the worker sleeps when no bell rings.
const POLL: Duration = Duration::from_secs(2);

/// Writes progress into the plan's row by a connection of its own, in transactions of their own, so
/// that others see it; and learns there that the plan was discarded.
struct Board<'a> {
    id: PlanId,
    app: &'a App,
    conn: RefCell<Connection>,
    stop: Option<&'a Stop>,
    written: Cell<Option<(Phase, Instant)>>,
}

impl Watch for Board<'_> {
    fn step(&self, phase: Phase, done: usize, total: usize) -> Result<(), Problem> {
        if self.stop.is_some_and(|stop| stop.is_set()) {
            return Err(Problem::unavailable("the process ends"));
        }
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let now = self.app.clock().now();
        let row =
            plans::table.find(self.id).filter(plans::state.eq_any([PlanState::Queued, PlanState::Computing]));
        let progress =
            (plans::phase.eq(phase.as_str()), plans::done.eq(count(done)), plans::total.eq(count(total)));
        let conn = &mut *self.conn.borrow_mut();
        let found = match self.written.get() {
            Some((last, at)) if last == phase && at.elapsed() < BOARD_EVERY => return Ok(()),
            Some(_) => diesel::update(row).set(progress).execute(conn)?,
            None => diesel::update(row)
                .set((
                    progress,
                    plans::state.eq(PlanState::Computing),
                    plans::started_at.eq(now),
                    plans::attempts.eq(plans::attempts + 1),
                ))
                .execute(conn)?,
        };
        self.written.set(Some((phase, Instant::now())));
        if found == 0 { Err(Problem::unavailable("the plan was discarded")) } else { Ok(()) }
    }
}

/// Computes a plan in the foreground. `false`: another process does. Blocks; takes two connections.
///
/// # Errors
/// 503 when the database is away, the process ends or the plan was discarded; unless it was, the plan
/// stays to be computed again.
pub fn run_plan(app: &App, id: PlanId, stop: Option<&Stop>) -> Result<bool, Problem> {
    let board = Board { id, app, conn: RefCell::new(app.conn()?), stop, written: Cell::new(None) };
    let compute = ComputePlan { id, watch: &board };
    match catch_unwind(AssertUnwindSafe(|| app.execute(&Caller::system(), &compute))) {
        Ok(Err(problem)) if problem.status == 500 => {
            tracing::error!(%problem, plan = %id, "a plan could not be computed");
            drop(board);
            app.execute(&Caller::system(), &GiveUpPlan { id })?;
            Ok(true)
        }
        Ok(result) => result,
        // The number of tries, counted before each, ends this.
        Err(_) => Err(Problem::unavailable("computing the plan panicked")),
    }
}

/// Starts the worker that computes queued plans, and those that a killed process left. At a stop, a
/// computation that is under way is undone and stays to be done.
///
/// # Errors
/// When no thread can be had.
pub fn spawn_worker(app: App, stop: Arc<Stop>) -> Result<JoinHandle<()>, Problem> {
    let asked = Arc::clone(&stop);
    let work = move |app: &App| sweep(app, &asked).map(|()| false);
    let wake = app.wake_signal(WAKE);
    jobs::spawn("planner", app, stop, wake, POLL, work)
}

fn sweep(app: &App, stop: &Stop) -> Result<(), Problem> {
    let open = plans::table
        .filter(plans::state.eq_any([PlanState::Queued, PlanState::Computing]))
        .order(plans::id)
        .select(plans::id)
        .load::<PlanId>(&mut *app.conn()?)?;
    for id in open {
        if stop.is_set() {
            break;
        }
        // One that fails does not keep the others waiting.
        if let Err(problem) = run_plan(app, id, Some(stop)) {
            tracing::info!(%problem, plan = %id, "a plan was not computed");
        }
    }
    Ok(())
}
