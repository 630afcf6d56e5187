//! Deletes answers to old idempotency keys, refresh tokens that can neither be used nor be replayed any more, old counts of wrong codes, and
//! one-time links that have ended.

use crate::accounts::factors::tries;
use crate::accounts::one_time_link;
use crate::app::App;
use crate::core::Problem;
use crate::db::schema::refresh_token;
use crate::db::tx::delete_idempotency_keys;
use crate::web::room::Job;
use chrono::Duration;
use diesel::prelude::*;

/// How long the answer to an idempotency key is kept.
const KEYS_DAYS: i64 = 7;
/// How long an expired refresh token is kept, so that its replay is still noticed.
const TOKENS_DAYS: i64 = 30;
/// How long wrong codes are counted after the last one.
const WRONG_CODES_DAYS: i64 = 30;
/// How long a one-time link is kept after its end.
const LINKS_DAYS: i64 = 7;

/// One round, which deletes all that has expired; there is never more to do at once.
///
/// # Errors
/// When the database is unavailable; the next round tries again.
pub fn sweep(app: &App) -> Result<bool, Problem> {
    let now = app.clock().now();
    let mut conn = app.conn()?;
    let keys = delete_idempotency_keys(&mut conn, now - Duration::days(KEYS_DAYS))?;
    let tokens = diesel::delete(
        refresh_token::table.filter(refresh_token::expires_at.lt(now - Duration::days(TOKENS_DAYS))),
    )
    .execute(&mut conn)?;
    let links = one_time_link::delete_ended(&mut conn, now - Duration::days(LINKS_DAYS))?;
    tries::delete_older(&mut conn, now - Duration::days(WRONG_CODES_DAYS))?;
    if keys + tokens + links > 0 {
        tracing::info!(keys, tokens, links, "deleted expired keys, tokens and links");
    }
    Ok(false)
}

/// Deletes what has expired, once an hour.
pub const JOB: Job = Job {
    name: "housekeeping",
    wake: None,
    poll: std::time::Duration::from_secs(3600),
    start: |_, _| Ok(Box::new(sweep)),
};
