//! Doing a task.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::credit::ids::{CreditTaskId, MeasureId};
use crate::credit::measures::follow::{NewTask, later};
use crate::credit::policy::{permit, sees_task};
use crate::credit::words::{TaskState, TaskStep, transition};
use crate::db::schema::{credit_measure, credit_task};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of a note.
const MAX_NOTE: usize = 1_000;

/// Writes down that a task was done. Where its measure asks for it again, the next task begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishTask {
    /// The task.
    pub id: CreditTaskId,
    /// What was done, at most 1,000 characters.
    pub note: String,
    /// On which day; today where none is named.
    pub done_on: Option<NaiveDate>,
}

/// A task: operator, region, its place in the measure, state, last day.
type Loaded = (EnterpriseId, String, i32, TaskState, NaiveDate);

impl Command for FinishTask {
    type Output = CreditTaskId;
    const NAME: &'static str = "finish_credit_task";

    fn run(&self, tx: &mut Tx) -> Result<CreditTaskId, Problem> {
        use credit_measure as m;
        use credit_task as t;
        permit(&tx.actor)?;
        let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
        let measure: MeasureId = t::table.find(self.id).select(t::measure_id).first(&mut *tx.conn)?;
        // The measure before its task, as a grading locks them: it does not end while its next task is made.
        let (period, from_day, until): (i32, NaiveDate, Option<NaiveDate>) = m::table
            .find(measure)
            .for_update()
            .select((m::period_days, m::from_day, m::until_day))
            .first(&mut *tx.conn)?;
        let (enterprise, region, ordinal, state, due_on): Loaded = t::table
            .find(self.id)
            .for_update()
            .select((t::enterprise_id, t::region, t::ordinal, t::state, t::due_on))
            .first(&mut *tx.conn)?;
        if !sees_task(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let to = transition(state, TaskStep::Finish)?;
        let today = tx.today();
        let mut fields = Fields::new();
        let note = fields.text("/note", &self.note, MAX_NOTE);
        let done_on = self.done_on.unwrap_or(today);
        fields.require(done_on <= today, "/done_on", "不能晚于今天", "must not be in the future");
        fields.require(
            done_on >= from_day,
            "/done_on",
            "不能早于措施开始之日",
            "must not be before the measure began",
        );
        fields.done()?;
        diesel::update(t::table.find(self.id))
            .set((
                t::state.eq(to),
                t::done_by.eq(by),
                t::done_on.eq(done_on),
                t::done_at.eq(tx.now),
                t::note.eq(&note),
            ))
            .execute(&mut *tx.conn)?;
        if let Some(days) = u32::try_from(period).ok().filter(|days| *days > 0 && until.is_none()) {
            let next = NewTask {
                id: CreditTaskId::new(),
                measure_id: measure,
                enterprise_id: enterprise,
                region: region.clone(),
                ordinal: ordinal.saturating_add(1),
                due_on: later(done_on, days),
                state: TaskState::Open,
                created_at: tx.now,
            };
            diesel::insert_into(t::table).values(next).execute(&mut *tx.conn)?;
        }
        let data = json!({ "enterprise": enterprise, "done_on": done_on, "due_on": due_on, "note": note });
        tx.audit(Self::NAME, Subject::new("credit_task", self.id.0).in_region(&region), data)?;
        Ok(self.id)
    }
}
