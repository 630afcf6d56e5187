//! How far the index of messages goes: one row, which whoever adds to the index locks first.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use crate::search::tokens::VERSION;

/// How far the index goes.
#[derive(QueryableByName)]
pub struct Progress {
    #[diesel(sql_type = Integer)]
    version: i32,
    /// The number of the next message.
    #[diesel(sql_type = BigInt)]
    pub next_n: i64,
    /// The first block whose numbers may still stand one by one.
    #[diesel(sql_type = Integer)]
    pub open: i32,
}

/// The row that says how far the index goes, locked until the end of the transaction. With tokens of another version it is emptied.
///
/// # Errors
/// When the database refuses.
pub fn lock(conn: &mut PgConnection) -> QueryResult<Progress> {
    let query = "SELECT version, next_n, open FROM search_progress FOR UPDATE";
    let insert = |conn: &mut PgConnection| {
        diesel::sql_query("INSERT INTO search_progress (version) VALUES ($1) ON CONFLICT DO NOTHING")
            .bind::<Integer, _>(VERSION)
            .execute(conn)
    };
    insert(conn)?;
    let found: Progress = diesel::sql_query(query).get_result(conn)?;
    if found.version == VERSION {
        return Ok(found);
    }
    for table in ["search_recent", "search_posting", "search_run", "search_progress"] {
        diesel::sql_query(format!("DELETE FROM {table}")).execute(conn)?;
    }
    insert(conn)?;
    diesel::sql_query(query).get_result(conn)
}

/// The same where nobody holds the row, which whoever adds to the index does.
///
/// # Errors
/// When the database refuses.
pub fn lock_if_free(conn: &mut PgConnection) -> QueryResult<Option<Progress>> {
    diesel::sql_query("SELECT version, next_n, open FROM search_progress FOR UPDATE SKIP LOCKED")
        .get_result(conn)
        .optional()
}
