//! What must hold for every history: each grade is computed again by a second, slow and plain way.

use super::*;
use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::rules::CreditRules;
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::{Grade, Intent};
use crate::core::ids::EnterpriseId;
use crate::inspections::words::InspectedRole;
use crate::settings::Section;
use chrono::{Days, Months, NaiveDate};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rules() -> Vec<CreditRules> {
    ConductSettings::built_in().rules.clone()
}

/// An entry of a producer itself, decided on the day it happened, that counts from then on.
fn entry(number: u128, fact: u128, behaviour: &str, on: &str) -> Entry {
    Entry {
        id: ConductId(Uuid::from_u128(number)),
        fact: FactId(Uuid::from_u128(fact)),
        enterprise: EnterpriseId(Uuid::from_u128(1)),
        role: InspectedRole::Producer,
        line: None,
        behaviour: behaviour.to_owned(),
        intent: Intent::NotStated,
        happened_on: day(on),
        decided_on: day(on),
        rules_version: "credit-2021-trial".to_owned(),
        annulled: false,
        counts_from: Some(day(on)),
        repaired_on: None,
    }
}

fn score_on(entries: &[Entry], on: &str) -> (i64, Option<Grade>) {
    let rules = rules();
    let of = standing(entries, &RuleBook::new(&rules), day(on));
    (of.roles.first().map_or(0, |role| role.score), of.grade)
}

#[test]
fn who_has_no_entry_is_unscored() {
    assert_eq!(score_on(&[], "2026-11-30"), (0, None));
    let passed = entry(1, 1, "sampling_passed", "2026-01-01");
    assert_eq!(score_on(&[passed], "2026-11-30"), (0, Some(Grade::A)), "on the file without points");
}

#[test]
fn several_entries_about_one_fact_count_once() {
    let failed = entry(1, 1, "sampling_failed", "2026-01-10");
    let penalty = entry(2, 1, "penalty_ordinary", "2026-02-10");
    let again = entry(3, 1, "reinspection_failed", "2026-03-10");
    let all = [failed, penalty, again];
    assert_eq!(score_on(&all, "2026-01-31"), (4_000, Some(Grade::B)));
    assert_eq!(score_on(&all, "2026-02-28"), (8_000, Some(Grade::B)), "the penalty has more points");
    assert_eq!(score_on(&all, "2026-11-30"), (10_000, Some(Grade::B)), "the highest of the three");
    let rules = rules();
    let of = standing(&all, &RuleBook::new(&rules), day("2026-11-30"));
    let statuses: Vec<EntryStatus> =
        of.roles[0].own.facts[0].entries.iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [EntryStatus::LowerInFact, EntryStatus::LowerInFact, EntryStatus::Counts]);
}

#[test]
fn intent_and_repetition_weigh_more() {
    let first = entry(1, 1, "counterfeit", "2026-01-10");
    let mut second = entry(2, 2, "counterfeit", "2026-05-10");
    assert_eq!(score_on(&[first.clone(), second.clone()], "2026-11-30").0, 8_000 + 12_000);
    second.intent = Intent::Intentional;
    assert_eq!(score_on(&[first.clone(), second.clone()], "2026-11-30").0, 8_000 + 18_000);
    let long_after = entry(3, 3, "counterfeit", "2028-06-10");
    let of = [first, second, long_after];
    assert_eq!(score_on(&of, "2028-06-10").0, 8_000 + 18_000 + 8_000, "outside of the window of 24 months");
}

#[test]
fn what_does_not_count_yet_makes_nothing_else_a_repetition() {
    let second = entry(2, 2, "counterfeit", "2026-05-10");
    // Decided before the second one and entered after it: it weighs from the day on which it counts, and so does the repetition.
    let mut first = entry(1, 1, "counterfeit", "2026-01-10");
    first.counts_from = Some(day("2026-06-20"));
    let both = [first, second];
    assert_eq!(score_on(&both, "2026-06-19").0, 8_000);
    assert_eq!(score_on(&both, "2026-06-20").0, 8_000 + 12_000);
    let rules = rules();
    let ahead = forecast(&both, &RuleBook::new(&rules), day("2026-06-01"), day("2026-07-01"));
    assert_eq!(
        ahead.iter().map(|of| (of.day, of.roles[0].score)).collect::<Vec<_>>(),
        [(day("2026-06-20"), 20_000)]
    );
    // What is announced for a coming day is announced with the points that it will have then.
    let mut later = entry(3, 3, "counterfeit", "2026-05-20");
    later.counts_from = Some(day("2026-06-20"));
    let of = standing(&[both[0].clone(), later], &RuleBook::new(&rules), day("2026-06-01"));
    let entries: Vec<_> = of.roles[0].own.facts.iter().flat_map(|fact| &fact.entries).collect();
    assert_eq!(entries.iter().map(|e| (e.nth, e.points)).collect::<Vec<_>>(), [(1, 8_000), (2, 12_000)]);
}

#[test]
fn a_floor_holds_while_its_entry_counts() {
    let severe = entry(1, 1, "penalty_severe", "2026-01-10");
    assert_eq!(score_on(std::slice::from_ref(&severe), "2026-11-30"), (16_000, Some(Grade::D)));
    assert_eq!(score_on(&[severe], "2029-01-09"), (16_000, Some(Grade::D)), "the last day");
    let severe = entry(1, 1, "penalty_severe", "2026-01-10");
    assert_eq!(score_on(&[severe], "2029-01-10"), (0, Some(Grade::A)), "expired by itself");
}

#[test]
fn what_is_suspended_repaired_or_not_yet_notified_does_not_count() {
    let mut of = entry(1, 1, "sampling_failed", "2026-01-10");
    of.counts_from = Some(day("2026-01-24"));
    assert_eq!(score_on(std::slice::from_ref(&of), "2026-01-23").0, 0);
    assert_eq!(score_on(std::slice::from_ref(&of), "2026-01-24").0, 4_000);
    of.repaired_on = Some(day("2026-09-01"));
    assert_eq!(score_on(std::slice::from_ref(&of), "2026-08-31").0, 4_000);
    assert_eq!(score_on(std::slice::from_ref(&of), "2026-09-01").0, 0, "a better grade takes effect at once");
    of.counts_from = None;
    assert_eq!(score_on(&[of], "2026-08-31").0, 0);
}

#[test]
fn an_operator_is_as_good_as_its_worst_line() {
    let mut of_line = entry(1, 1, "adulteration", "2026-01-10");
    of_line.line = Some(LineId(Uuid::from_u128(7)));
    let rules = rules();
    let of = standing(&[of_line.clone()], &RuleBook::new(&rules), day("2026-11-30"));
    assert_eq!((of.roles[0].score, of.roles[0].grade), (0, Grade::C));
    let mut lighter = rules;
    lighter[0].line_weight = 0;
    let of = standing(&[of_line], &RuleBook::new(&lighter), day("2026-11-30"));
    assert_eq!(of.roles[0].grade, Grade::A, "lines do not weigh");
}

#[test]
fn what_is_coming_is_told() {
    let rules = rules();
    let of = [entry(1, 1, "sampling_failed", "2026-01-10"), entry(2, 2, "label_failed", "2026-02-01")];
    let book = RuleBook::new(&rules);
    let coming = forecast(&of, &book, day("2026-11-30"), day("2030-01-01"));
    let coming: Vec<_> = coming.iter().map(|s| (s.day, s.roles[0].score, s.grade)).collect();
    assert_eq!(coming, [(day("2027-02-02"), 4_000, Some(Grade::B)), (day("2028-01-11"), 0, Some(Grade::A))]);
}

/// The same by brute force: for each subject the sum over its facts of the largest points of an entry in force.
fn slowly(entries: &[Entry], rules: &CreditRules, on: NaiveDate) -> BTreeMap<InspectedRole, Grade> {
    let live: Vec<&Entry> = entries.iter().filter(|e| !e.annulled).collect();
    let first_day =
        |fact: FactId| live.iter().filter(|e| e.fact == fact).map(|e| e.happened_on).min().unwrap();
    let group = |e: &Entry| rules.behaviour(&e.behaviour).unwrap().group.clone();
    let points = |e: &Entry| {
        let b = rules.behaviour(&e.behaviour).unwrap();
        let begins = first_day(e.fact) - Months::new(rules.repeat.window_months);
        let before: BTreeSet<FactId> = live
            .iter()
            .filter(|o| o.role == e.role && group(o) == b.group)
            .filter(|o| o.counts_from.is_some_and(|from| from <= on))
            .filter(|o| o.decided_on <= e.decided_on && first_day(o.fact) >= begins)
            .filter(|o| (first_day(o.fact), o.fact) < (first_day(e.fact), e.fact))
            .map(|o| o.fact)
            .collect();
        let factor = rules.repeat.factors[before.len().min(rules.repeat.factors.len() - 1)];
        i64::from(b.points) * i64::from(rules.intent.of(e.intent)) * i64::from(factor) / 1000
    };
    let in_force = |e: &Entry| {
        let b = rules.behaviour(&e.behaviour).unwrap();
        e.counts_from.is_some_and(|from| from <= on)
            && on <= e.decided_on + Days::new(u64::from(b.validity_days))
            && e.repaired_on.is_none_or(|repaired_on| on < repaired_on)
    };
    let mut grades = BTreeMap::new();
    for role in live.iter().map(|e| e.role).collect::<BTreeSet<_>>() {
        let limits = rules.thresholds_of(role).unwrap();
        let mut worst = Grade::A;
        for line in live.iter().filter(|e| e.role == role).map(|e| e.line).collect::<BTreeSet<_>>() {
            let own = || live.iter().filter(|e| e.role == role && e.line == line && in_force(e));
            let facts: BTreeSet<FactId> = own().map(|e| e.fact).collect();
            let score: i64 = facts
                .iter()
                .map(|fact| own().filter(|e| e.fact == *fact).map(|e| points(e)).max().unwrap())
                .sum();
            let floor = own().filter_map(|e| rules.behaviour(&e.behaviour).unwrap().floor).max();
            worst = worst.max(limits.grade(score)).max(floor.unwrap_or(Grade::A));
        }
        grades.insert(role, worst);
    }
    grades
}

const BEHAVIOURS: [&str; 6] = [
    "sampling_failed",
    "reinspection_failed",
    "label_failed",
    "penalty_minor",
    "penalty_severe",
    "counterfeit",
];

prop_compose! {
    fn any_entry()(
        number in 1_u128..1_000_000, fact in 1_u128..6, behaviour in 0_usize..BEHAVIOURS.len(), intent in 0_usize..3,
        role in 0_usize..2, line in 0_u128..3, happened in 0_u64..1200, decided in 0_u64..90, notice in 0_u64..40,
        contested in proptest::bool::weighted(0.1), annulled in proptest::bool::weighted(0.1),
        repaired in proptest::option::weighted(0.2, 1_u64..900),
    ) -> Entry {
        let happened_on = day("2022-01-01") + Days::new(happened);
        let decided_on = happened_on + Days::new(decided);
        Entry {
            id: ConductId(Uuid::from_u128(number)),
            fact: FactId(Uuid::from_u128(fact)),
            enterprise: EnterpriseId(Uuid::from_u128(1)),
            role: InspectedRole::ALL[role],
            line: (line > 0).then(|| LineId(Uuid::from_u128(line))),
            behaviour: BEHAVIOURS[behaviour].to_owned(),
            intent: Intent::ALL[intent],
            happened_on,
            decided_on,
            rules_version: "credit-2021-trial".to_owned(),
            annulled,
            counts_from: (!contested).then(|| decided_on + Days::new(notice)),
            repaired_on: repaired.map(|days| decided_on + Days::new(days)),
        }
    }
}

fn any_history() -> impl Strategy<Value = Vec<Entry>> {
    proptest::collection::vec(any_entry(), 0..14).prop_map(|entries| {
        let mut ids = BTreeSet::new();
        entries.into_iter().filter(|entry| ids.insert(entry.id)).collect()
    })
}

fn scores(of: &Standing) -> BTreeMap<(InspectedRole, Option<LineId>), i64> {
    let subjects = of.roles.iter().flat_map(|role| {
        std::iter::once(&role.own)
            .chain(&role.lines)
            .map(|subject| ((role.role, subject.line), subject.score))
    });
    subjects.collect()
}

proptest! {
    #[test]
    fn every_grade_is_computed_again_from_the_ground(entries in any_history(), after in 0_u64..2500) {
        let rules = rules();
        let on = day("2022-01-01") + Days::new(after);
        let of = standing(&entries, &RuleBook::new(&rules), on);
        let grades: BTreeMap<_, _> = of.roles.iter().map(|role| (role.role, role.grade)).collect();
        prop_assert_eq!(&grades, &slowly(&entries, &rules[0], on));
        prop_assert_eq!(of.grade, grades.values().copied().max());
    }

    #[test]
    fn the_order_of_entries_does_not_matter(entries in any_history(), after in 0_u64..2500, turn in 0_usize..14) {
        let rules = rules();
        let book = RuleBook::new(&rules);
        let on = day("2022-01-01") + Days::new(after);
        let mut other = entries.clone();
        other.reverse();
        if !other.is_empty() {
            let by = turn % other.len();
            other.rotate_left(by);
        }
        prop_assert_eq!(standing(&entries, &book, on), standing(&other, &book, on));
    }

    #[test]
    fn no_score_rises_unless_an_entry_of_its_role_begins_to_count(entries in any_history(), after in 0_u64..2500) {
        let rules = rules();
        let book = RuleBook::new(&rules);
        let on = day("2022-01-01") + Days::new(after);
        let next = on + Days::new(1);
        let (before, then) = (scores(&standing(&entries, &book, on)), scores(&standing(&entries, &book, next)));
        for (subject, score) in then {
            // Of its own, or of another line of the role, which makes it a repetition.
            let begins =
                entries.iter().any(|e| e.role == subject.0 && !e.annulled && e.counts_from == Some(next));
            prop_assert!(begins || score <= before.get(&subject).copied().unwrap_or(0));
        }
    }

    #[test]
    fn a_fact_counts_once(entries in any_history(), after in 0_u64..2500) {
        let rules = rules();
        let on = day("2022-01-01") + Days::new(after);
        let of = standing(&entries, &RuleBook::new(&rules), on);
        for role in &of.roles {
            for subject in std::iter::once(&role.own).chain(&role.lines) {
                let facts: BTreeSet<FactId> = subject.facts.iter().map(|fact| fact.fact).collect();
                prop_assert_eq!(facts.len(), subject.facts.len());
                for fact in &subject.facts {
                    let counting = fact.entries.iter().filter(|e| e.status == EntryStatus::Counts).count();
                    prop_assert_eq!(counting, usize::from(fact.counted.is_some()));
                }
                prop_assert_eq!(subject.score, subject.facts.iter().map(|fact| fact.points).sum::<i64>());
            }
        }
    }

    #[test]
    fn what_is_annulled_leaves_no_trace(entries in any_history(), after in 0_u64..2500) {
        let rules = rules();
        let book = RuleBook::new(&rules);
        let on = day("2022-01-01") + Days::new(after);
        let without: Vec<Entry> = entries.iter().filter(|entry| !entry.annulled).cloned().collect();
        prop_assert_eq!(standing(&entries, &book, on), standing(&without, &book, on));
    }

    #[test]
    fn between_the_days_of_a_forecast_nothing_changes(entries in any_history(), after in 0_u64..1500, ahead in 1_u64..900) {
        let rules = rules();
        let book = RuleBook::new(&rules);
        let from = day("2022-01-01") + Days::new(after);
        let on = from + Days::new(ahead);
        let changes = forecast(&entries, &book, from, on);
        let now = standing(&entries, &book, from);
        let last = changes.last().unwrap_or(&now);
        prop_assert_eq!(scores(last), scores(&standing(&entries, &book, on)));
    }
}
