//! What the withdrawal of an import does, row by row and enterprise by enterprise: the one definition by which it is counted beforehand
//! (`preview`) and done (`take_back`).

/// The rows of the import `$1`: `fresh` ones are records that leave the list, those with `before` say again what they said; a case that the row
/// opened ends, and the order of one that was there is annulled.
pub const ROWS: &str =
    "SELECT r.row_no, r.enterprise_id, r.nonconformity_id, r.fresh, r.case_id, r.case_opened, r.before
    FROM published.zero_out_row r WHERE r.import_id = $1";

/// How many records leave and are restored, of [`ROWS`].
pub const RECORDS: &str =
    "count(*) FILTER (WHERE m.fresh) AS records, count(*) FILTER (WHERE m.before IS NOT NULL) AS restored";

/// The enterprises that the import `$1` named: which nothing else keeps on the list, and what the others said before. `rows` names a relation that
/// holds [`ROWS`].
pub fn enterprises(rows: &str) -> String {
    format!(
        "WITH gone AS MATERIALIZED (
            SELECT w.nonconformity_id AS id, w.enterprise_id FROM {rows} w WHERE w.fresh
        ), touched AS MATERIALIZED (
            SELECT DISTINCT g.enterprise_id FROM gone g
        ), kept AS MATERIALIZED (
            SELECT DISTINCT n.enterprise_id FROM touched t
            JOIN published.nonconformity n ON n.enterprise_id = t.enterprise_id
            WHERE NOT EXISTS (SELECT FROM gone g WHERE g.id = n.id)
        )
        SELECT l.enterprise_id, l.before,
               t.enterprise_id IS NOT NULL AND k.enterprise_id IS NULL AS leaving
        FROM published.zero_out_listed l
        LEFT JOIN touched t ON t.enterprise_id = l.enterprise_id
        LEFT JOIN kept k ON k.enterprise_id = l.enterprise_id
        WHERE l.import_id = $1"
    )
}
