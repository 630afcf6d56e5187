//! What is handed in as a step, and what it must say.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::oversight::course::Details;
use crate::oversight::state::OversightStep;
use crate::oversight::words::{OversightKind, ResponsibilityKind};
use crate::oversight::written::{MAX_SHORT, MAX_TEXT};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The most characters of a reason.
const MAX_REASON: usize = 2_000;

/// A step of a letter, an interview or a listing.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOversightStep {
    /// The step to take.
    #[schema(inline)]
    pub step: OversightStep,
    /// The day on which it happened, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    pub occurred_on: Option<NaiveDate>,
    /// Why: of a return, a withdrawal, a refusal, an extension, an escalation, an end without what was asked for.
    #[serde(default)]
    pub reason: Option<String>,
    /// The answer, the minutes, the words of the interviewed, a report, what shows that a task is done.
    #[serde(default)]
    pub text: Option<String>,
    /// Until when somebody is to act from then on, a working day; by the rules where none is named.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// The day of an interview.
    #[serde(default)]
    pub meets_on: Option<NaiveDate>,
    /// Where the interview takes place.
    #[serde(default)]
    pub place: Option<String>,
    /// The responsibility that it is about.
    #[serde(default)]
    #[schema(inline)]
    pub responsibility: Option<ResponsibilityKind>,
    /// Who holds it from then on.
    #[serde(default)]
    pub holder: Option<String>,
    /// The person's post (职务).
    #[serde(default)]
    pub post: Option<String>,
    /// Uploads that go with it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachments: Vec<AttachmentId>,
    /// The version that the caller saw; refused where there are steps after it.
    #[serde(default)]
    pub version: Option<i32>,
}

impl NewOversightStep {
    /// A step of today with nothing else.
    pub fn new(step: OversightStep) -> Self {
        Self {
            step,
            occurred_on: None,
            reason: None,
            text: None,
            due_on: None,
            meets_on: None,
            place: None,
            responsibility: None,
            holder: None,
            post: None,
            attachments: Vec::new(),
            version: None,
        }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }

    /// The same with a text.
    #[must_use]
    pub fn saying(self, text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..self }
    }

    /// What it says, checked: what the step needs is there, and nothing that does not belong to it.
    ///
    /// # Errors
    /// 422 that names the fields.
    pub fn checked(&self, kind: OversightKind) -> Result<Details, Problem> {
        use OversightStep as S;
        let step = self.step;
        let mut fields = Fields::new();
        let reason = fields.optional_text("/reason", self.reason.as_deref(), MAX_REASON);
        let text = fields.optional_text("/text", self.text.as_deref(), MAX_TEXT);
        let place = fields.optional_text("/place", self.place.as_deref(), MAX_SHORT);
        let holder = fields.optional_text("/holder", self.holder.as_deref(), MAX_SHORT);
        let post = fields.optional_text("/post", self.post.as_deref(), MAX_SHORT);
        let letter = kind == OversightKind::Letter;
        let why = matches!(
            step,
            S::Return
                | S::Withdraw
                | S::Decline
                | S::NotAttend
                | S::TaskReopen
                | S::ReplaceHolder
                | S::Extend
                | S::Escalate
                | S::NoteRefusal
        );
        fields.require(!why || reason.is_some(), "/reason", "请填写原因", "say why");
        let says = matches!(
            step,
            S::Reply | S::Minute | S::CorrectMinutes | S::Report | S::TaskDone | S::Apply | S::Verify
        );
        fields.require(!says || text.is_some(), "/text", "请填写内容", "say what");
        let about = matches!(step, S::TaskDone | S::TaskReopen | S::ReplaceHolder);
        let (zh, en) = ("请选择责任", "name the responsibility");
        fields.require(!about || self.responsibility.is_some(), "/responsibility", zh, en);
        let (zh, en) = ("与此步骤不符，请留空", "does not go with this step");
        fields.require(about || self.responsibility.is_none(), "/responsibility", zh, en);
        let holds = step == S::ReplaceHolder;
        fields.require(!holds || holder.is_some(), "/holder", "请填写责任人", "name who holds it");
        fields.require(!holds || post.is_some(), "/post", "请填写职务", "name the post");
        fields.require(holds || (holder.is_none() && post.is_none()), "/holder", zh, en);
        let meets = step == S::Notify;
        fields.require(!meets || self.meets_on.is_some(), "/meets_on", "请填写约谈日期", "name the day");
        fields.require(!meets || place.is_some(), "/place", "请填写约谈地点", "name the place");
        fields.require(meets || (self.meets_on.is_none() && place.is_none()), "/meets_on", zh, en);
        let dated = match step {
            S::Issue | S::List | S::Rectify | S::Extend | S::Minute => true,
            S::Return => kind != OversightKind::Listing,
            _ => false,
        };
        fields.require(dated || self.due_on.is_none(), "/due_on", zh, en);
        let extends = step == S::Extend;
        fields.require(!extends || self.due_on.is_some(), "/due_on", "请填写新的期限", "name the new term");
        fields.day("/occurred_on", self.occurred_on);
        fields.day("/due_on", self.due_on);
        fields.day("/meets_on", self.meets_on);
        // What goes out says by itself what it says.
        fields.require(!(letter && step == S::Issue) || text.is_none(), "/text", zh, en);
        fields.done()?;
        Ok(Details {
            reason,
            text,
            due_on: self.due_on,
            meets_on: self.meets_on,
            place,
            responsibility: self.responsibility,
            holder,
            post,
            ..Details::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OversightStep as S;

    fn faults(step: &NewOversightStep) -> Vec<String> {
        let checked = step.checked(OversightKind::Listing);
        let problem = checked.err();
        problem.map(|p| p.errors.iter().map(|e| e.pointer.clone()).collect()).unwrap_or_default()
    }

    #[test]
    fn what_a_step_must_say_is_named() {
        assert_eq!(faults(&NewOversightStep::new(S::Return)), ["/reason"]);
        assert_eq!(faults(&NewOversightStep::new(S::Extend).because("尚在检验")), ["/due_on"]);
        assert_eq!(faults(&NewOversightStep::new(S::TaskDone)), ["/text", "/responsibility"]);
        assert_eq!(
            faults(&NewOversightStep {
                responsibility: Some(ResponsibilityKind::Leadership),
                holder: Some("张三".to_owned()),
                ..NewOversightStep::new(S::ReplaceHolder).because("调离")
            }),
            ["/post"],
            "a person without a post"
        );
        assert_eq!(faults(&NewOversightStep::new(S::Notify)), ["/meets_on", "/place"]);
        assert!(faults(&NewOversightStep::new(S::Receive)).is_empty());
        let stray =
            NewOversightStep { due_on: "2026-03-09".parse().ok(), ..NewOversightStep::new(S::Receive) };
        assert_eq!(faults(&stray), ["/due_on"]);
    }
}
