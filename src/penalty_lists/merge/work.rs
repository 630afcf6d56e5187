//! What is done with the penalties of a list, as it is known before anything is written.

use super::parties::Party;
use crate::inspections::ids::InspectionId;
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId};
use crate::penalty_lists::list::row::{Penalty, PenaltyKey};

/// How the penalties of a list are brought in.
#[derive(Debug, Clone, Copy)]
pub struct Merge<'a> {
    /// The list.
    pub list: PenaltyListId,
    /// The region of who sent it in.
    pub scope: &'a str,
    /// Whether to write: a check does not.
    pub write: bool,
}

/// A penalty with its rows: the first and those that repeat it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) penalty: Penalty,
    pub(super) key: PenaltyKey,
    pub(super) rows: Vec<i32>,
}

/// A penalty that is new, with what is known of it.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) told: Told,
    pub(super) party: Party,
    pub(super) behaviour: Option<String>,
    pub(super) inspection: Option<InspectionId>,
}

/// What is done with the penalties of a list.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) fresh: Vec<Fresh>,
    /// Penalties that stand and that the list says to be annulled.
    pub(super) annulled: Vec<(PenaltyId, Told)>,
    /// Penalties that stand.
    pub(super) same: Vec<(PenaltyId, i32, Told)>,
}
