//! Who may read an attachment: its owner while it is used nowhere, and from then on whoever may see a place where it is used.
//! The domains in which files are used say so in their rooms.

use crate::attachments::store::{AttachmentRow, find};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AttachmentId;
use crate::web::room::Room;
use diesel::PgConnection;

/// An attachment that the actor may read.
///
/// # Errors
/// 404 where there is none, or none that the actor may know of.
pub fn readable(
    conn: &mut PgConnection,
    rooms: &[&Room],
    actor: &Actor,
    id: AttachmentId,
) -> Result<AttachmentRow, Problem> {
    let file = find(conn, id)?;
    if file.is_unused() {
        let own = actor.account() == Some(file.owner_id);
        return if own { Ok(file) } else { Err(Problem::not_found()) };
    }
    for sees in rooms.iter().filter_map(|room| room.sees_attachment) {
        if sees(conn, actor, id.0)? {
            return Ok(file);
        }
    }
    Err(Problem::not_found())
}
