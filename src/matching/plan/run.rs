//! Who computes plans: the worker of the server, and whoever waits for one in the foreground.

use crate::app::App;
use crate::core::ids::PlanId;
use crate::core::{Caller, Problem};
use crate::db::schema::matching_plan as plans;
use crate::jobs::Stop;
use crate::jobs::resumable::{self, Resumable};
use crate::matching::plan::command::WAKE;
use crate::matching::plan::compute::{ComputePlan, GiveUpPlan};
use crate::matching::plan::progress::Progress;
use crate::matching::plan::state::PlanState;
use crate::web::room::Job;
use diesel::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);

/// The computation of plans as long work.
struct Computation;

impl Resumable for Computation {
    type Id = PlanId;
    const NAME: &'static str = "plan";

    fn open(app: &App) -> Result<Vec<PlanId>, Problem> {
        Ok(plans::table
            .filter(plans::state.eq_any([PlanState::Queued, PlanState::Computing]))
            .order(plans::id)
            .select(plans::id)
            .load(&mut *app.conn()?)?)
    }

    fn run(&self, app: &App, id: PlanId, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Progress::new(app, id, stop)?;
        app.execute(&Caller::system(), &ComputePlan { id, watch: &progress })
    }

    fn give_up(app: &App, id: PlanId) -> Result<(), Problem> {
        app.execute(&Caller::system(), &GiveUpPlan { id }).map(drop)
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
