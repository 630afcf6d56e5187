//! Names that hold another one, among many: which enterprise is the only one of a region whose name holds the one that is sought. Pure.
//!
//! What is sought is known by its first characters, so that each name of the register is gone through once, however many are sought.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A name without what all names have is looked for as a part only if it is so long, in characters.
pub const SHORTEST: usize = 4;

/// How many enterprises of a region have a name that holds a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holders<Id> {
    None,
    One(Id),
    Several,
}

/// A part of names, with the regions in which it is sought.
#[derive(Debug)]
struct Part<Id> {
    text: String,
    regions: BTreeMap<String, Holders<Id>>,
}

/// The parts that are sought.
#[derive(Debug)]
pub struct Parts<Id> {
    parts: Vec<Part<Id>>,
    places: HashMap<String, usize>,
    by_beginning: HashMap<String, Vec<usize>>,
}

impl<Id> Default for Parts<Id> {
    fn default() -> Self {
        Self { parts: Vec::new(), places: HashMap::new(), by_beginning: HashMap::new() }
    }
}

/// The first characters of a text; none of one that is shorter.
fn beginning(text: &str) -> Option<&str> {
    let mut ends = text.char_indices().map(|(end, _)| end).chain([text.len()]);
    text.get(..ends.nth(SHORTEST)?)
}

impl<Id: Copy + Ord> Parts<Id> {
    /// Seeks a part in the names of a region and all under it. One that is too short is not sought.
    pub fn seek(&mut self, part: &str, region: &str) {
        let Some(first) = beginning(part) else { return };
        let next = self.parts.len();
        let place = *self.places.entry(part.to_owned()).or_insert(next);
        if place == next {
            self.by_beginning.entry(first.to_owned()).or_default().push(place);
            self.parts.push(Part { text: part.to_owned(), regions: BTreeMap::new() });
        }
        if let Some(part) = self.parts.get_mut(place) {
            part.regions.entry(region.to_owned()).or_insert(Holders::None);
        }
    }

    /// Whether nothing is sought.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The regions in which something is sought.
    #[must_use]
    pub fn regions(&self) -> BTreeSet<&str> {
        self.parts.iter().flat_map(|part| part.regions.keys().map(String::as_str)).collect()
    }

    /// Takes a name of the register. `lies_under` says whether its enterprise lies in a region.
    pub fn take(&mut self, id: Id, name: &str, lies_under: impl Fn(&str) -> bool) {
        let mut held: BTreeSet<usize> = BTreeSet::new();
        for (start, _) in name.char_indices() {
            let rest = name.get(start..).unwrap_or_default();
            let Some(first) = beginning(rest) else { break };
            let places = self.by_beginning.get(first).into_iter().flatten().copied();
            let begins =
                |place: &usize| self.parts.get(*place).is_some_and(|part| rest.starts_with(&part.text));
            held.extend(places.filter(begins));
        }
        for place in held {
            let Some(part) = self.parts.get_mut(place) else { continue };
            for (region, holders) in &mut part.regions {
                if *holders != Holders::Several && lies_under(region) {
                    *holders = if *holders == Holders::None { Holders::One(id) } else { Holders::Several };
                }
            }
        }
    }

    /// The only one of a region whose name holds a part, of the names that were taken; each was taken once.
    #[must_use]
    pub fn only_holder(&self, part: &str, region: &str) -> Option<Id> {
        match self.parts.get(*self.places.get(part)?)?.regions.get(region)? {
            Holders::One(id) => Some(*id),
            Holders::None | Holders::Several => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_only_name_that_holds_a_part_is_found() {
        let mut parts = Parts::default();
        for part in ["恒通线缆", "光明电缆", "电缆"] {
            parts.seek(part, "4401");
        }
        parts.seek("光明电缆", "44");
        assert_eq!(parts.regions().into_iter().collect::<Vec<_>>(), ["44", "4401"]);
        let names = ["广州恒通线缆有限公司", "光明电缆厂", "佛山光明电缆厂", "恒通线"];
        for (id, (name, region)) in names.iter().zip(["440103", "440104", "440604", "440103"]).enumerate() {
            parts.take(id, name, |wanted| region.starts_with(wanted));
        }
        assert_eq!(parts.only_holder("恒通线缆", "4401"), Some(0));
        assert_eq!(parts.only_holder("光明电缆", "4401"), Some(1));
        assert_eq!(parts.only_holder("光明电缆", "44"), None, "there are two");
        assert_eq!(parts.only_holder("电缆", "4401"), None, "too short");
        assert_eq!(parts.only_holder("别的名称", "4401"), None);
    }

    #[test]
    fn a_name_that_holds_a_part_twice_is_one_name() {
        let mut parts = Parts::default();
        parts.seek("甲乙甲乙", "");
        parts.take(7, "甲乙甲乙甲乙", |_| true);
        assert_eq!(parts.only_holder("甲乙甲乙", ""), Some(7));
    }

    proptest! {
        #[test]
        fn it_is_what_going_through_all_pairs_finds(
            names in proptest::collection::vec("[甲乙丙]{0,9}", 0..12),
            sought in proptest::collection::vec("[甲乙丙]{0,6}", 0..8),
        ) {
            let mut parts = Parts::default();
            sought.iter().for_each(|part| parts.seek(part, "44"));
            for (id, name) in names.iter().enumerate() {
                parts.take(id, name, |_| true);
            }
            for part in &sought {
                let holders: Vec<usize> =
                    (0..names.len()).filter(|id| names[*id].contains(part.as_str())).collect();
                let long = part.chars().count() >= SHORTEST;
                let only = if long && holders.len() == 1 { Some(holders[0]) } else { None };
                prop_assert_eq!(parts.only_holder(part, "44"), only, "{}", part);
            }
        }
    }
}
