//! A consultation while a command changes it. Pure: the changes are made in memory, and [`crate::consultations::store`] loads
//! and saves.

use crate::consultations::changes::{Change, ChangeAudience, Entry, NewOffer, Round, StepNote};
use crate::consultations::invitation_state::PanelInvitationState;
use crate::consultations::status::{Closing, Status, Step, transition};
use crate::core::ids::{AccountId, ConsultationId, EnterpriseId, ExpertId};
use crate::core::state::NotAllowed;
use crate::db::schema::consultation;
use crate::enterprises::ids::NonconformityId;
use crate::matching::choice::Choice;
use crate::matching::search::SearchStep;
use chrono::{DateTime, Duration, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use std::ops::Deref;

/// A row of `consultation`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = consultation, check_for_backend(Pg))]
pub struct Row {
    /// Id of the consultation.
    pub id: ConsultationId,
    /// The enterprise that asks.
    pub enterprise_id: EnterpriseId,
    /// The enterprise's nonconformity that it is about, if it is about one.
    pub nonconformity_id: Option<NonconformityId>,
    /// Code of the product kind.
    pub product_kind: String,
    /// The subject, one line.
    pub subject: String,
    /// The question.
    pub question: String,
    /// The status.
    pub status: Status,
    /// The expert to whom it is offered or who holds it.
    pub expert_id: Option<ExpertId>,
    /// When the offer lapses.
    pub offer_expires_at: Option<DateTime<Utc>>,
    /// When the expert accepted it.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was concluded.
    pub concluded_at: Option<DateTime<Utc>>,
    /// The expert's conclusion.
    pub conclusion: Option<String>,
    /// The enterprise's rating, 1 to 5.
    pub rating: Option<i32>,
    /// The comment given with the rating.
    pub rating_comment: Option<String>,
    /// When it was rated.
    pub rated_at: Option<DateTime<Utc>>,
    /// The account that opened it.
    pub opened_by: AccountId,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Whether the expert is wanted on site.
    pub on_site: bool,
    /// How far the search for an expert was widened.
    pub search_step: SearchStep,
    /// Since when the search goes on; none: since the opening.
    pub search_since: Option<DateTime<Utc>>,
    /// When an expert was last searched for.
    pub searched_at: Option<DateTime<Utc>>,
    /// Offers made before this moment do not count as tried; none: all count.
    pub tried_since: Option<DateTime<Utc>>,
    /// When the officers were alarmed that nobody was found.
    pub alarmed_at: Option<DateTime<Utc>>,
    /// Whether an admin pinned it to its expert.
    pub pinned: bool,
    /// How often it was reopened.
    pub reopened: i32,
    /// When the platform takes it from the expert who holds it, if that expert is silent until then; none once there is an answer.
    pub answer_due_at: Option<DateTime<Utc>>,
    /// When the enterprise was informed to expect an answer, where no one is on duty.
    pub answer_expected_at: Option<DateTime<Utc>>,
    /// Since when the enterprise is asked for information.
    pub information_asked_at: Option<DateTime<Utc>>,
    /// How it ended, where the expert did not conclude it.
    pub closed: Option<Closing>,
}

/// A consultation that a command has loaded and locked: the row as it is stored, the row as it is to be stored, and what is
/// to be written besides. The columns are read as if it were the row; they are changed by what happens to the consultation, and the
/// status by [`transition`] alone.
#[derive(Debug)]
pub struct Consultation {
    stored: Row,
    row: Row,
    changes: Vec<Change>,
    announced: Option<ChangeAudience>,
    /// The status as it was loaded, whatever was saved since; none for one that was opened.
    loaded: Option<Status>,
}

impl Deref for Consultation {
    type Target = Row;

    fn deref(&self) -> &Row {
        &self.row
    }
}

impl Consultation {
    /// A consultation as it is stored.
    pub fn new(row: Row) -> Self {
        let loaded = Some(row.status);
        Self { stored: row.clone(), row, changes: Vec::new(), announced: None, loaded }
    }

    /// The row as it is stored and as it is to be stored.
    pub fn rows(&self) -> (&Row, &Row) {
        (&self.stored, &self.row)
    }

    /// What is to be written besides the row, and who is informed. From now on the row counts as stored.
    pub fn saved(&mut self) -> (Vec<Change>, Option<ChangeAudience>) {
        self.stored = self.row.clone();
        (std::mem::take(&mut self.changes), std::mem::take(&mut self.announced))
    }

    /// Something to be written besides the row.
    pub fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Informs the participants, once it is saved, of the state of the consultation. Where it waited or was offered before and
    /// does again, nothing has changed for its enterprise, which does not see to whom it is offered.
    pub fn announce(&mut self) {
        let same = self.loaded == Some(self.row.status);
        let unseen = same && matches!(self.row.status, Status::Waiting | Status::Offered);
        self.announced = Some(if unseen { ChangeAudience::Inside } else { ChangeAudience::ForAll });
    }

    /// Informs those participants who see the notes, once it is saved.
    pub fn announce_inside(&mut self) {
        self.announced = Some(ChangeAudience::Inside);
    }

    /// Takes a step: checks that it is allowed, changes the status, adds a line to the history.
    ///
    /// # Errors
    /// When the status does not allow the step.
    pub fn step(&mut self, step: Step, note: StepNote) -> Result<(), NotAllowed<Status, Step>> {
        let from = self.row.status;
        self.row.status = transition(from, step)?;
        self.entry(step.as_str(), Some(from), false, note);
        Ok(())
    }

    /// Adds a line to the history that changes no status.
    pub fn note(&mut self, event: &'static str, note: StepNote) {
        self.entry(event, Some(self.row.status), false, note);
    }

    /// Adds the first line to the history.
    pub fn opened(&mut self) {
        self.loaded = None;
        self.entry("open", None, false, StepNote::default());
        self.change(Change::Joins(self.row.opened_by, "enterprise", false));
    }

    fn entry(&mut self, event: &'static str, from: Option<Status>, by_platform: bool, note: StepNote) {
        self.changes.push(Change::Event(Entry { event, from, to: self.row.status, by_platform, note }));
    }

    /// A search for an expert has come so far: each step is a line of the history. Says whether the officers are to be alarmed
    /// now that nobody was found.
    pub fn searched(&mut self, reached: SearchStep, now: DateTime<Utc>) -> bool {
        while self.row.search_step < reached {
            self.row.search_step = self.row.search_step.wider();
            self.entry(self.row.search_step.event(), Some(self.row.status), true, StepNote::default());
        }
        self.row.searched_at = Some(now);
        let alarm = self.row.search_step == SearchStep::Queue && self.row.alarmed_at.is_none();
        if alarm {
            self.row.alarmed_at = Some(now);
        }
        alarm
    }

    /// An answer can be expected when the first expert will be on duty, or at once. Gives that moment where it is later and the
    /// enterprise has not been informed yet.
    pub fn expect(&mut self, on_duty_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let expected = on_duty_at.filter(|at| *at > now);
        if expected == self.row.answer_expected_at {
            return None;
        }
        self.row.answer_expected_at = expected;
        expected
    }

    /// It is offered to an expert, until this moment, and at most until the other one where it is held.
    ///
    /// # Errors
    /// When it does not wait.
    pub fn offer(
        &mut self,
        choice: Choice,
        expires_at: DateTime<Utc>,
        holds_until: DateTime<Utc>,
    ) -> Result<(), NotAllowed<Status, Step>> {
        self.row.expert_id = Some(choice.expert);
        self.row.offer_expires_at = Some(expires_at);
        self.step(Step::Offer, StepNote { expert: Some(choice.expert), note: None })?;
        let holds_until = Some(holds_until);
        self.change(Change::Offer(Box::new(NewOffer { choice, expires_at, holds_until, answer: None })));
        Ok(())
    }

    /// The offer stands until this later moment.
    pub fn extend_offer(&mut self, until: DateTime<Utc>) {
        self.row.offer_expires_at = Some(until);
        self.change(Change::OfferUntil(until));
    }

    /// Pins it to its expert, or unpins it.
    pub fn pin(&mut self, pinned: bool) {
        self.row.pinned = pinned;
    }

    /// The expert has given the first answer: none is due any more.
    pub fn answered(&mut self) {
        self.row.answer_due_at = None;
    }

    /// The expert asks the enterprise for information. Whoever asks is not silent.
    pub fn ask_information(&mut self, question: String, now: DateTime<Utc>) {
        self.row.information_asked_at = Some(now);
        self.answered();
        self.note("ask_information", StepNote { expert: self.row.expert_id, note: Some(question) });
    }

    /// The expert withdraws the question for information.
    pub fn stop_asking(&mut self) {
        self.row.information_asked_at = None;
        self.note("cancel_information_request", StepNote { expert: self.row.expert_id, note: None });
    }

    /// The enterprise has answered the question for information.
    pub fn information_received(&mut self) {
        self.row.information_asked_at = None;
        self.entry("information_received", Some(self.row.status), true, StepNote::default());
    }

    /// An expert, whose place is taken already, holds it from now on; the platform waits for the first answer as long as `promise`.
    ///
    /// # Errors
    /// When the status does not allow it.
    pub fn hold(
        &mut self,
        expert: ExpertId,
        account: AccountId,
        now: DateTime<Utc>,
        promise: Duration,
    ) -> Result<(), NotAllowed<Status, Step>> {
        self.row.status = transition(self.row.status, Step::Assign)?;
        self.row.expert_id = Some(expert);
        self.row.offer_expires_at = None;
        self.row.answer_expected_at = None;
        self.row.accepted_at = Some(now);
        self.row.answer_due_at = Some(now + promise);
        // The expert who leads has no seat besides, and needs no invitation.
        self.change(Change::Unseat(expert));
        self.change(Change::Invitation(expert, PanelInvitationState::Withdrawn, None));
        self.change(Change::Joins(account, "expert", true));
        Ok(())
    }

    /// It is taken back from its expert and waits, whatever step led there.
    ///
    /// # Errors
    /// When it is concluded.
    pub fn release(&mut self, round: Round, now: DateTime<Utc>) -> Result<(), NotAllowed<Status, Step>> {
        if self.row.status != Status::Waiting {
            self.row.status = transition(self.row.status, Step::Withdraw)?;
        }
        if let Some(former) = self.row.expert_id.take() {
            self.change(Change::Leaves(former));
        }
        self.row.offer_expires_at = None;
        self.row.accepted_at = None;
        self.row.concluded_at = None;
        self.row.answer_due_at = None;
        self.row.answer_expected_at = None;
        self.row.pinned = false;
        if round == Round::New {
            self.row.search_step = SearchStep::Exact;
            self.row.search_since = Some(now);
            self.row.alarmed_at = None;
        }
        Ok(())
    }

    /// What its conclusion left ends with its reopening; offers made so far do not count as tried.
    pub fn begin_again(&mut self, now: DateTime<Utc>) {
        self.row.expert_id = None;
        self.row.concluded_at = None;
        self.row.closed = None;
        self.row.tried_since = Some(now);
        self.row.reopened += 1;
    }

    /// The expert concludes it, under this number: the panel's seats, invitations to it and the wait for a first answer end.
    ///
    /// # Errors
    /// When no expert holds it.
    pub fn conclude(
        &mut self,
        conclusion: String,
        number: String,
        now: DateTime<Utc>,
    ) -> Result<(), NotAllowed<Status, Step>> {
        let expert = self.row.expert_id;
        self.step(Step::Conclude, StepNote { expert, note: Some(number) })?;
        self.row.concluded_at = Some(now);
        self.row.conclusion = Some(conclusion);
        self.row.answer_due_at = None;
        self.row.information_asked_at = None;
        self.change(Change::UnseatAll);
        self.change(Change::InvitationsLapse);
        Ok(())
    }

    /// It ends without a conclusion. Where an expert holds it, the expert goes on seeing it as after a conclusion; one who was asked learns that
    /// nothing is asked any more.
    ///
    /// # Errors
    /// When its status does not allow it.
    pub fn close(
        &mut self,
        closing: Closing,
        reason: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(), NotAllowed<Status, Step>> {
        let held = self.row.status == Status::Active;
        self.step(closing.step(), StepNote { expert: self.row.expert_id, note: reason.clone() })?;
        self.row.closed = Some(closing);
        self.row.concluded_at = Some(now);
        self.row.offer_expires_at = None;
        self.row.answer_due_at = None;
        self.row.answer_expected_at = None;
        self.row.information_asked_at = None;
        if !held {
            self.row.pinned = false;
            if let Some(asked) = self.row.expert_id.take() {
                self.change(Change::Answer("withdrawn", reason));
                self.change(Change::Leaves(asked));
            }
        }
        self.change(Change::UnseatAll);
        self.change(Change::InvitationsLapse);
        Ok(())
    }

    /// Whether its enterprise may rate it: it is over, an expert has answered, and it is not rated yet.
    pub fn may_be_rated(&self) -> bool {
        self.row.status == Status::Concluded
            && self.row.rating.is_none()
            && self.row.closed.is_none_or(Closing::was_answered)
    }

    /// The enterprise rates it, 1 to 5.
    pub fn rate(&mut self, rating: i32, comment: Option<String>, now: DateTime<Utc>) {
        self.row.rating = Some(rating);
        self.row.rating_comment = comment;
        self.row.rated_at = Some(now);
        self.note("rate", StepNote::default());
    }

    /// The rating is taken back, because it is not over: it goes into the history. Gives what it was.
    pub fn take_rating_back(&mut self) -> Option<i32> {
        let rating = self.row.rating.take()?;
        let comment = self.row.rating_comment.take().unwrap_or_default();
        if let Some(rated_at) = self.row.rated_at.take() {
            self.change(Change::RatingTakenBack(rated_at, rating));
        }
        let note = format!("{rating}/5 {comment}").trim().to_owned();
        self.note("rating_withdrawn", StepNote { expert: self.row.expert_id, note: Some(note) });
        Some(rating)
    }
}
