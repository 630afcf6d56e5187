//! The ids of the domain.

crate::ids! {
    /// A programme.
    ProgrammeId,
    /// A target of a programme.
    TargetId,
    /// The list from which a draw is made.
    FrameId,
    /// A draw.
    DrawId,
    /// An operator that was drawn.
    DrawnId,
    /// A laboratory, or a body that takes samples.
    LaboratoryId,
    /// A review of a product kind.
    ReviewId,
}
