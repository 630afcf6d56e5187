//! The ids of the domain.

crate::ids! {
    /// A mail in the outbox.
    MailId,
    /// The pause of a mail address.
    PauseId,
}
