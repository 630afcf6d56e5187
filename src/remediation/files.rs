//! Who may read the files of a case.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::schema::remediation_case;
use crate::remediation::ids::CaseId;
use crate::remediation::policy::visible_to;
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use uuid::Uuid;

/// Whether a file belongs to a case that the actor may see.
///
/// # Errors
/// When the database refuses.
pub fn sees(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let Some(case) = find(conn, AttachmentId(id))?.case_id else { return Ok(false) };
    Ok(select(exists(visible_to(actor).filter(remediation_case::id.eq(CaseId(case))))).get_result(conn)?)
}
