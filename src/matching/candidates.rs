//! The experts who come into question, by SQL.

use crate::core::Problem;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::db::schema::consultation;
use crate::matching::score::{Candidate, Coverage};
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types;

/// What is needed.
#[derive(Debug, Clone)]
pub struct Need {
    /// The consultation: those who were tried for it are excluded.
    pub consultation: ConsultationId,
    /// Code of the product kind.
    pub kind: String,
    /// Code of its class.
    pub class: String,
    /// Code of the enterprise's region.
    pub region: String,
    /// The enterprise's unified social credit code.
    pub uscc: String,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    #[diesel(sql_type = sql_types::Uuid)]
    id: ExpertId,
    #[diesel(sql_type = sql_types::Uuid)]
    account: AccountId,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Bool)]
    exact: bool,
    #[diesel(sql_type = sql_types::Integer)]
    level: i32,
    #[diesel(sql_type = sql_types::Bool)]
    serves_region: bool,
    #[diesel(sql_type = sql_types::Bool)]
    available: bool,
    #[diesel(sql_type = sql_types::Bool)]
    conflict: bool,
    #[diesel(sql_type = sql_types::Bool)]
    tried: bool,
    #[diesel(sql_type = sql_types::BigInt)]
    open: i64,
    #[diesel(sql_type = sql_types::Integer)]
    capacity: i32,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    last_assigned_at: Option<DateTime<Utc>>,
}

const CANDIDATES: &str = "
    SELECT e.id, a.id AS account, e.name, best.exact, best.level, e.available, e.capacity, e.last_assigned_at,
           EXISTS (SELECT 1 FROM expert_region r JOIN region_scope s ON s.scope = r.region
                   WHERE r.expert_id = e.id AND s.region = $3) AS serves_region,
           EXISTS (SELECT 1 FROM expert_conflict x WHERE x.expert_id = e.id AND x.uscc = $4) AS conflict,
           EXISTS (SELECT 1 FROM consultation_offer o
                   WHERE o.consultation_id = $5 AND o.expert_id = e.id) AS tried,
           (SELECT count(*) FROM consultation c
            WHERE c.expert_id = e.id AND c.status IN ('offered', 'active')) AS open
    FROM (
        SELECT DISTINCT ON (s.expert_id) s.expert_id, s.product_kind IS NOT NULL AS exact, s.level
        FROM expert_specialty s
        WHERE s.product_kind = $1 OR s.product_class = $2
        ORDER BY s.expert_id, s.product_kind IS NULL, s.level DESC
    ) best
    JOIN expert e ON e.id = best.expert_id AND e.vetting = 'approved'
    JOIN account a ON a.expert_id = e.id AND a.active";

/// All approved experts with a specialty that covers the kind, excluded or not.
///
/// # Errors
/// When the database can't be asked.
pub fn candidates(conn: &mut PgConnection, need: &Need) -> Result<Vec<Candidate>, Problem> {
    let rows: Vec<Row> = diesel::sql_query(CANDIDATES)
        .bind::<sql_types::Text, _>(&need.kind)
        .bind::<sql_types::Text, _>(&need.class)
        .bind::<sql_types::Text, _>(&need.region)
        .bind::<sql_types::Text, _>(&need.uscc)
        .bind::<sql_types::Uuid, _>(need.consultation)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Candidate {
            expert: row.id,
            account: row.account,
            name: row.name,
            coverage: if row.exact { Coverage::Kind } else { Coverage::Class },
            level: row.level,
            serves_region: row.serves_region,
            available: row.available,
            conflict: row.conflict,
            tried: row.tried,
            open: row.open,
            capacity: row.capacity,
            last_assigned_at: row.last_assigned_at,
        })
        .collect())
}

/// How many consultations are offered to or held by an expert.
///
/// # Errors
/// When the database can't be asked.
pub fn open_count(conn: &mut PgConnection, expert: ExpertId) -> Result<i64, Problem> {
    Ok(consultation::table
        .filter(consultation::expert_id.eq(expert))
        .filter(consultation::status.eq_any(["offered", "active"]))
        .select(count_star())
        .first(conn)?)
}
