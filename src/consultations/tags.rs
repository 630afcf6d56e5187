//! The tags of consultations as lists and pages show them. They are kept by `consultation_tags`, above, which answers the functions asked here.

use crate::consultations::policy::visible_to;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, TagId};
use crate::db::schema::consultation;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Uuid};
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

/// For whom tags are kept of which the actor may know: the region of an officer, or those of an expert's consultations. Nothing for others.
///
/// # Errors
/// When the database can't be asked.
pub fn reach(conn: &mut PgConnection, actor: &Actor) -> Result<(String, Vec<String>), Problem> {
    Ok(match actor.scope() {
        Some(Scope::Admin(region)) => (region.clone(), Vec::new()),
        Some(Scope::Expert(_)) => {
            let regions = visible_to(actor).select(consultation::region).distinct().load(conn)?;
            (String::new(), regions)
        }
        _ => (String::new(), Vec::new()),
    })
}

fn of_reach(
    conn: &mut PgConnection,
    (scope, regions): (String, Vec<String>),
) -> Result<Vec<KnownTag>, Problem> {
    Ok(diesel::sql_query(
        "SELECT * FROM consultation_tags_known($1, $2) k ORDER BY k.retired, k.name LIMIT 500",
    )
    .bind::<Text, _>(scope)
    .bind::<Array<Text>, _>(regions)
    .load(conn)?)
}

/// The tags to choose from in a filter, those that are retired last.
///
/// # Errors
/// When the database can't be asked.
pub fn known(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<KnownTag>, Problem> {
    let reach = reach(conn, actor)?;
    if reach.0.is_empty() && reach.1.is_empty() {
        return Ok(Vec::new());
    }
    of_reach(conn, reach)
}

/// The tags that can be put on a consultation of an enterprise in this region.
///
/// # Errors
/// When the database can't be asked.
pub fn usable(conn: &mut PgConnection, region: &str) -> Result<Vec<KnownTag>, Problem> {
    let mut found = of_reach(conn, (String::new(), vec![region.to_owned()]))?;
    found.retain(|tag| !tag.retired);
    Ok(found)
}
