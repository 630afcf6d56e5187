//! The orders in which officers may have the list of conduct, besides the newest first.

use crate::core::page::ListOrder;

/// The orders.
pub const ORDERS: &[ListOrder] = &[
    ListOrder::new("due", "办理期限最近在前", "nearest term first", "conduct.due_on ASC NULLS LAST"),
    ListOrder::new("decided", "最近认定在前", "latest decision first", "conduct.decided_on DESC"),
    ListOrder::new("until", "最早到期在前", "first to expire", "conduct.counts_until ASC"),
];
