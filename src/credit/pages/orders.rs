//! The orders of the lists of credit. Columns stand without their table: the list of a past day reads another one with the same columns.

use crate::core::page::ListOrder;

const NAME: ListOrder = ListOrder::new(
    "name",
    "按名称（拼音）",
    "by name",
    "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = enterprise_id)",
);

/// The worst grade first: of the list of operators, besides the newest first.
pub const GRADES: &[ListOrder] = &[
    ListOrder::new("worst", "等级最差在前", "worst grade first", "grade DESC NULLS LAST, score DESC"),
    NAME,
    ListOrder::new("region", "按地区", "by region", "region"),
];

/// The tasks that are due first, which is how their page shows them.
pub const DUE: ListOrder = ListOrder::new("due", "期限最近在前", "nearest due day first", "due_on ASC");

/// Of the list of tasks.
pub const TASKS: &[ListOrder] = &[DUE, NAME, ListOrder::new("region", "按地区", "by region", "region")];

/// Of the honour lists.
pub const HONOURS: &[ListOrder] = &[
    ListOrder::new("years", "年数最多在前", "most years first", "years DESC, samplings DESC"),
    ListOrder::new("samplings", "抽查次数最多在前", "most samplings first", "samplings DESC"),
    NAME,
];
