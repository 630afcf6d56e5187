//! The ladder: which step is proposed next, from what was tried before. A proposal and nothing more: nothing is issued by itself. Pure.

use crate::core::Text;
use crate::oversight::state::OversightState;
use crate::oversight::words::OversightKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// What came of an earlier step.
    pub enum Outcome {
        /// It is under way, and its term has not passed.
        Running = "running",
        /// Its term has passed without an answer, or nobody came.
        Unanswered = "unanswered",
        /// It ended.
        Settled = "settled",
    }
}

/// An earlier letter, interview or listing about the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EarlierMeasure {
    /// Whether it was a letter, an interview or a listing.
    #[schema(inline)]
    pub kind: OversightKind,
    /// Its state.
    #[schema(inline)]
    pub state: OversightState,
    /// Whether it was answered or resolved, and how.
    #[schema(inline)]
    pub outcome: Outcome,
    /// When it went out.
    pub issued_on: Option<NaiveDate>,
    /// When it ended.
    pub ended_on: Option<NaiveDate>,
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The next step; none where one is under way.
    pub next: Option<OversightKind>,
    /// Whether a listing of before should go to the level above instead.
    pub escalate: bool,
    /// Reasons for the proposal.
    pub reasons: Vec<Text>,
}

/// What came of a step by its state, and whether its term has passed.
pub fn outcome(state: OversightState, overdue: bool) -> Outcome {
    use OversightState as T;
    match state {
        T::NotAttended | T::Overdue => Outcome::Unanswered,
        T::Accepted | T::Closed | T::Verified | T::Escalated | T::Declined | T::Withdrawn => Outcome::Settled,
        _ if overdue => Outcome::Unanswered,
        _ => Outcome::Running,
    }
}

/// The step above a kind.
fn above(kind: OversightKind) -> OversightKind {
    match kind {
        OversightKind::Letter => OversightKind::Interview,
        OversightKind::Interview | OversightKind::Listing => OversightKind::Listing,
    }
}

/// The next step after what was tried, where `still` says whether something has failed since the last of it ended, and `above_it` whether there is a
/// level above who issued it. `tried` is in any order; what was withdrawn or never approved counts as not tried.
pub fn propose(tried: &[EarlierMeasure], still: bool, above_it: bool) -> Proposal {
    let counts =
        |one: &&EarlierMeasure| !matches!(one.state, OversightState::Withdrawn | OversightState::Declined);
    let tried: Vec<&EarlierMeasure> = tried.iter().filter(counts).collect();
    let highest = tried.iter().map(|one| one.kind).max();
    let running = tried.iter().filter(|one| one.outcome == Outcome::Running).map(|one| one.kind).max();
    let unanswered = tried.iter().filter(|one| one.outcome == Outcome::Unanswered).map(|one| one.kind).max();
    let Some(highest) = highest else {
        let why = Text::new(
            "此前没有发出提醒函、约谈或者挂牌督办",
            "no letter, interview or listing went out before",
        );
        return Proposal { next: Some(OversightKind::Letter), escalate: false, reasons: vec![why] };
    };
    let mut reasons: Vec<Text> = Vec::new();
    if let Some(kind) = unanswered.filter(|kind| running.is_none_or(|running| running < *kind)) {
        let (zh, en) = (kind.text().zh, kind.text().en);
        reasons.push(Text::new(
            format!("{zh}逾期未办理或者未到场"),
            format!("the {en} was not answered in time, or nobody came"),
        ));
        let listing = kind == OversightKind::Listing;
        if listing && above_it {
            reasons.push(Text::new("可提请上级挂牌督办", "it can be handed to the level above"));
        }
        return Proposal { next: (!listing).then(|| above(kind)), escalate: listing && above_it, reasons };
    }
    if let Some(kind) = running {
        let (zh, en) = (kind.text().zh, kind.text().en);
        reasons.push(Text::new(format!("{zh}正在办理"), format!("the {en} is under way")));
        return Proposal { next: None, escalate: false, reasons };
    }
    let (zh, en) = (highest.text().zh, highest.text().en);
    if still {
        reasons.push(Text::new(
            format!("{zh}办结后又出现不合格"),
            format!("something has failed since the {en} ended"),
        ));
        return Proposal { next: Some(above(highest)), escalate: false, reasons };
    }
    reasons.push(Text::new(
        format!("{zh}已经办结，其后没有新的不合格"),
        format!("the {en} has ended and nothing has failed since"),
    ));
    Proposal { next: Some(OversightKind::Letter), escalate: false, reasons }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OversightKind::{Interview, Letter, Listing};

    fn tried(kind: OversightKind, state: &str, overdue: bool) -> EarlierMeasure {
        let state: OversightState = state.parse().unwrap();
        EarlierMeasure { kind, state, outcome: outcome(state, overdue), issued_on: None, ended_on: None }
    }

    #[test]
    fn the_ladder_goes_up_by_what_was_tried() {
        for (before, still, next, escalate) in [
            (vec![], true, Some(Letter), false),
            (vec![tried(Letter, "issued", false)], true, None, false),
            (vec![tried(Letter, "issued", true)], true, Some(Interview), false),
            (vec![tried(Letter, "closed", false)], true, Some(Interview), false),
            (vec![tried(Letter, "closed", false)], false, Some(Letter), false),
            (vec![tried(Letter, "withdrawn", false)], true, Some(Letter), false),
            (
                vec![tried(Letter, "closed", false), tried(Interview, "not_attended", false)],
                true,
                Some(Listing),
                false,
            ),
            (
                vec![tried(Letter, "closed", false), tried(Interview, "rectifying", true)],
                true,
                Some(Listing),
                false,
            ),
            (vec![tried(Letter, "issued", true), tried(Interview, "notified", false)], true, None, false),
            (vec![tried(Interview, "closed", false)], true, Some(Listing), false),
            (vec![tried(Listing, "listed", false)], true, None, false),
            (vec![tried(Listing, "overdue", true)], true, None, true),
            (vec![tried(Listing, "accepted", false)], true, Some(Listing), false),
            (vec![tried(Listing, "declined", false)], true, Some(Letter), false),
        ] {
            let proposal = propose(&before, still, true);
            assert!(!propose(&before, still, false).escalate, "there is nobody above");
            assert_eq!((proposal.next, proposal.escalate), (next, escalate), "{before:?}");
            assert!(!proposal.reasons.is_empty());
        }
    }
}
