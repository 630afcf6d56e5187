//! Who may know of support programmes: officers, as of every programme (`programmes::policy`): those of its organiser's region and of those above it, and, from the
//! approval on, those of the regions under it. The organiser's keep it. Everybody reads the sheet of one from its approval on.

use crate::core::Problem;
use crate::core::actor::Actor;
pub use crate::db::regional::permit;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::policy::known;
use diesel::PgConnection;
use uuid::Uuid;

/// The ids of the support programmes that the actor may know of.
///
/// # Errors
/// When the database can't be asked.
pub fn visible(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<ProgrammeId>, Problem> {
    Ok(known(conn, actor, ProgrammeKind::Support)?)
}

/// Whether the actor may know of a programme, for the routes that have it in their path.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    Ok(permit(actor).is_ok() && visible(conn, actor)?.contains(&ProgrammeId(id)))
}
