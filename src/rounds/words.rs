//! The words of rounds for people.

use crate::rounds::member_state::{MemberState, MemberStep};
use crate::rounds::round_state::{CircuitRoundState, CircuitRoundStep};
use crate::rounds::stage::{CircuitStage, EvidenceKind};
use crate::web::frame::Frame;

/// A stage.
pub fn stage_word(f: &Frame, stage: CircuitStage) -> &'static str {
    let (zh, en) = stage.words();
    f.t(zh, en)
}

/// The colour of a stage.
pub fn stage_tone(stage: CircuitStage) -> &'static str {
    match stage {
        CircuitStage::Verified | CircuitStage::Guarded | CircuitStage::Raised => "good",
        CircuitStage::Assessed | CircuitStage::Correcting => "warn",
        CircuitStage::Unreachable | CircuitStage::Declined => "bad",
        CircuitStage::Found => "none",
    }
}

/// What was decided of a member.
pub fn member_word(f: &Frame, state: MemberState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// A decision on a member.
pub fn decision_word(f: &Frame, step: MemberStep) -> &'static str {
    let (zh, en) = step.words();
    f.t(zh, en)
}

/// The state of a round.
pub fn round_word(f: &Frame, state: CircuitRoundState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// The colour of a state of a round.
pub fn round_tone(state: CircuitRoundState) -> &'static str {
    match state {
        CircuitRoundState::Planned => "good",
        CircuitRoundState::Closed | CircuitRoundState::Cancelled => "none",
    }
}

/// A step of a round.
pub fn step_word(f: &Frame, step: CircuitRoundStep) -> &'static str {
    let (zh, en) = step.words();
    f.t(zh, en)
}

/// What a piece of evidence says.
pub fn evidence_word(f: &Frame, kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Listed => f.t("列入清零名单", "on the list"),
        EvidenceKind::Cleared => f.t("案件已清零", "its case is cleared"),
        EvidenceKind::Correcting => f.t("整改进行中", "correction under way"),
        EvidenceKind::Corrected => f.t("已提交整改", "correction handed in"),
        EvidenceKind::PassedFirst => f.t("首次复查合格", "first re-inspection passed"),
        EvidenceKind::FailedFirst => f.t("首次复查不合格", "first re-inspection failed"),
        EvidenceKind::Concluded => f.t("问诊已办结", "consultation concluded"),
        EvidenceKind::Visited => f.t("上门帮扶", "visited"),
        EvidenceKind::Trained => f.t("参加培训", "trained"),
        EvidenceKind::Committed => f.t("签署承诺书", "commitment signed"),
        EvidenceKind::Kept => f.t("承诺已履行", "commitment kept"),
        EvidenceKind::Sampled => f.t("跟踪抽查", "follow-up sample taken"),
        EvidenceKind::SamplePassed => f.t("跟踪抽查合格或已回访", "follow-up passed"),
        EvidenceKind::Interviewed => f.t("约谈", "interviewed"),
    }
}

/// A distance in kilometres, with one decimal.
pub fn kilometres(metres: i64) -> String {
    format!("{}.{}", metres / 1_000, metres % 1_000 / 100)
}
