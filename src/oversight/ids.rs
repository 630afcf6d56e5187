//! The ids of the domain.

crate::ids! {
    /// A letter, an interview or a listing.
    OversightId,
}
