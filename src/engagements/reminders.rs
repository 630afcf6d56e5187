//! The day before a visit both sides are reminded of it, once.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::db::schema::{engagement, visit};
use crate::db::{Command, Tx};
use crate::engagements::ids::EngagementId;
use crate::engagements::notices;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::store::Row;
use crate::web::room::Job;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// The most visits that are looked at in one turn.
const BATCH: i64 = 500;

/// Reminds of the visits of tomorrow.
pub const JOB: Job = Job {
    name: "engagements",
    wake: None,
    poll: Duration::from_secs(600),
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| remind(app, &|| stop.is_set())))
    },
};

/// Sends the reminders that are due; returns whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one visit is logged, and the others go on.
pub fn remind(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    for id in due(&mut *app.conn()?, today)? {
        if stopped() {
            return Ok(false);
        }
        if let Err(problem) = app.execute(&Caller::system(), &RemindVisit { id }) {
            tracing::warn!(visit = %id, ?problem, "the reminder of a visit");
        }
    }
    Ok(false)
}

/// The visits of tomorrow of which nobody was reminded yet.
fn due(conn: &mut PgConnection, today: NaiveDate) -> QueryResult<Vec<EngagementId>> {
    let tomorrow = today.succ_opt().unwrap_or(today);
    let open = visit::table.filter(visit::reminded_at.is_null()).select(visit::engagement_id);
    engagement::table
        .filter(engagement::kind.eq(EngagementKind::Visit))
        .filter(engagement::state.eq(EngagementState::Confirmed))
        .filter(engagement::on_day.eq(tomorrow))
        .filter(engagement::id.eq_any(open))
        .order(engagement::id)
        .limit(BATCH)
        .select(engagement::id)
        .load(conn)
}

/// Reminds both sides of a visit.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RemindVisit {
    /// The visit.
    pub id: EngagementId,
}

impl Command for RemindVisit {
    type Output = ();
    const NAME: &'static str = "remind_visit";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let row: Row =
            engagement::table.find(self.id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
        let tomorrow = tx.today().succ_opt();
        let reminded = visit::table.find(self.id).filter(visit::reminded_at.is_null());
        if row.state != EngagementState::Confirmed || row.on_day != tomorrow {
            return Ok(());
        }
        if diesel::update(reminded).set(visit::reminded_at.eq(tx.now)).execute(&mut *tx.conn)? == 0 {
            return Ok(());
        }
        notices::tomorrow(tx, &row)
    }
}
