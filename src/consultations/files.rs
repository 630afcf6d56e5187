//! Who may read the files of a conversation.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find;
use crate::chat::kernel::Stream;
use crate::chat::retraction::is_file_retracted;
use crate::consultations::policy::sees_notes;
use crate::consultations::queries::row;
use crate::core::Problem;
use crate::core::actor::Actor;
use diesel::PgConnection;
use uuid::Uuid;

/// Whether a file is in a stream of a conversation that the actor may read, so that one of the internal notes is never
/// an enterprise's. A file that was taken back with its message is nobody's.
///
/// # Errors
/// When the database refuses.
pub fn sees(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let file = find(conn, AttachmentId(id))?;
    let (Some(consultation), Some(stream)) = (file.consultation_id, &file.stream) else { return Ok(false) };
    match row(conn, actor, consultation) {
        Ok(found) => Ok((stream == Stream::Talk.as_str() || sees_notes(actor, &found))
            && !is_file_retracted(conn, consultation, stream, id)?),
        Err(problem) if problem.status == 404 => Ok(false),
        Err(problem) => Err(problem),
    }
}
