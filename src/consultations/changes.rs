//! What a command writes of a consultation besides its row: lines of the history, offers, people. Pure.

use crate::consultations::agreement::NewOpinion;
use crate::consultations::invitation_state::PanelInvitationState;
use crate::consultations::status::Status;
use crate::core::ids::{AccountId, ExpertId};
use crate::matching::choice::Choice;
use chrono::{DateTime, Utc};

/// The details of a line of the history.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct StepNote {
    /// The expert whom the step concerns.
    pub expert: Option<ExpertId>,
    /// The reason, in the actor's words.
    pub note: Option<String>,
}

/// A line to be added to the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The word for what happened.
    pub event: &'static str,
    /// The status before; none for the opening.
    pub from: Option<Status>,
    /// The status after.
    pub to: Status,
    /// Whether the platform did it by itself, in whoever's command.
    pub by_platform: bool,
    /// The details.
    pub note: StepNote,
}

/// An offer to be recorded.
#[derive(Debug, Clone)]
pub struct NewOffer {
    /// The expert, and the reasons for the expert.
    pub choice: Choice,
    /// When the offer expires.
    pub expires_at: DateTime<Utc>,
    /// Until when it can be held at most.
    pub holds_until: Option<DateTime<Utc>>,
    /// Given where an admin's order leaves no choice.
    pub answer: Option<&'static str>,
}

impl NewOffer {
    /// An offer that is accepted as it is made, because the expert has no choice.
    pub fn accepted(choice: Choice, now: DateTime<Utc>) -> Self {
        Self { choice, expires_at: now, holds_until: None, answer: Some("accepted") }
    }
}

/// What is to be written besides the row's own columns.
#[derive(Debug, Clone)]
pub enum Change {
    /// A line is added to the history.
    Event(Entry),
    /// An offer is recorded.
    Offer(Box<NewOffer>),
    /// The open offer is answered: with what, and the reason.
    Answer(&'static str, Option<String>),
    /// The open offer expires at this moment.
    OfferUntil(DateTime<Utc>),
    /// An account takes part, in this role, again if it did before; the flag says whether it leads.
    Joins(AccountId, &'static str, bool),
    /// An expert no longer takes part, unless the expert is a member of the panel.
    Leaves(ExpertId),
    /// An expert is invited to the panel, with a note if there is one.
    Invite(ExpertId, Option<String>),
    /// The open invitation of an expert, if there is one, is answered or taken back; with the reason, if one is given.
    Invitation(ExpertId, PanelInvitationState, Option<String>),
    /// All open invitations to the panel lapse.
    InvitationsLapse,
    /// An expert is given a seat on the panel.
    Seat(ExpertId),
    /// An expert's seat on the panel ends.
    Unseat(ExpertId),
    /// All seats of the panel end.
    UnseatAll,
    /// An expert gives an opinion, or revises it.
    Opinion(ExpertId, NewOpinion),
    /// A rating is taken back: when it was given, and what it was.
    RatingTakenBack(DateTime<Utc>, i32),
}

/// Whether the search for the next expert goes on or begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Nobody has taken the consultation yet: the waiting goes on.
    Same,
    /// Someone had it: exact and near come first again.
    New,
}

/// Who learns of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeAudience {
    /// All participants.
    ForAll,
    /// Those who see the notes.
    Inside,
}
