//! Which other support programmes claim the same enterprises.

use crate::core::Problem;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeState;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// Another programme whose scope and period meet those of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
#[schema(as = SupportOverlap)]
pub struct Overlap {
    /// The other programme.
    #[diesel(sql_type = SqlUuid)]
    pub programme_id: ProgrammeId,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Its base state.
    #[schema(inline)]
    #[diesel(sql_type = Text)]
    pub state: ProgrammeState,
    /// Code of the region whose authority organises it.
    #[diesel(sql_type = Text)]
    pub organiser_region: String,
    /// How many enterprises with a record both are for.
    #[diesel(sql_type = BigInt)]
    pub firms: i64,
}

/// The other programmes that were handed in, approved or are carried out and claim the same enterprises.
///
/// # Errors
/// When the database can't be asked.
pub fn overlaps(conn: &mut PgConnection, id: ProgrammeId) -> Result<Vec<Overlap>, Problem> {
    Ok(diesel::sql_query("SELECT * FROM support_overlaps($1)").bind::<SqlUuid, _>(id).load(conn)?)
}
