//! The expert whom a plan assigned to an enterprise.

use crate::core::Problem;
use crate::core::ids::{ConsultationId, ExpertId};
use diesel::prelude::*;

/// The expert whom the latest applied plan assigned to a consultation's enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn assigned_expert(
    conn: &mut PgConnection,
    consultation: ConsultationId,
) -> Result<Option<ExpertId>, Problem> {
    use crate::db::schema::{consultation as talks, matching_assignment as assignments};
    Ok(assignments::table
        .inner_join(talks::table.on(talks::enterprise_id.eq(assignments::enterprise_id)))
        .filter(talks::id.eq(consultation))
        .select(assignments::expert_id)
        .first(conn)
        .optional()?)
}
