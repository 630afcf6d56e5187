//! What people see of a letter, an interview or a listing.

use crate::attachments::Attachment;
use crate::core::Text;
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::oversight::course::Details;
use crate::oversight::facts::{BasisView, Facts};
use crate::oversight::ids::OversightId;
use crate::oversight::policy::Standing;
use crate::oversight::rows::ResponsibilityRow;
use crate::oversight::state::{OversightState, OversightStep};
use crate::oversight::words::{OversightKind, OversightSubject, RecipientKind};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OversightWords)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self { zh: text.zh.into_owned(), en: text.en.into_owned() }
    }
}

/// A letter, an interview or a listing in a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OversightView {
    /// Its id.
    pub id: OversightId,
    /// Whether it is a letter, an interview or a listing.
    #[schema(inline)]
    pub kind: OversightKind,
    /// The state.
    #[schema(inline)]
    pub state: OversightState,
    /// The kind of problem that it is about.
    #[schema(inline)]
    pub subject: OversightSubject,
    /// Its title.
    pub title: String,
    /// The number of its document; none before it goes out.
    pub document_no: Option<String>,
    /// Code of the region that issues it.
    pub from_region: String,
    /// The level of that region: `province`, `city` or `district`.
    pub level: String,
    /// To whom it goes.
    #[schema(inline)]
    pub to_kind: RecipientKind,
    /// Code of the recipient's region.
    pub to_region: String,
    /// The name of who is addressed.
    pub to_name: String,
    /// The enterprise that is addressed.
    pub enterprise_id: Option<EnterpriseId>,
    /// The laboratory that is addressed.
    #[schema(value_type = Option<LaboratoryId>)]
    pub laboratory_id: Option<LaboratoryId>,
    /// Codes of the product kinds that it is about.
    pub product_kinds: Vec<String>,
    /// When it went out.
    pub issued_on: Option<NaiveDate>,
    /// Until when who was addressed is to act; none while nothing is asked for.
    pub due_on: Option<NaiveDate>,
    /// Calendar days until then; negative once it has passed.
    pub days_left: Option<i64>,
    /// Whether that day has passed, or that of a monthly report.
    pub overdue: bool,
    /// The end of the term of a listing.
    pub term_on: Option<NaiveDate>,
    /// The day of the next monthly report of a listing.
    pub report_due_on: Option<NaiveDate>,
    /// How often the term was extended.
    pub extensions: i32,
    /// When an interview was held.
    pub held_on: Option<NaiveDate>,
    /// When it was first answered.
    pub answered_on: Option<NaiveDate>,
    /// Whether that was in time.
    pub answered_in_time: Option<bool>,
    /// How often an answer did not suffice.
    pub returns: i32,
    /// When it was accepted.
    pub accepted_on: Option<NaiveDate>,
    /// When it ended.
    pub ended_on: Option<NaiveDate>,
    /// Whether it is public: a listing that has gone out and was not withdrawn.
    pub public: bool,
    /// What the caller is to it.
    #[schema(inline)]
    pub standing: Standing,
    /// Raised by each step; sent back with the next one.
    pub version: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A line of the history.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = OversightEvent)]
pub struct EventView {
    /// Its place in the history, from 1.
    pub ordinal: i32,
    /// The step.
    #[schema(inline)]
    pub step: OversightStep,
    /// The state after it.
    pub to_state: String,
    /// The day on which it happened.
    pub occurred_on: NaiveDate,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
    /// Who entered it: a name for officers, absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The role of who entered it, or `system`.
    pub role: String,
    /// What else is said.
    pub details: Details,
    /// The files that came with it.
    pub attachments: Vec<Attachment>,
}

/// One letter, interview or listing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OversightDetail {
    /// What lists show.
    #[serde(flatten)]
    pub oversight: OversightView,
    /// Who is invited to an interview.
    pub invitee: Option<String>,
    /// The person's post (职务).
    pub invitee_post: Option<String>,
    /// The day of the interview.
    pub meets_on: Option<NaiveDate>,
    /// Where the interview takes place.
    pub place: Option<String>,
    /// What it rests on. Empty for enterprises and laboratories: inspections of others and signals are not theirs to see.
    pub basis: Vec<BasisView>,
    /// What was counted from it.
    pub facts: Facts,
    /// Facts in the officer's words.
    pub facts_note: Option<String>,
    /// What is asked for.
    pub requirements: String,
    /// The version of the rules.
    pub rules_version: String,
    /// Whether a number of the rules is assumed.
    pub provisional: bool,
    /// Whether the day until which somebody is to act may yet move, as the holidays of its year are not announced.
    pub due_provisional: bool,
    /// The responsibilities.
    pub responsibilities: Vec<ResponsibilityRow>,
    /// When who was addressed had it.
    pub received_on: Option<NaiveDate>,
    /// The words of the interviewed as they last corrected them, beside the minutes.
    pub corrected_words: Option<String>,
    /// The minutes as they last were written.
    pub minutes: Option<String>,
    /// Whether the interviewed have signed the minutes, or it is noted that they did not.
    pub interviewed_done: bool,
    /// The listing that this one was escalated from.
    pub escalates_id: Option<OversightId>,
    /// The steps that the caller may take now.
    #[schema(inline)]
    pub allowed: Vec<OversightStep>,
    /// The history. Of an interview both versions of the minutes stay in it.
    pub events: Vec<EventView>,
}
