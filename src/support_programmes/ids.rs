//! The ids of the domain.

crate::ids! {
    /// A measure of a support programme.
    MeasureId,
    /// A cost of a support programme, or a fee that a hospital takes in it.
    AmountId,
}
