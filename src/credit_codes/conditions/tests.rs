//! Each condition by itself, at its boundary days.

use super::*;
use crate::credit_codes::settings::CreditCodeSettings;
use crate::inspections::settings::InspectionSettings;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}T04:00:00Z").parse().unwrap()
}

fn sampled(on: &str) -> Sampled {
    Sampled {
        day: day(on),
        level: ProgrammeLevel::Provincial,
        method: Method::Sampling,
        purpose: Purpose::Routine,
        of_kind: Some(true),
        at: at(on),
    }
}

fn good() -> Facts {
    Facts {
        name: "明珠电缆".to_owned(),
        uscc: "91440101MA5C000001".to_owned(),
        region: "440106".to_owned(),
        operating: true,
        changed_at: at("2026-01-02"),
        open_cases: 0,
        case_since: None,
        listed_on: None,
        listed_since: None,
        passed: vec![sampled("2026-05-06")],
        failed: Vec::new(),
        grade: None,
        trial: false,
        grade_since: None,
        listings: 0,
        listing_since: None,
        recalled_on: None,
        recall_since: None,
    }
}

/// The conditions that are not met on a day, under rules that are changed so.
fn missed(facts: &Facts, today: &str, change: impl FnOnce(&mut CodeRules)) -> Vec<ConditionKey> {
    let (codes, inspections) = (CreditCodeSettings::default(), InspectionSettings::default());
    let mut rules = codes.rules[0].clone();
    change(&mut rules);
    let law = Law { rules: &rules, effects: inspections.effects_on(day(today)).unwrap(), today: day(today) };
    let granted = GrantedAs { name: "明珠电缆", region: "440106" };
    let judged = law.judge(facts, Some(granted));
    assert!(judged.iter().all(|c| c.met || c.since.is_none_or(|since| since <= at(today))));
    lost(&judged).iter().map(|condition| condition.key).collect()
}

fn misses(facts: &Facts) -> Vec<ConditionKey> {
    missed(facts, "2026-11-30", |_| ())
}

#[test]
fn each_condition_is_lost_by_itself() {
    assert_eq!(misses(&good()), []);
    for (facts, wanted) in [
        (Facts { operating: false, ..good() }, ConditionKey::Operating),
        (Facts { name: "明珠线缆".to_owned(), ..good() }, ConditionKey::SameName),
        (Facts { region: "440103".to_owned(), ..good() }, ConditionKey::SamePlace),
        (Facts { grade: Some("b".to_owned()), ..good() }, ConditionKey::Grade),
        (Facts { passed: Vec::new(), ..good() }, ConditionKey::Passed),
        (Facts { failed: vec![sampled("2026-06-01")], ..good() }, ConditionKey::NoFailure),
        (Facts { listed_on: Some(day("2026-06-01")), ..good() }, ConditionKey::NoFailure),
        (Facts { open_cases: 1, case_since: Some(at("2026-06-01")), ..good() }, ConditionKey::NoOpenCase),
        (Facts { listings: 1, listing_since: Some(at("2026-06-01")), ..good() }, ConditionKey::NotListed),
        (Facts { recalled_on: Some(day("2026-06-01")), ..good() }, ConditionKey::NoRecall),
    ] {
        assert_eq!(misses(&facts), [wanted]);
    }
}

#[test]
fn a_label_that_was_found_right_is_no_sampling() {
    let label = |on: &str| Sampled { method: Method::Label, ..sampled(on) };
    assert_eq!(misses(&Facts { passed: vec![label("2026-05-06")], ..good() }), [ConditionKey::Passed]);
    let (codes, inspections) = (CreditCodeSettings::default(), InspectionSettings::default());
    let today = day("2026-11-30");
    let law = Law { rules: &codes.rules[0], effects: inspections.effects_on(today).unwrap(), today };
    let both = Facts { passed: vec![sampled("2026-05-06"), label("2020-05-06")], ..good() };
    assert_eq!((law.passed_lately(&both).len(), law.honour_years(&both)), (1, None));
}

#[test]
fn listings_and_recalls_are_conditions_where_the_rules_say_so() {
    let facts = Facts { listings: 1, recalled_on: Some(day("2023-11-30")), ..good() };
    assert_eq!(missed(&facts, "2026-11-29", |_| ()), [ConditionKey::NotListed, ConditionKey::NoRecall]);
    assert_eq!(missed(&facts, "2026-11-30", |_| ()), [ConditionKey::NotListed], "36 months after it");
    assert_eq!(
        missed(&facts, "2026-11-29", |rules| (rules.no_listing, rules.recall_months) = (false, 0)),
        []
    );
}

#[test]
fn windows_end_on_their_day() {
    // 36 months: a sample of 6 May 2026 counts until 5 May 2029.
    assert_eq!(missed(&good(), "2029-05-05", |_| ()), []);
    assert_eq!(missed(&good(), "2029-05-06", |_| ()), [ConditionKey::Passed]);
    let failed = Facts { failed: vec![sampled("2024-01-10")], ..good() };
    assert_eq!(missed(&failed, "2027-01-09", |_| ()), [ConditionKey::NoFailure]);
    assert_eq!(missed(&failed, "2027-01-10", |_| ()), []);
}

#[test]
fn never_sampled_and_sampled_otherwise_is_not_passed() {
    for change in [
        |s: &mut Sampled| s.of_kind = Some(false),
        |s: &mut Sampled| s.of_kind = None,
        |s: &mut Sampled| s.purpose = Purpose::RiskMonitoring,
        |s: &mut Sampled| s.method = Method::Quick,
        |s: &mut Sampled| s.method = Method::Cross,
    ] {
        let mut facts = good();
        change(&mut facts.passed[0]);
        assert_eq!(misses(&facts), [ConditionKey::Passed]);
    }
    assert_eq!(missed(&good(), "2026-11-30", |r| r.passed_samplings = 2), [ConditionKey::Passed]);
}

#[test]
fn what_causes_nothing_does_not_count_against_the_maker() {
    for (method, purpose) in [
        (Method::Sampling, Purpose::RiskMonitoring),
        (Method::Quick, Purpose::Routine),
        (Method::Cross, Purpose::Routine),
    ] {
        let failed = Sampled { method, purpose, ..sampled("2026-06-01") };
        assert_eq!(misses(&Facts { failed: vec![failed], ..good() }), []);
    }
}

#[test]
fn a_trial_grade_counts_only_where_the_rules_say_so() {
    let trial = Facts { grade: Some("d".to_owned()), trial: true, ..good() };
    assert_eq!(misses(&trial), []);
    assert_eq!(missed(&trial, "2026-11-30", |r| r.trial_grades = true), [ConditionKey::Grade]);
    let enacted = Facts { trial: false, ..trial };
    assert_eq!(misses(&enacted), [ConditionKey::Grade]);
    assert_eq!(missed(&good(), "2026-11-30", |r| r.accept_unscored = false), [ConditionKey::Grade]);
    assert_eq!(misses(&Facts { grade: Some("A".to_owned()), ..good() }), []);
}

#[test]
fn years_without_a_failure_need_a_sampling_as_old() {
    let (codes, inspections) = (CreditCodeSettings::default(), InspectionSettings::default());
    let today = day("2026-11-30");
    let law = Law { rules: &codes.rules[0], effects: inspections.effects_on(today).unwrap(), today };
    let with = |passed: &[&str], failed: &[&str]| {
        let all = |days: &[&str]| days.iter().map(|on| sampled(on)).collect();
        law.honour_years(&Facts { passed: all(passed), failed: all(failed), ..good() })
    };
    assert_eq!(with(&["2026-05-06"], &[]), None);
    assert_eq!(with(&["2026-05-06", "2023-11-30"], &[]), Some(3));
    assert_eq!(with(&["2026-05-06", "2023-12-01"], &[]), None);
    assert_eq!(with(&["2016-11-30"], &[]), Some(10));
    assert_eq!(with(&["2016-11-30"], &["2020-01-01"]), Some(5));
    assert_eq!(with(&["2016-11-30"], &["2024-01-01"]), None);
}

#[test]
fn the_moment_of_a_loss_is_that_of_its_cause() {
    let (codes, inspections) = (CreditCodeSettings::default(), InspectionSettings::default());
    let today = day("2029-05-06");
    let law = Law { rules: &codes.rules[0], effects: inspections.effects_on(today).unwrap(), today };
    let now = at("2029-05-06");
    // The sample left the window at the beginning of that day in Shanghai.
    assert_eq!(
        lost_at(&law.judge(&good(), None), now),
        "2029-05-05T16:00:00Z".parse::<DateTime<Utc>>().unwrap()
    );
    let opened = Facts { open_cases: 1, case_since: Some(at("2029-05-01")), ..good() };
    assert_eq!(lost_at(&law.judge(&opened, None), now), at("2029-05-01"));
    assert_eq!(lost_at(&[], now), now);
}
