//! The ids of the domain.

crate::ids! {
    /// An uploaded file.
    AttachmentId,
    /// An upload in parts.
    UploadId,
}
