//! The ids of the domain.

crate::ids! {
    /// A round of circuit consultation.
    CircuitRoundId,
    /// An enterprise in the cohort of a programme.
    MemberId,
    /// A stop of a route.
    StopId,
}
