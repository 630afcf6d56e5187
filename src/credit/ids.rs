//! The ids of the domain.

crate::ids! {
    /// A grading of all subjects.
    RegradingId,
    /// A measure that a grade brings with it.
    MeasureId,
    /// A task of a measure.
    CreditTaskId,
}
