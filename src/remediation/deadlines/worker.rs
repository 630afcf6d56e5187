//! The job that puts stored deadlines right when a server starts and sweeps once a day.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::db::schema::deadline_sweep;
use crate::remediation::deadlines::recount::RecountDeadlines;
use crate::remediation::deadlines::sweep::SweepDeadlines;
use crate::web::room::Job;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use std::time::Duration;

/// How often the worker looks whether a new day has begun.
const POLL: Duration = Duration::from_secs(60);

/// Reminds of deadlines, once a day; first counts again what the calendar has moved.
pub const JOB: Job = Job {
    name: "deadlines",
    wake: None,
    poll: POLL,
    start: |_, _| {
        let mut counted = false;
        Ok(Box::new(move |app| {
            if !counted {
                let moved = app.execute(&Caller::system(), &RecountDeadlines {})?;
                if moved > 0 {
                    tracing::warn!(cases = moved, "the calendar has changed: deadlines were recalculated");
                }
                counted = true;
            }
            round(app).map(|()| false)
        }))
    },
};

/// One round: sweeps, if today has not been swept yet.
///
/// # Errors
/// When the database is unavailable; the next round tries again.
pub fn round(app: &App) -> Result<(), Problem> {
    let today = shanghai_date(app.clock().now());
    let known = select(exists(deadline_sweep::table.find(today))).get_result(&mut *app.conn()?)?;
    if known {
        return Ok(());
    }
    let swept = app.execute(&Caller::system(), &SweepDeadlines {})?;
    tracing::info!(day = %today, notices = swept.notices, mails = swept.mails, "swept the deadlines");
    Ok(())
}
