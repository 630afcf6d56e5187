//! Queries that PostgreSQL plans anew for the values of their parameters.

use crate::core::Problem;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;

/// Does this with every statement planned for its values.
///
/// A statement that is repeated gets a plan for any values, once it seems no worse; of a list it is worse by far where most
/// filters fit nearly all rows and some hardly any. Not for within a transaction, which a failure would leave so.
///
/// # Errors
/// Those of `work`, and when the database can't be asked.
pub fn with_custom_plan<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    conn.batch_execute("SET plan_cache_mode = force_custom_plan")?;
    let done = work(conn);
    conn.batch_execute("RESET plan_cache_mode")?;
    done
}
