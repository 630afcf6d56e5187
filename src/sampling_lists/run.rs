//! The job that imports sampling lists.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::Tx;
use crate::db::schema::sampling_list as lists;
use crate::jobs::Stop;
use crate::jobs::resumable::{GaveUp, Progress, Resumable, sweep};
use crate::sampling_lists::execute::{self, RunSamplingList};
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::request::WAKE;
use crate::web::room::Job;
use crate::zero_out::import::ImportState;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);

/// Imports of sampling lists as long work.
struct SamplingImport;

impl Resumable for SamplingImport {
    type Id = SamplingListId;
    type Phase = ();
    const NAME: &'static str = "sampling_list";
    const GAVE_UP: GaveUp = execute::GAVE_UP;

    fn open(app: &App) -> Result<Vec<SamplingListId>, Problem> {
        Ok(lists::table
            .filter(lists::state.eq_any([ImportState::Queued, ImportState::Running]))
            .order(lists::id)
            .select(lists::id)
            .load(&mut *app.conn()?)?)
    }

    fn run(&self, app: &App, id: SamplingListId, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Progress::<Self>::new(app, id, stop)?;
        app.execute(&Caller::system(), &RunSamplingList { id, progress: &progress, clock: app.clock() })
    }

    fn begin(conn: &mut PgConnection, id: SamplingListId, (): (), now: DateTime<Utc>) -> QueryResult<usize> {
        diesel::update(lists::table.find(id))
            .set((
                lists::state.eq(ImportState::Running),
                lists::started_at.eq(now),
                lists::processed.eq(0),
                lists::attempts.eq(lists::attempts + 1),
            ))
            .execute(conn)
    }

    fn write_progress(
        conn: &mut PgConnection,
        id: SamplingListId,
        (): (),
        done: i32,
        total: i32,
    ) -> QueryResult<usize> {
        diesel::update(lists::table.find(id))
            .set((lists::processed.eq(done), lists::total.eq(total)))
            .execute(conn)
    }

    fn fail(tx: &mut Tx, id: SamplingListId, problem: &Problem) -> Result<(), Problem> {
        execute::fail(tx, id, problem)
    }
}

/// Imports the lists that were asked for, and those that a killed process left. When the server stops, a run that is under way is undone and
/// stays to be run.
pub const JOB: Job = Job {
    name: "sampling_list",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(&SamplingImport, app, &stop).map(|()| false)))
    },
};
