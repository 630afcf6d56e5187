//! The enterprise reports a promise as carried out, with what proves it; an officer calls off what was not signed.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::{Code, Text};
use crate::db::schema::{commitment, commitment_promise};
use crate::db::{Command, Tx};
use crate::engagements::commitments::due::refresh;
use crate::engagements::commitments::notices;
use crate::engagements::common::files::attach;
use crate::engagements::common::ids::PromiseId;
use crate::engagements::common::steps::{MAX_NOTE, audit, load_office, load_own, step};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep};
use crate::engagements::store::enterprise_of;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How a promise was carried out.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseReport {
    /// The day on which it was carried out, in Asia/Shanghai, not after today.
    pub done_on: NaiveDate,
    /// What was done, at most 1,000 characters.
    pub report: String,
    /// Uploads that prove it, at most 20.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// Reports a promise as carried out. Done by the enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportPromise {
    /// The commitment.
    pub id: EngagementId,
    /// The promise.
    pub promise: PromiseId,
    /// How it was carried out.
    pub report: PromiseReport,
}

impl Command for ReportPromise {
    type Output = EngagementId;
    const NAME: &'static str = "report_promise";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        use commitment_promise as p;
        let (row, _) = load_own(tx, self.id, EngagementKind::Commitment)?;
        let reported: Option<NaiveDate> = p::table
            .find(self.promise)
            .filter(p::commitment_id.eq(self.id))
            .select(p::reported_on)
            .first(&mut *tx.conn)?;
        let signed_on: Option<NaiveDate> =
            commitment::table.find(self.id).select(commitment::signed_on).first(&mut *tx.conn)?;
        if row.state != EngagementState::Signed || reported.is_some() {
            let (zh, en) =
                ("该承诺事项不在履行中，或者已经报告", "the promise does not run, or is reported already");
            return Err(Problem::new(Code::EngagementState, Text::new(zh, en)));
        }
        let mut fields = Fields::new();
        let report = fields.text("/report", &self.report.report, MAX_NOTE);
        let (zh, en) = ("须在签署之日至今天之间", "must be between the day of the signature and today");
        let fits = self.report.done_on <= tx.today()
            && signed_on.is_none_or(|signed_on| self.report.done_on >= signed_on);
        fields.require(fits, "/done_on", zh, en);
        fields.done()?;
        diesel::update(p::table.find(self.promise))
            .set((p::reported_on.eq(self.report.done_on), p::report.eq(report), p::reported_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        attach(tx, self.id, ("evidence", Some(self.promise)), &self.report.attachments)?;
        refresh(tx, self.id)?;
        let data = json!({ "promise": self.promise, "done_on": self.report.done_on });
        audit(tx, &row, Self::NAME, data)?;
        Ok(self.id)
    }
}

/// Calls a commitment off that was not signed. Done by an officer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelCommitment {
    /// The commitment.
    pub id: EngagementId,
    /// The reason, which the enterprise reads.
    pub reason: String,
}

impl Command for CancelCommitment {
    type Output = EngagementId;
    const NAME: &'static str = "cancel_commitment";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_office(tx, self.id, EngagementKind::Commitment)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, MAX_NOTE);
        fields.done()?;
        step(tx, &mut row, EngagementStep::Cancel, json!({ "reason": reason }))?;
        let enterprise = enterprise_of(&mut tx.conn, self.id)?;
        notices::cancelled(tx, enterprise, (self.id, &row.topic), &reason)?;
        audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(self.id)
    }
}
