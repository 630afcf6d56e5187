use super::*;
use crate::catalogue::SupervisionClass;
use crate::core::Language;
use crate::core::ids::ExpertId;
use crate::experts::duty::{Hour, Shift};
use crate::matching::settings::MatchingSettings;
use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

fn model() -> Model {
    Model::new(&MatchingSettings::default())
}

/// Noon of a Monday.
fn hour() -> Hour {
    Hour::noon("2026-03-02".parse().unwrap())
}

/// On leave at that hour, or off duty.
fn away() -> Option<(NaiveDate, NaiveDate)> {
    Some((hour().day, hour().day))
}

fn tomorrow() -> Vec<Shift> {
    vec![Shift { weekday: 2, starts: 480, ends: 1080, holidays: true }]
}

fn expert() -> ExpertFacts {
    ExpertFacts {
        id: ExpertId(Uuid::from_u128(1)),
        approved: true,
        suspended: false,
        available: true,
        leave: None,
        shifts: vec![],
        specialties: vec![specialty(Subject::Class(3), 2, &[])],
        regions: vec![440_000],
        languages: LanguageSet::of([Language::Zh]),
        capacity: 5,
        load: 0,
        conflicts: vec![],
        refused_by: vec![],
        employer: None,
        institution: None,
        name: None,
        signed: vec![],
        outcomes: Outcomes::default(),
    }
}

fn need() -> NeedFacts {
    NeedFacts {
        kind: 30,
        class: 3,
        related: vec![4],
        items: vec![],
        enterprise: EnterpriseKey(7),
        name: TermId(77),
        region: 440_103,
        language: Language::Zh,
        supervision: SupervisionClass::General,
        days_left: None,
        on_site: false,
        hour: hour(),
        duty_only: false,
        reports: vec![],
        earlier: vec![],
        tried: vec![],
        share: Share::default(),
    }
}

fn specialty(subject: Subject, level: u8, items: &[u64]) -> Specialty {
    Specialty { subject, level, items: items.iter().map(|id| TermId(*id)).collect() }
}

fn any_subject() -> impl Strategy<Value = Subject> {
    // Kinds 30 to 39 are of class 3, and so on.
    prop_oneof![
        (0u16..6, 0u16..3).prop_map(|(class, n)| Subject::Kind { kind: class * 10 + n, class }),
        (0u16..6).prop_map(Subject::Class),
    ]
}

fn any_specialty() -> impl Strategy<Value = Specialty> {
    (any_subject(), 1u8..=3, proptest::collection::vec(0u64..8, 0..4))
        .prop_map(|(subject, level, items)| specialty(subject, level, &items))
}

fn any_region() -> impl Strategy<Value = u32> {
    select(&[440_000, 440_100, 440_103, 440_104, 440_300, 440_305, 441_900, 110_101][..])
}

prop_compose! {
    pub(crate) fn any_expert()(
        id in 0u128..4,
        flags in any::<[bool; 5]>(),
        specialties in proptest::collection::vec(any_specialty(), 0..4),
        regions in proptest::collection::vec(any_region(), 0..3),
        english in any::<bool>(),
        (capacity, load) in (1u32..6, 0u32..7),
        (conflicts, refused_by) in (proptest::collection::vec(0u128..9, 0..2), proptest::collection::vec(0u128..9, 0..2)),
        (reinspected, passed) in (0u32..40, 0u32..40),
        (ratings, stars) in (0u32..40, 1u32..=5),
        signed in proptest::collection::vec(0u64..6, 0..2),
        employer in proptest::option::of(70u64..80),
    ) -> ExpertFacts {
        ExpertFacts {
            id: ExpertId(Uuid::from_u128(id)),
            approved: flags[0],
            suspended: flags[4],
            available: flags[1],
            leave: away().filter(|_| flags[2]),
            shifts: if flags[3] { vec![] } else { tomorrow() },
            specialties,
            regions,
            languages: LanguageSet::of([if english { Language::En } else { Language::Zh }]),
            capacity,
            load,
            conflicts: conflicts.into_iter().map(EnterpriseKey).collect(),
            refused_by: refused_by.into_iter().map(EnterpriseKey).collect(),
            employer: employer.map(TermId),
            institution: Some(TermId(1)),
            name: Some(TermId(2)),
            signed: signed.into_iter().map(TermId).collect(),
            outcomes: Outcomes {
                reinspected, passed_first: passed.min(reinspected), ratings, rating_sum: ratings * stars,
            },
        }
    }
}

prop_compose! {
    pub(crate) fn any_need()(
        (class, n) in (0u16..6, 0u16..3),
        related in proptest::collection::vec(0u16..6, 0..3),
        items in proptest::collection::vec(0u64..8, 0..4),
        enterprise in 0u128..9,
        region in any_region(),
        (english, on_site, duty_only) in (any::<bool>(), any::<bool>(), any::<bool>()),
        supervision in select(SupervisionClass::ALL),
        days_left in proptest::option::of(-400i32..400),
        report in proptest::option::of((0u64..6, 0u64..3, 0u64..4)),
        (earlier, tried) in (proptest::option::of(0u128..4), proptest::option::of(0u128..4)),
    ) -> NeedFacts {
        let ids = |id: Option<u128>| id.map(|id| ExpertId(Uuid::from_u128(id))).into_iter().collect();
        NeedFacts {
            kind: class * 10 + n,
            class,
            related,
            items: items.into_iter().map(|item| vec![TermId(item)].into_boxed_slice()).collect(),
            enterprise: EnterpriseKey(enterprise),
            name: TermId(70 + u64::try_from(enterprise).unwrap()),
            region,
            language: if english { Language::En } else { Language::Zh },
            supervision,
            days_left,
            on_site,
            hour: hour(),
            duty_only,
            reports: report
                .map(|(number, laboratory, signer)| Report {
                    number: TermId(number), laboratory: Some(TermId(laboratory)), signer: Some(TermId(signer)),
                })
                .into_iter()
                .collect(),
            earlier: ids(earlier),
            tried: ids(tried),
            share: Share::default(),
        }
    }
}

prop_compose! {
    /// Any model that the settings allow.
    pub(crate) fn any_model()(
        weights in proptest::array::uniform7(0u32..=1000),
        (class, related) in (0u32..=100, 0u32..=100),
        (level, items) in (0u32..=100, 0u32..=100),
        (city, province, remote) in (0u32..=100, 0u32..=100, 0u32..=100),
        (horizon, supervision, special) in (1u32..=365, 0u32..=100, 0u32..=100),
        (prior, cases) in (0u32..=100, 1u32..=1000),
    ) -> Model {
        let share = |percent: u32| f64::from(percent) / 100.0;
        let [specialty, region, load, urgency, language, outcome, continuity] = weights.map(f64::from);
        Model {
            weights: Weights {
                specialty: specialty + 1.0, region, load, urgency, language, outcome, continuity,
            },
            shape: Shape {
                class: share(class),
                related: share(related.min(class)),
                level: share(level),
                items: share(items.min(100 - level)),
                city: share(city),
                province: share(province.min(city)),
                remote: share(remote),
                horizon_days: horizon.into(),
                supervision: share(supervision),
                special: share(special),
                prior: share(prior),
                prior_strength: cases.into(),
            },
        }
    }
}

fn values(parts: &Parts) -> [f64; 7] {
    let Parts { specialty, region, load, urgency, language, outcome, continuity } = *parts;
    [specialty, region, load, urgency, language, outcome, continuity]
}

fn rule(need: &NeedFacts, expert: &ExpertFacts) -> Option<&'static str> {
    exclusion(need, expert).map(Exclusion::as_str)
}

#[test]
fn each_rule_excludes_alone() {
    assert_eq!(rule(&need(), &expert()), None);
    let me = expert().id;
    let report = Report { number: TermId(9), laboratory: Some(TermId(1)), signer: Some(TermId(2)) };
    let reported = NeedFacts { reports: vec![report], ..need() };
    let signer = ExpertFacts { institution: Some(TermId(1)), name: Some(TermId(2)), ..expert() };
    let employer = vec![EnterpriseKey(7)];
    let night = NeedFacts { duty_only: true, ..need() };
    for (need, expert, wanted) in [
        (need(), ExpertFacts { approved: false, ..expert() }, "not_approved"),
        (need(), ExpertFacts { suspended: true, ..expert() }, "suspended"),
        (need(), ExpertFacts { conflicts: employer.clone(), ..expert() }, "conflict_of_interest"),
        (need(), ExpertFacts { employer: Some(need().name), ..expert() }, "conflict_of_interest"),
        (need(), ExpertFacts { refused_by: employer, ..expert() }, "refused_by_enterprise"),
        (reported.clone(), signer.clone(), "signed_report"),
        (reported.clone(), ExpertFacts { signed: vec![TermId(9)], ..expert() }, "signed_report"),
        (NeedFacts { tried: vec![me], ..need() }, expert(), "already_tried"),
        (need(), ExpertFacts { specialties: vec![], ..expert() }, "no_specialty"),
        (need(), ExpertFacts { leave: away(), ..expert() }, "on_leave"),
        (need(), ExpertFacts { available: false, ..expert() }, "unavailable"),
        (night.clone(), ExpertFacts { shifts: tomorrow(), ..expert() }, "off_duty"),
        (need(), ExpertFacts { load: 5, ..expert() }, "at_capacity"),
    ] {
        assert_eq!(rule(&need, &expert), Some(wanted));
    }
    // The laboratory alone bars nobody, nor does a namesake of another one.
    assert_eq!(rule(&reported, &ExpertFacts { name: Some(TermId(3)), ..signer.clone() }), None);
    assert_eq!(rule(&reported, &ExpertFacts { institution: Some(TermId(3)), ..signer }), None);
    assert_eq!(rule(&need(), &ExpertFacts { shifts: tomorrow(), ..expert() }), None);
    assert_eq!(rule(&night, &expert()), None);
}

#[test]
fn the_order_of_fits_and_distances() {
    let fit_of =
        |subject| fit(&need(), &ExpertFacts { specialties: vec![specialty(subject, 1, &[])], ..expert() });
    assert_eq!(fit_of(Subject::Kind { kind: 30, class: 3 }), Some(Fit::Kind));
    assert_eq!(fit_of(Subject::Class(3)), Some(Fit::Class));
    for subject in
        [Subject::Kind { kind: 31, class: 3 }, Subject::Kind { kind: 40, class: 4 }, Subject::Class(4)]
    {
        assert_eq!(fit_of(subject), Some(Fit::Related), "{subject:?}");
    }
    assert_eq!(fit_of(Subject::Class(5)), None);
    for (serves, wanted) in [
        (vec![440_103], Nearness::District),
        (vec![440_100], Nearness::City),
        (vec![440_104], Nearness::City),
        (vec![440_000], Nearness::Province),
        (vec![110_101, 440_305], Nearness::Province),
        (vec![110_101], Nearness::Elsewhere),
        (vec![], Nearness::Elsewhere),
    ] {
        assert_eq!(nearness(&need(), &ExpertFacts { regions: serves, ..expert() }), wanted);
    }
}

#[test]
fn a_new_expert_scores_like_an_average_one() {
    let model = model();
    let with = |outcomes| model.parts(&need(), &ExpertFacts { outcomes, ..expert() }).outcome;
    let newcomer = with(Outcomes::default());
    assert_eq!(newcomer, model.shape.prior);
    let one = Outcomes { reinspected: 1, passed_first: 1, ratings: 1, rating_sum: 5 };
    let many = Outcomes { reinspected: 40, passed_first: 40, ratings: 40, rating_sum: 200 };
    let bad = Outcomes { reinspected: 40, passed_first: 0, ratings: 40, rating_sum: 40 };
    assert!(newcomer < with(one) && with(one) < with(many), "one success proves little");
    assert!(with(bad) < newcomer, "and failure is no advantage over being new");
}

#[test]
fn distance_counts_for_more_on_site() {
    let model = model();
    let loss = |on_site| {
        let need = NeedFacts { on_site, ..need() };
        let near = model.parts(&need, &ExpertFacts { regions: vec![440_103], ..expert() }).region;
        near - model.parts(&need, &ExpertFacts { regions: vec![440_300], ..expert() }).region
    };
    assert!(loss(true) > loss(false) && loss(false) > 0.0);
}

#[test]
fn every_part_can_decide() {
    // A guard against a part that is never looked at: each weight alone must be able to decide.
    let strong = ExpertFacts {
        specialties: vec![specialty(Subject::Kind { kind: 30, class: 3 }, 3, &[1])],
        regions: vec![440_103],
        outcomes: Outcomes { reinspected: 9, passed_first: 9, ratings: 9, rating_sum: 45 },
        ..expert()
    };
    let weak = ExpertFacts {
        id: ExpertId(Uuid::from_u128(2)),
        specialties: vec![specialty(Subject::Class(4), 1, &[])],
        regions: vec![110_101],
        languages: LanguageSet::of([Language::En]),
        load: 4,
        ..expert()
    };
    let need =
        NeedFacts { items: vec![vec![TermId(1)].into_boxed_slice()], earlier: vec![strong.id], ..need() };
    let model = model();
    let (high, low) = (model.parts(&need, &strong), model.parts(&need, &weak));
    for (part, (high, low)) in values(&high).into_iter().zip(values(&low)).enumerate() {
        // The fourth is the urgency, which belongs to the need.
        assert!(high > low || (part == 3 && high == low), "part {part}");
    }
}

proptest! {
    #[test]
    fn parts_and_total_are_from_0_to_1(need in any_need(), expert in any_expert(), model in any_model()) {
        let parts = model.parts(&need, &expert);
        for value in values(&parts) {
            prop_assert!((0.0..=1.0).contains(&value), "{parts:?}");
        }
        prop_assert!((0.0..=1.0).contains(&model.total(&parts)));
    }

    #[test]
    fn rules_hold_under_every_model(need in any_need(), expert in any_expert(), model in any_model()) {
        let broken = !expert.approved
            || expert.suspended
            || !expert.available
            || expert.on_leave(need.hour.day)
            || expert.load >= expert.capacity
            || expert.conflicts.contains(&need.enterprise)
            || expert.employer == Some(need.name)
            || expert.refused_by.contains(&need.enterprise)
            || need.tried.contains(&expert.id)
            || (need.duty_only && !expert.on_duty(&need.hour))
            || need.reports.iter().any(|r| expert.signed.contains(&r.number))
            || fit(&need, &expert).is_none();
        let named = need.reports.iter().any(|r| {
            r.signer == expert.name && r.laboratory == expert.institution
        });
        prop_assert_eq!(model.judge(&need, &expert).is_err(), broken || named);
    }

    #[test]
    fn a_nearer_specialty_never_scores_less(
        need in any_need(), expert in any_expert(), model in any_model(), level in 1u8..=3,
        items in proptest::collection::vec(0u64..8, 0..4),
    ) {
        let with = |subject| {
            let specialties = vec![specialty(subject, level, &items)];
            model.parts(&need, &ExpertFacts { specialties, ..expert.clone() }).specialty
        };
        let kind = with(Subject::Kind { kind: need.kind, class: need.class });
        let class = with(Subject::Class(need.class));
        let sibling = with(Subject::Kind { kind: need.kind + 5, class: need.class });
        let alien = with(Subject::Class(99));
        prop_assert!(kind >= class && class >= sibling && sibling >= alien && alien == 0.0);
    }

    #[test]
    fn improvements_never_lower_and_a_higher_load_never_raises_the_score(
        need in any_need(), expert in any_expert(), model in any_model(), extra in any_specialty(),
        region in any_region(), more in 1u32..5,
    ) {
        let score = |expert: &ExpertFacts| model.total(&model.parts(&need, expert));
        let base = score(&expert);
        // Sums of floats: the last digits may differ.
        let least = base - 1e-12;
        let mut with_specialty = expert.clone();
        with_specialty.specialties.push(extra);
        prop_assert!(score(&with_specialty) >= least);
        let mut with_region = expert.clone();
        with_region.regions.push(region);
        prop_assert!(score(&with_region) >= least);
        let mut with_level = expert.clone();
        with_level.specialties.iter_mut().for_each(|s| s.level = (s.level + 1).min(3));
        prop_assert!(score(&with_level) >= least);
        let busier = ExpertFacts { load: expert.load + more, ..expert.clone() };
        prop_assert!(score(&busier) <= base + 1e-12);
        let better = ExpertFacts {
            outcomes: Outcomes {
                reinspected: expert.outcomes.reinspected + more,
                passed_first: expert.outcomes.passed_first + more,
                ..expert.outcomes
            },
            ..expert.clone()
        };
        prop_assert!(score(&better) >= least);
        let mut known = need.clone();
        known.earlier.push(expert.id);
        prop_assert!(model.total(&model.parts(&known, &expert)) >= least);
    }

    #[test]
    fn less_time_and_closer_supervision_are_never_less_urgent(
        need in any_need(), model in any_model(), days in -400i32..400, fewer in 0i32..400,
    ) {
        let urgent = |days_left, supervision| {
            parts::urgency(&NeedFacts { days_left, supervision, ..need.clone() }, &model.shape)
        };
        let (general, special) = (SupervisionClass::General, SupervisionClass::Special);
        prop_assert!(urgent(Some(days - fewer), need.supervision) >= urgent(Some(days), need.supervision));
        prop_assert!(urgent(Some(days), need.supervision) >= urgent(None, need.supervision));
        prop_assert!(urgent(Some(days), SupervisionClass::Strict) >= urgent(Some(days), special));
        prop_assert!(urgent(Some(days), special) >= urgent(Some(days), general));
    }

    #[test]
    fn two_codes_never_share_a_key(a in "[0-9A-Z]{18}", b in "[0-9A-Z]{18}") {
        prop_assert_eq!(EnterpriseKey::of(&a) == EnterpriseKey::of(&b), a == b);
    }
}
