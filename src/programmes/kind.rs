//! What a programme plans. Pure. The table has the same words in a CHECK.

use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// What a programme plans. Targets and draws are of samplings only; what the others hold is kept by the domains that carry them out.
    pub enum ProgrammeKind {
        /// Supervision sampling (监督抽查).
        Sampling = "sampling",
        /// Circuit consultation in rounds (巡回问诊).
        Circuit = "circuit",
        /// Recovery support of a place or a product (康复帮扶).
        Support = "support",
        /// A special campaign (专项行动).
        Campaign = "campaign",
        /// Outreach to consumers (“三进”活动).
        Outreach = "outreach",
    }
}

impl ProgrammeKind {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Sampling => ("监督抽查", "sampling"),
            Self::Circuit => ("巡回问诊", "circuit consultation"),
            Self::Support => ("康复帮扶", "recovery support"),
            Self::Campaign => ("专项行动", "campaign"),
            Self::Outreach => ("“三进”活动", "outreach"),
        }
    }

    /// Whether its tasks are targets of samples, for which operators are drawn under a version of the rules of sampling.
    pub fn has_targets(self) -> bool {
        self == Self::Sampling
    }

    /// Whether the domain that carries it out writes, approves and closes it, since more is kept and checked there: its own commands alone do so.
    pub fn has_own_commands(self) -> bool {
        self == Self::Support
    }

    /// Refuses a step that the commands of the kind take alone.
    ///
    /// # Errors
    /// 409 `programme_kind`.
    pub fn require_common_commands(self) -> Result<(), Problem> {
        if !self.has_own_commands() {
            return Ok(());
        }
        let (zh, en) = self.words();
        let text = Text::new(
            format!("{zh}计划须在“{zh}”页面办理"),
            format!(
                "a programme of {en} is written, approved and closed with what it holds, at its own address"
            ),
        );
        Err(Problem::new(Code::ProgrammeKind, text))
    }

    /// The page on which it is carried out, to be followed by its id; none where it is the page of the programme.
    pub fn carried_out_at(self) -> Option<&'static str> {
        match self {
            Self::Circuit => Some("/rounds?programme="),
            Self::Support => Some("/support/"),
            Self::Campaign | Self::Outreach => Some("/campaigns/"),
            Self::Sampling => None,
        }
    }

    /// Refuses a programme of another kind than the wanted one.
    ///
    /// # Errors
    /// 409 `programme_kind`.
    pub fn require(self, wanted: Self) -> Result<(), Problem> {
        if self == wanted {
            return Ok(());
        }
        let (is, wants) = (self.words(), wanted.words());
        let text = Text::new(
            format!("该计划的类型为{}，此操作只适用于{}", is.0, wants.0),
            format!("the programme is one of {}; this is for {} only", is.1, wants.1),
        );
        Err(Problem::new(Code::ProgrammeKind, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_samplings_have_targets() {
        let with: Vec<_> = ProgrammeKind::ALL.iter().filter(|kind| kind.has_targets()).collect();
        assert_eq!(with, [&ProgrammeKind::Sampling]);
    }

    #[test]
    fn only_support_has_commands_of_its_own() {
        for kind in ProgrammeKind::ALL {
            assert_eq!(kind.require_common_commands().is_err(), *kind == ProgrammeKind::Support, "{kind}");
        }
    }

    #[test]
    fn a_programme_of_another_kind_is_refused() {
        for kind in ProgrammeKind::ALL {
            assert_eq!(
                kind.require(ProgrammeKind::Circuit).is_ok(),
                *kind == ProgrammeKind::Circuit,
                "{kind}"
            );
        }
    }
}
