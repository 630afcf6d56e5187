//! Who must not test whose products: related enterprises and competitors, as the participants declare them. Pure.
//!
//! Kinship is symmetric and goes on: two enterprises that name the same parent are kin, whether the parent takes part or not. Rivalry is
//! symmetric alone: a rival's rival is no rival. One declaration of either side is enough.

use crate::cross_inspections::state::RelationKind;
use std::collections::{BTreeMap, BTreeSet};

/// One declaration: the credit code of who declares, how, and of whom.
pub type Relation<'a> = (&'a str, RelationKind, &'a str);

/// What was declared, to be asked by pairs.
#[derive(Debug, Clone, Default)]
pub struct Relations<'a> {
    /// The family of each enterprise that is kin to somebody, by the smallest code in it.
    family: BTreeMap<&'a str, &'a str>,
    rivals: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Relations<'a> {
    /// Reads declarations, in any order.
    pub fn new(declared: impl IntoIterator<Item = Relation<'a>>) -> Self {
        let mut found = Self::default();
        for (one, kind, other) in declared {
            match kind {
                RelationKind::Kin => found.join(one, other),
                RelationKind::Rival => {
                    found.rivals.insert((one.min(other), one.max(other)));
                }
            }
        }
        found
    }

    /// The name of an enterprise's family; its own code where it has none.
    fn family<'b>(&self, code: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.family.get(code).copied().unwrap_or(code)
    }

    /// Makes one family of two. Rounds are small, so all members are told.
    fn join(&mut self, one: &'a str, other: &'a str) {
        let (a, b) = (self.family(one), self.family(other));
        let (name, old) = (a.min(b), a.max(b));
        for member in self.family.values_mut().filter(|family| **family == old) {
            *member = name;
        }
        self.family.insert(one, name);
        self.family.insert(other, name);
    }

    /// Why one must not test the other's products; nothing where it may.
    pub fn forbid(&self, one: &str, other: &str) -> Option<Forbidden> {
        if one == other {
            return Some(Forbidden::Own);
        }
        if self.family(one) == self.family(other) {
            return Some(Forbidden::Kin);
        }
        self.rivals.contains(&(one.min(other), one.max(other))).then_some(Forbidden::Rival)
    }
}

/// Why an enterprise must not test a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// The product is the tester's own.
    Own,
    /// The product is one of an enterprise related to the tester.
    Kin,
    /// The product is one of the tester's competitor.
    Rival,
}

#[cfg(test)]
mod tests {
    use super::*;
    use RelationKind::{Kin, Rival};
    use proptest::prelude::*;

    #[test]
    fn kinship_goes_on_through_a_parent_that_takes_no_part_and_rivalry_does_not() {
        let declared =
            [("A", Kin, "P"), ("B", Kin, "P"), ("C", Rival, "A"), ("D", Kin, "B"), ("E", Rival, "C")];
        let relations = Relations::new(declared);
        for (one, other, wanted) in [
            ("A", "A", Some(Forbidden::Own)),
            ("A", "B", Some(Forbidden::Kin)),
            ("D", "A", Some(Forbidden::Kin)),
            ("A", "C", Some(Forbidden::Rival)),
            ("C", "A", Some(Forbidden::Rival)),
            ("C", "B", None),
            ("E", "A", None),
            ("X", "Y", None),
        ] {
            assert_eq!(relations.forbid(one, other), wanted, "{one} {other}");
        }
    }

    proptest! {
        /// Against the definition: a pair is kin where a way of declarations leads from one to the other.
        #[test]
        fn families_are_what_declarations_lead_to(pairs in proptest::collection::vec((0_usize..12, 0_usize..12), 0..14)) {
            let codes: Vec<String> = (0..12).map(|n| format!("code-{n:02}")).collect();
            let relations = Relations::new(pairs.iter().map(|(a, b)| (codes[*a].as_str(), Kin, codes[*b].as_str())));
            let mut reached = [[false; 12]; 12];
            for (n, row) in reached.iter_mut().enumerate() {
                row[n] = true;
            }
            for (a, b) in &pairs {
                reached[*a][*b] = true;
                reached[*b][*a] = true;
            }
            for by in 0..12 {
                for from in 0..12 {
                    for to in 0..12 {
                        reached[from][to] |= reached[from][by] && reached[by][to];
                    }
                }
            }
            for one in 0..12 {
                for other in 0..12 {
                    let forbidden = relations.forbid(&codes[one], &codes[other]);
                    prop_assert_eq!(forbidden.is_some(), reached[one][other]);
                    prop_assert_eq!(forbidden, relations.forbid(&codes[other], &codes[one]));
                }
            }
        }
    }
}
