//! The index of all experts in memory, found by id or by a product class of their specialties.

use crate::core::ids::ExpertId;
use crate::matching::model::facts::Subject;
use crate::matching::roster::facts::Candidate;
use std::collections::{BTreeSet, HashMap};

/// The approved experts, each found by its id or by a class.
#[derive(Debug, Default)]
pub struct ExpertIndex {
    slots: Vec<Option<Candidate>>,
    free: Vec<u32>,
    by_id: HashMap<ExpertId, u32>,
    /// For each class the slots of those with a specialty in it or in a kind of it.
    by_class: Vec<Vec<u32>>,
    version: u64,
}

impl ExpertIndex {
    /// Goes up with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// An expert.
    pub fn get(&self, id: ExpertId) -> Option<&Candidate> {
        self.at(*self.by_id.get(&id)?)
    }

    /// All, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Candidate> {
        self.slots.iter().flatten()
    }

    /// Those who know something of a class.
    pub fn of_class(&self, class: u16) -> impl Iterator<Item = &Candidate> {
        let slots = self.by_class.get(usize::from(class)).map_or(&[][..], Vec::as_slice);
        slots.iter().filter_map(|slot| self.at(*slot))
    }

    fn at(&self, slot: u32) -> Option<&Candidate> {
        self.slots.get(usize::try_from(slot).ok()?)?.as_ref()
    }

    /// Takes an expert in, in the place of what was known before; or out, where there is none.
    pub fn set(&mut self, id: ExpertId, new: Option<Candidate>) {
        if self.get(id) == new.as_ref() {
            return;
        }
        self.version += 1;
        let slot = self.by_id.get(&id).copied();
        let before = slot.and_then(|slot| self.at(slot)).map(classes).unwrap_or_default();
        let after = new.as_ref().map(classes).unwrap_or_default();
        let slot = match (slot, &new) {
            (Some(slot), _) => slot,
            (None, Some(_)) => self.slot(id),
            (None, None) => return,
        };
        for class in before.difference(&after) {
            if let Some(list) = self.by_class.get_mut(usize::from(*class)) {
                list.retain(|other| *other != slot);
            }
        }
        for class in after.difference(&before) {
            let place = usize::from(*class);
            if self.by_class.len() <= place {
                self.by_class.resize(place + 1, Vec::new());
            }
            if let Some(list) = self.by_class.get_mut(place) {
                list.push(slot);
            }
        }
        if new.is_none() {
            self.by_id.remove(&id);
            self.free.push(slot);
        }
        if let Some(place) = self.slots.get_mut(usize::try_from(slot).unwrap_or(usize::MAX)) {
            *place = new;
        }
    }

    /// An empty slot for an expert.
    fn slot(&mut self, id: ExpertId) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.by_id.insert(id, slot);
        slot
    }
}

fn classes(candidate: &Candidate) -> BTreeSet<u16> {
    let class = |subject| match subject {
        Subject::Kind { class, .. } | Subject::Class(class) => class,
    };
    candidate.facts.specialties.iter().map(|specialty| class(specialty.subject)).collect()
}
