//! What was reported of an event is corrected. What was counted for days before the correction stays.

use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Problem, Text};
use crate::db::schema::{outreach, outreach_past};
use crate::db::{Command, Tx};
use crate::engagements::common::steps::{MAX_NOTE, audit, load_office, step};
use crate::engagements::ids::{EngagementId, EngagementPastId};
use crate::engagements::outreach::create::OutreachReport;
use crate::engagements::state::{EngagementKind, EngagementStep, transition};
use crate::engagements::store::account;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Corrects what was reported of an event. Done by an officer of its region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CorrectOutreach {
    /// The event.
    pub id: EngagementId,
    /// What it came to, as it is right; it names no files.
    pub report: OutreachReport,
    /// Why it is corrected, at most 1,000 characters.
    pub reason: String,
}

/// What was reported.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outreach, check_for_backend(Pg))]
struct Known {
    people: Option<i32>,
    leaflets: Option<i32>,
    questions: Option<i32>,
    asked: Option<i32>,
    satisfied: Option<i32>,
    note: Option<String>,
    reported_by: Option<AccountId>,
    known_at: Option<DateTime<Utc>>,
}

impl Command for CorrectOutreach {
    type Output = EngagementId;
    const NAME: &'static str = "correct_outreach";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        use {outreach as o, outreach_past as p};
        let mut row = load_office(tx, self.id, EngagementKind::Outreach)?;
        transition(row.kind, row.state, EngagementStep::Correct)?;
        let report = &self.report;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_NOTE);
        let note = report.check(&mut fields);
        fields.done()?;
        let known: Known = o::table.find(self.id).select(Known::as_select()).first(&mut *tx.conn)?;
        let after = (report.people, report.leaflets, report.questions, report.asked, report.satisfied);
        let (Some(people), Some(leaflets), Some(questions), Some(by), Some(since)) =
            (known.people, known.leaflets, known.questions, known.reported_by, known.known_at)
        else {
            return Err(Problem::internal("an event that was held without a report"));
        };
        let before = (people, leaflets, questions, known.asked, known.satisfied);
        if after == before && note == known.note {
            return Err(Problem::field("", Text::new("没有需要更正的内容", "nothing would change")));
        }
        diesel::insert_into(p::table)
            .values((
                p::id.eq(EngagementPastId::new()),
                p::outreach_id.eq(self.id),
                p::people.eq(people),
                p::leaflets.eq(leaflets),
                p::questions.eq(questions),
                p::asked.eq(known.asked),
                p::satisfied.eq(known.satisfied),
                p::note.eq(&known.note),
                p::reported_by.eq(by),
                p::from_at.eq(since),
                p::until_at.eq(tx.now.max(since)),
                p::corrected_by.eq(account(tx)?),
                p::reason.eq(&reason),
            ))
            .execute(&mut *tx.conn)?;
        let detail = json!({ "reason": reason, "before": before, "after": after });
        step(tx, &mut row, EngagementStep::Correct, detail.clone())?;
        diesel::update(o::table.find(self.id))
            .set((
                o::people.eq(report.people),
                o::leaflets.eq(report.leaflets),
                o::questions.eq(report.questions),
                o::asked.eq(report.asked),
                o::satisfied.eq(report.satisfied),
                o::note.eq(&note),
                o::reported_by.eq(tx.actor.account()),
                o::known_at.eq(tx.now),
                o::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, &row, Self::NAME, detail)?;
        Ok(self.id)
    }
}
