//! Suspensions: while one has not ended, the expert is given nothing: no offers, no pairs of plans, no invitations to panels.
//!
//! A suspension is a row of its own, so that suspending locks no expert's row before the consultations. Whoever gives the expert something
//! locks the expert's row and looks again, so who suspends waits for that row at the end. What the expert has at that moment is dealt with
//! by `people`, above, which suspends.

use crate::accounts::store::find;
use crate::app::App;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ExpertId};
use crate::core::{Caller, Code, Problem, Text};
use crate::db::schema::expert_suspension as s;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::ids::SuspensionId;
use crate::experts::mails::Mail;
use crate::experts::notices::mail_expert;
use crate::experts::policy::{Action, facts, permit};
use crate::experts::wake::MATCHER;
use crate::web::room::Job;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

/// A suspension that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SuspensionView {
    /// The reason.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The last day of it, Asia/Shanghai; none where it lasts until it is lifted.
    pub until: Option<NaiveDate>,
    /// The officer who suspended the expert, and whom to call.
    pub by: Option<String>,
    /// The officer's telephone number.
    pub phone: Option<String>,
    /// The officer's mail address.
    pub email: Option<String>,
}

/// Enters a suspension. The caller has permitted it and holds the expert's account.
///
/// # Errors
/// 409 `expert_suspended` where one has not ended.
pub fn enter(tx: &mut Tx, expert: ExpertId, reason: &str, until: Option<NaiveDate>) -> Result<(), Problem> {
    let made = diesel::insert_into(s::table)
        .values((
            s::id.eq(SuspensionId::new()),
            s::expert_id.eq(expert),
            s::reason.eq(reason),
            s::until.eq(until),
            s::suspended_by.eq(tx.actor.account()),
            s::suspended_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    if made == 0 {
        return Err(Problem::new(
            Code::ExpertSuspended,
            Text::new("该专家已暂停，无须再次暂停", "this expert is suspended already"),
        ));
    }
    Ok(())
}

/// Whether an expert is suspended now.
///
/// # Errors
/// When the database can't be asked.
pub fn is_suspended(conn: &mut PgConnection, expert: ExpertId) -> QueryResult<bool> {
    let open = s::table.filter(s::expert_id.eq(expert)).filter(s::ended_at.is_null());
    diesel::select(diesel::dsl::exists(open)).get_result(conn)
}

/// The suspensions of some experts that have not ended.
///
/// # Errors
/// When the database can't be asked.
pub fn of(
    conn: &mut PgConnection,
    experts: &[ExpertId],
) -> Result<HashMap<ExpertId, SuspensionView>, Problem> {
    type Row = (ExpertId, String, DateTime<Utc>, Option<NaiveDate>, Option<AccountId>);
    let rows: Vec<Row> = s::table
        .filter(s::expert_id.eq_any(experts))
        .filter(s::ended_at.is_null())
        .select((s::expert_id, s::reason, s::suspended_at, s::until, s::suspended_by))
        .load(conn)?;
    let mut found = HashMap::new();
    for (expert, reason, since, until, by) in rows {
        let officer = by.map(|by| find(conn, by)).transpose()?;
        let view = SuspensionView {
            reason,
            since,
            until,
            by: officer.as_ref().map(|row| row.name.clone()),
            phone: officer.as_ref().and_then(|row| row.phone.clone()),
            email: officer.and_then(|row| row.email),
        };
        found.insert(expert, view);
    }
    Ok(found)
}

/// Lifts the suspension of an expert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LiftSuspension {
    /// The expert.
    pub expert: ExpertId,
    /// The reason, which the expert is told.
    pub reason: String,
}

impl Command for LiftSuspension {
    type Output = ExpertId;
    const NAME: &'static str = "lift_suspension";

    fn run(&self, tx: &mut Tx) -> Result<ExpertId, Problem> {
        let facts = facts(&mut tx.conn, self.expert)?;
        permit(&tx.actor, Action::Suspend, &facts, &tx.catalogue)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let open = s::table.filter(s::expert_id.eq(self.expert)).filter(s::ended_at.is_null());
        let ended = diesel::update(open)
            .set((s::ended_at.eq(tx.now), s::ended_by.eq(tx.actor.account()), s::end_reason.eq(&reason)))
            .execute(&mut *tx.conn)?;
        if ended == 0 {
            return Err(not_suspended());
        }
        let mail = Mail::ExpertSuspensionEnded { reason: reason.as_str().into(), link: tx.link("/") };
        mail_expert(tx, self.expert, &mail)?;
        let region = facts.regions.first().map(String::as_str);
        let subject = Subject { region, ..Subject::new("expert", self.expert.0) };
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        tx.wake(MATCHER);
        Ok(self.expert)
    }
}

/// 409 for what only a suspended expert allows.
pub fn not_suspended() -> Problem {
    Problem::new(Code::ExpertNotSuspended, Text::new("该专家未被暂停", "this expert is not suspended"))
}

/// Ends the suspensions whose last day has passed. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndSuspensions {}

impl Command for EndSuspensions {
    type Output = usize;
    const NAME: &'static str = "end_suspensions";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        let over = s::table.filter(s::ended_at.is_null()).filter(s::until.lt(tx.today()));
        let ended: Vec<ExpertId> = diesel::update(over)
            .set(s::ended_at.eq(tx.now))
            .returning(s::expert_id)
            .get_results(&mut *tx.conn)?;
        for expert in &ended {
            let mail = Mail::ExpertSuspensionEnded { reason: "".into(), link: tx.link("/") };
            mail_expert(tx, *expert, &mail)?;
            let regions = facts(&mut tx.conn, *expert)?.regions;
            let region = regions.first().map(String::as_str);
            tx.audit(Self::NAME, Subject { region, ..Subject::new("expert", expert.0) }, json!({}))?;
        }
        if !ended.is_empty() {
            tx.wake(MATCHER);
        }
        Ok(ended.len())
    }
}

/// One round: ends what is over.
///
/// # Errors
/// When the database is unavailable; the next round tries again.
pub fn end_due(app: &App) -> Result<bool, Problem> {
    let today = crate::core::clock::shanghai_date(app.clock().now());
    let over = s::table.filter(s::ended_at.is_null()).filter(s::until.lt(today)).count();
    if over.get_result::<i64>(&mut *app.conn()?)? > 0 {
        app.execute(&Caller::system(), &EndSuspensions {})?;
    }
    Ok(false)
}

/// Ends suspensions after their last day.
pub const JOB: Job = Job {
    name: "suspensions",
    wake: None,
    poll: std::time::Duration::from_secs(60),
    start: |_, _| Ok(Box::new(end_due)),
};
