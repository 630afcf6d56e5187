//! Who may read an attachment: whoever may see the place where it is used. It is decided here because
//! this room knows both places, the chat of a consultation and the case.

use crate::attachments::store::{AttachmentRow, find};
use crate::consultations::policy::streams;
use crate::consultations::queries::row;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AttachmentId;
use crate::db::schema::remediation_case;
use crate::remediation::policy::visible_to;
use diesel::dsl::{exists, select};
use diesel::prelude::*;

/// An attachment that the actor may read: by the stream of the chat in which it stands (so one of the
/// internal notes is never an enterprise's), by its case, or, while it is used nowhere, as its owner.
///
/// # Errors
/// 404 where there is none, or none that the actor may know of.
pub fn readable(conn: &mut PgConnection, actor: &Actor, id: AttachmentId) -> Result<AttachmentRow, Problem> {
    let file = find(conn, id)?;
    if file.is_unused() {
        let own = actor.account() == Some(file.owner_id);
        return if own { Ok(file) } else { Err(Problem::not_found()) };
    }
    if let (Some(consultation), Some(stream)) = (file.consultation_id, &file.stream) {
        match row(conn, actor, consultation) {
            Ok(talk) if streams(actor, &talk).contains(&stream.as_str()) => return Ok(file),
            Ok(_) => {}
            Err(problem) if problem.status == 404 => {}
            Err(problem) => return Err(problem),
        }
    }
    if let Some(case) = file.case_id {
        let seen = select(exists(visible_to(actor).filter(remediation_case::id.eq(case))));
        if seen.get_result(conn)? {
            return Ok(file);
        }
    }
    Err(Problem::not_found())
}
