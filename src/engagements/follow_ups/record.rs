//! A check-up is held, or called off.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::schema::follow_up;
use crate::db::{Command, Tx};
use crate::engagements::common::files::attach;
use crate::engagements::common::photo::all_of_enterprise;
use crate::engagements::common::steps::{MAX_NOTE, audit, load_office, step, took_part};
use crate::engagements::common::words::FollowUpResult;
use crate::engagements::follow_ups::notices;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementStep};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a check-up found.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpReport {
    /// Result of the check-up.
    #[schema(inline)]
    pub result: FollowUpResult,
    /// The day on which it was held, in Asia/Shanghai, not after today and not before the clearance.
    pub held_on: NaiveDate,
    /// What was seen, at most 1,000 characters; needed where signs of a relapse were found.
    #[serde(default)]
    pub note: Option<String>,
    /// Uploads that belong to it, at most 20. A photo of another enterprise is refused.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// Enters what a check-up found. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordFollowUp {
    /// The check-up.
    pub id: EngagementId,
    /// The result and the description of the check-up.
    pub report: FollowUpReport,
}

impl Command for RecordFollowUp {
    type Output = EngagementId;
    const NAME: &'static str = "record_follow_up";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_office(tx, self.id, EngagementKind::FollowUp)?;
        let FollowUpReport { result, held_on, note, attachments } = &self.report;
        let (enterprise, cleared_on): (EnterpriseId, Option<NaiveDate>) = follow_up::table
            .find(self.id)
            .select((follow_up::enterprise_id, follow_up::cleared_on))
            .first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        fields.day("/held_on", Some(*held_on));
        let (zh, en) =
            ("不能晚于今天，也不能早于清零之日", "must not be after today or before the clearance");
        let fits = *held_on <= tx.today() && cleared_on.is_none_or(|cleared| *held_on >= cleared);
        fields.require(fits, "/held_on", zh, en);
        let note = fields.optional_text("/note", note.as_deref(), MAX_NOTE);
        let (zh, en) = ("有反弹迹象的，请写明情况", "say what was seen where there are signs of a relapse");
        fields.require(*result != FollowUpResult::RelapseSigns || note.is_some(), "/note", zh, en);
        fields.done()?;
        let detail = json!({ "result": result, "held_on": held_on });
        step(tx, &mut row, EngagementStep::Hold, detail.clone())?;
        step(tx, &mut row, EngagementStep::Close, json!({}))?;
        diesel::update(follow_up::table.find(self.id))
            .set((
                follow_up::result.eq(*result),
                follow_up::held_on.eq(*held_on),
                follow_up::note.eq(note),
                follow_up::held_by.eq(tx.actor.account()),
                follow_up::known_at.eq(tx.now),
                follow_up::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        took_part(tx, self.id, enterprise, (*result != FollowUpResult::NotFound, false, false))?;
        attach(tx, self.id, ("photo", None), attachments)?;
        all_of_enterprise(tx, enterprise, attachments)?;
        audit(tx, &row, Self::NAME, detail)?;
        Ok(self.id)
    }
}

/// Calls a check-up off, with a reason. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelFollowUp {
    /// The check-up.
    pub id: EngagementId,
    /// The reason.
    pub reason: String,
}

impl Command for CancelFollowUp {
    type Output = EngagementId;
    const NAME: &'static str = "cancel_follow_up";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_office(tx, self.id, EngagementKind::FollowUp)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_NOTE);
        fields.done()?;
        step(tx, &mut row, EngagementStep::Cancel, json!({ "reason": reason }))?;
        diesel::update(follow_up::table.find(self.id))
            .set((follow_up::ended_reason.eq(&reason), follow_up::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        notices::cancelled(tx, (self.id, &row.topic), &reason)?;
        audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(self.id)
    }
}
