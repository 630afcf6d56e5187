//! What a new list of specialties changes: what is removed, what is proposed, which proposals are over. Pure.

use crate::experts::application::KnownSpecialty;
use crate::experts::ids::SpecialtyChangeId;

crate::word_enum! {
    /// What a change does to an expert's specialties.
    pub enum SpecialtyChangeKind {
        /// Adds one, or changes level or items of one.
        Add = "add",
        /// A specialty is removed.
        Remove = "remove",
    }
}

crate::word_enum! {
    /// The state of a change of specialties. The table has the same words in a CHECK.
    pub enum SpecialtyChangeState {
        /// Waits for an officer.
        Proposed = "proposed",
        /// An officer approved it.
        Approved = "approved",
        /// An officer rejected it.
        Rejected = "rejected",
        /// The expert took it back.
        Withdrawn = "withdrawn",
        /// A removal, which needs no approval.
        Done = "done",
    }
}

/// What follows from a new list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Specialties that end at once.
    pub removed: Vec<KnownSpecialty>,
    /// Specialties that an officer has to approve.
    pub proposed: Vec<KnownSpecialty>,
    /// Proposals that the expert no longer makes.
    pub withdrawn: Vec<SpecialtyChangeId>,
}

/// Compares the specialties that an expert has and has proposed with those wanted.
pub fn difference(
    present: &[KnownSpecialty],
    open: &[(SpecialtyChangeId, KnownSpecialty)],
    wanted: &[KnownSpecialty],
) -> Difference {
    let is_wanted = |one: &KnownSpecialty| wanted.iter().any(|w| w.same_subject(one));
    let mut found = Difference {
        removed: present.iter().filter(|one| !is_wanted(one)).cloned().collect(),
        ..Difference::default()
    };
    for (id, proposal) in open {
        let still = wanted.contains(proposal) && !present.contains(proposal);
        if !still {
            found.withdrawn.push(*id);
        }
    }
    for one in wanted.iter().filter(|one| !present.contains(one)) {
        if !open.iter().any(|(_, proposal)| proposal == one) {
            found.proposed.push(one.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: &str, level: i32) -> KnownSpecialty {
        KnownSpecialty { kind: Some(code.to_owned()), class: None, level, items: Vec::new() }
    }

    #[test]
    fn what_is_new_is_proposed_and_what_is_gone_is_removed() {
        let (old, proposal) = (SpecialtyChangeId::new(), SpecialtyChangeId::new());
        let present = [kind("K1", 2), kind("K2", 2)];
        let open = [(old, kind("K3", 2)), (proposal, kind("K4", 2))];
        let found = difference(&present, &open, &[kind("K1", 3), kind("K4", 2), kind("K5", 1)]);
        assert_eq!(found.removed, [kind("K2", 2)]);
        assert_eq!(found.proposed, [kind("K1", 3), kind("K5", 1)]);
        assert_eq!(found.withdrawn, [old]);
        let same = difference(&present, &[], &present);
        assert_eq!(same, Difference::default());
        let back = difference(&present, &[(old, kind("K1", 3))], &present);
        assert_eq!((back.withdrawn, back.proposed), (vec![old], Vec::new()));
    }
}
