//! What becomes of a proposal which enterprise a list names. Pure. The table has the same words in CHECKs.

use crate::core::state::NotAllowed;

crate::word_enum! {
    /// The state of a proposal.
    pub enum ProposalState {
        /// An officer has to decide.
        Open = "open",
        /// The list names the proposed enterprise.
        Accepted = "accepted",
        /// It names another one of the register.
        Other = "other",
        /// It names none of the register.
        Refused = "refused",
        /// The list was withdrawn.
        Void = "void",
    }
}

crate::word_enum! {
    /// What an officer decides.
    pub enum Decision {
        /// The list names the proposed enterprise.
        Accept = "accept",
        /// It names another one.
        Other = "other",
        /// It names none of the register.
        Refuse = "refuse",
        /// The list is withdrawn: nothing is left to decide.
        Withdraw = "withdraw",
    }
}

crate::word_enum! {
    /// Why an enterprise is proposed, the best reason first.
    pub enum Likeness {
        /// Its name is the same, in the same region.
        SameNameAndRegion = "same_name_and_region",
        /// Its name is the same; its region is another, or the list tells none.
        SameName = "same_name",
        /// Its name is alike, in the same region.
        Alike = "alike",
    }
}

crate::word_enum! {
    /// As what a list names an enterprise.
    pub enum NamedAs {
        /// Whom the sample was taken from.
        Operator = "operator",
        /// The nominal producer.
        Producer = "producer",
    }
}

/// The state after a decision. What was refused may still be decided otherwise; what was accepted is corrected in the inspection.
///
/// # Errors
/// When the state does not allow the decision.
pub fn transition(
    from: ProposalState,
    decision: Decision,
) -> Result<ProposalState, NotAllowed<ProposalState, Decision>> {
    use ProposalState::{Accepted, Open, Other, Refused, Void};
    match (from, decision) {
        (Open | Refused, Decision::Accept) => Ok(Accepted),
        (Open | Refused, Decision::Other) => Ok(Other),
        (Open, Decision::Refuse) => Ok(Refused),
        (Open | Accepted | Other | Refused, Decision::Withdraw) => Ok(Void),
        (Refused, Decision::Refuse) | (Accepted | Other | Void, _) => {
            Err(NotAllowed { from, step: decision })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_decisions() {
        let mut table = Vec::new();
        for &from in ProposalState::ALL {
            for &decision in Decision::ALL {
                if let Ok(to) = transition(from, decision) {
                    table.push(format!("{from} {decision} {to}"));
                }
            }
        }
        assert_eq!(
            table,
            [
                "open accept accepted",
                "open other other",
                "open refuse refused",
                "open withdraw void",
                "accepted withdraw void",
                "other withdraw void",
                "refused accept accepted",
                "refused other other",
                "refused withdraw void",
            ]
        );
    }
}
