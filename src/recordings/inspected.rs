//! What recordings need to know of an inspection.

use crate::core::Problem;
use crate::inspections::ids::InspectionId;
use crate::inspections::words::Method;
use crate::recordings::shots::Channel;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Nullable, Text, Uuid as SqlUuid};

/// What recordings need to know of an inspection.
#[derive(Debug, Clone, QueryableByName)]
pub struct Inspected {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: InspectionId,
    /// The number of its form.
    #[diesel(sql_type = Text)]
    pub number: String,
    /// Code of the region whose authority organises it.
    #[diesel(sql_type = Text)]
    pub organiser_region: String,
    /// Code of the region where it took place.
    #[diesel(sql_type = Text)]
    pub place_region: String,
    /// How the product is looked at.
    #[diesel(sql_type = Text)]
    pub method: Method,
    /// As what the operator is inspected.
    #[diesel(sql_type = Text)]
    pub role: String,
    /// Code of the product kind, where it is named.
    #[diesel(sql_type = Nullable<Text>)]
    pub product_kind: Option<String>,
    /// Whether the sample was bought online, as the sampling says.
    #[diesel(sql_type = Bool)]
    pub bought_online: bool,
    /// When the sample was taken, in Asia/Shanghai.
    #[diesel(sql_type = Nullable<Date>)]
    pub sampled_on: Option<NaiveDate>,
    /// When the result was reported, likewise.
    #[diesel(sql_type = Nullable<Date>)]
    pub reported_on: Option<NaiveDate>,
}

impl Inspected {
    /// The channel of what is recorded where nobody names one.
    pub fn channel(&self) -> Channel {
        if self.bought_online || self.role == "online" { Channel::Online } else { Channel::Store }
    }
}

/// An inspection by its id. Says nothing of who may know of it.
///
/// # Errors
/// 404 where there is none.
pub fn load(conn: &mut PgConnection, id: InspectionId) -> Result<Inspected, Problem> {
    let found = diesel::sql_query(
        "SELECT i.id, i.number, i.organiser_region, i.place_region, i.method, i.role, i.product_kind, i.sampled_on, i.reported_on,
                coalesce(s.channel = 'online', false) AS bought_online
         FROM published.inspection i JOIN published.inspection_subject s ON s.inspection_id = i.id WHERE i.id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(conn)
    .optional()?;
    found.ok_or_else(Problem::not_found)
}
