//! The sums of the figures of now: see `functions.sql`, which defines them. This folds what has changed into them, and rebuilds them.

use crate::core::{Caller, Problem};
use crate::db::{Command, Tx};
use crate::web::room::Job;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often changes are folded in. Until then they are counted by whoever asks.
const POLL: Duration = Duration::from_secs(1);
/// Changes folded in by one transaction.
const BATCH: i32 = 2_000;

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Taken {
    #[diesel(sql_type = Integer)]
    taken: i32,
}

/// Folds what has changed into the sums. Done by the platform. Says whether more waits.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct FoldSamplingFigures {}

impl Command for FoldSamplingFigures {
    type Output = bool;
    const NAME: &'static str = "fold_sampling_figures";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let Taken { taken } = diesel::sql_query("SELECT sampling_fold($1) AS taken")
            .bind::<Integer, _>(BATCH)
            .get_result(&mut *tx.conn)?;
        Ok(taken == BATCH)
    }
}

/// Counts all sums again, from all inspections.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RebuildSamplingFigures {}

impl Command for RebuildSamplingFigures {
    type Output = ();
    const NAME: &'static str = "rebuild_sampling_figures";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        // All rows at once: longer than anybody who waits for a page is given.
        diesel::sql_query("SET LOCAL statement_timeout = 0").execute(&mut *tx.conn)?;
        diesel::sql_query("SELECT sampling_rebuild()").execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Folds what has changed into the sums, every second.
pub const JOB: Job = Job {
    name: "sampling_figures",
    wake: None,
    poll: POLL,
    start: |_, _| Ok(Box::new(|app| app.execute(&Caller::system(), &FoldSamplingFigures {}))),
};
