//! Checks of those whom a campaign looks at.

use crate::campaigns::ids::{CheckId, SubjectId};
use crate::campaigns::policy::visible_subjects;
use crate::campaigns::state::CheckOutcome;
use crate::campaigns::store::hold;
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::officer_steps::{officer, reason};
use crate::db::published::label_check;
use crate::db::regional;
use crate::db::schema::{campaign_check, campaign_subject};
use crate::db::{Command, Tx};
use crate::inspections::ids::InspectionId;
use crate::programmes::ids::ProgrammeId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Result of a check.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignCheckInput {
    /// The day, in Asia/Shanghai, not after today; one check of a day.
    pub checked_on: NaiveDate,
    /// Result of the check.
    pub outcome: CheckOutcome,
    /// The inspection with the check of a label that failed, where one was entered.
    #[serde(default)]
    pub inspection_id: Option<InspectionId>,
    /// How many goods were taken off the shelf, at most 100,000.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    pub off_shelf: i32,
    /// A note, at most 2,000 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// Enters a check of an entry of a register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnterCampaignCheck {
    /// The entry.
    pub subject: SubjectId,
    /// The check, as it is entered.
    pub check: CampaignCheckInput,
}

impl Command for EnterCampaignCheck {
    type Output = SubjectId;
    const NAME: &'static str = "enter_campaign_check";

    fn run(&self, tx: &mut Tx) -> Result<SubjectId, Problem> {
        use campaign_check as c;
        let by = officer(tx)?;
        let (programme, name): (Uuid, String) = visible_subjects(&tx.actor)
            .filter(campaign_subject::id.eq(self.subject))
            .filter(campaign_subject::removed_at.is_null())
            .select((campaign_subject::programme_id, campaign_subject::name))
            .first(&mut *tx.conn)?;
        let campaign = hold(tx, ProgrammeId(programme))?;
        // It was read before the campaign was held.
        let _: SubjectId = campaign_subject::table
            .find(self.subject)
            .filter(campaign_subject::removed_at.is_null())
            .select(campaign_subject::id)
            .first(&mut *tx.conn)?;
        let input = &self.check;
        let mut fields = Fields::new();
        fields.day("/checked_on", Some(input.checked_on));
        fields.require(
            input.checked_on <= tx.today(),
            "/checked_on",
            "不能晚于今天",
            "must not be after today",
        );
        fields.require(
            (0..=100_000).contains(&input.off_shelf),
            "/off_shelf",
            "须为 0 到 100000 的整数",
            "must be a whole number from 0 to 100000",
        );
        fields.require(
            input.off_shelf == 0 || !matches!(input.outcome, CheckOutcome::Fine | CheckOutcome::Gone),
            "/off_shelf",
            "未发现问题、已搬迁或者停业的，下架产品数须为 0",
            "nothing is taken off the shelf where nothing was found",
        );
        let note = fields.optional_text("/note", input.note.as_deref(), 2_000);
        if let Some(id) = input.inspection_id {
            let fits = input.outcome == CheckOutcome::LabelFailed && label_failed(tx, id)?;
            let (zh, en) = (
                "须为本人辖区内标识不合格的标识检查",
                "must be a check of a label that failed, in your region; for that outcome only",
            );
            fields.require(fits, "/inspection_id", zh, en);
        }
        fields.done()?;
        let written = diesel::insert_into(c::table)
            .values((
                c::id.eq(CheckId::new()),
                c::subject_id.eq(self.subject),
                c::checked_on.eq(input.checked_on),
                c::outcome.eq(input.outcome),
                c::inspection_id.eq(input.inspection_id),
                c::off_shelf.eq(input.off_shelf),
                c::note.eq(note),
                c::entered_by.eq(by),
                c::entered_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if written == 0 {
            let text = Text::new("当天已登记检查", "a check of that day was entered already");
            return Err(Problem::field("/checked_on", text));
        }
        campaign.audit(tx, Self::NAME, json!({ "subject": name, "outcome": input.outcome }))?;
        Ok(self.subject)
    }
}

/// Annuls a check that was entered by mistake. It stays in the figures of the days before; another one of its day can be entered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnnulCampaignCheck {
    /// The entry.
    pub subject: SubjectId,
    /// The day of the check, in Asia/Shanghai.
    pub checked_on: NaiveDate,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for AnnulCampaignCheck {
    type Output = SubjectId;
    const NAME: &'static str = "annul_campaign_check";

    fn run(&self, tx: &mut Tx) -> Result<SubjectId, Problem> {
        use campaign_check as c;
        let by = officer(tx)?;
        let (programme, name): (Uuid, String) = visible_subjects(&tx.actor)
            .filter(campaign_subject::id.eq(self.subject))
            .select((campaign_subject::programme_id, campaign_subject::name))
            .first(&mut *tx.conn)?;
        let campaign = hold(tx, ProgrammeId(programme))?;
        let reason = reason(&self.reason)?;
        let annulled = diesel::update(c::table)
            .filter(c::subject_id.eq(self.subject))
            .filter(c::checked_on.eq(self.checked_on))
            .filter(c::annulled_at.is_null())
            .set((c::annulled_at.eq(tx.now), c::annulled_by.eq(by), c::annulled_reason.eq(&reason)))
            .execute(&mut *tx.conn)?;
        if annulled == 0 {
            let text = Text::new("当天没有登记检查", "no check of that day was entered");
            return Err(Problem::field("/checked_on", text));
        }
        let data = json!({ "subject": name, "checked_on": self.checked_on, "reason": reason });
        campaign.audit(tx, Self::NAME, data)?;
        Ok(self.subject)
    }
}

/// Whether the last check of a label of an inspection of the officer's region failed.
fn label_failed(tx: &mut Tx, id: InspectionId) -> Result<bool, Problem> {
    use crate::db::published::inspection;
    let region: Option<String> = inspection::table
        .filter(inspection::id.eq(id))
        .select(inspection::place_region)
        .first(&mut *tx.conn)
        .optional()?;
    if !region.is_some_and(|region| regional::sees(&tx.actor, &region, &tx.catalogue)) {
        return Ok(false);
    }
    let outcome: Option<String> = label_check::table
        .filter(label_check::inspection_id.eq(id))
        .order(label_check::event.desc())
        .select(label_check::outcome)
        .first(&mut *tx.conn)
        .optional()?;
    Ok(outcome.is_some_and(|outcome| outcome != "conforming"))
}
