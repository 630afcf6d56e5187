//! What the law has against a step, and how it is said.

use crate::core::clock::day_in;
use crate::core::state::NotAllowed;
use crate::core::{Code, Language, Problem, Text};
use crate::inspections::settings::Rules;
use crate::inspections::state::{InspectionState, InspectionStep};
use chrono::NaiveDate;

/// What the law has against a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// The state does not allow it.
    NotAllowed(NotAllowed<InspectionState, InspectionStep>),
    /// It is dated before what it follows.
    OutOfOrder {
        /// The day of what it follows.
        after: NaiveDate,
    },
    /// It comes too early.
    Early {
        /// The first day on which it may be taken.
        from: NaiveDate,
    },
    /// It comes too late.
    Late {
        /// The last day on which it could be taken.
        until: NaiveDate,
    },
    /// Something in it is not as the law wants it.
    Unlawful {
        /// The field.
        pointer: &'static str,
        /// Description of the breach.
        text: Text,
        /// The article that it breaches.
        article: Text,
    },
}

/// A history that the law does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {ordinal} ({step}): {breach:?}")]
pub struct UnlawfulHistory {
    /// The event.
    pub ordinal: i32,
    /// The step that is not allowed.
    pub step: InspectionStep,
    /// What the law has against it.
    pub breach: Breach,
}

/// The refusal of a step, with the article that it rests on.
pub fn refusal(step: InspectionStep, breach: &Breach, rules: &Rules) -> Problem {
    let field = |zh: String, en: String| Problem::field("/occurred_on", Text::new(zh, en));
    let zh = |day: &NaiveDate| day_in(Language::Zh, *day);
    let en = |day: &NaiveDate| day_in(Language::En, *day);
    match breach {
        Breach::NotAllowed(NotAllowed { from, step }) => {
            let (state, step) = (from.text(), step.text());
            Problem::new(
                Code::InspectionState,
                Text::new(
                    format!("检查的当前状态（{}）不允许此操作（{}）", state.zh, step.zh),
                    format!("an inspection that is {} does not allow this: {}", state.en, step.en),
                ),
            )
            .under(&rules.steps_article)
        }
        Breach::OutOfOrder { after } => field(
            format!("不能早于前一步骤的日期（{}）", zh(after)),
            format!("must not be before what it follows ({})", en(after)),
        )
        .under(&rules.steps_article),
        Breach::Early { from } => {
            field(format!("最早可于{}办理", zh(from)), format!("can be taken from {} on", en(from)))
                .under(article(step, rules))
        }
        Breach::Late { until } => {
            field(format!("期限已于{}届满", zh(until)), format!("the term ended on {}", en(until)))
                .under(article(step, rules))
        }
        Breach::Unlawful { pointer, text, article } => Problem::field(pointer, text.clone()).under(article),
    }
}

/// The article on which a step rests.
pub fn article(step: InspectionStep, rules: &Rules) -> &Text {
    use InspectionStep as E;
    match step {
        E::Sample | E::Attempt | E::Refuse | E::NotFind | E::Bar => &rules.samplers_article,
        E::Test | E::Assign => &rules.separation_article,
        E::AskProducer | E::Confirm | E::Deem | E::Deny | E::RejectDenial => &rules.confirmation_article,
        E::Deliver => &rules.terms.notify.article,
        E::Contest | E::Finalise => &rules.terms.challenge.article,
        E::OrderRetest | E::RefuseRetest | E::Uphold | E::Overturn => &rules.retest_article,
        E::Publish => &rules.publication_article,
        E::LinkFormal | E::Explain | E::QuickTest => &rules.terms.formal_sample.article,
        E::ReturnSample | E::DestroySample => &rules.terms.return_sample.article,
        E::Draw
        | E::Seal
        | E::Receive
        | E::ReceiveBroken
        | E::Report
        | E::Check
        | E::Listed
        | E::HandOver
        | E::Void
        | E::Withdraw
        | E::Correct => &rules.steps_article,
    }
}
