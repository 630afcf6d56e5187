//! Closing an alert: by the record of a meeting, or with a reason.

use crate::alerts::AlertState;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, AlertId};
use crate::core::{Code, Problem, Text};
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
        let (officer, region) = lock(tx, self.alert)?;
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
                quality_meeting::recorded_by.eq(officer),
                quality_meeting::recorded_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        close(tx, self.alert, officer, AlertState::Meeting, None)?;
        let subject = Subject::new("quality_alert", self.alert.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "held_on": self.held_on, "participants": participants }))?;
        Ok(self.alert)
    }
}

impl Command for DismissAlert {
    type Output = AlertId;
    const NAME: &'static str = "dismiss_quality_alert";

    fn run(&self, tx: &mut Tx) -> Result<AlertId, Problem> {
        let (officer, region) = lock(tx, self.alert)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 4000);
        fields.done()?;
        close(tx, self.alert, officer, AlertState::Dismissed, Some(&reason))?;
        let subject = Subject::new("quality_alert", self.alert.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(self.alert)
    }
}

/// Loads and locks an open alert of the officer's region, or of one under it.
fn lock(tx: &mut Tx, id: AlertId) -> Result<(AccountId, String), Problem> {
    let Some(person) = tx.actor.person() else { return Err(Problem::unauthenticated()) };
    let Scope::Admin(scope) = person.scope.clone() else { return Err(Problem::forbidden()) };
    let officer = person.account;
    let (region, state) = quality_alert::table
        .find(id)
        .for_update()
        .select((quality_alert::region, quality_alert::state))
        .first::<(String, AlertState)>(&mut *tx.conn)?;
    if !tx.catalogue.regions.contains(&scope, &region) {
        return Err(Problem::not_found());
    }
    match state {
        AlertState::Open => Ok((officer, region)),
        AlertState::Meeting | AlertState::Dismissed => Err(Problem::new(
            Code::AlertClosed,
            Text::new("该预警已处理", "this alert has been dealt with already"),
        )),
    }
}

fn close(
    tx: &mut Tx,
    id: AlertId,
    officer: AccountId,
    state: AlertState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    diesel::update(quality_alert::table.find(id))
        .set((
            quality_alert::state.eq(state),
            quality_alert::reason.eq(reason),
            quality_alert::closed_at.eq(tx.now),
            quality_alert::closed_by.eq(officer),
            quality_alert::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
