//! The order of a list, as SQL: its own, or before that the one that the reader chose.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use crate::core::page::Slice;

/// An order behind the one that a slice names.
#[derive(Debug, Clone, Copy)]
pub struct InOrder<T> {
    chosen: Option<&'static str>,
    own: T,
}

/// The order that the slice names, and among rows that are alike in it the list's own; else that alone. Rows before the slice's part
/// are passed over by `offset(slice.skip)`, which is 0 in the list's own order.
pub fn in_order<T>(slice: Slice, own: T) -> InOrder<T> {
    InOrder { chosen: slice.order.map(|order| order.sql), own }
}

impl<T: Expression> Expression for InOrder<T> {
    type SqlType = T::SqlType;
}

impl<T: AppearsOnTable<S>, S> AppearsOnTable<S> for InOrder<T> {}
impl<T: SelectableExpression<S>, S> SelectableExpression<S> for InOrder<T> {}

impl<T, G> ValidGrouping<G> for InOrder<T> {
    type IsAggregate = is_aggregate::No;
}

impl<T> QueryId for InOrder<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T: QueryFragment<Pg>> QueryFragment<Pg> for InOrder<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Some(sql) = self.chosen {
            out.unsafe_to_cache_prepared();
            out.push_sql(sql);
            out.push_sql(", ");
        }
        self.own.walk_ast(out)
    }
}
