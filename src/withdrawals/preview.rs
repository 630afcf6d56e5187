//! What the withdrawal of an import would take back, counted before it is asked for.

use crate::core::Problem;
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

/// By the same conditions as the statements that do it (`take_back`).
const PREVIEW: &str = "
    WITH mine AS MATERIALIZED (
        SELECT r.enterprise_id, r.nonconformity_id, r.fresh, r.case_id, r.case_opened, r.before IS NOT NULL AS restored
        FROM published.zero_out_row r WHERE r.import_id = $1
    ), touched AS MATERIALIZED (
        SELECT DISTINCT m.enterprise_id FROM mine m WHERE m.fresh
    ), kept AS (
        SELECT DISTINCT n.enterprise_id FROM touched t
        JOIN published.nonconformity n ON n.enterprise_id = t.enterprise_id
        WHERE NOT EXISTS (SELECT FROM mine m WHERE m.fresh AND m.nonconformity_id = n.id)
    )
    SELECT count(*) FILTER (WHERE m.fresh) AS records,
           count(*) FILTER (WHERE m.restored) AS restored,
           count(m.case_id) FILTER (WHERE m.case_opened) AS cases,
           count(m.case_id) FILTER (WHERE NOT m.case_opened) AS orders,
           (SELECT count(*) FROM touched) - (SELECT count(*) FROM kept) AS leaving,
           (SELECT count(*) FROM published.zero_out_listed l WHERE l.import_id = $1 AND l.before IS NOT NULL) AS enterprises
    FROM mine m";

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
    Ok(diesel::sql_query(PREVIEW).bind::<SqlUuid, _>(id).get_result(conn)?)
}
