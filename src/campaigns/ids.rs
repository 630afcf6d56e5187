//! The ids of the domain.

crate::ids! {
    /// Whom a campaign looks at.
    SubjectId,
    /// A school.
    SchoolId,
    /// A check.
    CheckId,
    /// A hazard.
    HazardId,
    /// A file with entries of a register.
    CampaignImportId,
}
