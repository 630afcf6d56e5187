//! The words of label checks for people.

use crate::label_checks::checklist::{Answer, LabelOutcome};
use crate::web::frame::Frame;

/// What a label check came to.
pub fn outcome_word(f: &Frame, outcome: LabelOutcome) -> &'static str {
    match outcome {
        LabelOutcome::ThreeNoes => f.t("三无产品", "three noes"),
        LabelOutcome::LabelNonconforming => f.t("标识不合格", "label nonconforming"),
        LabelOutcome::Conforming => f.t("标识合格", "label conforming"),
    }
}

/// Its colour.
pub fn outcome_tone(outcome: LabelOutcome) -> &'static str {
    match outcome {
        LabelOutcome::ThreeNoes => "bad",
        LabelOutcome::LabelNonconforming => "warn",
        LabelOutcome::Conforming => "good",
    }
}

/// The answer to a check.
pub fn answer_word(f: &Frame, answer: Answer) -> &'static str {
    match answer {
        Answer::Ok => f.t("符合", "ok"),
        Answer::Missing => f.t("缺失", "missing"),
        Answer::False => f.t("不实", "false"),
        Answer::NotApplicable => f.t("不适用", "not applicable"),
    }
}
