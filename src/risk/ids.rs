//! The ids of the domain.

crate::ids! {
    /// An alert of a regional or industry-wide problem.
    AlertId,
    /// An assessment of risk.
    AssessmentId,
}
