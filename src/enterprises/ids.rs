//! The ids of the domain.

crate::ids! {
    /// A claim of an enterprise's account.
    RegistrationId,
    /// One failed product report.
    NonconformityId,
}
