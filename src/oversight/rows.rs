//! The rows of the domain's tables.

use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::db::schema::{oversight, oversight_event, oversight_matter, oversight_responsibility};
use crate::oversight::course::Course;
use crate::oversight::ids::OversightId;
use crate::oversight::policy::Holders;
use crate::oversight::state::OversightState;
use crate::oversight::words::{
    OversightKind, OversightSubject, RecipientKind, ResponsibilityKind, ResponsibilityState,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What was written and does not follow from the history: what lists show.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = oversight, check_for_backend(Pg))]
pub struct WrittenRow {
    /// Its id.
    pub id: OversightId,
    /// Whether it is a letter, an interview or a listing.
    pub kind: OversightKind,
    /// The kind of problem that it is about.
    pub subject: OversightSubject,
    /// Its title.
    pub title: String,
    /// Code of the region that issues it.
    pub from_region: String,
    /// The level of that region.
    pub level: String,
    /// To whom it goes.
    pub to_kind: RecipientKind,
    /// Code of the recipient's region.
    pub to_region: String,
    /// The enterprise that is addressed.
    pub enterprise_id: Option<EnterpriseId>,
    /// The laboratory that is addressed.
    pub laboratory_id: Option<LaboratoryId>,
    /// The name of who is addressed.
    pub to_name: String,
    /// Codes of the product kinds of the basis.
    pub product_kinds: Vec<String>,
    /// The version of the rules.
    pub rules_version: String,
    /// The officer who wrote it; none where its sender's account is gone.
    pub created_by: Option<AccountId>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// What else was written.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = oversight_matter, check_for_backend(Pg), treat_none_as_null = true)]
pub struct MatterRow {
    /// Who is invited to an interview.
    pub invitee: Option<String>,
    /// The person's post (职务).
    pub invitee_post: Option<String>,
    /// What was counted from the basis.
    pub facts: Value,
    /// Facts in the officer's words.
    pub facts_note: Option<String>,
    /// What is asked for.
    pub requirements: String,
    /// The term that was set when it was written.
    pub term_wish: Option<NaiveDate>,
    /// The listing that this one was escalated from.
    pub escalates_id: Option<OversightId>,
}

/// Result of the history.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = oversight, check_for_backend(Pg), treat_none_as_null = true)]
pub struct CourseRow {
    /// The state.
    pub state: OversightState,
    /// Until when who was addressed is to act.
    pub due_on: Option<NaiveDate>,
    /// The end of the term of a listing.
    pub term_on: Option<NaiveDate>,
    /// The day of the next monthly report.
    pub report_due_on: Option<NaiveDate>,
    /// How often the term was extended.
    pub extensions: i32,
    /// When it was held.
    pub held_on: Option<NaiveDate>,
    /// The number of the document.
    pub document_no: Option<String>,
    /// When it went out.
    pub issued_on: Option<NaiveDate>,
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
}

impl From<&Course> for CourseRow {
    fn from(course: &Course) -> Self {
        Self {
            state: course.state,
            due_on: course.due_on,
            term_on: course.term_on,
            report_due_on: course.report_due_on,
            extensions: course.extensions,
            held_on: course.held_on,
            document_no: course.document_no.clone(),
            issued_on: course.issued_on,
            answered_on: course.answered_on,
            answered_in_time: course.answered_in_time,
            returns: course.returns,
            accepted_on: course.accepted_on,
            ended_on: course.ended_on,
        }
    }
}

/// A row of `oversight`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = oversight, check_for_backend(Pg))]
pub struct OversightRow {
    /// The columns that come of what was written.
    #[diesel(embed)]
    pub written: WrittenRow,
    /// Result of the history.
    #[diesel(embed)]
    pub course: CourseRow,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Raised by each step.
    pub version: i32,
}

impl OversightRow {
    /// What decides who may know of it.
    pub fn holders(&self) -> Holders<'_> {
        Holders {
            from_region: &self.written.from_region,
            to_kind: self.written.to_kind,
            to_region: &self.written.to_region,
            enterprise: self.written.enterprise_id,
            laboratory: self.written.laboratory_id,
            issued: self.course.issued_on.is_some(),
        }
    }
}

/// A row of `oversight_event`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = oversight_event, check_for_backend(Pg))]
pub struct EventRow {
    /// Of which letter, interview or listing.
    pub oversight_id: OversightId,
    /// Its place in the history, from 1.
    pub ordinal: i32,
    /// The step.
    pub step: String,
    /// The state before it.
    pub from_state: Option<String>,
    /// The state after it.
    pub to_state: String,
    /// The day on which it happened.
    pub occurred_on: NaiveDate,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
    /// Who entered it; none where the platform did.
    pub actor_id: Option<AccountId>,
    /// The role of who entered it, or `system`.
    pub actor_role: String,
    /// The region of an officer.
    pub actor_region: Option<String>,
    /// What else is said.
    pub details: Value,
}

/// A row of `oversight_responsibility`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = oversight_responsibility, check_for_backend(Pg))]
#[schema(as = OversightResponsibility)]
pub struct ResponsibilityRow {
    /// What is answered for.
    #[schema(inline)]
    pub kind: ResponsibilityKind,
    /// Name of who is responsible.
    pub holder: String,
    /// The person's post (职务).
    pub post: String,
    /// What is to be done.
    pub task: String,
    /// Until when.
    pub due_on: NaiveDate,
    /// How far it has come.
    #[schema(inline)]
    pub state: ResponsibilityState,
    /// When it was done.
    pub done_on: Option<NaiveDate>,
    /// Evidence that the responsibility was met.
    pub evidence: Option<String>,
    /// The number of the event whose files show it.
    pub done_ordinal: Option<i32>,
}
