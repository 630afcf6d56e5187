//! Closing an alert: by the record of a meeting, or with a reason.

use crate::alerts::ids::AlertId;
use crate::alerts::policy::{permit, sees};
use crate::alerts::state::{AlertState, AlertStep, transition};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::db::schema::{quality_alert, quality_meeting};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
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
    /// What was found.
    pub findings: String,
    /// What is to be done.
    pub measures: String,
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
        let locked = lock(tx, self.alert, AlertStep::HoldMeeting)?;
        let mut fields = Fields::new();
        let today = tx.today();
        fields.require(self.held_on <= today, "/held_on", "不能晚于今天", "must not be in the future");
        let some = (1..=MOST).contains(&self.participants.len());
        fields.require(some, "/participants", "须有 1 到 200 名参加者", "must be 1 to 200 names");
        let participants: Vec<String> = self
            .participants
            .iter()
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
                quality_meeting::recorded_by.eq(locked.officer),
                quality_meeting::recorded_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        close(tx, self.alert, &locked, None)?;
        let subject = Subject::new("quality_alert", self.alert.0).in_region(&locked.region);
        tx.audit(Self::NAME, subject, json!({ "held_on": self.held_on, "participants": participants }))?;
        Ok(self.alert)
    }
}

impl Command for DismissAlert {
    type Output = AlertId;
    const NAME: &'static str = "dismiss_quality_alert";

    fn run(&self, tx: &mut Tx) -> Result<AlertId, Problem> {
        let locked = lock(tx, self.alert, AlertStep::Dismiss)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 4000);
        fields.done()?;
        close(tx, self.alert, &locked, Some(&reason))?;
        let subject = Subject::new("quality_alert", self.alert.0).in_region(&locked.region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(self.alert)
    }
}

/// An alert that an officer is about to close.
struct Locked {
    officer: AccountId,
    region: String,
    /// The state after the step.
    to: AlertState,
}

/// Loads and locks an alert that the officer may know of and whose state allows the step.
fn lock(tx: &mut Tx, id: AlertId, step: AlertStep) -> Result<Locked, Problem> {
    let Some(officer) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
    permit(&tx.actor)?;
    let (region, state) = quality_alert::table
        .find(id)
        .for_update()
        .select((quality_alert::region, quality_alert::state))
        .first::<(String, AlertState)>(&mut *tx.conn)?;
    if !sees(&tx.actor, &region, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    Ok(Locked { officer, region, to: transition(state, step)? })
}

fn close(tx: &mut Tx, id: AlertId, locked: &Locked, reason: Option<&str>) -> Result<(), Problem> {
    diesel::update(quality_alert::table.find(id))
        .set((
            quality_alert::state.eq(locked.to),
            quality_alert::reason.eq(reason),
            quality_alert::closed_at.eq(tx.now),
            quality_alert::closed_by.eq(locked.officer),
            quality_alert::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
