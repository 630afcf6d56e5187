//! How far a member has come: the fold of its evidence, as of any moment. Pure.
//!
//! Each piece of evidence holds from the moment at which it was entered until it was taken back, so the figures of a moment never change, and a
//! stage falls back by itself where its ground is gone. The stages are not taken one by one: who is cleared is verified, whether a consultation was
//! concluded or not.

use crate::rounds::member_state::MemberState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

crate::word_enum! {
    /// The stage of a member of a cohort.
    pub enum CircuitStage {
        /// On the list; nobody has looked at it with the enterprise yet (已列入).
        Found = "found",
        /// A consultation was concluded or a visit held (已评估).
        Assessed = "assessed",
        /// The correction, or an agreed action, is under way (整改中).
        Correcting = "correcting",
        /// Nothing is open in any of its cases (已验证).
        Verified = "verified",
        /// A follow-up sample passed after that (已巩固).
        Guarded = "guarded",
        /// It took part in a training after that (已提升).
        Raised = "raised",
        /// It can't be reached (联系不上).
        Unreachable = "unreachable",
        /// It does not want help (不愿参加).
        Declined = "declined",
    }
}

impl CircuitStage {
    /// The stages that evidence gives, the first one first.
    pub const BY_EVIDENCE: [Self; 6] =
        [Self::Found, Self::Assessed, Self::Correcting, Self::Verified, Self::Guarded, Self::Raised];

    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Found => ("已列入", "found"),
            Self::Assessed => ("已评估", "assessed"),
            Self::Correcting => ("整改中", "correcting"),
            Self::Verified => ("已验证", "verified"),
            Self::Guarded => ("已巩固", "guarded"),
            Self::Raised => ("已提升", "raised"),
            Self::Unreachable => ("联系不上", "unreachable"),
            Self::Declined => ("不愿参加", "declined"),
        }
    }
}

crate::word_enum! {
    /// What a piece of evidence says. The SQL function `circuit_evidence` gives the same words.
    pub enum EvidenceKind {
        /// A nonconformity is on the list.
        Listed = "listed",
        /// Nothing is open in the case of a nonconformity.
        Cleared = "cleared",
        /// A correction or an agreed action is under way.
        Correcting = "correcting",
        /// A correction was handed in.
        Corrected = "corrected",
        /// The first re-inspection of a case was passed.
        PassedFirst = "passed_first",
        /// The first re-inspection of a case was failed.
        FailedFirst = "failed_first",
        /// A consultation is concluded.
        Concluded = "concluded",
        /// A visit was held.
        Visited = "visited",
        /// It took part in a training.
        Trained = "trained",
        /// A commitment is signed.
        Committed = "committed",
        /// A commitment was kept.
        Kept = "kept",
        /// A follow-up sample was taken.
        Sampled = "sampled",
        /// A follow-up sample passed.
        SamplePassed = "sample_passed",
        /// It was interviewed.
        Interviewed = "interviewed",
    }
}

/// A piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitEvidence)]
pub struct Evidence {
    /// The kind of evidence.
    #[schema(inline)]
    pub kind: EvidenceKind,
    /// The nonconformity where it is about one, else the thing itself.
    pub subject: Uuid,
    /// When it was entered.
    pub from: DateTime<Utc>,
    /// When it was taken back; none while it stands.
    pub until: Option<DateTime<Utc>>,
}

impl Evidence {
    /// Whether it stands just before this moment.
    pub fn stands(&self, before: DateTime<Utc>) -> bool {
        self.from < before && self.until.is_none_or(|until| until >= before)
    }
}

/// What was decided of a member: the state after each decision, the first one first.
pub type Decisions = [(DateTime<Utc>, MemberState)];

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The stage.
    pub stage: CircuitStage,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// The moment since when nothing is open against the enterprise, just before a moment; none while something is, or while nothing is listed.
pub fn cleared_since(evidence: &[Evidence], before: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let standing = |kind| evidence.iter().filter(move |e| e.kind == kind && e.stands(before));
    let listed: BTreeSet<Uuid> = standing(EvidenceKind::Listed).map(|e| e.subject).collect();
    if listed.is_empty() {
        return None;
    }
    let cleared: Vec<&Evidence> =
        standing(EvidenceKind::Cleared).filter(|e| listed.contains(&e.subject)).collect();
    let subjects: BTreeSet<Uuid> = cleared.iter().map(|e| e.subject).collect();
    if subjects.len() < listed.len() {
        return None;
    }
    cleared.iter().map(|e| e.from).max()
}

/// The first moment of evidence of a kind that stands just before a moment, not earlier than `after`.
pub fn first_since(
    evidence: &[Evidence],
    kind: EvidenceKind,
    after: Option<DateTime<Utc>>,
    before: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let standing = evidence.iter().filter(|e| e.kind == kind && e.stands(before));
    standing.map(|e| e.from).filter(|from| after.is_none_or(|after| *from >= after)).min()
}

/// The stage that evidence gives, just before a moment.
pub fn stage_by_evidence(evidence: &[Evidence], before: DateTime<Utc>) -> CircuitStage {
    let first = |kind, after| first_since(evidence, kind, after, before);
    if let Some(cleared) = cleared_since(evidence, before) {
        let Some(guarded) = first(EvidenceKind::SamplePassed, Some(cleared)) else {
            return CircuitStage::Verified;
        };
        return match first(EvidenceKind::Trained, Some(guarded)) {
            Some(_) => CircuitStage::Raised,
            None => CircuitStage::Guarded,
        };
    }
    if is_correcting(evidence, before) {
        CircuitStage::Correcting
    } else if first(EvidenceKind::Concluded, None).is_some() || first(EvidenceKind::Visited, None).is_some() {
        CircuitStage::Assessed
    } else {
        CircuitStage::Found
    }
}

/// Whether a correction or an agreed action is under way of something that is still open: what belongs to a nonconformity that is cleared, or is no
/// longer on the list, is over.
fn is_correcting(evidence: &[Evidence], before: DateTime<Utc>) -> bool {
    let standing: Vec<&Evidence> = evidence.iter().filter(|e| e.stands(before)).collect();
    let says = |kind, subject| standing.iter().any(|e| e.kind == kind && e.subject == subject);
    let known = |subject| {
        let listed = |e: &&Evidence| e.kind == EvidenceKind::Listed && e.subject == subject;
        evidence.iter().filter(|e| e.from < before).any(|e| listed(&e))
    };
    standing.iter().filter(|e| e.kind == EvidenceKind::Correcting).any(|e| {
        let open = says(EvidenceKind::Listed, e.subject) && !says(EvidenceKind::Cleared, e.subject);
        open || !known(e.subject)
    })
}

/// What was decided just before a moment, with the moment of the decision; none before the member was added.
fn decided(decisions: &Decisions, before: DateTime<Utc>) -> Option<(DateTime<Utc>, MemberState)> {
    decisions.iter().rev().find(|(at, _)| *at < before).copied()
}

/// The stage just before a moment; none while the enterprise is no member.
pub fn stage_before(
    evidence: &[Evidence],
    decisions: &Decisions,
    before: DateTime<Utc>,
) -> Option<CircuitStage> {
    match decided(decisions, before)?.1 {
        MemberState::Member => Some(stage_by_evidence(evidence, before)),
        MemberState::Unreachable => Some(CircuitStage::Unreachable),
        MemberState::Declined => Some(CircuitStage::Declined),
        MemberState::Removed => None,
    }
}

/// Where a member stands just before a moment, and since when; none while the enterprise is no member.
pub fn standing_before(
    evidence: &[Evidence],
    decisions: &Decisions,
    before: DateTime<Utc>,
) -> Option<Standing> {
    let stage = stage_before(evidence, decisions, before)?;
    let added = decisions.iter().map(|(at, _)| *at).min()?;
    // Something can only have changed at one of these.
    let mut moments: Vec<DateTime<Utc>> = decisions.iter().map(|(at, _)| *at).collect();
    moments.extend(evidence.iter().flat_map(|e| [Some(e.from), e.until]).flatten());
    moments.retain(|at| *at >= added && *at < before);
    moments.sort_unstable();
    moments.dedup();
    let mut since = added;
    for (at, next) in moments.iter().rev().zip(std::iter::once(before).chain(moments.iter().rev().copied())) {
        // What holds from `at` on is what stands just before the next moment.
        if stage_before(evidence, decisions, next) != Some(stage) {
            break;
        }
        since = *at;
    }
    Some(Standing { stage, since })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use proptest::prelude::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + Duration::days(day)
    }

    fn piece(kind: EvidenceKind, subject: u128, from: i64, until: Option<i64>) -> Evidence {
        Evidence { kind, subject: Uuid::from_u128(subject), from: at(from), until: until.map(at) }
    }

    fn stage(evidence: &[Evidence], day: i64) -> CircuitStage {
        stage_by_evidence(evidence, at(day) + Duration::hours(1))
    }

    #[test]
    fn each_stage_rests_on_evidence_and_falls_back_with_it() {
        use EvidenceKind as E;
        let evidence = [
            piece(E::Listed, 1, 0, None),
            piece(E::Concluded, 9, 2, Some(3)),
            piece(E::Concluded, 9, 4, None),
            piece(E::Correcting, 1, 5, Some(7)),
            piece(E::Cleared, 1, 7, Some(20)),
            piece(E::SamplePassed, 8, 6, None),
            piece(E::SamplePassed, 8, 9, Some(12)),
            piece(E::Trained, 7, 8, None),
            piece(E::Trained, 7, 10, None),
        ];
        let stages: Vec<&str> = (0..=20).map(|day| stage(&evidence, day).as_str()).collect();
        assert_eq!(
            stages,
            [
                "found",
                "found",
                "assessed",
                "found",
                "assessed",
                "correcting",
                "correcting",
                "verified",
                "verified",
                "guarded",
                "raised",
                "raised",
                "verified",
                "verified",
                "verified",
                "verified",
                "verified",
                "verified",
                "verified",
                "verified",
                "assessed"
            ]
        );
    }

    #[test]
    fn all_that_is_listed_must_be_cleared() {
        use EvidenceKind as E;
        let mut evidence = vec![
            piece(E::Listed, 1, 0, None),
            piece(E::Listed, 2, 0, Some(9)),
            piece(E::Cleared, 1, 3, None),
            piece(E::Correcting, 1, 2, None),
        ];
        assert_eq!(stage(&evidence, 2), CircuitStage::Correcting);
        assert_eq!(
            stage(&evidence, 3),
            CircuitStage::Found,
            "what was corrected is cleared, the other one is open"
        );
        assert_eq!(stage(&evidence, 9), CircuitStage::Verified, "the other one was withdrawn");
        evidence.push(piece(E::Listed, 3, 12, None));
        assert_eq!(stage(&evidence, 12), CircuitStage::Found, "a new one is open");
        assert_eq!(cleared_since(&evidence, at(11)), Some(at(3)));
    }

    #[test]
    fn what_was_decided_goes_before_evidence() {
        use EvidenceKind as E;
        let evidence = [piece(E::Listed, 1, 0, None), piece(E::Visited, 2, 1, None)];
        let decisions = [
            (at(2), MemberState::Member),
            (at(4), MemberState::Declined),
            (at(6), MemberState::Member),
            (at(8), MemberState::Removed),
        ];
        let seen = |day: i64| standing_before(&evidence, &decisions, at(day) + Duration::hours(1));
        assert_eq!(seen(1), None);
        assert_eq!(seen(2), Some(Standing { stage: CircuitStage::Assessed, since: at(2) }));
        assert_eq!(seen(5), Some(Standing { stage: CircuitStage::Declined, since: at(4) }));
        assert_eq!(seen(7), Some(Standing { stage: CircuitStage::Assessed, since: at(6) }));
        assert_eq!(seen(9), None);
    }

    fn any_evidence() -> impl Strategy<Value = Vec<Evidence>> {
        let kinds = proptest::sample::select(EvidenceKind::ALL);
        let one = (kinds, 1_u128..4, 0_i64..30, proptest::option::of(1_i64..20));
        proptest::collection::vec(
            one.prop_map(|(kind, subject, from, lasts)| {
                piece(kind, subject, from, lasts.map(|days| from + days))
            }),
            0..24,
        )
    }

    proptest! {
        #[test]
        fn what_is_entered_later_changes_no_earlier_day(
            evidence in any_evidence(), day in 0_i64..40, shuffled in any::<prop::sample::Index>(),
        ) {
            let decisions = [(at(0) - Duration::hours(1), MemberState::Member)];
            let before = at(day);
            // Of a piece that was taken back later nothing was known but that it stands.
            let known: Vec<Evidence> = evidence
                .iter()
                .filter(|e| e.from < before)
                .map(|e| Evidence { until: e.until.filter(|until| *until < before), ..*e })
                .collect();
            let seen = standing_before(&evidence, &decisions, before);
            prop_assert_eq!(seen, standing_before(&known, &decisions, before));
            let mut turned = evidence.clone();
            if !turned.is_empty() {
                let by = shuffled.index(turned.len());
                turned.rotate_left(by);
            }
            prop_assert_eq!(seen, standing_before(&turned, &decisions, before));
        }

        #[test]
        fn since_is_the_last_moment_at_which_the_stage_changed(evidence in any_evidence(), day in 1_i64..40) {
            let decisions = [(at(0) - Duration::hours(1), MemberState::Member)];
            let seen = standing_before(&evidence, &decisions, at(day)).unwrap();
            for hour in 1..=(at(day) - seen.since).num_hours() {
                let moment = seen.since + Duration::hours(hour);
                prop_assert_eq!(stage_before(&evidence, &decisions, moment), Some(seen.stage));
            }
        }
    }
}
