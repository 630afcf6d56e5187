//! The ids of what belongs to the kinds of engagements.

crate::ids! {
    /// A promise of a commitment.
    PromiseId,
    /// What people said of a danger at an event.
    OutreachSignalId,
}
