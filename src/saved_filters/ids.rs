//! The ids of the domain.

crate::ids! {
    /// A saved filter.
    SavedFilterId,
}
