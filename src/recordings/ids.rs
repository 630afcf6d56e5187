//! The ids of the domain.

crate::ids! {
    /// A recording: what one device films, photographs or records of one inspection, from a server's nonce to its end.
    RecordingId,
    /// A segment of a recording.
    SegmentId,
    /// A recording that another system keeps.
    ExternalId,
    /// An entry of the custody of a sample.
    CustodyEventId,
    /// A view: one person looks at the recordings of one inspection, for a reason.
    ViewId,
}
