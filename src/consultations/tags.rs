//! The tags of consultations as lists and pages show them. They are kept by `consultation_tags`, above, which answers the functions asked here.

use crate::consultations::policy::visible_to;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, TagId};
use crate::db::published::expert;
use crate::db::schema::consultation;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A tag that a consultation has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct TagRef {
    /// Id of the tag.
    #[diesel(sql_type = Uuid)]
    pub id: TagId,
    /// The name.
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// A tag to choose from.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct KnownTag {
    /// Id of the tag.
    #[diesel(sql_type = Uuid)]
    pub id: TagId,
    /// The name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Whether it is not put on consultations any more.
    #[diesel(sql_type = Bool)]
    pub retired: bool,
}

/// A tag with its consultation.
#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Tagged {
    #[diesel(sql_type = Uuid)]
    consultation_id: ConsultationId,
    #[diesel(embed)]
    tag: TagRef,
}

/// The tags that some consultations have, by name. The caller shows them to those who read notes alone.
///
/// # Errors
/// When the database can't be asked.
pub fn tags(
    conn: &mut PgConnection,
    ids: &[ConsultationId],
) -> Result<HashMap<ConsultationId, Vec<TagRef>>, Problem> {
    let rows: Vec<Tagged> =
        diesel::sql_query("SELECT * FROM consultation_tags_of($1)").bind::<Array<Uuid>, _>(ids).load(conn)?;
    let mut tags: HashMap<ConsultationId, Vec<TagRef>> = HashMap::new();
    for row in rows {
        tags.entry(row.consultation_id).or_default().push(row.tag);
    }
    Ok(tags)
}

/// For whom tags are kept of which somebody may know. Each may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Code of an officer's region; of all under it and above it, and what experts have put on consultations there.
    pub scope: String,
    /// Codes of the regions of an expert's consultations, and of all above them.
    pub regions: Vec<String>,
    /// Code of an expert's product hospital.
    pub hospital: Option<String>,
}

/// Code of the product hospital of an expert who has one; nothing for others.
///
/// # Errors
/// When the database can't be asked.
pub fn hospital(conn: &mut PgConnection, actor: &Actor) -> Result<Option<String>, Problem> {
    let Some(Scope::Expert(id)) = actor.scope() else { return Ok(None) };
    Ok(expert::table.find(*id).select(expert::hospital).first::<Option<String>>(conn)?)
}

/// For whom tags are kept of which the actor may know. Nothing for anyone but experts and officers.
///
/// # Errors
/// When the database can't be asked.
pub fn reach(conn: &mut PgConnection, actor: &Actor) -> Result<Reach, Problem> {
    Ok(match actor.scope() {
        Some(Scope::Admin(region)) => Reach { scope: region.clone(), ..Reach::default() },
        Some(Scope::Expert(_)) => {
            let regions = visible_to(actor).select(consultation::region).distinct().load(conn)?;
            Reach { regions, hospital: hospital(conn, actor)?, ..Reach::default() }
        }
        _ => Reach::default(),
    })
}

/// The most tags that a filter offers.
const MOST_OFFERED: i64 = 500;

/// The tags of a reach, those that are retired last; all of them where `most` names no number.
fn of_reach(conn: &mut PgConnection, reach: Reach, most: Option<i64>) -> Result<Vec<KnownTag>, Problem> {
    Ok(diesel::sql_query(
        "SELECT * FROM consultation_tags_known($1, $2, $3) k ORDER BY k.retired, k.name, k.id LIMIT $4",
    )
    .bind::<Text, _>(reach.scope)
    .bind::<Array<Text>, _>(reach.regions)
    .bind::<Nullable<Text>, _>(reach.hospital)
    .bind::<Nullable<BigInt>, _>(most)
    .load(conn)?)
}

/// The tags to choose from in a filter, those that are retired last.
///
/// # Errors
/// When the database can't be asked.
pub fn known(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<KnownTag>, Problem> {
    let reach = reach(conn, actor)?;
    if reach == Reach::default() {
        return Ok(Vec::new());
    }
    of_reach(conn, reach, Some(MOST_OFFERED))
}

/// The tags that the actor can put on a consultation of an enterprise in this region, all of them: those in use of the region and of the regions
/// above, and for an expert those of the own product hospital.
///
/// # Errors
/// When the database can't be asked.
pub fn usable(conn: &mut PgConnection, actor: &Actor, region: &str) -> Result<Vec<KnownTag>, Problem> {
    let hospital = hospital(conn, actor)?;
    let reach = Reach { regions: vec![region.to_owned()], hospital, ..Reach::default() };
    let mut found = of_reach(conn, reach, None)?;
    found.retain(|tag| !tag.retired);
    Ok(found)
}
