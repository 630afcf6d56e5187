//! The orders in which people may have lists of consultations.

use crate::consultations::queries::ENTERPRISE_READ;
use crate::core::page::ListOrder;

/// The orders of the queue of officers.
pub const QUEUE_ORDERS: &[ListOrder] = &[
    ListOrder::new("oldest", "等待最久在前", "longest waiting first", "consultation.opened_at"),
    ListOrder::new("enterprise", "按企业名称（拼音）", "by enterprise", ENTERPRISE_READ),
    ListOrder::new("status", "按状态", "by state", "consultation.status"),
    ListOrder::new("region", "按地区", "by region", "consultation.region"),
];

/// The orders of the lists of consultations.
pub const ORDERS: &[ListOrder] = &[
    ListOrder::new("oldest", "最早在前", "oldest first", "consultation.opened_at"),
    ListOrder::new("enterprise", "按企业名称（拼音）", "by enterprise", ENTERPRISE_READ),
    ListOrder::new("status", "按状态", "by state", "consultation.status"),
    ListOrder::new("region", "按地区", "by region", "consultation.region"),
];
