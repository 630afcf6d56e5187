//! The job of the index: today's is counted as facts change, yesterday's once it is over, and alerts follow.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::db::schema::risk_day;
use crate::risk::index::keep::{keep, rules};
use crate::risk::index::raise::RaiseIndexAlerts;
use crate::web::room::Job;
use diesel::prelude::*;
use std::time::Duration;

/// How often it looks.
const POLL: Duration = Duration::from_secs(60);

/// Keeps the index and raises alerts by it.
pub const JOB: Job = Job {
    name: "risk_index",
    wake: None,
    poll: POLL,
    start: |_, _| Ok(Box::new(|app| follow(app).map(|()| false))),
};

/// Keeps the index of yesterday and today, and raises alerts where today's has been counted since they were last looked for.
///
/// # Errors
/// When the database is unavailable.
pub fn follow(app: &App) -> Result<(), Problem> {
    let today = shanghai_date(app.clock().now());
    if let Some(yesterday) = today.pred_opt() {
        keep(app, yesterday)?;
    }
    keep(app, today)?;
    let Some(window) = rules(app.settings(), today)?.windows.first().copied() else { return Ok(()) };
    // Counting takes the mark away.
    let unmarked = risk_day::table.find((today, window)).filter(risk_day::raised_at.is_null());
    let waits: bool = diesel::select(diesel::dsl::exists(unmarked)).get_result(&mut *app.conn()?)?;
    if waits {
        let raised = app.execute(&Caller::system(), &RaiseIndexAlerts {})?;
        if raised > 0 {
            tracing::info!(raised, "raised alerts by the index of risk");
        }
    }
    Ok(())
}
