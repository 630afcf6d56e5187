//! How many rows a list has. Counting ends at a bound, so that no list costs more by its length.

use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

use crate::core::page::Total;

/// Rows that are counted; of a list with more it is said that there are more.
const MOST: i64 = 10_000;

/// Counts the rows of a query up to a bound.
struct Counted<Q>(Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&(MOST + 1))?;
        out.push_sql(") AS listed");
        Ok(())
    }
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<PgConnection> for Counted<Q> {}

/// How many rows a query has; it has neither an order nor a limit.
///
/// # Errors
/// When the database can't be asked.
pub fn total<Q: QueryFragment<Pg>>(conn: &mut PgConnection, query: Q) -> QueryResult<Total> {
    let found: i64 = Counted(query).get_result(conn)?;
    Ok(Total { rows: found.min(MOST), more: found > MOST })
}
