//! The ids of the domain.

crate::ids! {
    /// A browser that somebody is told by.
    PushSubscriptionId,
    /// A message for a browser.
    PushMessageId,
}
