//! The ids of the domain.

crate::ids! {
    /// A mail in the outbox.
    MailId,
}
