//! The ids of the domain.

crate::ids! {
    /// A legal hold.
    HoldId,
    /// What was erased of one kind on one day.
    RunId,
}
