//! The expert whom a plan assigned to an enterprise.

use crate::core::Problem;
use crate::core::ids::{ConsultationId, ExpertId};
use diesel::prelude::*;

/// The expert whom the latest applied plan assigned to a consultation's enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn assigned_expert(conn: &mut PgConnection, id: ConsultationId) -> Result<Option<ExpertId>, Problem> {
    use crate::db::published::consultation;
    use crate::db::schema::matching_assignment as assignments;
    let enterprise = consultation::table.find(id).select(consultation::enterprise_id);
    Ok(assignments::table
        .filter(assignments::enterprise_id.eq_any(enterprise))
        .select(assignments::expert_id)
        .first(conn)
        .optional()?)
}
