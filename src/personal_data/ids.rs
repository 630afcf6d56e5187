//! The ids of the domain.

crate::ids! {
    /// What a person asked for under the personal information law.
    PersonalRequestId,
}
