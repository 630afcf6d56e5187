//! What other domains ask of enterprises.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::schema::enterprise;
use crate::db::search::Columns;
use diesel::PgConnection;
use diesel::prelude::*;
use std::collections::HashMap;

/// Where enterprises are searched, be it in the table or in the published view: the name and how it is read, and the code.
pub const NAMES: Columns =
    Columns { texts: &["enterprise.search_text"], readings: &["enterprise.search_readings"], code: true };

/// Where nonconformities are searched: the report's number, by its beginning, which an index serves.
pub const REPORTS: Columns = Columns { texts: &["nonconformity.report_key"], readings: &[], code: false };
/// The same of all that ever were on the list.
pub const REPORTS_EVER: Columns =
    Columns { texts: &["nonconformity_ever.report_key"], readings: &[], code: false };

/// Codes of the regions of enterprises.
///
/// # Errors
/// When the database can't be asked.
pub fn regions_of(
    conn: &mut PgConnection,
    ids: &[EnterpriseId],
) -> Result<HashMap<EnterpriseId, String>, Problem> {
    let rows: Vec<(EnterpriseId, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .select((enterprise::id, enterprise::region))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Code of the region of an enterprise.
///
/// # Errors
/// 404 where there is no such enterprise.
pub fn region_of(conn: &mut PgConnection, id: EnterpriseId) -> Result<String, Problem> {
    Ok(enterprise::table.find(id).select(enterprise::region).first(conn)?)
}
