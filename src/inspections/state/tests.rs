use super::*;

/// The steps that lead from several states in the same way, and are named by themselves below.
const ANYWHERE: [InspectionStep; 9] = [
    InspectionStep::AskProducer,
    InspectionStep::Confirm,
    InspectionStep::Deem,
    InspectionStep::Deny,
    InspectionStep::RejectDenial,
    InspectionStep::HandOver,
    InspectionStep::ReturnSample,
    InspectionStep::DestroySample,
    InspectionStep::Withdraw,
];

#[test]
fn the_table_of_steps() {
    let mut table = Vec::new();
    for &from in InspectionState::ALL {
        for &step in InspectionStep::ALL {
            match transition(from, step) {
                Ok(to) if !ANYWHERE.contains(&step) => table.push(format!("{from} {step} {to}")),
                Ok(_) => {}
                Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
            }
        }
    }
    assert_eq!(
        table,
        [
            "drawn assign assigned",
            "drawn attempt attempted",
            "drawn refuse refused",
            "drawn not_find not_found",
            "drawn bar barred",
            "drawn sample sampled",
            "drawn check reported",
            "drawn quick_test suspect",
            "drawn listed reported",
            "assigned assign assigned",
            "assigned attempt attempted",
            "assigned refuse refused",
            "assigned not_find not_found",
            "assigned bar barred",
            "assigned sample sampled",
            "assigned check reported",
            "assigned quick_test suspect",
            "assigned listed reported",
            "attempted refuse refused",
            "attempted not_find not_found",
            "attempted bar barred",
            "attempted sample sampled",
            "attempted check reported",
            "attempted quick_test suspect",
            "sampled seal sealed",
            "sampled check reported",
            "sampled void void",
            "sealed receive received",
            "sealed receive_broken void",
            "sealed void void",
            "received test tested",
            "received void void",
            "tested report reported",
            "tested void void",
            "reported deliver delivered",
            "delivered deliver delivered",
            "delivered contest contested",
            "delivered finalise final",
            "contested deliver contested",
            "contested order_retest retesting",
            "contested refuse_retest upheld",
            "contested overturn overturned",
            "retesting deliver retesting",
            "retesting uphold upheld",
            "retesting overturn overturned",
            "upheld deliver upheld",
            "upheld contest contested",
            "upheld finalise final",
            "overturned finalise final",
            "final publish published",
            "suspect link_formal closed",
            "suspect explain closed",
        ]
    );
}

#[test]
fn what_holds_in_several_states() {
    for &from in InspectionState::ALL {
        let may = |step| transition(from, step).is_ok();
        for step in &ANYWHERE[..5] {
            assert_eq!(may(*step), from.has_open_result(), "{from} {step}");
        }
        assert_eq!(may(InspectionStep::HandOver), from.has_open_result(), "{from}");
        assert_eq!(may(InspectionStep::ReturnSample), from.is_over(), "{from}");
        assert_eq!(may(InspectionStep::DestroySample), from.is_over(), "{from}");
        assert_eq!(may(InspectionStep::Withdraw), from != InspectionState::Withdrawn, "{from}");
        assert!(!may(InspectionStep::Draw) && !may(InspectionStep::Correct), "{from}");
    }
}

#[test]
fn only_a_final_result_is_made_public() {
    for &from in InspectionState::ALL {
        for &step in InspectionStep::ALL {
            if transition(from, step) == Ok(InspectionState::Published) {
                let kept = from == InspectionState::Published;
                assert!(
                    kept || (from, step) == (InspectionState::Final, InspectionStep::Publish),
                    "{from} {step}"
                );
            }
            if transition(from, step) == Ok(InspectionState::Final) {
                let kept = from == InspectionState::Final;
                assert!(kept || step == InspectionStep::Finalise, "{from} {step}");
            }
        }
    }
}

#[test]
fn the_answers_of_a_producer() {
    let all = std::iter::once(None).chain(Confirmation::ALL.iter().copied().map(Some));
    let mut table = Vec::new();
    for before in all {
        for &step in InspectionStep::ALL {
            if let Some(after) = confirmation_after(before, step) {
                table.push((before.map(Confirmation::as_str), step.as_str(), after.as_str()));
            }
        }
    }
    assert_eq!(
        table,
        [
            (None, "ask_producer", "pending"),
            (Some("pending"), "confirm", "confirmed"),
            (Some("pending"), "deem", "deemed"),
            (Some("pending"), "deny", "denied"),
            (Some("deemed"), "deny", "denied"),
            (Some("denied"), "reject_denial", "denial_rejected"),
        ]
    );
}
