//! Who may upload a file, and who may read one: its owner while it is used nowhere, and from then on whoever may see a place where it is
//! used. The domains in which files are used say so in their rooms.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{AttachmentRow, find};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::web::room::Room;
use diesel::PgConnection;

/// The account of an actor who may upload: everyone who has a part in the content.
///
/// # Errors
/// 401 without a log-in, 403 for the operator.
pub fn uploader(actor: &Actor) -> Result<AccountId, Problem> {
    match actor.person() {
        None => Err(Problem::unauthenticated()),
        Some(person) if person.scope == Scope::Operator => Err(Problem::forbidden()),
        Some(person) => Ok(person.account),
    }
}

/// Whether the actor may read a file.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(
    conn: &mut PgConnection,
    rooms: &[&Room],
    actor: &Actor,
    file: &AttachmentRow,
) -> Result<bool, Problem> {
    if file.is_unused() {
        return Ok(file.owner_id.is_some() && actor.account() == file.owner_id);
    }
    for sees_in_room in rooms.iter().filter_map(|room| room.sees_attachment) {
        if sees_in_room(conn, actor, file.id.0)? {
            return Ok(true);
        }
    }
    Ok(false)
}

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
    if sees(conn, rooms, actor, &file)? { Ok(file) } else { Err(Problem::not_found()) }
}
