//! The job: what was noted becomes signals, each in a transaction of its own, so a round can be broken off anywhere and goes on where it was.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::db::schema::risk_source_note as notes;
use crate::db::{Command, Tx};
use crate::risk::sources::make::{MakeSignal, Origin};
use crate::risk::sources::sums::MakeSumSignals;
use crate::web::room::Job;
use chrono::{Datelike, Months, NaiveDate};
use diesel::prelude::*;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often it looks.
const POLL: Duration = Duration::from_secs(30);
/// How many notes it takes at once.
const BATCH: i64 = 500;
/// Months that are over and looked at for sums: results of the last one can come late.
const MONTHS: u32 = 3;

/// Makes signals of what was noted, and of the sums of months that are over.
pub const JOB: Job = Job {
    name: "risk_signals",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        let mut summed = None;
        Ok(Box::new(move |app| {
            let today = shanghai_date(app.clock().now());
            if summed != Some(today) {
                sum(app, today)?;
                summed = Some(today);
            }
            sweep(app, &|| stop.is_set())
        }))
    },
};

/// Makes the sums of the months that are over.
///
/// # Errors
/// When the database is unavailable.
pub fn sum(app: &App, today: NaiveDate) -> Result<(), Problem> {
    let Some(first) = today.with_day(1) else { return Ok(()) };
    for back in 1..=MONTHS {
        if let Some(month) = first.checked_sub_months(Months::new(back)) {
            app.execute(&Caller::system(), &MakeSumSignals { month })?;
        }
    }
    Ok(())
}

/// Makes signals of what was noted; returns whether more is waiting.
///
/// # Errors
/// When the database is unavailable. What is wrong with one of them is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let found: Vec<(i64, Origin, Uuid)> = notes::table
        .order(notes::id)
        .limit(BATCH)
        .select((notes::id, notes::origin, notes::origin_id))
        .load(&mut *app.conn()?)?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == BATCH);
    for (note, origin, id) in found {
        if stopped() {
            return Ok(false);
        }
        match app.execute(&Caller::system(), &MakeSignal { origin, id }) {
            Ok(_) => {}
            Err(problem) if problem.status == 503 => return Err(problem),
            Err(problem) => tracing::warn!(%origin, %id, ?problem, "a signal that comes of it"),
        }
        app.execute(&Caller::system(), &ForgetNote { note })?;
    }
    Ok(full)
}

/// Leaves out what has been looked at.
#[derive(Debug, Serialize)]
struct ForgetNote {
    note: i64,
}

impl Command for ForgetNote {
    type Output = usize;
    const NAME: &'static str = "forget_risk_note";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        Ok(diesel::delete(notes::table.find(self.note)).execute(&mut *tx.conn)?)
    }
}
