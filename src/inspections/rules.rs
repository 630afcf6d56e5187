//! What the law wants of a step besides the state and its day. Pure.

use crate::core::Text;
use crate::core::state::NotAllowed;
use crate::inspections::breach::{Breach, article};
use crate::inspections::course::Course;
use crate::inspections::days::term_end;
use crate::inspections::fact::Fact;
use crate::inspections::law::Law;
use crate::inspections::particulars::{SampleTaken, TestResult};
use crate::inspections::settings::Reason;
use crate::inspections::state::{InspectionState, InspectionStep as E};
use crate::inspections::words::{Method, Outcome, Party, Term};
use std::collections::BTreeSet;

/// Whether a step goes with a method.
pub fn fits(method: Method, step: E) -> bool {
    match step {
        E::Sample
        | E::Seal
        | E::Receive
        | E::ReceiveBroken
        | E::Test
        | E::Report
        | E::OrderRetest
        | E::Uphold
        | E::ReturnSample
        | E::DestroySample => method == Method::Sampling,
        E::Listed | E::Overturn => matches!(method, Method::Sampling | Method::Label),
        E::Check => matches!(method, Method::Label | Method::Cross | Method::Visit),
        E::QuickTest | E::LinkFormal | E::Explain => method == Method::Quick,
        _ => true,
    }
}

/// Judges what a step says.
///
/// # Errors
/// What the law has against it.
pub fn check(course: &Course, fact: &Fact, law: Law<'_>) -> Result<(), Breach> {
    let (rules, said) = (law.rules, &fact.particulars);
    let state = course.state.unwrap_or(InspectionState::Drawn);
    let refused = Breach::NotAllowed(NotAllowed { from: state, step: fact.step });
    if !fits(course.basics.method, fact.step) {
        return Err(refused);
    }
    let unlawful = |pointer: &'static str, zh: &'static str, en: &'static str| Breach::Unlawful {
        pointer,
        text: Text::new(zh, en),
        article: article(fact.step, rules).clone(),
    };
    let require = |holds: bool, pointer, zh, en| if holds { Ok(()) } else { Err(unlawful(pointer, zh, en)) };
    match fact.step {
        E::Refuse => known(&rules.refusals, said.reason.as_deref()).ok_or_else(|| unknown_reason(&unlawful)),
        E::NotFind => {
            known(&rules.not_found, said.reason.as_deref()).ok_or_else(|| unknown_reason(&unlawful))
        }
        E::Bar => known(&rules.bars, said.reason.as_deref()).ok_or_else(|| unknown_reason(&unlawful)),
        E::Sample => said.sample.as_ref().map_or(Ok(()), |sample| check_sample(sample, law)),
        E::Assign => {
            let (tests, takes) = (said.laboratory.or(course.laboratory), said.sampler.or(course.sampler));
            let apart = tests.is_none() || tests != takes;
            require(apart, "/sampler", "抽样机构不得承检", "who takes the sample does not test it")
        }
        E::Seal => require(
            said.seals.as_ref().is_some_and(|seals| !seals.is_empty()),
            "/seals",
            "须注明封条号",
            "needs the numbers of the seals",
        ),
        E::Test => {
            let tests = |name: &String| said.testers.as_ref().is_some_and(|all| all.contains(name));
            let apart = !course.taken.samplers.iter().any(tests)
                && (fact.body.is_none() || fact.body != course.sampler);
            require(apart, "/testers", "抽样人员不得检验所抽样品", "who takes the sample does not test it")
        }
        E::Report | E::Check | E::Listed => match &said.result {
            Some(result) => {
                let failed = result.outcome == Outcome::Nonconforming;
                let label = course.basics.method == Method::Label;
                require(
                    said.corrected_on.is_none_or(|day| label && failed && day >= fact.on),
                    "/corrected_on",
                    "只用于有问题的标识，且不能早于检查之日",
                    "goes with a label that failed, and is not before the check",
                )?;
                check_result(result, fact.step, &unlawful)
            }
            None => Err(unlawful("/result", "须填写检验结果", "must say what was found")),
        },
        E::QuickTest => check_quick(fact, &unlawful),
        E::Deliver | E::Contest => check_party(course, fact, law, &unlawful),
        E::AskProducer => require(
            course.basics.producer_named,
            "/step",
            "样品未标注生产者，无法确认",
            "nobody is named as the producer",
        ),
        E::Deem => match course.asked_on.map(|asked| term_end(asked, Term::Confirm, law)) {
            Some(until) if fact.on <= until => Err(Breach::Early { from: until.succ_opt().unwrap_or(until) }),
            Some(_) => Ok(()),
            None => Err(refused),
        },
        E::OrderRetest => {
            let other = said.laboratory.is_some() && said.laboratory != course.laboratory;
            require(
                other || said.other_persons == Some(true),
                "/laboratory",
                "复检须由其他机构，或者由原机构的其他人员进行",
                "another laboratory tests again, or other persons of the same one",
            )?;
            require(
                course.may_have_reserve(),
                "/step",
                "无备样可供复检",
                "there is no reserve sample to be tested",
            )
        }
        E::Uphold => check_retest(said.result.as_ref(), Outcome::Nonconforming, &unlawful),
        E::Overturn if !course.may_overturn() => Err(refused),
        E::Overturn => check_retest(said.result.as_ref(), Outcome::Conforming, &unlawful),
        E::Finalise => match course.final_from(law) {
            Some(from) if fact.on < from => Err(Breach::Early { from }),
            Some(_) => Ok(()),
            None => Err(unlawful(
                "/step",
                "尚有当事人未收到结果，或者标称生产者尚未回复",
                "a party has no result yet, or the nominal producer has not answered",
            )),
        },
        E::Publish => require(
            law.effects.publication,
            "/step",
            "此类检查的结果不予通报",
            "results of this kind of inspection are not made public",
        ),
        _ => Ok(()),
    }
}

type Unlawful<'a> = dyn Fn(&'static str, &'static str, &'static str) -> Breach + 'a;

fn known(reasons: &[Reason], key: Option<&str>) -> Option<()> {
    reasons.iter().any(|reason| Some(reason.key.as_str()) == key).then_some(())
}

fn unknown_reason(unlawful: &Unlawful<'_>) -> Breach {
    unlawful("/reason", "须为规则列明的原因", "must be a reason that the rules name")
}

fn check_sample(sample: &SampleTaken, law: Law<'_>) -> Result<(), Breach> {
    let rules = law.rules;
    let unlawful = |pointer: &'static str, zh: String, en: String, article: &Text| {
        Err(Breach::Unlawful { pointer, text: Text::new(zh, en), article: article.clone() })
    };
    let least = usize::try_from(rules.least_samplers).unwrap_or(usize::MAX);
    // Whoever is named twice is one person.
    let people: BTreeSet<&str> = sample.samplers.iter().map(|name| name.trim()).collect();
    if people.len() < least {
        let (zh, en) = (format!("抽样人员不得少于 {least} 名"), format!("needs at least {least} samplers"));
        return unlawful("/sample/samplers", zh, en, &rules.samplers_article);
    }
    if sample.notice_shown != Some(true) {
        let (zh, en) = ("须出示抽样通知书和证件", "notice and identity must be shown");
        return unlawful("/sample/notice_shown", zh.to_owned(), en.to_owned(), &rules.samplers_article);
    }
    let taken = sample.test_quantity.unwrap_or(0.0) + sample.reserve_quantity.unwrap_or(0.0);
    let most = [sample.needed_quantity, sample.base_quantity].into_iter().flatten();
    if most.into_iter().any(|most| taken > most) {
        let (zh, en) =
            ("抽样数量超过检验的合理需要或者抽样基数", "more is taken than the test needs, or than there is");
        return unlawful("/sample/test_quantity", zh.to_owned(), en.to_owned(), &rules.quantity_article);
    }
    Ok(())
}

/// A list may give a failure without its items; nothing else may.
fn check_result(result: &TestResult, step: E, unlawful: &Unlawful<'_>) -> Result<(), Breach> {
    let failed = result.items.iter().any(|item| !item.ok);
    match result.outcome {
        Outcome::Conforming if failed => Err(unlawful(
            "/result/items",
            "合格的结果不能有不合格项目",
            "a result that conforms has no item that does not",
        )),
        Outcome::Nonconforming if !failed && step != E::Listed => Err(unlawful(
            "/result/items",
            "不合格的结果须注明不合格项目",
            "a result that does not conform names an item that does not",
        )),
        Outcome::Conforming | Outcome::Nonconforming => Ok(()),
        Outcome::Clear | Outcome::Suspect | Outcome::Invalid => {
            Err(unlawful("/result/outcome", "须为合格或者不合格", "must be conforming or nonconforming"))
        }
    }
}

fn check_retest(result: Option<&TestResult>, wanted: Outcome, unlawful: &Unlawful<'_>) -> Result<(), Breach> {
    let Some(result) = result else { return Ok(()) };
    if result.outcome != wanted {
        return Err(unlawful("/result/outcome", "与复检结论不符", "does not fit what the re-test came to"));
    }
    check_result(result, E::Uphold, unlawful)
}

fn check_quick(fact: &Fact, unlawful: &Unlawful<'_>) -> Result<(), Breach> {
    let Some(quick) = &fact.particulars.quick else { return Ok(()) };
    if quick.outcome.is_of_law() {
        return Err(unlawful(
            "/quick/outcome",
            "须为 clear、suspect 或 invalid",
            "must be clear, suspect or invalid",
        ));
    }
    let expired = quick.calibrated_until.is_some_and(|until| until < fact.on);
    if expired && quick.outcome != Outcome::Invalid {
        return Err(unlawful(
            "/quick/calibrated_until",
            "设备校准已过期，结果无效",
            "the calibration had expired: the result is invalid",
        ));
    }
    Ok(())
}

fn check_party(course: &Course, fact: &Fact, law: Law<'_>, unlawful: &Unlawful<'_>) -> Result<(), Breach> {
    let party = fact.particulars.party.filter(|p| matches!(p, Party::Operator | Party::Producer));
    let Some(party) = party else {
        return Err(unlawful("/party", "须为 operator 或 producer", "must be operator or producer"));
    };
    let delivered = course.delivered.get(&party);
    if fact.step == E::Deliver {
        return match (course.parties().contains(&party), delivered) {
            (true, None) => Ok(()),
            (true, Some(_)) => Err(unlawful("/party", "已送达", "has the result already")),
            (false, _) => Err(unlawful("/party", "结果无须送达该方", "does not get this result")),
        };
    }
    let Some(&received) = delivered else {
        return Err(unlawful("/party", "尚未收到结果", "has not got the result"));
    };
    if course.contested.contains_key(&party) {
        return Err(unlawful("/party", "已提出过异议", "has challenged the result already"));
    }
    if course.first_outcome() != Some(Outcome::Nonconforming) {
        return Err(unlawful("/step", "合格的结果不能提出异议", "a result that conforms is not challenged"));
    }
    let until = term_end(received, Term::Challenge, law);
    if fact.on > until { Err(Breach::Late { until }) } else { Ok(()) }
}
