//! The expert whom a plan assigned to an enterprise.

use crate::core::Problem;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::schema::matching_assignment as assignments;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Uuid;

/// The expert whom the latest applied plan assigned to a consultation's enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn assigned_expert(conn: &mut PgConnection, id: ConsultationId) -> Result<Option<ExpertId>, Problem> {
    let enterprise = sql::<Uuid>("(SELECT enterprise_id FROM published.consultation WHERE id = ")
        .bind::<Uuid, _>(id)
        .sql(")");
    Ok(assignments::table
        .filter(assignments::enterprise_id.eq(enterprise))
        .select(assignments::expert_id)
        .first(conn)
        .optional()?)
}
