//! Who may read the files of assessments.

use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::schema::{assessment, assessment_evidence};
use crate::risk::assessments::policy::visible_to;
use crate::risk::ids::AssessmentId;
use diesel::prelude::*;
use uuid::Uuid;

/// Whether the actor sees an assessment that rests on a file.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    let of = assessment_evidence::table
        .filter(assessment_evidence::attachment_id.eq(AttachmentId(file)))
        .select(assessment_evidence::assessment_id);
    let seen: Option<AssessmentId> =
        visible_to(actor).filter(assessment::id.eq_any(of)).select(assessment::id).first(conn).optional()?;
    Ok(seen.is_some())
}
