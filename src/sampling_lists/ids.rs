//! The ids of the domain.

crate::ids! {
    /// A sampling list.
    SamplingListId,
    /// A proposal which enterprise of the register a list names.
    ProposalId,
}
