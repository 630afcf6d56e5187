//! Product kinds and classes as small numbers: their places in the catalogue.

use super::facts::Subject;
use crate::catalogue::{Products, SupervisionClass};
use std::collections::HashMap;

/// A kind as a need states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindPlace {
    /// Place of the kind in the catalogue.
    pub kind: u16,
    /// Place of its class.
    pub class: u16,
    /// How closely it is supervised.
    pub supervision: SupervisionClass,
}

/// Knows the places in a catalogue.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    kinds: HashMap<String, KindPlace>,
    classes: HashMap<String, u16>,
    related: Vec<Vec<u16>>,
}

impl Vocabulary {
    /// The vocabulary of a catalogue.
    pub fn new(products: &Products) -> Self {
        let places = || 0..u16::MAX;
        let classes: HashMap<String, u16> =
            products.classes().zip(places()).map(|(class, place)| (class.code.clone(), place)).collect();
        let related = products
            .classes()
            .map(|class| class.related.iter().filter_map(|code| classes.get(code).copied()).collect())
            .collect();
        let kinds = products
            .kinds()
            .zip(places())
            .filter_map(|(kind, place)| {
                let class = classes.get(&kind.class).copied()?;
                let place = KindPlace { kind: place, class, supervision: kind.supervision };
                Some((kind.code.clone(), place))
            })
            .collect();
        Self { kinds, classes, related }
    }

    /// The place of a kind, by its code.
    pub fn kind(&self, code: &str) -> Option<KindPlace> {
        self.kinds.get(code).copied()
    }

    /// The places of the classes related to a class.
    pub fn related(&self, class: u16) -> &[u16] {
        self.related.get(usize::from(class)).map_or(&[], Vec::as_slice)
    }

    /// What a specialty names, by the codes of which one is given.
    pub fn subject(&self, kind: Option<&str>, class: Option<&str>) -> Option<Subject> {
        match (kind, class) {
            (Some(code), _) => {
                self.kind(code).map(|place| Subject::Kind { kind: place.kind, class: place.class })
            }
            (None, Some(code)) => self.classes.get(code).copied().map(Subject::Class),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_kind_and_class_of_the_catalogue_has_a_place() {
        let catalogue = Catalogue::builtin().unwrap();
        let vocabulary = Vocabulary::new(&catalogue.products);
        for kind in catalogue.products.kinds() {
            let place = vocabulary.kind(&kind.code).unwrap();
            assert_eq!(place.supervision, kind.supervision);
            assert_eq!(vocabulary.subject(None, Some(&kind.class)), Some(Subject::Class(place.class)));
        }
        for class in catalogue.products.classes() {
            let Some(Subject::Class(place)) = vocabulary.subject(None, Some(&class.code)) else { panic!() };
            assert_eq!(vocabulary.related(place).len(), class.related.len());
        }
        assert_eq!(vocabulary.subject(Some("nothing"), None), None);
    }
}
