//! Deletes claims that came to nothing, once nobody asks after them any more.

use crate::app::App;
use crate::core::Problem;
use crate::db::schema::enterprise_registration as r;
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::settings::ClaimSettings;
use crate::web::room::Job;
use chrono::Duration;
use diesel::prelude::*;

/// One round, which deletes all that is old enough.
///
/// # Errors
/// When the database is unavailable; the next round tries again.
pub fn sweep(app: &App) -> Result<bool, Problem> {
    let (now, settings) = (app.clock().now(), app.settings().section::<ClaimSettings>());
    let kept = now - Duration::days(i64::from(settings.kept_days));
    let undecided = now - Duration::days(i64::from(settings.undecided_days));
    let ended = [ClaimState::Rejected, ClaimState::Superseded, ClaimState::Declined];
    let old = (r::state.eq_any(ended).and(r::decided_at.lt(kept)))
        .or(r::state.eq(ClaimState::Mailed).and(r::expires_at.lt(kept)))
        .or(r::state.eq(ClaimState::ToApprove).and(r::created_at.lt(undecided)));
    let deleted = diesel::delete(r::table.filter(old)).execute(&mut *app.conn()?)?;
    if deleted > 0 {
        tracing::info!(claims = deleted, "deleted old claims");
    }
    Ok(false)
}

/// Deletes old claims, once an hour.
pub const JOB: Job = Job {
    name: "claims",
    wake: None,
    poll: std::time::Duration::from_secs(3600),
    start: |_, _| Ok(Box::new(sweep)),
};
