//! The ids of the domain.

crate::ids! {
    /// An entry of credit conduct.
    ConductId,
    /// What happened once, and may be entered more than once.
    FactId,
    /// A product line of an enterprise.
    LineId,
}
