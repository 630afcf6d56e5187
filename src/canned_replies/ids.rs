//! The ids of the domain.

crate::ids! {
    /// A canned reply.
    CannedReplyId,
}
