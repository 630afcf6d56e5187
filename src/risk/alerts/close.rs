//! What officers do with an alert: the record of a meeting, the end with what came of it, the dismissal with a reason.

use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::quality_meeting;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::risk::alerts::policy::{permit, sees};
use crate::risk::alerts::record::{self, Locked, take};
use crate::risk::alerts::state::AlertStep;
use crate::risk::ids::AlertId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Enters the record of the quality analysis meeting (质量分析会) that dealt with an alert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HoldMeeting {
    /// The alert.
    pub alert: AlertId,
    /// On which day it was held, in Asia/Shanghai.
    pub held_on: NaiveDate,
    /// Who took part, at least one.
    pub participants: Vec<String>,
    /// Findings of the meeting.
    pub findings: String,
    /// What is to be done.
    pub measures: String,
}

/// Closes an alert with what came of it, after a meeting or a measure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseAlert {
    /// The alert.
    pub alert: AlertId,
    /// What came of it, at most 4,000 characters.
    pub outcome: String,
}

/// Closes an alert about which there is nothing to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DismissAlert {
    /// The alert.
    pub alert: AlertId,
    /// Reason for the dismissal, at most 4,000 characters.
    pub reason: String,
}

/// Most participants of a meeting.
const MOST: usize = 200;

impl Command for HoldMeeting {
    type Output = AlertId;
    const NAME: &'static str = "hold_quality_meeting";

    fn run(&self, tx: &mut Tx) -> Result<AlertId, Problem> {
        let (officer, locked) = lock(tx, self.alert, AlertStep::Meeting)?;
        let held: i64 = quality_meeting::table.find(self.alert).count().get_result(&mut *tx.conn)?;
        if held > 0 {
            let text = Text::new("该预警已登记质量分析会", "the meeting of this alert was recorded already");
            return Err(Problem::new(Code::AlertClosed, text));
        }
        let mut fields = Fields::new();
        let today = tx.today();
        fields.require(self.held_on <= today, "/held_on", "不能晚于今天", "must not be in the future");
        fields.day("/held_on", Some(self.held_on));
        let some = (1..=MOST).contains(&self.participants.len());
        fields.require(some, "/participants", "须有 1 到 200 名参加者", "must be 1 to 200 names");
        let participants: Vec<String> = self
            .participants
            .iter()
            .take(MOST)
            .enumerate()
            .map(|(at, name)| fields.text(&format!("/participants/{at}"), name, 100))
            .collect();
        let findings = fields.text("/findings", &self.findings, 8000);
        let measures = fields.text("/measures", &self.measures, 8000);
        fields.done()?;
        diesel::insert_into(quality_meeting::table)
            .values((
                quality_meeting::alert_id.eq(self.alert),
                quality_meeting::held_on.eq(self.held_on),
                quality_meeting::participants.eq(&participants),
                quality_meeting::findings.eq(findings),
                quality_meeting::measures.eq(measures),
                quality_meeting::recorded_by.eq(officer),
                quality_meeting::recorded_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        take(tx, self.alert, &locked, (AlertStep::Meeting, None), None)?;
        let subject = Subject::new("quality_alert", self.alert.0).in_region(&locked.region);
        tx.audit(Self::NAME, subject, json!({ "held_on": self.held_on, "participants": participants }))?;
        Ok(self.alert)
    }
}

impl Command for CloseAlert {
    type Output = AlertId;
    const NAME: &'static str = "close_quality_alert";

    fn run(&self, tx: &mut Tx) -> Result<AlertId, Problem> {
        let (officer, locked) = lock(tx, self.alert, AlertStep::Close)?;
        let mut fields = Fields::new();
        let outcome = fields.text("/outcome", &self.outcome, 4000);
        fields.done()?;
        take(tx, self.alert, &locked, (AlertStep::Close, None), Some((Some(officer), &outcome)))?;
        let subject = Subject::new("quality_alert", self.alert.0).in_region(&locked.region);
        tx.audit(Self::NAME, subject, json!({ "outcome": outcome }))?;
        Ok(self.alert)
    }
}

impl Command for DismissAlert {
    type Output = AlertId;
    const NAME: &'static str = "dismiss_quality_alert";

    fn run(&self, tx: &mut Tx) -> Result<AlertId, Problem> {
        let (officer, locked) = lock(tx, self.alert, AlertStep::Dismiss)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 4000);
        fields.done()?;
        take(tx, self.alert, &locked, (AlertStep::Dismiss, None), Some((Some(officer), &reason)))?;
        let subject = Subject::new("quality_alert", self.alert.0).in_region(&locked.region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(self.alert)
    }
}

/// Locks an alert that the officer may know of and whose state allows the step.
fn lock(tx: &mut Tx, id: AlertId, step: AlertStep) -> Result<(AccountId, Locked), Problem> {
    use crate::db::schema::quality_alert;
    let Some(officer) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
    permit(&tx.actor)?;
    // The region of an alert never changes; whoever may not know of it learns nothing of its state.
    let region: String = quality_alert::table.find(id).select(quality_alert::region).first(&mut *tx.conn)?;
    if !sees(&tx.actor, &region, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    Ok((officer, record::lock(tx, id, step)?))
}
