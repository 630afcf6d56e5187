//! The ids of the domain.

crate::ids! {
    /// An inspection.
    InspectionId,
    /// What an inspection caused for a party.
    FindingId,
}
