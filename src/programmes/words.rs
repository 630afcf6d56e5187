//! The words of programmes for people.

use crate::catalogue::Catalogue;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::{OperatorRole, ProgrammeLevel, ProgrammeState, ProgrammeStep};
use crate::web::choices;
use crate::web::frame::Frame;

/// The state of a programme.
pub fn state_word(f: &Frame, state: ProgrammeState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// The colour of a state.
pub fn state_tone(state: ProgrammeState) -> &'static str {
    match state {
        ProgrammeState::Approved | ProgrammeState::Running => "good",
        ProgrammeState::Submitted => "warn",
        ProgrammeState::Returned => "bad",
        ProgrammeState::Draft | ProgrammeState::Closed | ProgrammeState::Withdrawn => "none",
    }
}

/// A step of a programme.
pub fn step_word(f: &Frame, step: ProgrammeStep) -> &'static str {
    let (zh, en) = step.words();
    f.t(zh, en)
}

/// The level that organises a sampling.
pub fn level_word(f: &Frame, level: ProgrammeLevel) -> &'static str {
    match level {
        ProgrammeLevel::National => f.t("国家监督抽查", "national"),
        ProgrammeLevel::Provincial => f.t("省级监督抽查", "provincial"),
        ProgrammeLevel::Municipal => f.t("市级监督抽查", "municipal"),
        ProgrammeLevel::County => f.t("县级监督抽查", "county"),
    }
}

/// What a programme plans.
pub fn kind_word(f: &Frame, kind: ProgrammeKind) -> &'static str {
    let (zh, en) = kind.words();
    f.t(zh, en)
}

/// The level that organises a programme of a kind.
pub fn level_of_kind(f: &Frame, kind: ProgrammeKind, level: ProgrammeLevel) -> &'static str {
    if kind == ProgrammeKind::Sampling { level_word(f, level) } else { plain_level(f, level) }
}

/// A level, whatever is organised.
pub fn plain_level(f: &Frame, level: ProgrammeLevel) -> &'static str {
    match level {
        ProgrammeLevel::National => f.t("国家级", "national"),
        ProgrammeLevel::Provincial => f.t("省级", "provincial"),
        ProgrammeLevel::Municipal => f.t("市级", "municipal"),
        ProgrammeLevel::County => f.t("县级", "county"),
    }
}

/// As what operators are sampled.
pub fn role_word(f: &Frame, role: OperatorRole) -> &'static str {
    match role {
        OperatorRole::Producer => f.t("生产环节", "producers"),
        OperatorRole::Seller => f.t("销售环节", "sellers"),
        OperatorRole::Online => f.t("网络交易", "online operators"),
    }
}

/// The product of a target: its kind or its class.
pub fn product(f: &Frame, catalogue: &Catalogue, kind: Option<&str>, class: Option<&str>) -> String {
    match (kind, class) {
        (Some(kind), _) => choices::kind(f, catalogue, kind),
        (None, Some(class)) => choices::class(f, catalogue, class),
        (None, None) => String::new(),
    }
}
