//! The ids of the domain.

crate::ids! {
    /// A bulletin.
    BulletinId,
    /// A result in a bulletin.
    BulletinItemId,
}
