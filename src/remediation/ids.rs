//! The ids of the domain.

crate::ids! {
    /// The statutory course of one nonconformity.
    CaseId,
    /// A corrective action.
    ActionId,
    /// A piece of evidence that a correction was made.
    EvidenceId,
}
