//! The ids of the domain.

crate::ids! {
    /// One run of a zero-out list through the import.
    ImportId,
}
