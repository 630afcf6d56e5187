//! Tests of the fold.

use super::*;
use crate::catalogue::Catalogue;
use crate::response_targets::settings::ResponseTargetSettings;
use crate::response_targets::work_time::tests::{at, usual_hours};
use proptest::prelude::*;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());

/// A Monday, 09:00.
const MONDAY: &str = "2026-03-02 09:00";

fn rules(change: impl FnOnce(&mut ResponseTargetSettings)) -> Rules {
    let mut settings = ResponseTargetSettings::default();
    change(&mut settings);
    Rules::of(&settings).unwrap()
}

fn fold(rules: &Rules) -> Fold<'_> {
    Fold {
        rules,
        time: WorkTime { hours: usual_hours(), calendar: &CATALOGUE.calendar },
        matter: Matter { class: SupervisionClass::Strict, opened_at: at(MONDAY), statutory_due: None },
    }
}

/// The targets of a history that begins on Monday.
fn targets(rules: &Rules, rest: &[(&str, Fact)], now: &str) -> Vec<Target> {
    let mut history = vec![(at(MONDAY), Fact::Opened)];
    history.extend(rest.iter().map(|(when, fact)| (at(when), *fact)));
    fold(rules).targets(&history, at(now))
}

fn one(targets: &[Target], kind: Kind, cycle: i32) -> Target {
    targets.iter().find(|t| t.kind == kind && t.cycle == cycle).unwrap().clone()
}

fn due(rules: &Rules, target: &Target) -> Option<DateTime<Utc>> {
    target.due_at(fold(rules).time)
}

#[test]
fn the_first_answer_is_met_by_the_first_message_of_an_expert_and_stays_met() {
    let rules = rules(|_| {});
    let history = [("2026-03-02 10:00", Fact::ExpertWrote), ("2026-03-02 10:05", Fact::EnterpriseWrote)];
    let found = targets(&rules, &history, "2026-03-09 09:00");
    let first = one(&found, Kind::FirstAnswer, 1);
    assert_eq!((first.state(), first.met_at), (TargetState::Met, Some(at("2026-03-02 10:00"))));
    assert_eq!(first.counted, 3600);
    let next = one(&found, Kind::NextAnswer, 1);
    assert_eq!(next.state(), TargetState::Breached, "nobody answered the second message");
    assert_eq!(next.breached_at, Some(at("2026-03-02 15:35")), "240 working minutes from 10:05");
}

#[test]
fn warnings_come_before_the_end_and_the_last_moment_is_in_time() {
    let rules = rules(|_| {});
    let running = |now| one(&targets(&rules, &[], now), Kind::FirstAnswer, 1);
    assert_eq!(running("2026-03-02 10:35").warned_at, None);
    let warned = running("2026-03-02 10:40");
    assert_eq!((warned.state(), warned.warned_at), (TargetState::Running, Some(at("2026-03-02 10:36"))));
    assert_eq!(due(&rules, &warned), Some(at("2026-03-02 11:00")));
    assert_eq!(running("2026-03-02 11:00").state(), TargetState::Running);
    assert_eq!(running("2026-03-02 11:01").state(), TargetState::Breached);
    let answered = targets(&rules, &[("2026-03-02 11:00", Fact::ExpertWrote)], "2026-03-02 12:00");
    assert_eq!(one(&answered, Kind::FirstAnswer, 1).state(), TargetState::Met);
    let late = targets(&rules, &[("2026-03-02 11:01", Fact::ExpertWrote)], "2026-03-02 12:00");
    let late = one(&late, Kind::FirstAnswer, 1);
    assert_eq!((late.state(), late.met_at), (TargetState::Breached, Some(at("2026-03-02 11:01"))));
}

#[test]
fn a_question_to_the_enterprise_pauses_and_its_answer_resumes() {
    let rules = rules(|_| {});
    let asked = ("2026-03-02 10:00", Fact::InformationAsked);
    let paused = targets(&rules, &[asked], "2026-03-06 10:00");
    let first = one(&paused, Kind::FirstAnswer, 1);
    assert_eq!((first.state(), due(&rules, &first)), (TargetState::Paused, None));
    let resumed = targets(&rules, &[asked, ("2026-03-04 09:00", Fact::EnterpriseWrote)], "2026-03-04 09:01");
    assert_eq!(resumed.len(), 2, "the answer to the question is no question of its own");
    let first = one(&resumed, Kind::FirstAnswer, 1);
    assert_eq!((first.state(), first.pauses), (TargetState::Running, 1));
    assert_eq!(due(&rules, &first), Some(at("2026-03-04 10:00")), "60 of 120 minutes are left");
    let withdrawn =
        targets(&rules, &[asked, ("2026-03-02 10:30", Fact::QuestionWithdrawn)], "2026-03-02 10:31");
    assert_eq!(due(&rules, &one(&withdrawn, Kind::FirstAnswer, 1)), Some(at("2026-03-02 11:30")));
}

#[test]
fn round_the_clock_runs_at_night_and_working_hours_do_not() {
    let night = |hours: &str| {
        let rules = rules(|s| s.first_answer_strict = format!("60 {hours}, 600 {hours}"));
        due(&rules, &one(&targets(&rules, &[], MONDAY), Kind::FirstAnswer, 1)).unwrap()
    };
    assert_eq!(night("round_the_clock"), at("2026-03-02 19:00"));
    assert_eq!(night("working"), at("2026-03-03 12:00"));
}

#[test]
fn the_conclusion_answers_and_a_reopening_begins_again() {
    let rules = rules(|_| {});
    let history = [
        ("2026-03-02 09:30", Fact::ExpertWrote),
        ("2026-03-02 10:00", Fact::EnterpriseWrote),
        ("2026-03-02 10:30", Fact::Concluded),
        ("2026-03-02 10:31", Fact::Closed),
        ("2026-03-03 09:00", Fact::Reopened),
    ];
    let found = targets(&rules, &history, "2026-03-03 09:10");
    let states: Vec<_> = found.iter().map(|t| (t.kind, t.cycle, t.state())).collect();
    assert_eq!(
        states,
        [
            (Kind::FirstAnswer, 1, TargetState::Met),
            (Kind::Conclusion, 1, TargetState::Met),
            (Kind::NextAnswer, 1, TargetState::Met),
            (Kind::NextAnswer, 2, TargetState::Running),
            (Kind::Conclusion, 2, TargetState::Running),
        ]
    );
}

#[test]
fn an_end_without_a_conclusion_keeps_nothing_and_breaks_nothing() {
    let rules = rules(|_| {});
    let found = targets(&rules, &[("2026-03-02 09:30", Fact::Closed)], "2026-03-20 09:30");
    assert!(found.iter().all(|t| t.state() == TargetState::Ended));
}

#[test]
fn the_urgent_ones_have_the_urgent_term() {
    let rules = rules(|_| {});
    let mut fold = fold(&rules);
    fold.matter.statutory_due = NaiveDate::from_ymd_opt(2026, 3, 5);
    let found = fold.targets(&[(at(MONDAY), Fact::Opened)], at(MONDAY));
    let first = one(&found, Kind::FirstAnswer, 1);
    assert_eq!((first.urgency, first.allowed), (Urgency::Urgent, 3600));
}

#[test]
fn the_words_of_the_history_are_known() {
    let of = Fact::of_event;
    assert_eq!(of("open", "waiting"), Some(Fact::Opened));
    assert_eq!(of("ask_information", "active"), Some(Fact::InformationAsked));
    assert_eq!(of("conclude", "concluded"), Some(Fact::Concluded));
    assert_eq!(of("close", "concluded"), Some(Fact::Closed));
    assert_eq!(of("hold", "offered"), None);
}

const LATER: [Fact; 7] = [
    Fact::InformationAsked,
    Fact::QuestionWithdrawn,
    Fact::Concluded,
    Fact::Closed,
    Fact::Reopened,
    Fact::EnterpriseWrote,
    Fact::ExpertWrote,
];

fn histories() -> impl Strategy<Value = Vec<(DateTime<Utc>, Fact)>> {
    proptest::collection::vec((1i64..3000, proptest::sample::select(&LATER[..])), 0..25).prop_map(|steps| {
        let mut now = at(MONDAY);
        let mut history = vec![(now, Fact::Opened)];
        for (minutes, fact) in steps {
            now += Duration::minutes(minutes);
            history.push((now, fact));
        }
        history
    })
}

proptest! {
    #[test]
    fn what_is_over_is_never_changed_by_what_comes_later(history in histories(), cut in 0usize..26, later in 0i64..10_000) {
        let rules = rules(|_| {});
        let fold = fold(&rules);
        let end = history.last().unwrap().0;
        let before = &history[..cut.min(history.len())];
        let over: Vec<Target> =
            fold.targets(before, end).into_iter().filter(|t| t.ended_at.is_some()).collect();
        let all = fold.targets(&history, end + Duration::minutes(later));
        for target in over {
            prop_assert!(all.contains(&target), "{target:?}");
        }
    }

    #[test]
    fn a_first_answer_is_given_once(history in histories()) {
        let rules = rules(|_| {});
        let all = fold(&rules).targets(&history, history.last().unwrap().0);
        let met = |t: &&Target| t.kind == Kind::FirstAnswer && t.met_at.is_some();
        prop_assert!(all.iter().filter(met).count() <= 1);
        if let Some(first) = all.iter().find(met) {
            let earlier = |(when, fact): &(_, Fact)| *fact == Fact::ExpertWrote && Some(*when) < first.met_at;
            prop_assert!(!history.iter().any(earlier));
        }
    }

    #[test]
    fn going_on_comes_to_the_same_as_beginning_again(history in histories(), cut in 0usize..26) {
        let rules = rules(|_| {});
        let fold = fold(&rules);
        let (mut kept, mut over) = (Progress::default(), Vec::new());
        for (n, (when, fact)) in history.iter().enumerate() {
            if n == cut {
                fold.pass(&mut kept, *when - Duration::seconds(1));
                kept = serde_json::from_value(serde_json::to_value(&kept).unwrap()).unwrap();
            }
            over.extend(fold.apply(&mut kept, *when, *fact));
        }
        let now = history.last().unwrap().0 + Duration::minutes(90);
        fold.pass(&mut kept, now);
        over.extend(kept.open);
        prop_assert_eq!(over, fold.targets(&history, now));
    }

    #[test]
    fn a_pause_moves_the_end_by_exactly_the_working_time_paused(begin in 1i64..110, length in 1i64..20_000) {
        let rules = rules(|_| {});
        let fold = fold(&rules);
        let (from, opened) = (at(MONDAY) + Duration::minutes(begin), (at(MONDAY), Fact::Opened));
        let to = from + Duration::minutes(length);
        let history = [opened, (from, Fact::InformationAsked), (to, Fact::EnterpriseWrote)];
        let moved = one(&fold.targets(&history, to), Kind::FirstAnswer, 1);
        let plain = one(&fold.targets(&[opened], at(MONDAY)), Kind::FirstAnswer, 1);
        let (moved, plain) = (due(&rules, &moved).unwrap(), due(&rules, &plain).unwrap());
        prop_assert_eq!(fold.time.between(plain, moved), fold.time.between(from, to));
    }

    #[test]
    fn nothing_is_breached_while_it_is_paused(length in 1i64..50_000) {
        let rules = rules(|_| {});
        let asked = at("2026-03-02 10:00");
        let history = [(at(MONDAY), Fact::Opened), (asked, Fact::InformationAsked)];
        let all = fold(&rules).targets(&history, asked + Duration::minutes(length));
        prop_assert!(all.iter().all(|t| t.state() == TargetState::Paused));
    }
}
