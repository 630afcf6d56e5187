//! Who reads a file of an engagement.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::engagements::{common, visits};
use diesel::PgConnection;
use uuid::Uuid;

/// Whether the actor sees a place where a file is used: as a photo of a visit, as material, or with a promise.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    Ok(visits::photos::sees(conn, actor, file)? || common::files::sees_file(conn, actor, file)?)
}
