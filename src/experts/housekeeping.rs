//! Deletes applications whose mailbox was not proved in time.

use crate::app::App;
use crate::core::Problem;
use crate::db::schema::expert_application as a;
use crate::web::room::Job;
use diesel::prelude::*;

/// One round, which deletes all that has ended.
///
/// # Errors
/// When the database is unavailable; the next round tries again.
pub fn sweep(app: &App) -> Result<bool, Problem> {
    let now = app.clock().now();
    let deleted = diesel::delete(a::table.filter(a::expires_at.lt(now))).execute(&mut *app.conn()?)?;
    if deleted > 0 {
        tracing::info!(applications = deleted, "deleted applications whose mailbox was not proved");
    }
    Ok(false)
}

/// Deletes what has ended, once an hour.
pub const JOB: Job = Job {
    name: "applications",
    wake: None,
    poll: std::time::Duration::from_secs(3600),
    start: |_, _| Ok(Box::new(sweep)),
};
