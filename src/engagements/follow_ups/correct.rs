//! What was entered of a check-up is corrected: another result, or that it was not held at all. What was said of days before the correction stays.

use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Problem, Text};
use crate::db::schema::{follow_up, follow_up_past};
use crate::db::{Command, Tx};
use crate::engagements::common::steps::{MAX_NOTE, audit, load_office, step, took_part};
use crate::engagements::common::words::FollowUpResult;
use crate::engagements::follow_ups::notices;
use crate::engagements::ids::{EngagementId, EngagementPastId};
use crate::engagements::state::{EngagementKind, EngagementStep, transition};
use crate::engagements::store::{account, not_attended, not_held, require_version};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is right instead of what was entered.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpCorrection {
    /// What was found; absent where the check-up was not held: then it is planned again.
    #[serde(default)]
    #[schema(inline)]
    pub result: Option<FollowUpResult>,
    /// The day on which it was held, in Asia/Shanghai; needed with `result`.
    #[serde(default)]
    pub held_on: Option<NaiveDate>,
    /// What was seen, at most 1,000 characters; needed where signs of a relapse were found.
    #[serde(default)]
    pub note: Option<String>,
    /// Why it is corrected, at most 1,000 characters. The enterprise reads it.
    pub reason: String,
    /// The version of the engagement that the sender saw; refused where there are steps after it.
    #[serde(default)]
    pub version: Option<i32>,
}

/// Corrects what was entered of a check-up. Done by an officer of the region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CorrectFollowUp {
    /// The check-up.
    pub id: EngagementId,
    /// The result as it should have been entered.
    pub correction: FollowUpCorrection,
}

/// What is known of a check-up.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = follow_up, check_for_backend(Pg))]
struct Known {
    enterprise_id: EnterpriseId,
    cleared_on: Option<NaiveDate>,
    result: Option<FollowUpResult>,
    held_on: Option<NaiveDate>,
    note: Option<String>,
    held_by: Option<AccountId>,
    known_at: Option<DateTime<Utc>>,
}

impl Known {
    /// Keeps what was known until now, with why it is known no more.
    fn keep(&self, tx: &mut Tx, id: EngagementId, reason: &str) -> Result<(), Problem> {
        use follow_up_past as p;
        let (Some(result), Some(held_on), Some(held_by), Some(since)) =
            (self.result, self.held_on, self.held_by, self.known_at)
        else {
            return Ok(());
        };
        diesel::insert_into(p::table)
            .values((
                p::id.eq(EngagementPastId::new()),
                p::follow_up_id.eq(id),
                p::result.eq(result),
                p::held_on.eq(held_on),
                p::note.eq(&self.note),
                p::held_by.eq(held_by),
                p::from_at.eq(since),
                p::until_at.eq(tx.now.max(since)),
                p::corrected_by.eq(account(tx)?),
                p::reason.eq(reason),
            ))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

impl Command for CorrectFollowUp {
    type Output = EngagementId;
    const NAME: &'static str = "correct_follow_up";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut row = load_office(tx, self.id, EngagementKind::FollowUp)?;
        let FollowUpCorrection { result, held_on, note, reason, version } = &self.correction;
        require_version(&row, *version)?;
        let taken = if result.is_some() { EngagementStep::Correct } else { EngagementStep::TakeBack };
        transition(row.kind, row.state, taken)?;
        let known: Known = follow_up::table.find(self.id).select(Known::as_select()).first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", reason, MAX_NOTE);
        let note = fields.optional_text("/note", note.as_deref(), MAX_NOTE);
        let (zh, en) = ("与回访结果同时填写", "is named with the result, and only then");
        fields.require(held_on.is_some() == result.is_some(), "/held_on", zh, en);
        fields.require(note.is_none() || result.is_some(), "/note", zh, en);
        fields.day("/held_on", *held_on);
        let (zh, en) =
            ("不能晚于今天，也不能早于清零之日", "must not be after today or before the clearance");
        let after = |day: NaiveDate| known.cleared_on.is_none_or(|cleared| day >= cleared);
        let fits = held_on.is_none_or(|day| day <= tx.today() && after(day));
        fields.require(fits, "/held_on", zh, en);
        let (zh, en) = ("有反弹迹象的，请写明情况", "say what was seen where there are signs of a relapse");
        fields.require(*result != Some(FollowUpResult::RelapseSigns) || note.is_some(), "/note", zh, en);
        fields.done()?;
        let same = result.is_some()
            && (*result, *held_on, note.as_deref()) == (known.result, known.held_on, known.note.as_deref());
        if same {
            return Err(Problem::field("", Text::new("没有需要更正的内容", "nothing would change")));
        }
        known.keep(tx, self.id, &reason)?;
        let met = |result: FollowUpResult| result != FollowUpResult::NotFound;
        match *result {
            // Whether the enterprise was met may be another thing now.
            Some(result) if known.result.map(met) != Some(met(result)) => {
                took_part(tx, self.id, known.enterprise_id, (met(result), false, false))?;
            }
            Some(_) => {}
            None => {
                not_held(tx, &mut row)?;
                not_attended(tx, self.id, known.enterprise_id, None)?;
            }
        }
        let detail = json!({
            "reason": reason, "result": result, "held_on": held_on,
            "before": { "result": known.result, "held_on": known.held_on },
        });
        step(tx, &mut row, taken, detail.clone())?;
        let by = result.and(tx.actor.account());
        diesel::update(follow_up::table.find(self.id))
            .set((
                follow_up::result.eq(*result),
                follow_up::held_on.eq(*held_on),
                follow_up::note.eq(&note),
                follow_up::held_by.eq(by),
                follow_up::known_at.eq(result.map(|_| tx.now)),
                follow_up::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        notices::corrected(tx, (self.id, &row.topic), (*result, &reason))?;
        audit(tx, &row, Self::NAME, detail)?;
        Ok(self.id)
    }
}
