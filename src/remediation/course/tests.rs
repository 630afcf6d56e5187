//! The fold, for all histories.

use proptest::prelude::*;

use super::*;
use crate::catalogue::Catalogue;
use crate::remediation::fact::{CloseReason, Terms};
use crate::remediation::settings::RemediationSettings;
use chrono::Days;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());
static SETTINGS: LazyLock<RemediationSettings> = LazyLock::new(RemediationSettings::default);
const HOME: &str = "440103";

fn law() -> Law<'static> {
    let rules = &SETTINGS.rules[0];
    Law { rules, calendar: &CATALOGUE.calendar, regions: &CATALOGUE.regions }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fact(seq: i32, step: CaseStep, on: NaiveDate) -> Fact {
    let terms = Terms {
        received_on: (step == CaseStep::StopOrder).then_some(on),
        until: (step == CaseStep::Suspend).then(|| on + Days::new(30)),
        region: (step == CaseStep::Transfer).then(|| "440305".to_owned()),
        reason: (step == CaseStep::Close).then_some(CloseReason::MovedOut),
    };
    Fact { seq, step, on, entered_by: vec![AccountId::new()], region: Some(HOME.to_owned()), terms }
}

/// A history of tries: steps with the days between them. Those that the law allows are kept.
fn tries() -> impl Strategy<Value = Vec<(CaseStep, u64)>> {
    // Ends come seldom, so that histories grow long.
    let steps: Vec<CaseStep> = CaseStep::ALL
        .iter()
        .copied()
        .filter(|step| !matches!(step, CaseStep::Close | CaseStep::OverturnResult | CaseStep::Transfer))
        .flat_map(|step| [step; 4])
        .chain([CaseStep::Close, CaseStep::OverturnResult, CaseStep::Transfer])
        .collect();
    proptest::collection::vec((proptest::sample::select(steps), 0..40u64), 1..120)
}

/// The course that tries come to, step by step, with the facts that were taken.
fn taken(tries: Vec<(CaseStep, u64)>) -> (Course, Vec<Fact>, Vec<bool>) {
    let (mut course, mut facts, mut late) = (Course::new(HOME), Vec::new(), Vec::new());
    let mut on = day("2021-08-03");
    for (step, days) in tries {
        on = on + Days::new(days);
        let next = fact(i32::try_from(facts.len()).unwrap() + 1, step, on);
        let before = course.clone();
        match course.take(&next, law()) {
            Ok(was_late) => {
                facts.push(next);
                late.push(was_late);
            }
            Err(_) => assert_eq!(course, before, "a refused step changes nothing"),
        }
    }
    (course, facts, late)
}

proptest! {
    #[test]
    fn a_replay_gives_the_same_result(tries in tries()) {
        let (course, facts, late) = taken(tries);
        prop_assert_eq!(Course::replay(HOME, &facts, law()).unwrap(), (course, late));
    }

    #[test]
    fn no_clearance_without_the_steps_before_it(tries in tries()) {
        let (course, facts, _) = taken(tries);
        let at = |wanted: &[CaseStep]| facts.iter().rposition(|fact| wanted.contains(&fact.step));
        if course.state == Some(CaseState::Cleared) {
            let passed =
                at(&[CaseStep::PassReinspection, CaseStep::PassSecondReinspection, CaseStep::PassCheck]);
            prop_assert!(passed.is_some() && course.ordered_on.is_some());
            prop_assert!(!course.result_by.is_empty());
        }
        if let (Some(announced), Some(second)) = (course.announced_on, course.second_on) {
            prop_assert!((second - announced).num_days() > 60);
        }
        if let (Some(until), Some(checked)) = (course.suspended_until, course.checked_on) {
            prop_assert!(checked > until);
        }
        if let (Some(received), Some(asked)) = (course.received_on, course.retest_asked_on) {
            prop_assert!(asked <= request_retest_by(received, law().rules, law().calendar));
        }
        let days: Vec<NaiveDate> = facts.iter().map(|fact| fact.on).collect();
        prop_assert!(days.is_sorted());
    }

    #[test]
    fn only_a_retest_moves_the_deadlines_of_an_order(tries in tries()) {
        let (course, _, _) = taken(tries);
        let Some(ordered) = course.ordered_on else { return Ok(()) };
        let deadlines = course.deadlines(law());
        let plain = crate::remediation::clocks::rectify_by(ordered, law().rules, law().calendar);
        match deadlines.rectify_by {
            None => prop_assert!(course.state.unwrap().is_retesting()),
            Some(due) if course.retest_decided_on.is_none_or(|decided| decided <= ordered) => {
                prop_assert_eq!(due, plain);
            }
            Some(due) => prop_assert!(due >= plain),
        }
    }
}

#[test]
fn histories_reach_every_state() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..3000 {
        let (course, facts, _) = taken(tries().new_tree(&mut runner).unwrap().current());
        let mut so_far = Course::new(HOME);
        for fact in &facts {
            so_far.take(fact, law()).unwrap();
            reached.insert(so_far.state.unwrap());
        }
        assert_eq!(so_far, course);
    }
    let missing: Vec<_> = CaseState::ALL.iter().filter(|state| !reached.contains(state)).collect();
    // The officers of these histories are all of one district, so no failure rises past the city.
    let rise = [
        CaseState::Announced,
        CaseState::FailedAgain,
        CaseState::Suspended,
        CaseState::CheckFailed,
        CaseState::LicenceRevoked,
    ];
    assert!(missing.is_empty() || missing.iter().all(|state| rise.contains(state)), "{missing:?}");
}

#[test]
fn lawful_steps_stay_lawful_when_holidays_are_announced_later() {
    // Not corrected by the last day, 2021-10-08, and re-inspected on the next; then that day turns out to be a rest day.
    let history = [
        fact(1, CaseStep::Order, day("2021-08-03")),
        fact(2, CaseStep::FailReinspection, day("2021-10-09")),
        fact(3, CaseStep::ReportToCity, day("2021-10-11")),
    ];
    let (_, _, broken) = Course::fold(HOME, &history, law());
    assert_eq!(broken, []);
    let calendar = Calendar::parse(
        "[[year]]\nyear = 2021\nsource = \"y\"\nholidays = [{ name = \"x\", from = \"2021-10-01\", to = \"2021-10-10\" }]\nworking_days = []",
    )
    .unwrap();
    let law = Law { calendar: &calendar, ..law() };
    let (course, late) = Course::replay(HOME, &history, law).unwrap();
    assert_eq!(course.state, Some(CaseState::ReportedToCity));
    assert_eq!(late, [false, false, false]);
    let (_, _, broken) = Course::fold(HOME, &history, law);
    assert_eq!(broken.len(), 1, "{broken:?}");
    // What the state before does not allow is no history at all.
    let torn = [history[0].clone(), history[2].clone()];
    assert!(matches!(Course::replay(HOME, &torn, law).unwrap_err().breach, Breach::NotAllowed(_)));
}
