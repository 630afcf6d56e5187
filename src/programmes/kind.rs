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

/// What differs between the kinds, a row for each.
struct Traits {
    /// For people: Chinese and English.
    words: (&'static str, &'static str),
    /// Whether its tasks are targets of samples.
    has_targets: bool,
    /// The page on which it is carried out, to be followed by its id.
    carried_out_at: Option<&'static str>,
    /// The list of those that wait for approval, where they are written, approved and closed at addresses of the domain that carries them out.
    own_list_to_approve: Option<&'static str>,
}

impl ProgrammeKind {
    fn traits(self) -> Traits {
        match self {
            Self::Sampling => Traits {
                words: ("监督抽查", "sampling"),
                has_targets: true,
                carried_out_at: None,
                own_list_to_approve: None,
            },
            Self::Circuit => Traits {
                words: ("巡回问诊", "circuit consultation"),
                has_targets: false,
                carried_out_at: Some("/rounds?programme="),
                own_list_to_approve: None,
            },
            Self::Support => Traits {
                words: ("康复帮扶", "recovery support"),
                has_targets: false,
                carried_out_at: Some("/support/"),
                own_list_to_approve: Some("/support?stage=submitted"),
            },
            Self::Campaign => Traits {
                words: ("专项行动", "campaign"),
                has_targets: false,
                carried_out_at: Some("/campaigns/"),
                own_list_to_approve: None,
            },
            Self::Outreach => Traits {
                words: ("“三进”活动", "outreach"),
                has_targets: false,
                carried_out_at: Some("/campaigns/"),
                own_list_to_approve: None,
            },
        }
    }

    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        self.traits().words
    }

    /// Whether its tasks are targets of samples, for which operators are drawn under a version of the rules of sampling.
    pub fn has_targets(self) -> bool {
        self.traits().has_targets
    }

    /// Refuses to write, approve or close a programme at another address than that of its kind: a kind whose domain has addresses of its own shows and
    /// enters more there. `called` is the kind whose own address was called; none for the address of all kinds.
    ///
    /// # Errors
    /// 409 `programme_kind`.
    pub fn require_address(self, called: Option<Self>) -> Result<(), Problem> {
        if let Some(kind) = called {
            return self.require(kind);
        }
        if self.traits().own_list_to_approve.is_none() {
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
        self.traits().carried_out_at
    }

    /// Address of the list of those that wait for approval.
    pub fn to_approve_at(self) -> String {
        match self.traits().own_list_to_approve {
            Some(list) => list.to_owned(),
            None => format!("/programmes?kind={}&state=submitted", self.as_str()),
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
    fn only_support_has_addresses_of_its_own() {
        for kind in ProgrammeKind::ALL {
            let support = *kind == ProgrammeKind::Support;
            assert_eq!(kind.require_address(None).is_err(), support, "{kind}");
            assert_eq!(kind.require_address(Some(ProgrammeKind::Support)).is_ok(), support, "{kind}");
            assert_eq!(
                kind.to_approve_at().starts_with("/support"),
                *kind == ProgrammeKind::Support,
                "{kind}"
            );
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
