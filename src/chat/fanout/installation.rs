//! The identity of an installation, by which its servers know each other on a NATS that others use, too.

use crate::core::Problem;
use crate::core::secret::random_token;
use crate::db::schema::installation;
use diesel::prelude::*;
use uuid::Uuid;

/// The name and the key of an installation, the same for all its servers.
pub struct Installation {
    /// Part of the NATS subjects.
    pub id: Uuid,
    /// Signs the payloads.
    pub key: Vec<u8>,
}

/// Makes the installation of a database unless there is one. For the role that migrates: the service reads its key, and cannot change it.
///
/// # Errors
/// When the database refuses.
pub fn ensure(conn: &mut PgConnection) -> Result<(), Problem> {
    diesel::insert_into(installation::table)
        .values((
            installation::id.eq(Uuid::new_v4()),
            installation::fanout_key.eq(random_token()?.into_bytes()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// The installation of a database.
///
/// # Errors
/// When the database can't be asked.
pub fn load(conn: &mut PgConnection) -> Result<Installation, Problem> {
    let (id, key) = installation::table.select((installation::id, installation::fanout_key)).first(conn)?;
    Ok(Installation { id, key })
}
