//! The words of cross-inspections for people.

use crate::cross_inspections::state::{RoundState, RoundStep, Verdict};
use crate::web::frame::Frame;

/// The state of a round.
pub fn state_word(f: &Frame, state: RoundState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// The colour of a state.
pub fn state_tone(state: RoundState) -> &'static str {
    match state {
        RoundState::Gathering => "warn",
        RoundState::Assigned => "good",
        RoundState::Closed | RoundState::Withdrawn => "none",
    }
}

/// A step of a round.
pub fn step_word(f: &Frame, step: RoundStep) -> &'static str {
    let (zh, en) = step.words();
    f.t(zh, en)
}

/// What a test found.
pub fn verdict_word(f: &Frame, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conforming => f.t("合格", "conforming"),
        Verdict::Nonconforming => f.t("不合格", "nonconforming"),
        Verdict::NotTested => f.t("未能检验", "not tested"),
    }
}
