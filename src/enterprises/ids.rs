//! The ids of the domain.

crate::ids! {
    /// A claim of an enterprise's account.
    RegistrationId,
    /// One failed product report.
    NonconformityId,
    /// A credit code against the rule that an officer let in.
    AdmissionId,
}
