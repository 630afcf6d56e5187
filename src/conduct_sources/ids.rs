//! The ids of the domain.

crate::ids! {
    /// That an entry of conduct came of an inspection or a case.
    SourceEntryId,
}
