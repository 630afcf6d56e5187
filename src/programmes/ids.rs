//! The ids of the domain.

pub use crate::core::ids::LaboratoryId;

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
    /// A production licence.
    LicenceId,
    /// A file of production licences that was entered.
    LicenceListId,
    /// A review of a product kind.
    ReviewId,
}
