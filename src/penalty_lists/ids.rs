//! The ids of the domain.

crate::ids! {
    /// A penalty list.
    PenaltyListId,
    /// A penalty against one party for one act.
    PenaltyId,
    /// What an officer has to decide of a penalty.
    QuestionId,
}
