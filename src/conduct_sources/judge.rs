//! Which conduct follows from an inspection or a case. Pure.

use crate::conduct_sources::settings::SourceRules;
use crate::core::ids::EnterpriseId;
use crate::inspections::state::InspectionState;
use crate::inspections::words::{InspectedRole, Method, Purpose};
use crate::remediation::state::{CaseState, CaseStep};
use chrono::NaiveDate;

crate::word_enum! {
    /// What conduct comes of.
    pub enum Source {
        /// An inspection.
        Inspection = "inspection",
        /// A case.
        Case = "case",
    }
}

crate::word_enum! {
    /// What of an inspection or a case it is that conduct comes of.
    pub enum Occasion {
        /// The operator refused the sampling.
        Refusal = "refusal",
        /// The operator's own failure.
        Operator = "operator",
        /// The nominal producer's failure.
        Producer = "producer",
        /// The correction was not handed in by the statutory day.
        Late = "late",
        /// The re-inspection of a case was not passed.
        Reinspection = "reinspection",
        /// The second re-inspection was not passed.
        SecondReinspection = "second_reinspection",
        /// The check after a suspension was not passed.
        Check = "check",
    }
}

/// Conduct that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The event from which the conduct follows.
    pub occasion: Occasion,
    /// The enterprise whose conduct it is.
    pub enterprise: EnterpriseId,
    /// The role in which the operator acted.
    pub role: InspectedRole,
    /// Code of the behaviour.
    pub behaviour: String,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// The day from which it stands.
    pub decided_on: NaiveDate,
}

/// What is known of an inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionSeen {
    /// Whether the result of its method and purpose may cause conduct.
    pub conduct: bool,
    /// How the product was looked at.
    pub method: Method,
    /// The purpose of the inspection.
    pub purpose: Purpose,
    /// Its state.
    pub state: InspectionState,
    /// As what the operator was inspected.
    pub role: InspectedRole,
    /// The operator, where it is in the register.
    pub operator: Option<EnterpriseId>,
    /// The nominal producer, where it is in the register.
    pub producer: Option<EnterpriseId>,
    /// Whether the operator's own failure stands.
    pub operator_failed: bool,
    /// Whether the nominal producer's failure stands: it was told, and the product is its own.
    pub producer_failed: bool,
    /// Whether an item of safety failed.
    pub safety: bool,
    /// Whether what failed was corrected on the spot.
    pub corrected: bool,
    /// The ground of a refusal.
    pub reason: Option<String>,
    /// When the sample was taken.
    pub sampled_on: Option<NaiveDate>,
    /// When the result became final.
    pub final_on: Option<NaiveDate>,
    /// The day of the last step.
    pub last_on: Option<NaiveDate>,
}

impl InspectionSeen {
    /// The day from which its result stands.
    #[must_use]
    pub fn decided_on(&self) -> Option<NaiveDate> {
        if self.state == InspectionState::Refused { self.last_on } else { self.final_on }
    }
}

/// What follows from an inspection by the rules of the day from which its result stands.
#[must_use]
pub fn of_inspection(seen: &InspectionSeen, rules: &SourceRules) -> Vec<Wanted> {
    let Some(decided_on) = seen.decided_on().filter(|_| seen.conduct) else { return Vec::new() };
    let happened_on = seen.sampled_on.unwrap_or(decided_on).min(decided_on);
    let wanted = |occasion, enterprise: Option<EnterpriseId>, role, behaviour: &str| {
        let enterprise = enterprise.filter(|_| !behaviour.is_empty())?;
        Some(Wanted { occasion, enterprise, role, behaviour: behaviour.to_owned(), happened_on, decided_on })
    };
    let found = match seen.state {
        InspectionState::Refused => {
            let unlawful = |ground: &str| rules.unlawful_refusals.iter().any(|known| known == ground);
            let refused = seen.reason.as_deref().is_some_and(unlawful);
            let operator = seen.operator.filter(|_| refused);
            vec![wanted(Occasion::Refusal, operator, seen.role, &rules.sampling_refused)]
        }
        InspectionState::Final | InspectionState::Published if !seen.corrected => {
            let behaviour = failure(seen, rules);
            let producer = seen.producer.or(seen.operator.filter(|_| seen.role == InspectedRole::Producer));
            let producer = producer.filter(|_| seen.producer_failed);
            // A producer that was sampled at home is one party and not two.
            let operator =
                seen.operator.filter(|_| seen.operator_failed && seen.role != InspectedRole::Producer);
            vec![
                wanted(Occasion::Operator, operator, seen.role, behaviour),
                wanted(Occasion::Producer, producer, InspectedRole::Producer, behaviour),
            ]
        }
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// As which behaviour a failure counts.
fn failure<'r>(seen: &InspectionSeen, rules: &'r SourceRules) -> &'r str {
    if seen.method == Method::Label {
        &rules.label_failed
    } else if seen.purpose == Purpose::Reinspection {
        &rules.reinspection_failed
    } else if seen.safety {
        &rules.safety_failed
    } else {
        &rules.sample_failed
    }
}

/// What is known of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSeen {
    /// The enterprise of the case.
    pub enterprise: EnterpriseId,
    /// The role in which the operator acted.
    pub role: InspectedRole,
    /// Its state.
    pub state: CaseState,
    /// Its effective steps with their days, in their order.
    pub steps: Vec<(CaseStep, NaiveDate)>,
    /// The last day for the correction; none where that does not run.
    pub rectify_by: Option<NaiveDate>,
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
}

/// What follows from a case; the rules are those of the day of each step.
#[must_use]
pub fn of_case<'r>(seen: &CaseSeen, rules: &dyn Fn(NaiveDate) -> Option<&'r SourceRules>) -> Vec<Wanted> {
    // The result on which the case rests does not stand, or the record is withdrawn.
    if matches!(seen.state, CaseState::Overturned | CaseState::Withdrawn) {
        return Vec::new();
    }
    let mut found: Vec<Wanted> = Vec::new();
    let mut want = |occasion: Occasion, on: NaiveDate, behaviour: &str| {
        // The first of its kind counts; a second suspension's check is about the same fact.
        if !behaviour.is_empty() && found.iter().all(|known| known.occasion != occasion) {
            found.push(Wanted {
                occasion,
                enterprise: seen.enterprise,
                role: seen.role,
                behaviour: behaviour.to_owned(),
                happened_on: on,
                decided_on: on,
            });
        }
    };
    if let Some(on) = late(seen)
        && let Some(rules) = rules(on)
    {
        want(Occasion::Late, on, &rules.correction_late);
    }
    for (step, on) in &seen.steps {
        let occasion = match step {
            CaseStep::FailReinspection => Occasion::Reinspection,
            CaseStep::FailSecondReinspection => Occasion::SecondReinspection,
            CaseStep::FailCheck => Occasion::Check,
            _ => continue,
        };
        if let Some(rules) = rules(*on) {
            want(occasion, *on, &rules.reinspection_failed);
        }
    }
    found
}

/// The day on which the correction was late: the one after its last day, where it was handed in later, or not at all until now.
fn late(seen: &CaseSeen) -> Option<NaiveDate> {
    let by = seen.rectify_by?;
    let handed_in = seen.steps.iter().find(|(step, _)| *step == CaseStep::SubmitEvidence).map(|(_, on)| *on);
    // What the regulator inspected by then needed no evidence any more.
    let inspected = |step: &CaseStep| matches!(step, CaseStep::PassReinspection | CaseStep::FailReinspection);
    let inspected = seen.steps.iter().find(|(step, _)| inspected(step)).map(|(_, on)| *on);
    let done = handed_in.into_iter().chain(inspected).min();
    let waits = matches!(seen.state, CaseState::Ordered | CaseState::Correcting);
    let missed = match done {
        Some(on) => on > by,
        None => waits && seen.today > by,
    };
    if missed { by.succ_opt() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conduct_sources::settings::ConductSourceSettings;
    use crate::inspections::settings::InspectionSettings;

    fn rules() -> SourceRules {
        ConductSourceSettings::default().rules.into_iter().next().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn failed(method: Method, purpose: Purpose) -> InspectionSeen {
        let effects = InspectionSettings::default();
        let conduct = effects.effects_on(day("2026-05-01")).unwrap().of(method, purpose).conduct;
        InspectionSeen {
            conduct,
            method,
            purpose,
            state: InspectionState::Final,
            role: InspectedRole::Seller,
            operator: Some(EnterpriseId::new()),
            producer: Some(EnterpriseId::new()),
            operator_failed: true,
            producer_failed: true,
            safety: false,
            corrected: false,
            reason: None,
            sampled_on: Some(day("2026-05-06")),
            final_on: Some(day("2026-06-20")),
            last_on: Some(day("2026-06-20")),
        }
    }

    fn behaviours(seen: &InspectionSeen) -> Vec<(Occasion, String)> {
        of_inspection(seen, &rules()).into_iter().map(|one| (one.occasion, one.behaviour)).collect()
    }

    #[test]
    fn every_cell_of_method_and_purpose() {
        for &method in Method::ALL {
            for &purpose in Purpose::ALL {
                let one = |behaviour: &str| {
                    vec![
                        (Occasion::Operator, behaviour.to_owned()),
                        (Occasion::Producer, behaviour.to_owned()),
                    ]
                };
                let wanted = match (method, purpose) {
                    (_, Purpose::RiskMonitoring) | (Method::Quick | Method::Cross | Method::Visit, _) => {
                        Vec::new()
                    }
                    (Method::Label, _) => one("label_failed"),
                    (Method::Sampling, Purpose::Reinspection) => one("reinspection_failed"),
                    (Method::Sampling, _) => one("sampling_failed"),
                };
                assert_eq!(behaviours(&failed(method, purpose)), wanted, "{method} {purpose}");
            }
        }
    }

    #[test]
    fn only_what_is_final_counts() {
        for &state in InspectionState::ALL {
            let seen = InspectionSeen { state, ..failed(Method::Sampling, Purpose::Routine) };
            let counts = matches!(state, InspectionState::Final | InspectionState::Published);
            assert_eq!(!behaviours(&seen).is_empty(), counts, "{state}");
        }
    }

    #[test]
    fn each_party_answers_for_its_own_failure() {
        let seen = failed(Method::Sampling, Purpose::Routine);
        let denied = InspectionSeen { producer_failed: false, ..seen.clone() };
        assert_eq!(behaviours(&denied), [(Occasion::Operator, "sampling_failed".to_owned())]);
        let unknown = InspectionSeen { operator: None, ..seen.clone() };
        assert_eq!(behaviours(&unknown), [(Occasion::Producer, "sampling_failed".to_owned())]);
        let home = InspectionSeen { role: InspectedRole::Producer, producer: None, ..seen.clone() };
        let found = of_inspection(&home, &rules());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].occasion, found[0].enterprise), (Occasion::Producer, seen.operator.unwrap()));
        let safety = InspectionSeen { safety: true, ..seen.clone() };
        assert_eq!(behaviours(&safety)[0].1, "sampling_failed_safety");
        let corrected = InspectionSeen { corrected: true, ..failed(Method::Label, Purpose::Routine) };
        assert_eq!(behaviours(&corrected), []);
    }

    #[test]
    fn a_lawful_refusal_is_no_conduct() {
        let refused = |reason: Option<&str>| InspectionSeen {
            state: InspectionState::Refused,
            final_on: None,
            reason: reason.map(str::to_owned),
            ..failed(Method::Sampling, Purpose::Routine)
        };
        let wanted = [(Occasion::Refusal, "sampling_refused".to_owned())];
        assert_eq!(behaviours(&refused(Some("without_ground"))), wanted);
        for lawful in [Some("too_few_samplers"), Some("asked_to_pay"), None] {
            assert_eq!(behaviours(&refused(lawful)), [], "{lawful:?}");
        }
    }

    fn case(state: CaseState, steps: &[(CaseStep, &str)], today: &str) -> Vec<(Occasion, NaiveDate)> {
        let seen = CaseSeen {
            enterprise: EnterpriseId::new(),
            role: InspectedRole::Producer,
            state,
            steps: steps.iter().map(|(step, on)| (*step, day(on))).collect(),
            rectify_by: Some(day("2026-06-10")),
            today: day(today),
        };
        let rules = rules();
        of_case(&seen, &|_| Some(&rules)).into_iter().map(|one| (one.occasion, one.decided_on)).collect()
    }

    #[test]
    fn a_case_gives_missed_terms_and_failures() {
        let order = (CaseStep::Order, "2026-05-10");
        let late = (Occasion::Late, day("2026-06-11"));
        assert_eq!(case(CaseState::Ordered, &[order], "2026-06-10"), []);
        assert_eq!(case(CaseState::Ordered, &[order], "2026-06-11"), [late]);
        let in_time = (CaseStep::SubmitEvidence, "2026-06-10");
        assert_eq!(case(CaseState::EvidenceSubmitted, &[order, in_time], "2026-07-01"), []);
        let too_late = (CaseStep::SubmitEvidence, "2026-06-12");
        assert_eq!(case(CaseState::EvidenceSubmitted, &[order, too_late], "2026-07-01"), [late]);
        let first = (CaseStep::FailReinspection, "2026-06-20");
        let second = (CaseStep::FailSecondReinspection, "2026-09-20");
        let steps = [order, in_time, first, second];
        let wanted =
            [(Occasion::Reinspection, day("2026-06-20")), (Occasion::SecondReinspection, day("2026-09-20"))];
        assert_eq!(case(CaseState::FailedAgain, &steps, "2026-10-01"), wanted);
        assert_eq!(case(CaseState::Overturned, &steps, "2026-10-01"), []);
        assert_eq!(case(CaseState::Withdrawn, &steps, "2026-10-01"), []);
    }
}
