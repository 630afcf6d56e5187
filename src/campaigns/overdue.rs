//! Terms that pass: the hazard is overdue, its enterprise is notified, and it is proposed for listing; not so what a visit found.

use crate::app::App;
use crate::campaigns::ids::HazardId;
use crate::campaigns::notices;
use crate::campaigns::state::{HazardSource, HazardState, HazardStep, transition};
use crate::campaigns::store::{self, Row, Step};
use crate::core::clock::shanghai_date;
use crate::core::{Caller, Problem};
use crate::db::schema::{hazard, hazard_event};
use crate::db::{Command, Tx};
use crate::web::room::Job;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The most hazards of one turn.
const BATCH: i64 = 500;

/// Looks for terms that have passed.
pub const JOB: Job = Job {
    name: "campaigns",
    wake: None,
    poll: Duration::from_secs(600),
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// Those whose term has passed and of which that was not written yet: once for each term.
const DUE: &str = "
    SELECT h.id
    FROM hazard h
    WHERE h.state = 'ordered' AND h.due_on < $1
      AND NOT EXISTS (SELECT FROM hazard_event e WHERE e.hazard_id = h.id AND e.step = 'overdue' AND e.due_on = h.due_on)
    ORDER BY h.due_on, h.id
    LIMIT $2";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: HazardId,
}

/// Writes down which terms have passed; returns whether more are waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one hazard is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    let due: Vec<Due> =
        diesel::sql_query(DUE).bind::<Date, _>(today).bind::<BigInt, _>(BATCH).load(&mut *app.conn()?)?;
    let mut written = 0_i64;
    for Due { id } in due {
        if stopped() {
            return Ok(false);
        }
        match app.execute(&Caller::system(), &MarkHazardOverdue { hazard: id }) {
            Ok(()) => written += 1,
            Err(problem) => tracing::warn!(hazard = %id, ?problem, "the term of a hazard"),
        }
    }
    Ok(written == BATCH)
}

/// Writes down that the term of a hazard has passed, once for each term.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MarkHazardOverdue {
    /// The hazard.
    pub hazard: HazardId,
}

impl Command for MarkHazardOverdue {
    type Output = ();
    const NAME: &'static str = "mark_hazard_overdue";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let row: Row = store::load(tx, self.hazard)?;
        mark(tx, &row).map(|_| ())
    }
}

/// Marks a hazard as overdue whose term has passed, once for a term. Gives whether it did.
///
/// # Errors
/// When the database refuses.
pub(super) fn mark(tx: &mut Tx, row: &Row) -> Result<bool, Problem> {
    use hazard_event as e;
    let today = tx.today();
    let Some(due) = row.due_on.filter(|due| row.state == HazardState::Ordered && *due < today) else {
        return Ok(false);
    };
    let before: i64 = e::table
        .filter(e::hazard_id.eq(row.id))
        .filter(e::step.eq(HazardStep::Overdue))
        .filter(e::due_on.eq(due))
        .count()
        .get_result(&mut *tx.conn)?;
    if before > 0 {
        return Ok(false);
    }
    let to = transition(row.state, HazardStep::Overdue)?;
    let proposed = row.source != HazardSource::Visit;
    let since = row.overdue_since.or_else(|| due.succ_opt()).unwrap_or(today);
    diesel::update(hazard::table.find(row.id))
        .set((
            hazard::overdue_since.eq(since),
            hazard::version.eq(row.version + 1),
            hazard::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    if proposed {
        diesel::update(hazard::table.find(row.id))
            .filter(hazard::listing_proposed_at.is_null())
            .set(hazard::listing_proposed_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
    }
    let step = Step {
        step: HazardStep::Overdue,
        from: Some(row.state),
        to,
        said: None,
        occurred_on: today,
        due_on: Some(due),
        files: &[],
        by: None,
    };
    store::event(tx, row.id, step)?;
    let data = json!({ "due_on": due, "proposed_for_listing": proposed });
    store::audit(tx, row, MarkHazardOverdue::NAME, data)?;
    notices::overdue(tx, row, due)?;
    Ok(true)
}
