//! The ids of the domain.

crate::ids! {
    /// A plan of who consults whom.
    PlanId,
}
