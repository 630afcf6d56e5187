//! The ids of the domain.

crate::ids! {
    /// A round of cross-inspection.
    RoundId,
    /// An enterprise that takes part in a round.
    ParticipantId,
    /// A product that is tested in a round.
    ProductId,
}
