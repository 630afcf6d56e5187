//! The ids of the domain.

crate::ids! {
    /// A quality credit code, or the application for one.
    CreditCodeId,
}
