//! The ids of the domain.

crate::ids! {
    /// A device for quick tests.
    DeviceId,
}
