//! The orders in which people may have lists of consultations.

use crate::consultations::queries::ENTERPRISE_READ;
use crate::core::page::ListOrder;

/// Until when what is still waited for is due. What is over costs nothing.
const DUE: &str = "CASE WHEN consultation.status <> 'concluded' THEN (
    SELECT min(t.due_at) FROM consultation_targets(ARRAY[consultation.id]) t
    WHERE t.met_at IS NULL AND t.state IN ('running', 'breached')) END ASC NULLS LAST";

/// The orders of the queue of officers.
pub const QUEUE_ORDERS: &[ListOrder] = &[
    ListOrder::new("oldest", "等待最久在前", "longest waiting first", "consultation.opened_at"),
    ListOrder::new("due", "答复时限最近在前", "answer due first", DUE),
    ListOrder::new("enterprise", "按企业名称（拼音）", "by enterprise", ENTERPRISE_READ),
    ListOrder::new("status", "按状态", "by state", "consultation.status"),
    ListOrder::new("region", "按地区", "by region", "consultation.region"),
];

/// The orders of the lists of consultations.
pub const ORDERS: &[ListOrder] = &[
    ListOrder::new("oldest", "最早在前", "oldest first", "consultation.opened_at"),
    ListOrder::new("due", "答复时限最近在前", "answer due first", DUE),
    ListOrder::new("enterprise", "按企业名称（拼音）", "by enterprise", ENTERPRISE_READ),
    ListOrder::new("status", "按状态", "by state", "consultation.status"),
    ListOrder::new("region", "按地区", "by region", "consultation.region"),
];
