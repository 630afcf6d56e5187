//! Every step in every course that can be reached: what is offered is taken, and what is not is refused.

use super::*;
use crate::catalogue::Catalogue;
use crate::core::ids::LaboratoryId;
use crate::inspections::fact::Fact;
use crate::inspections::ids::InspectionId;
use crate::inspections::law::{Basics, law_on};
use crate::inspections::particulars::{Particulars, QuickResult, ReportItem, SampleTaken, TestResult};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::InspectionState;
use crate::inspections::words::{InspectedRole, Method, Purpose};
use chrono::Days;
use std::collections::{BTreeSet, VecDeque};
use std::sync::LazyLock;

static SETTINGS: LazyLock<InspectionSettings> = LazyLock::new(InspectionSettings::default);
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());

/// Days to the last one of a term of 15 days, and to one after it.
const WAITS: [u64; 2] = [15, 20];

/// The most courses that are tried of each kind of inspection.
const MOST: usize = 3_000;

fn first_day() -> NaiveDate {
    "2026-03-02".parse().unwrap()
}

fn result(outcome: Outcome) -> TestResult {
    let item = ReportItem {
        item: "导体电阻".to_owned(),
        method: None,
        requirement: None,
        measured: None,
        unit: None,
        ok: outcome == Outcome::Conforming,
        safety: false,
    };
    TestResult { report_no: None, outcome, signed_by: None, items: vec![item] }
}

/// What a step can lawfully say: one of these is taken wherever the step is allowed at all.
fn said(step: E) -> Vec<Particulars> {
    let none = Particulars::default;
    let reason = |key: &str| vec![Particulars { reason: Some(key.to_owned()), ..none() }];
    let found = |outcome| Particulars { result: Some(result(outcome)), ..none() };
    let party = |party| Particulars { party: Some(party), ..none() };
    match step {
        E::Refuse => reason("without_ground"),
        E::NotFind => reason("no_stock"),
        E::Bar => reason("not_for_sale"),
        E::Sample => [Some(1.0), Some(0.0)]
            .map(|reserve_quantity| {
                let sample = SampleTaken {
                    samplers: vec!["甲".to_owned(), "乙".to_owned()],
                    notice_shown: Some(true),
                    reserve_quantity,
                    ..SampleTaken::default()
                };
                Particulars { sample: Some(sample), ..none() }
            })
            .into(),
        E::Seal => vec![Particulars { seals: Some(vec!["F-1".to_owned()]), ..none() }],
        E::Report | E::Check | E::Listed => {
            vec![found(Outcome::Conforming), found(Outcome::Nonconforming)]
        }
        E::Uphold => vec![found(Outcome::Nonconforming)],
        E::Overturn => vec![found(Outcome::Conforming)],
        E::QuickTest => [Outcome::Clear, Outcome::Suspect]
            .map(|outcome| {
                let (device, tester) = ("快检仪".to_owned(), "甲".to_owned());
                let quick = QuickResult { device, calibrated_until: None, tester, outcome, minutes: None };
                Particulars { quick: Some(quick), ..none() }
            })
            .into(),
        E::LinkFormal => vec![Particulars { inspection: Some(InspectionId::new()), ..none() }],
        E::Deliver | E::Contest => vec![party(Party::Operator), party(Party::Producer)],
        E::OrderRetest => vec![Particulars { laboratory: Some(LaboratoryId::new()), ..none() }],
        _ => vec![none()],
    }
}

/// The courses to which a step leads today, or, of what an office enters later, on the day on which a party got the result.
fn after(course: &Course, step: E, law: Law<'_>, today: NaiveDate) -> Vec<Course> {
    let mut days = vec![today];
    if step == E::Contest {
        days.extend(course.delivered.values().copied());
    }
    let mut found = Vec::new();
    for (on, particulars) in days.iter().flat_map(|on| said(step).into_iter().map(move |said| (*on, said))) {
        let mut next = course.clone();
        if next.take(&Fact { particulars, ..Fact::new(step, on) }, law).is_ok() {
            found.push(next);
        }
    }
    found
}

#[test]
fn what_is_offered_is_taken_and_nothing_else() {
    let (mut states, mut steps, mut courses) = (BTreeSet::new(), BTreeSet::new(), 0);
    for &method in Method::ALL {
        for role in [InspectedRole::Producer, InspectedRole::Seller] {
            for producer_named in [true, false] {
                let basics = Basics { method, purpose: Purpose::Routine, role, producer_named };
                let law = law_on(first_day(), &basics, &SETTINGS, &CATALOGUE).unwrap();
                let mut begun = Course::new(basics);
                begun.take(&Fact::new(E::Draw, first_day()), law).unwrap();
                let mut seen = BTreeSet::new();
                let mut open = VecDeque::from([(begun, first_day())]);
                while let Some((course, today)) = open.pop_front() {
                    if seen.len() >= MOST || !seen.insert(format!("{course:?} {today}")) {
                        continue;
                    }
                    courses += 1;
                    states.extend(course.state);
                    for &step in E::ALL.iter().filter(|step| **step != E::Correct) {
                        let next = after(&course, step, law, today);
                        let is_offered = offered(&course, step, law, today, By::Office);
                        assert_eq!(is_offered, !next.is_empty(), "{step} on {today} of {course:#?}");
                        if is_offered {
                            steps.insert(step);
                        }
                        open.extend(next.into_iter().map(|next| (next, today)));
                    }
                    // Waiting tells nothing before somebody has the result or is asked.
                    let waits = !course.delivered.is_empty() || course.asked_on.is_some();
                    for days in WAITS.into_iter().filter(|_| waits && today == first_day()) {
                        open.push_back((course.clone(), today.checked_add_days(Days::new(days)).unwrap()));
                    }
                }
            }
        }
    }
    assert!(courses > 1_000, "{courses}");
    let missed: Vec<&InspectionState> = InspectionState::ALL.iter().filter(|s| !states.contains(s)).collect();
    assert!(missed.is_empty(), "never reached: {missed:?}");
    let missed: Vec<&E> =
        E::ALL.iter().filter(|s| !steps.contains(s) && !matches!(s, E::Draw | E::Correct)).collect();
    assert!(missed.is_empty(), "never offered: {missed:?}");
}

#[test]
fn a_party_challenges_for_itself_and_in_time() {
    let basics = Basics {
        method: Method::Label,
        purpose: Purpose::Routine,
        role: InspectedRole::Seller,
        producer_named: true,
    };
    let law = law_on(first_day(), &basics, &SETTINGS, &CATALOGUE).unwrap();
    let mut course = Course::new(basics);
    let failed = Particulars { result: Some(result(Outcome::Nonconforming)), ..Particulars::default() };
    let to_operator = Particulars { party: Some(Party::Operator), ..Particulars::default() };
    for (step, particulars) in
        [(E::Draw, Particulars::default()), (E::Check, failed), (E::Deliver, to_operator)]
    {
        course.take(&Fact { particulars, ..Fact::new(step, first_day()) }, law).unwrap();
    }
    let day = |text: &str| text.parse().unwrap();
    let may = |today, by| offered(&course, E::Contest, law, today, by);
    assert!(may(day("2026-03-17"), By::Party(Party::Operator)));
    assert!(!may(day("2026-03-18"), By::Party(Party::Operator)), "the 15 days are over");
    assert!(!may(day("2026-03-17"), By::Party(Party::Producer)), "it has no result");
    assert!(may(day("2026-03-18"), By::Office), "a challenge that came in time is entered later");
    assert_eq!(to_deliver(&course), [Party::Producer]);
    assert!(
        !offered(&course, E::Finalise, law, day("2026-03-18"), By::Office),
        "the producer has not got it"
    );
}
