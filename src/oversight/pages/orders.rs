//! The orders of the list.

use crate::core::page::ListOrder;

/// Those besides the newest first.
pub const ORDERS: &[ListOrder] = &[
    ListOrder::new("due", "按期限", "by the day that is due", "oversight.due_on NULLS LAST"),
    ListOrder::new("title", "按标题（拼音）", "by title", "search_readings(search_fold(oversight.title))"),
    ListOrder::new("issued", "最近发出在前", "last issued first", "oversight.issued_on DESC NULLS LAST"),
    ListOrder::new(
        "recipient",
        "按对象（拼音）",
        "by recipient",
        "search_readings(search_fold(oversight.to_name))",
    ),
];
