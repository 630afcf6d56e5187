use super::*;
use crate::catalogue::Catalogue;
use crate::inspections::breach::Breach;
use crate::inspections::consequences::due;
use crate::inspections::particulars::{Particulars, ReportItem};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::terms::terms;
use crate::inspections::words::{Method, Purpose};
use proptest::prelude::*;
use std::sync::LazyLock;

static SETTINGS: LazyLock<InspectionSettings> = LazyLock::new(InspectionSettings::default);
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());

fn basics(role: InspectedRole) -> Basics {
    Basics { method: Method::Sampling, purpose: Purpose::Routine, role, producer_named: true }
}

fn law(basics: &Basics) -> Law<'static> {
    crate::inspections::law::law_on("2026-03-02".parse().unwrap(), basics, &SETTINGS, &CATALOGUE).unwrap()
}

fn result(outcome: Outcome) -> TestResult {
    let item = ReportItem {
        item: "导体电阻".to_owned(),
        method: None,
        requirement: Some("≤7.41".to_owned()),
        measured: Some("9.2".to_owned()),
        unit: None,
        ok: outcome == Outcome::Conforming,
        safety: true,
    };
    TestResult { report_no: Some("R-1".to_owned()), outcome, signed_by: None, items: vec![item] }
}

fn fact(step: E, day: &str) -> Fact {
    let mut fact = Fact::new(step, day.parse().unwrap());
    fact.particulars = match step {
        E::Sample => Particulars {
            sample: Some(SampleTaken {
                samplers: vec!["甲".to_owned(), "乙".to_owned()],
                notice_shown: Some(true),
                reserve_quantity: Some(1.0),
                ..SampleTaken::default()
            }),
            ..Particulars::default()
        },
        E::Seal => Particulars { seals: Some(vec!["F-1".to_owned()]), ..Particulars::default() },
        E::Report => Particulars { result: Some(result(Outcome::Nonconforming)), ..Particulars::default() },
        E::Deliver | E::Contest => Particulars { party: Some(Party::Operator), ..Particulars::default() },
        E::OrderRetest => Particulars { other_persons: Some(true), ..Particulars::default() },
        _ => Particulars::default(),
    };
    fact
}

fn of_producer(step: E, day: &str) -> Fact {
    let particulars = Particulars { party: Some(Party::Producer), ..Particulars::default() };
    Fact { particulars, ..fact(step, day) }
}

/// From the draw to the report of a failure.
fn reported(role: InspectedRole) -> Course {
    let basics = basics(role);
    let law = law(&basics);
    let mut course = Course::new(basics);
    for (step, day) in [
        (E::Draw, "2026-03-02"),
        (E::Assign, "2026-03-02"),
        (E::Attempt, "2026-03-03"),
        (E::Sample, "2026-03-03"),
        (E::Seal, "2026-03-03"),
        (E::Receive, "2026-03-05"),
        (E::Test, "2026-03-09"),
        (E::Report, "2026-03-10"),
    ] {
        assert_eq!(course.take(&fact(step, day), law), Ok(false), "{step}");
    }
    course
}

fn take(course: &mut Course, fact: &Fact) -> Result<bool, Breach> {
    let law = law(&course.basics.clone());
    course.take(fact, law)
}

fn records(course: &Course) -> Vec<Party> {
    due(course, law(&course.basics)).into_keys().collect()
}

#[test]
fn a_producers_record_arises_only_once_it_knows_and_has_confirmed() {
    let mut course = reported(InspectedRole::Seller);
    assert_eq!(course.parties(), [Party::Operator, Party::Producer]);
    take(&mut course, &fact(E::Deliver, "2026-03-12")).unwrap();
    assert!(records(&course).is_empty(), "a seller's failure makes none by itself");
    take(&mut course, &of_producer(E::Deliver, "2026-03-12")).unwrap();
    take(&mut course, &fact(E::AskProducer, "2026-03-12")).unwrap();
    assert!(records(&course).is_empty(), "it has not answered");
    let silent = fact(E::Deem, "2026-03-27");
    let mut early = course.clone();
    assert_eq!(
        take(&mut early, &silent),
        Err(Breach::Early { from: "2026-03-28".parse().unwrap() }),
        "fifteen days"
    );
    assert_eq!(early, course, "what is refused leaves no trace");
    let mut deemed = course.clone();
    take(&mut deemed, &fact(E::Deem, "2026-03-28")).unwrap();
    assert_eq!(records(&deemed), [Party::Producer]);
    take(&mut deemed, &fact(E::Deny, "2026-03-28")).unwrap();
    assert!(records(&deemed).is_empty(), "it proves that the product is not its own");
    take(&mut deemed, &fact(E::RejectDenial, "2026-03-29")).unwrap();
    assert_eq!(records(&deemed), [Party::Producer]);
    take(&mut course, &fact(E::Confirm, "2026-03-13")).unwrap();
    assert_eq!(records(&course), [Party::Producer]);
}

#[test]
fn a_producer_at_its_own_place_confirms_by_signing() {
    let mut course = reported(InspectedRole::Producer);
    assert_eq!(course.confirmation, Some(Confirmation::Confirmed));
    assert!(records(&course).is_empty());
    take(&mut course, &fact(E::Deliver, "2026-03-12")).unwrap();
    assert_eq!(records(&course), [Party::Producer]);
    let early = take(&mut course, &fact(E::Finalise, "2026-03-27"));
    assert_eq!(early, Err(Breach::Early { from: "2026-03-28".parse().unwrap() }));
    take(&mut course, &fact(E::Finalise, "2026-03-28")).unwrap();
    take(&mut course, &fact(E::Publish, "2026-03-30")).unwrap();
    assert_eq!(course.state, Some(S::Published));
}

#[test]
fn a_label_that_was_corrected_on_the_spot_makes_no_record() {
    let basics = Basics { method: Method::Label, ..basics(InspectedRole::Producer) };
    let mut law = law(&basics);
    law.effects.nonconformity = true;
    let found = |corrected_on: Option<&str>| {
        let mut course = Course::new(basics.clone());
        course.take(&fact(E::Draw, "2026-03-02"), law).unwrap();
        let mut check = fact(E::Check, "2026-03-03");
        check.particulars.result = Some(result(Outcome::Nonconforming));
        check.particulars.corrected_on = corrected_on.map(|day| day.parse().unwrap());
        course.take(&check, law).map(|_| {
            take(&mut course, &fact(E::Deliver, "2026-03-03")).unwrap();
            due(&course, law).len()
        })
    };
    assert_eq!((found(None), found(Some("2026-03-03"))), (Ok(1), Ok(0)));
    assert!(matches!(found(Some("2026-03-02")), Err(Breach::Unlawful { pointer: "/corrected_on", .. })));
}

#[test]
fn an_overturned_result_conforms_and_causes_nothing() {
    let mut course = reported(InspectedRole::Producer);
    take(&mut course, &fact(E::Deliver, "2026-03-12")).unwrap();
    let late = take(&mut course.clone(), &fact(E::Contest, "2026-03-28"));
    assert_eq!(late, Err(Breach::Late { until: "2026-03-27".parse().unwrap() }));
    take(&mut course, &fact(E::Contest, "2026-03-27")).unwrap();
    assert_eq!(records(&course), [Party::Producer], "it stands while it is contested");
    take(&mut course, &fact(E::OrderRetest, "2026-03-30")).unwrap();
    take(&mut course, &fact(E::Overturn, "2026-04-10")).unwrap();
    assert_eq!((course.outcome, records(&course)), (Some(Outcome::Conforming), vec![]));
    take(&mut course, &fact(E::Finalise, "2026-04-10")).unwrap();
    assert_eq!(course.final_on, Some("2026-04-10".parse().unwrap()));
}

#[test]
fn what_the_rules_refuse_of_a_sample() {
    let refused = |change: &dyn Fn(&mut SampleTaken)| {
        let mut course = Course::new(basics(InspectedRole::Producer));
        take(&mut course, &fact(E::Draw, "2026-03-02")).unwrap();
        let mut sample = fact(E::Sample, "2026-03-03");
        change(sample.particulars.sample.as_mut().unwrap());
        match take(&mut course, &sample) {
            Err(Breach::Unlawful { pointer, article, .. }) => {
                assert!(!article.zh.is_empty());
                Some(pointer)
            }
            Err(other) => panic!("{other:?}"),
            Ok(_) => None,
        }
    };
    assert_eq!(refused(&|_| {}), None);
    assert_eq!(refused(&|s| s.samplers.truncate(1)), Some("/sample/samplers"));
    assert_eq!(refused(&|s| s.notice_shown = None), Some("/sample/notice_shown"));
    assert_eq!(refused(&|s| s.needed_quantity = Some(0.5)), Some("/sample/test_quantity"));
    assert_eq!(refused(&|s| s.base_quantity = Some(0.5)), Some("/sample/test_quantity"));
}

#[test]
fn who_samples_does_not_test_and_nothing_is_tested_before_it_is_sampled() {
    let mut course = reported(InspectedRole::Producer);
    course.state = Some(S::Received);
    let mut test = fact(E::Test, "2026-03-11");
    test.particulars.testers = Some(vec!["乙".to_owned()]);
    assert!(matches!(take(&mut course, &test), Err(Breach::Unlawful { pointer: "/testers", .. })));
    let mut course = Course::new(basics(InspectedRole::Producer));
    take(&mut course, &fact(E::Draw, "2026-03-02")).unwrap();
    take(&mut course, &fact(E::Sample, "2026-03-03")).unwrap();
    take(&mut course, &fact(E::Seal, "2026-03-03")).unwrap();
    let before = take(&mut course, &fact(E::Receive, "2026-03-02"));
    assert_eq!(before, Err(Breach::OutOfOrder { after: "2026-03-03".parse().unwrap() }));
    assert!(matches!(take(&mut course, &fact(E::Test, "2026-03-04")), Err(Breach::NotAllowed(_))));
}

#[test]
fn reasons_are_those_of_the_rules() {
    for (step, known) in [(E::Refuse, "no_notice"), (E::NotFind, "no_stock"), (E::Bar, "export_only")] {
        for (reason, fits) in [(known, true), ("because", false)] {
            let mut course = Course::new(basics(InspectedRole::Seller));
            take(&mut course, &fact(E::Draw, "2026-03-02")).unwrap();
            let mut said = fact(step, "2026-03-03");
            said.particulars.reason = Some(reason.to_owned());
            assert_eq!(take(&mut course, &said).is_ok(), fits, "{step} {reason}");
        }
    }
}

#[test]
fn a_quick_test_ends_by_itself_or_waits_for_a_formal_sample() {
    let quick = |outcome, until: &str| {
        let basics = Basics { method: Method::Quick, ..basics(InspectedRole::Seller) };
        let law = law(&basics);
        let mut course = Course::new(basics);
        course.take(&fact(E::Draw, "2026-03-02"), law).unwrap();
        let mut said = fact(E::QuickTest, "2026-03-03");
        said.particulars.quick = Some(QuickResult {
            device: "便携式光谱仪".to_owned(),
            calibrated_until: Some(until.parse().unwrap()),
            tester: "甲".to_owned(),
            outcome,
            minutes: Some(20),
        });
        course.take(&said, law).map(|_| (course.state, terms(&course, law).len(), due(&course, law).len()))
    };
    assert_eq!(quick(Outcome::Clear, "2026-12-31"), Ok((Some(S::Closed), 0, 0)));
    assert_eq!(quick(Outcome::Invalid, "2026-01-31"), Ok((Some(S::Closed), 0, 0)));
    assert_eq!(quick(Outcome::Suspect, "2026-12-31"), Ok((Some(S::Suspect), 1, 0)), "a term, and no record");
    assert!(quick(Outcome::Suspect, "2026-01-31").is_err(), "the calibration had expired");
    assert!(quick(Outcome::Nonconforming, "2026-12-31").is_err(), "no result of law");
}

#[test]
fn terms_follow_from_the_course() {
    let mut course = reported(InspectedRole::Seller);
    let due = |course: &Course, term: Term, party: Party| {
        let found = terms(course, law(&course.basics));
        found
            .into_iter()
            .find(|t| (t.term, t.party) == (term, party))
            .map(|t| (t.due_on.to_string(), t.met_on.is_some()))
    };
    assert_eq!(due(&course, Term::Report, Party::Laboratory), Some(("2026-04-07".to_owned(), true)));
    assert_eq!(due(&course, Term::Notify, Party::Organiser), Some(("2026-03-17".to_owned(), false)));
    assert_eq!(due(&course, Term::Challenge, Party::Operator), None);
    assert_eq!(take(&mut course, &fact(E::Deliver, "2026-03-18")), Ok(true), "late");
    assert_eq!(due(&course, Term::Challenge, Party::Operator), Some(("2026-04-02".to_owned(), false)));
    assert!(!due(&course, Term::Notify, Party::Organiser).unwrap().1, "the producer has none yet");
}

proptest! {
    #[test]
    fn no_history_reaches_publication_but_by_a_final_result(
        steps in proptest::collection::vec((proptest::sample::select(E::ALL), 0..3u64), 0..40),
        role in proptest::sample::select(InspectedRole::ALL),
    ) {
        let mut course = Course::new(basics(role));
        let mut day: NaiveDate = "2026-03-02".parse().unwrap();
        take(&mut course, &fact(E::Draw, "2026-03-02")).unwrap();
        let mut finals = 0;
        for (step, days) in steps {
            day = day + chrono::Days::new(days * 9);
            let before = course.clone();
            let mut said = fact(step, "2026-03-02");
            said.on = day;
            match take(&mut course, &said) {
                Err(_) => prop_assert_eq!(&before, &course),
                Ok(_) => {
                    finals += usize::from(course.state == Some(S::Final) && before.state != Some(S::Final));
                    if course.state == Some(S::Published) {
                        prop_assert!(finals > 0);
                        prop_assert!(course.outcome.is_some_and(Outcome::is_of_law));
                    }
                    for party in records(&course) {
                        prop_assert_eq!(party, Party::Producer);
                        prop_assert!(course.confirmation.is_some_and(Confirmation::stands));
                        prop_assert!(course.state.is_some_and(S::is_known));
                    }
                }
            }
        }
    }
}
