//! The ids of the domain.

crate::ids! {
    /// A webhook.
    WebhookId,
    /// One event for one webhook: what the receiver gets as `webhook-id`.
    DeliveryId,
}
