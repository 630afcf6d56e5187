//! The ids of the domain.

crate::ids! {
    /// An API key.
    ApiKeyId,
}
