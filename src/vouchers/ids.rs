//! The ids of the domain.

crate::ids! {
    /// An issue of vouchers.
    IssueId,
    /// A voucher.
    VoucherId,
    /// A movement on a voucher.
    EntryId,
}
