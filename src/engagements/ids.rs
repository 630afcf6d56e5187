//! The ids of the domain.

crate::ids! {
    /// An engagement: a dated contact that helps.
    EngagementId,
    /// What was found in an enterprise.
    FindingId,
    /// A time that was proposed for a visit.
    SlotId,
    /// A report of imminent danger.
    DangerId,
    /// A calendar feed.
    FeedId,
    /// What was known of an engagement until it was taken back.
    EngagementPastId,
}
