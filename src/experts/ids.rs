//! The ids of the domain.

crate::ids! {
    /// A change of an expert's specialties.
    SpecialtyChangeId,
    /// A suspension of an expert.
    SuspensionId,
}
