//! The job: promises whose action is done are reported, those that are due soon are notified, those past due become overdue. Each commitment
//! in a transaction of its own.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Caller, Problem};
use crate::db::published::case_action;
use crate::db::schema::{commitment, commitment_promise};
use crate::db::{Command, Tx};
use crate::engagements::commitments::create::rules;
use crate::engagements::commitments::due::refresh;
use crate::engagements::commitments::notices;
use crate::engagements::common::ids::PromiseId;
use crate::engagements::common::settings::EngagementKindSettings;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::EngagementState;
use crate::remediation::action::ActionState;
use crate::web::room::Job;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Uuid as SqlUuid};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// How often it looks.
const POLL: Duration = Duration::from_secs(60);
/// How many commitments it takes at once.
const BATCH: i64 = 500;

/// Follows the promises of signed commitments.
pub const JOB: Job = Job {
    name: "commitments",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// A commitment that something is to be done about.
#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Waiting {
    #[diesel(sql_type = SqlUuid)]
    id: EngagementId,
}

/// Follows the promises; returns whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one commitment is logged, and the others go on.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let today = shanghai_date(app.clock().now());
    let days = app.settings().section::<EngagementKindSettings>().rules_on(today);
    let days = days.map_or(0, |rules| u64::from(rules.promise_remind_days));
    let remind = today.checked_add_days(Days::new(days)).unwrap_or(today);
    let waiting: Vec<Waiting> = diesel::sql_query(
        "SELECT DISTINCT c.id
         FROM commitment c
         JOIN commitment_promise p ON p.commitment_id = c.id AND p.reported_on IS NULL
         LEFT JOIN published.case_action a ON a.id = p.action_id
         WHERE c.state = 'signed'
           AND (a.state = 'done' OR (p.counts_until < $1 AND p.overdue_at IS NULL)
                OR (p.counts_until BETWEEN $1 AND $2 AND p.reminded_at IS NULL))
         ORDER BY c.id LIMIT $3",
    )
    .bind::<Date, _>(today)
    .bind::<Date, _>(remind)
    .bind::<BigInt, _>(BATCH)
    .load(&mut *app.conn()?)?;
    let full = i64::try_from(waiting.len()).is_ok_and(|found| found == BATCH);
    let mut done = false;
    for Waiting { id } in waiting {
        if stopped() {
            return Ok(false);
        }
        match app.execute(&Caller::system(), &FollowCommitment { id }) {
            Ok(()) => done = true,
            Err(problem) => tracing::warn!(commitment = %id, ?problem, "following a commitment"),
        }
    }
    // Where nothing could be done, the same ones would come again at once.
    Ok(full && done)
}

/// Does what is due about the promises of a commitment.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FollowCommitment {
    /// The commitment.
    pub id: EngagementId,
}

#[derive(Queryable)]
struct Open {
    id: PromiseId,
    text: String,
    due_on: NaiveDate,
    counts_until: NaiveDate,
    action_id: Option<crate::remediation::ids::ActionId>,
    reminded_at: Option<DateTime<Utc>>,
    overdue_at: Option<DateTime<Utc>>,
}

/// The promises whose action is done, with the day.
fn done_actions(tx: &mut Tx, open: &[Open]) -> Result<Vec<(PromiseId, NaiveDate)>, Problem> {
    let actions: Vec<_> = open.iter().filter_map(|promise| promise.action_id).collect();
    let done: Vec<(crate::remediation::ids::ActionId, Option<NaiveDate>)> = case_action::table
        .filter(case_action::id.eq_any(actions))
        .filter(case_action::state.eq(ActionState::Done))
        .select((case_action::id, case_action::done_on))
        .load(&mut *tx.conn)?;
    let of = |promise: &Open| {
        let action = promise.action_id?;
        let (_, day) = done.iter().find(|(id, _)| *id == action)?;
        Some((promise.id, (*day)?))
    };
    Ok(open.iter().filter_map(of).collect())
}

impl Command for FollowCommitment {
    type Output = ();
    const NAME: &'static str = "follow_commitment";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        use commitment_promise as p;
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let found: Option<(EnterpriseId, String)> = commitment::table
            .find(self.id)
            .filter(commitment::state.eq(EngagementState::Signed))
            .for_update()
            .select((commitment::enterprise_id, commitment::topic))
            .first(&mut *tx.conn)
            .optional()?;
        let Some((enterprise, topic)) = found else { return Ok(()) };
        let open: Vec<Open> = p::table
            .filter(p::commitment_id.eq(self.id))
            .filter(p::reported_on.is_null())
            .order(p::ordinal)
            .select((p::id, p::text, p::due_on, p::counts_until, p::action_id, p::reminded_at, p::overdue_at))
            .load(&mut *tx.conn)?;
        let done = done_actions(tx, &open)?;
        for (id, day) in &done {
            diesel::update(p::table.find(*id))
                .set((p::reported_on.eq(*day), p::report.eq("整改措施已完成"), p::reported_at.eq(tx.now)))
                .execute(&mut *tx.conn)?;
        }
        let today = tx.today();
        let days = u64::from(rules(tx)?.promise_remind_days);
        let until = today.checked_add_days(Days::new(days)).unwrap_or(today);
        let (mut soon, mut over) = (Vec::new(), Vec::new());
        for promise in open.into_iter().filter(|promise| !done.iter().any(|(id, _)| *id == promise.id)) {
            if promise.counts_until < today {
                if promise.overdue_at.is_none() {
                    diesel::update(p::table.find(promise.id))
                        .set(p::overdue_at.eq(tx.now))
                        .execute(&mut *tx.conn)?;
                    over.push((promise.text, promise.due_on));
                }
            } else if promise.counts_until <= until && promise.reminded_at.is_none() {
                diesel::update(p::table.find(promise.id))
                    .set(p::reminded_at.eq(tx.now))
                    .execute(&mut *tx.conn)?;
                soon.push((promise.text, promise.due_on));
            }
        }
        refresh(tx, self.id)?;
        for (promises, overdue) in [(soon, false), (over, true)] {
            if !promises.is_empty() {
                notices::promises(tx, enterprise, (self.id, &topic), (&promises, overdue))?;
            }
        }
        Ok(())
    }
}
