//! What the withdrawal of an import would take back, counted before it is asked for.

use crate::core::Problem;
use crate::withdrawals::effects::{RECORDS, ROWS, enterprises};
use crate::zero_out::ids::ImportId;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};

/// What a withdrawal would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Preview {
    /// Records that leave the list.
    #[diesel(sql_type = BigInt)]
    pub records: i64,
    /// Records that say again what they said before.
    #[diesel(sql_type = BigInt)]
    pub restored: i64,
    /// Cases that end.
    #[diesel(sql_type = BigInt)]
    pub cases: i64,
    /// Orders of cases that are annulled.
    #[diesel(sql_type = BigInt)]
    pub orders: i64,
    /// Enterprises that leave the list.
    #[diesel(sql_type = BigInt)]
    pub leaving: i64,
    /// Enterprises whose details are put back.
    #[diesel(sql_type = BigInt)]
    pub enterprises: i64,
}

/// Over the rows and the enterprises as the withdrawal itself takes them.
fn counts() -> String {
    format!(
        "WITH mine AS MATERIALIZED ({ROWS}), named AS MATERIALIZED ({})
         SELECT {RECORDS},
                count(m.case_id) FILTER (WHERE m.case_opened) AS cases,
                count(m.case_id) FILTER (WHERE NOT m.case_opened) AS orders,
                (SELECT count(*) FROM named WHERE leaving) AS leaving,
                (SELECT count(*) FROM named WHERE before IS NOT NULL) AS enterprises
         FROM mine m",
        enterprises("mine")
    )
}

impl Preview {
    /// Whether the import changed anything that a withdrawal could take back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records + self.restored + self.cases + self.orders + self.leaving + self.enterprises == 0
    }
}

/// Counts what the withdrawal of an import would take back, if nothing stands on its rows.
///
/// # Errors
/// When the database can't be asked.
pub fn preview(conn: &mut PgConnection, id: ImportId) -> Result<Preview, Problem> {
    Ok(diesel::sql_query(counts()).bind::<SqlUuid, _>(id).get_result(conn)?)
}
