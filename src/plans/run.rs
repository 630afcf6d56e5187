//! Who computes plans: the worker of the server, and whoever waits for one in the foreground.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::Tx;
use crate::db::schema::matching_plan as plans;
use crate::jobs::Stop;
use crate::jobs::resumable::{self, GaveUp, Progress, Resumable};
use crate::plans::command::WAKE;
use crate::plans::compute::{self, ComputePlan};
use crate::plans::ids::PlanId;
use crate::plans::progress::Phase;
use crate::plans::state::PlanState;
use crate::web::room::Job;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);

/// The states of a plan that is yet to be computed.
const OPEN: [PlanState; 2] = [PlanState::Queued, PlanState::Computing];

/// The computation of plans as long work.
struct Computation;

impl Resumable for Computation {
    type Id = PlanId;
    type Phase = Phase;
    const NAME: &'static str = "plan";
    const GAVE_UP: GaveUp = compute::GAVE_UP;

    fn open(app: &App) -> Result<Vec<PlanId>, Problem> {
        Ok(plans::table
            .filter(plans::state.eq_any(OPEN))
            .order(plans::id)
            .select(plans::id)
            .load(&mut *app.conn()?)?)
    }

    fn run(&self, app: &App, id: PlanId, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Progress::<Self>::new(app, id, stop)?;
        app.execute(&Caller::system(), &ComputePlan { id, progress: &progress })
    }

    fn begin(conn: &mut PgConnection, id: PlanId, phase: Phase, now: DateTime<Utc>) -> QueryResult<usize> {
        diesel::update(plans::table.find(id).filter(plans::state.eq_any(OPEN)))
            .set((
                plans::phase.eq(phase.as_str()),
                plans::done.eq(0),
                plans::total.eq(0),
                plans::state.eq(PlanState::Computing),
                plans::started_at.eq(now),
                plans::attempts.eq(plans::attempts + 1),
            ))
            .execute(conn)
    }

    fn write_progress(
        conn: &mut PgConnection,
        id: PlanId,
        phase: Phase,
        done: i32,
        total: i32,
    ) -> QueryResult<usize> {
        let progress = (plans::phase.eq(phase.as_str()), plans::done.eq(done), plans::total.eq(total));
        diesel::update(plans::table.find(id).filter(plans::state.eq_any(OPEN))).set(progress).execute(conn)
    }

    fn fail(tx: &mut Tx, id: PlanId, problem: &Problem) -> Result<(), Problem> {
        compute::fail(tx, id, problem)
    }
}

/// Computes a plan in the foreground. `false`: another process does. Blocks; takes two connections.
///
/// # Errors
/// 503 when the database is unavailable, the process ends or the plan was discarded; unless it was, the plan stays to be computed again.
pub fn run_plan(app: &App, id: PlanId, stop: Option<&Stop>) -> Result<bool, Problem> {
    resumable::attempt(&Computation, app, id, stop)
}

/// Computes queued plans, and those that a killed process left. When the server stops, a computation that is under way is undone
/// and stays to be done.
pub const JOB: Job = Job {
    name: "planner",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| resumable::sweep(&Computation, app, &stop).map(|()| false)))
    },
};
