//! The ids of the domain.

crate::ids! {
    /// An invitation by mail.
    InvitationId,
}
