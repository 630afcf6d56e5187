//! The orders in which people may have lists of inspections.

use crate::core::page::ListOrder;

/// The orders.
pub const ORDERS: &[ListOrder] = &[
    ListOrder::new("sampled", "最近抽样在前", "last sampled first", "inspection.sampled_on DESC NULLS LAST"),
    ListOrder::new("number", "按编号", "by number", "inspection.number"),
    ListOrder::new("state", "按状态", "by state", "inspection.state"),
    ListOrder::new("place", "按抽样地区", "by place", "inspection.place_region"),
    ListOrder::new("product", "按产品种类", "by product kind", "inspection.product_kind NULLS LAST"),
];
