//! The ids of the domain.

crate::ids! {
    /// A signal.
    SignalId,
    /// A file of signals.
    SignalImportId,
    /// A feed that is asked for by its address.
    SignalFeedId,
}
