//! What a history comes to: the fold of its steps. Pure. Rows hold what it gives, and a test holds the two together.

use crate::oversight::ids::OversightId;
use crate::oversight::state::{OversightState, OversightStep, Refused, first, transition};
use crate::oversight::words::{OversightKind, ResponsibilityKind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What the history keeps of a step besides its day. What is not said is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OversightDetails)]
pub struct Details {
    /// Reason that was given for the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The answer, the minutes, the words of the interviewed, a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Until when somebody is to act from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The day of an interview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meets_on: Option<NaiveDate>,
    /// Where the interview takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The day of the next monthly report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_due_on: Option<NaiveDate>,
    /// The number of the document that goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_no: Option<String>,
    /// Whether it was answered within its term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_time: Option<bool>,
    /// Whether it was entered by the issuing side in place of who was addressed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_behalf: bool,
    /// The responsibility that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub responsibility: Option<ResponsibilityKind>,
    /// Who holds it from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The person's post (职务).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// The listing that was proposed to the level above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_to: Option<OversightId>,
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// A step as the history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The step that was taken.
    pub step: OversightStep,
    /// The day on which it happened.
    pub on: NaiveDate,
    /// What else is said.
    pub details: Details,
}

/// Result of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Whether it is a letter, an interview or a listing.
    pub kind: OversightKind,
    /// The state.
    pub state: OversightState,
    /// The day of the last step.
    pub last_on: NaiveDate,
    /// Until when who was addressed is to act.
    pub due_on: Option<NaiveDate>,
    /// The end of the term of a listing.
    pub term_on: Option<NaiveDate>,
    /// The day of the next monthly report.
    pub report_due_on: Option<NaiveDate>,
    /// How often the term was extended.
    pub extensions: i32,
    /// The day of an interview.
    pub meets_on: Option<NaiveDate>,
    /// Where the interview takes place.
    pub place: Option<String>,
    /// When it was held.
    pub held_on: Option<NaiveDate>,
    /// The number of the document.
    pub document_no: Option<String>,
    /// When it went out.
    pub issued_on: Option<NaiveDate>,
    /// When who was addressed had it.
    pub received_on: Option<NaiveDate>,
    /// When it was first answered: a reply, a report of what was done, an application for delisting.
    pub answered_on: Option<NaiveDate>,
    /// Whether that was in time.
    pub answered_in_time: Option<bool>,
    /// How often an answer did not suffice.
    pub returns: i32,
    /// When an answer was accepted, a rectification verified, a delisting granted.
    pub accepted_on: Option<NaiveDate>,
    /// When it ended.
    pub ended_on: Option<NaiveDate>,
    /// Whether the interviewed have signed the minutes as they are now, or it is noted that they did not.
    pub interviewed_done: bool,
    /// Whether a report of what was done waits to be verified.
    pub reported: bool,
}

impl Course {
    /// A thing of a kind as it is first written, on a day.
    #[must_use]
    pub fn begin(kind: OversightKind, on: NaiveDate) -> Self {
        Self {
            kind,
            state: first(kind),
            last_on: on,
            due_on: None,
            term_on: None,
            report_due_on: None,
            extensions: 0,
            meets_on: None,
            place: None,
            held_on: None,
            document_no: None,
            issued_on: None,
            received_on: None,
            answered_on: None,
            answered_in_time: None,
            returns: 0,
            accepted_on: None,
            ended_on: None,
            interviewed_done: false,
            reported: false,
        }
    }

    /// Folds a whole history, which begins with `create`.
    ///
    /// # Errors
    /// Where a state does not allow the next step: the stored history is damaged.
    pub fn replay(kind: OversightKind, facts: &[Fact]) -> Result<Self, Refused> {
        let mut facts = facts.iter();
        let begun = facts.next().map_or(NaiveDate::MIN, |fact| fact.on);
        let mut course = Self::begin(kind, begun);
        for fact in facts {
            course.take(fact)?;
        }
        Ok(course)
    }

    /// Takes a step.
    ///
    /// # Errors
    /// When the state does not allow it.
    pub fn take(&mut self, fact: &Fact) -> Result<(), Refused> {
        use OversightStep as S;
        let to = transition(self.kind, self.state, fact.step)?;
        let (details, on) = (&fact.details, fact.on);
        match fact.step {
            S::Issue => self.goes_out(fact),
            S::Notify => {
                if self.issued_on.is_none() {
                    self.goes_out(fact);
                }
                (self.meets_on, self.place) = (details.meets_on, details.place.clone());
                self.due_on = details.meets_on;
            }
            S::List => {
                self.goes_out(fact);
                self.term_on = details.due_on;
                self.report_due_on = details.report_due_on;
            }
            S::Receive => self.received_on = self.received_on.or(Some(on)),
            S::Reply => {
                self.received_on = self.received_on.or(Some(on));
                self.answered(fact);
                self.due_on = None;
            }
            S::Hold => {
                (self.held_on, self.due_on) = (Some(on), None);
                self.received_on = self.received_on.or(Some(on));
            }
            S::NotAttend => self.due_on = None,
            S::Minute => (self.interviewed_done, self.due_on) = (false, details.due_on),
            // The words as they are corrected are what is signed.
            S::CorrectMinutes => self.interviewed_done = false,
            S::SignInterviewed | S::NoteRefusal => (self.interviewed_done, self.due_on) = (true, None),
            S::Rectify => (self.due_on, self.reported) = (details.due_on, false),
            S::Report if self.kind == OversightKind::Interview => {
                self.answered(fact);
                (self.reported, self.due_on) = (true, None);
            }
            S::Report => self.report_due_on = details.report_due_on.or(self.report_due_on),
            S::Apply => {
                self.answered(fact);
                (self.due_on, self.report_due_on) = (None, self.report_due_on);
            }
            S::Return => {
                self.returns = self.returns.saturating_add(1);
                (self.due_on, self.reported) = (details.due_on.or(self.term_on), false);
            }
            S::TaskReopen if self.state == OversightState::Applied => {
                self.returns = self.returns.saturating_add(1);
                self.due_on = self.term_on;
            }
            S::Verify => (self.accepted_on, self.due_on) = (Some(on), None),
            S::Accept => {
                self.accepted_on = Some(on);
                (self.due_on, self.report_due_on) = (None, None);
                // A listing ends with its delisting.
                self.ended_on = (self.kind == OversightKind::Listing).then_some(on);
            }
            S::Extend => {
                self.extensions = self.extensions.saturating_add(1);
                (self.term_on, self.due_on) = (details.due_on, details.due_on);
            }
            S::Close | S::Withdraw | S::Decline | S::Escalate => {
                (self.due_on, self.report_due_on, self.ended_on) = (None, None, Some(on));
            }
            S::Sign => self.due_on = None,
            S::Create
            | S::Change
            | S::Approve
            | S::TaskDone
            | S::TaskReopen
            | S::ReplaceHolder
            | S::MarkOverdue => {}
        }
        (self.state, self.last_on) = (to, on.max(self.last_on));
        Ok(())
    }

    fn goes_out(&mut self, fact: &Fact) {
        self.issued_on = Some(fact.on);
        self.document_no.clone_from(&fact.details.document_no);
        self.due_on = fact.details.due_on;
    }

    fn answered(&mut self, fact: &Fact) {
        if self.answered_on.is_none() {
            (self.answered_on, self.answered_in_time) = (Some(fact.on), fact.details.in_time);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(step: &str, on: &str, due: Option<&str>) -> Fact {
        let details = Details {
            due_on: due.map(|day| day.parse().unwrap()),
            in_time: Some(true),
            document_no: Some("粤市监质函〔2026〕1号".to_owned()),
            ..Details::default()
        };
        Fact { step: step.parse().unwrap(), on: on.parse().unwrap(), details }
    }

    #[test]
    fn a_letter_that_is_returned_runs_anew() {
        let history = [
            fact("create", "2026-03-02", None),
            fact("issue", "2026-03-03", Some("2026-03-24")),
            fact("reply", "2026-03-20", None),
            fact("return", "2026-03-23", Some("2026-04-14")),
        ];
        let course = Course::replay(OversightKind::Letter, &history).unwrap();
        assert_eq!((course.state, course.returns), (OversightState::Returned, 1));
        assert_eq!(course.due_on, Some("2026-04-14".parse().unwrap()));
        assert_eq!(
            (course.answered_on, course.answered_in_time),
            (Some("2026-03-20".parse().unwrap()), Some(true))
        );
        assert_eq!(course.document_no.as_deref(), Some("粤市监质函〔2026〕1号"));
    }

    #[test]
    fn minutes_that_are_written_anew_are_signed_anew() {
        let history = [
            fact("create", "2026-03-02", None),
            fact("notify", "2026-03-02", None),
            fact("hold", "2026-03-09", None),
            fact("minute", "2026-03-09", Some("2026-03-16")),
            fact("sign_interviewed", "2026-03-10", None),
        ];
        let mut course = Course::replay(OversightKind::Interview, &history).unwrap();
        assert!(course.interviewed_done && course.held_on == Some("2026-03-09".parse().unwrap()));
        course.take(&fact("minute", "2026-03-10", Some("2026-03-17"))).unwrap();
        assert!(!course.interviewed_done);
        course.take(&fact("sign_interviewed", "2026-03-11", None)).unwrap();
        course.take(&fact("correct_minutes", "2026-03-11", None)).unwrap();
        assert!(!course.interviewed_done, "corrected words are signed anew");
    }

    #[test]
    fn a_listing_ends_with_its_delisting_or_with_its_escalation() {
        let begun = [
            fact("create", "2026-03-02", None),
            fact("approve", "2026-03-02", None),
            fact("list", "2026-03-02", Some("2026-06-01")),
        ];
        let mut course = Course::replay(OversightKind::Listing, &begun).unwrap();
        let mut late = course.clone();
        course.take(&fact("apply", "2026-05-20", None)).unwrap();
        course.take(&fact("return", "2026-05-22", None)).unwrap();
        assert_eq!(course.due_on, Some("2026-06-01".parse().unwrap()), "the term goes on");
        course.take(&fact("apply", "2026-05-25", None)).unwrap();
        course.take(&fact("accept", "2026-05-26", None)).unwrap();
        assert_eq!((course.ended_on, course.due_on), (Some("2026-05-26".parse().unwrap()), None));
        late.take(&fact("mark_overdue", "2026-06-02", None)).unwrap();
        late.take(&fact("escalate", "2026-06-03", None)).unwrap();
        assert_eq!(
            (late.state, late.ended_on),
            (OversightState::Escalated, Some("2026-06-03".parse().unwrap()))
        );
    }
}
