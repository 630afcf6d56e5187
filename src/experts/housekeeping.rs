//! Deletes applications whose mailbox was not proved in time, and the certificates of those that are gone or were rejected.

use crate::app::App;
use crate::attachments::applications;
use crate::core::Problem;
use crate::db::schema::expert_application as a;
use crate::experts::settings::ApplicationSettings;
use crate::web::room::Job;
use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// Applications whose certificates are discarded in one round.
const BATCH: i64 = 500;

#[derive(QueryableByName)]
struct Over {
    #[diesel(sql_type = SqlUuid)]
    application_id: Uuid,
}

/// Applications with certificates that nobody is to decide on any more: they were declined, deleted, or rejected some time ago.
const OVER: &str = "
    SELECT DISTINCT f.application_id FROM published.application_file f
    LEFT JOIN expert e ON e.id = f.application_id
    LEFT JOIN expert_application a ON a.id = f.application_id AND a.application IS NOT NULL
    WHERE (e.id IS NULL AND a.id IS NULL) OR (e.vetting = 'rejected' AND e.vetted_at < $1)
    LIMIT $2";

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
    let days = app.settings().section::<ApplicationSettings>().rejected_certificate_days;
    let conn = &mut *app.conn()?;
    let over: Vec<Over> = diesel::sql_query(OVER)
        .bind::<Timestamptz, _>(now - Duration::days(i64::from(days)))
        .bind::<BigInt, _>(BATCH)
        .load(conn)?;
    let over: Vec<Uuid> = over.into_iter().map(|one| one.application_id).collect();
    let discarded = applications::discard(conn, &over)?;
    if discarded > 0 {
        tracing::info!(files = discarded, "discarded certificates of applications that are over");
    }
    Ok(i64::try_from(over.len()).is_ok_and(|n| n == BATCH))
}

/// Deletes what has ended, once an hour.
pub const JOB: Job = Job {
    name: "applications",
    wake: None,
    poll: std::time::Duration::from_secs(3600),
    start: |_, _| Ok(Box::new(sweep)),
};
