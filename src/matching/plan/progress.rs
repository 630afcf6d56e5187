//! How far the computation of a plan is, written where everyone can read it while it runs.

use crate::app::App;
use crate::core::Problem;
use crate::core::ids::PlanId;
use crate::db::pool::Connection;
use crate::db::schema::matching_plan as plans;
use crate::jobs::Stop;
use crate::jobs::resumable::{Due, Pace};
use crate::matching::plan::state::PlanState;
use diesel::prelude::*;
use std::cell::RefCell;

crate::word_enum! {
    /// The phase of a computation.
    pub enum Phase {
        /// Reads enterprises and experts.
        Reading = "reading",
        /// Scores the pairs.
        Scoring = "scoring",
        /// Finds the optimum.
        Solving = "solving",
        /// Keeps it.
        Storing = "storing",
    }
}

/// Is informed how far a computation is.
pub trait Watch {
    /// So many enterprises of so many are done in this phase.
    ///
    /// # Errors
    /// When the computation shall end: the process does, or the plan was discarded.
    fn step(&self, phase: Phase, done: usize, total: usize) -> Result<(), Problem>;
}

/// Writes progress into the plan's row by a connection of its own, in transactions of their own, so that others see it; and
/// learns there that the plan was discarded.
pub struct Progress<'a> {
    id: PlanId,
    app: &'a App,
    conn: RefCell<Connection>,
    pace: Pace<'a, Phase>,
}

impl<'a> Progress<'a> {
    /// The progress of a plan.
    ///
    /// # Errors
    /// 503 without a connection.
    pub fn new(app: &'a App, id: PlanId, stop: Option<&'a Stop>) -> Result<Self, Problem> {
        Ok(Self { id, app, conn: RefCell::new(app.conn()?), pace: Pace::new(stop) })
    }
}

impl Watch for Progress<'_> {
    fn step(&self, phase: Phase, done: usize, total: usize) -> Result<(), Problem> {
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let row =
            plans::table.find(self.id).filter(plans::state.eq_any([PlanState::Queued, PlanState::Computing]));
        let progress =
            (plans::phase.eq(phase.as_str()), plans::done.eq(count(done)), plans::total.eq(count(total)));
        let conn = &mut *self.conn.borrow_mut();
        let found = match self.pace.step(phase)? {
            Due::Nothing => return Ok(()),
            Due::Write => diesel::update(row).set(progress).execute(conn)?,
            Due::Begin => diesel::update(row)
                .set((
                    progress,
                    plans::state.eq(PlanState::Computing),
                    plans::started_at.eq(self.app.clock().now()),
                    plans::attempts.eq(plans::attempts + 1),
                ))
                .execute(conn)?,
        };
        if found == 0 { Err(Problem::unavailable("the plan was discarded")) } else { Ok(()) }
    }
}
