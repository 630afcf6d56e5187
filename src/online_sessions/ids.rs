//! The ids of the domain.

crate::ids! {
    /// An online session.
    OnlineSessionId,
    /// A question in one.
    QuestionId,
}
