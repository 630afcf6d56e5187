//! The work of the experts on the enterprises of a region.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::shanghai_day_end;
use crate::core::ids::ExpertId;
use crate::core::{Language, Problem};
use crate::exports::Cell;
use crate::reports::scope;
use crate::reports::table::Table;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;

/// The work of the experts on the enterprises of a region, as it had been entered by the end of a day.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ExpertReport {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// A line for each expert who was ever offered a consultation there, the busiest first.
    pub rows: Vec<ExpertRow>,
}

/// One expert's work.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct ExpertRow {
    /// The expert.
    #[diesel(sql_type = SqlUuid)]
    pub expert: ExpertId,
    /// The name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Consultations offered.
    #[diesel(sql_type = BigInt)]
    pub offered: i64,
    /// Of these, accepted.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Declined.
    #[diesel(sql_type = BigInt)]
    pub declined: i64,
    /// Expired without an answer.
    #[diesel(sql_type = BigInt)]
    pub expired: i64,
    /// Minutes from an offer to its acceptance, on average.
    #[diesel(sql_type = Nullable<Double>)]
    pub minutes_to_accept: Option<f64>,
    /// Consultations concluded.
    #[diesel(sql_type = BigInt)]
    pub concluded: i64,
    /// Corrective actions advised.
    #[diesel(sql_type = BigInt)]
    pub actions: i64,
    /// Consultations rated.
    #[diesel(sql_type = BigInt)]
    pub ratings: i64,
    /// The average rating, 1 to 5.
    #[diesel(sql_type = Nullable<Double>)]
    pub rating: Option<f64>,
}

/// The work of experts in region `$1` as it was at moment `$2`. A consultation counts for the expert whose offer was accepted last
/// by then, so that a later transfer changes nothing.
const WORK: &str = "
    WITH scoped AS MATERIALIZED (
        SELECT e.id FROM enterprises_at(NULL, $1, $2) e
    ), talk AS MATERIALIZED (
        SELECT c.id, coalesce(p.rating, CASE WHEN c.rated_at < $2 THEN c.rating END) AS rating
        FROM published.consultation c JOIN scoped s ON s.id = c.enterprise_id
        LEFT JOIN LATERAL (
            SELECT p.rating FROM published.consultation_rating_past p
            WHERE p.consultation_id = c.id AND p.rated_at < $2 AND p.until >= $2 ORDER BY p.until LIMIT 1
        ) p ON true
        WHERE c.opened_at < $2
    ), offers AS (
        SELECT o.expert_id, count(*) AS offered,
               count(*) FILTER (WHERE o.answer = 'accepted' AND o.answered_at < $2) AS accepted,
               count(*) FILTER (WHERE o.answer = 'declined' AND o.answered_at < $2) AS declined,
               count(*) FILTER (WHERE o.answer = 'expired' AND o.answered_at < $2) AS expired,
               (avg(extract(epoch FROM o.answered_at - o.offered_at))
                   FILTER (WHERE o.answer = 'accepted' AND o.answered_at < $2) / 60)::float8 AS minutes
        FROM published.consultation_offer o JOIN talk t ON t.id = o.consultation_id
        WHERE o.offered_at < $2
        GROUP BY o.expert_id
    ), held AS (
        SELECT t.rating,
               (SELECT o.expert_id FROM published.consultation_offer o
                WHERE o.consultation_id = t.id AND o.answer = 'accepted' AND o.answered_at < $2
                ORDER BY o.ordinal DESC LIMIT 1) AS expert_id,
               (SELECT v.event FROM published.consultation_event v
                WHERE v.consultation_id = t.id AND v.at < $2
                  AND v.event IN ('conclude', 'take_back', 'close', 'merge', 'reopen') ORDER BY v.seq DESC LIMIT 1) AS last_end
        FROM talk t
    ), done AS (
        SELECT h.expert_id, count(*) FILTER (WHERE h.last_end = 'conclude') AS concluded,
               count(h.rating) AS ratings, avg(h.rating)::float8 AS rating
        FROM held h GROUP BY h.expert_id
    ), advised AS (
        SELECT a.advised_by AS expert_id, count(*) AS actions
        FROM published.case_action a JOIN talk t ON t.id = a.consultation_id
        WHERE a.created_at < $2 AND a.advised_by IS NOT NULL
        GROUP BY a.advised_by
    )
    SELECT x.id AS expert, x.name, o.offered, o.accepted, o.declined, o.expired, o.minutes AS minutes_to_accept,
           coalesce(d.concluded, 0) AS concluded, coalesce(a.actions, 0) AS actions,
           coalesce(d.ratings, 0) AS ratings, d.rating
    FROM offers o
    JOIN published.expert x ON x.id = o.expert_id
    LEFT JOIN done d ON d.expert_id = x.id
    LEFT JOIN advised a ON a.expert_id = x.id
    ORDER BY o.accepted DESC, o.offered DESC, x.id";

/// Works the report out.
///
/// # Errors
/// 403 for who gets no reports, 422 for a region or day that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    region: Option<&str>,
    as_of: Option<NaiveDate>,
    now: DateTime<Utc>,
    language: Language,
) -> Result<ExpertReport, Problem> {
    let region = scope::region(actor, catalogue, region)?;
    let as_of = as_of::day(as_of, now)?;
    let rows = diesel::sql_query(WORK)
        .bind::<Text, _>(&region.code)
        .bind::<Timestamptz, _>(shanghai_day_end(as_of))
        .load(conn)?;
    Ok(ExpertReport {
        region: region.code.clone(),
        region_name: region.name_in(language).to_owned(),
        as_of,
        rows,
    })
}

impl ExpertReport {
    /// The report as a table for people.
    pub fn table(&self) -> Table {
        let mut table =
            Table::new("experts", ("专家工作量", "Work of the experts"), &self.region_name).as_of(self.as_of);
        table.columns([
            ("专家", "Expert"),
            ("派单", "Offered"),
            ("接诊", "Accepted"),
            ("婉拒", "Declined"),
            ("超时", "Lapsed"),
            ("平均接诊分钟数", "Minutes to accept"),
            ("办结", "Concluded"),
            ("整改措施", "Actions advised"),
            ("评价数", "Ratings"),
            ("平均评分", "Average rating"),
            ("截至日期", "As of"),
        ]);
        for row in &self.rows {
            table.row([
                Cell::text(&row.name),
                Cell::Integer(row.offered),
                Cell::Integer(row.accepted),
                Cell::Integer(row.declined),
                Cell::Integer(row.expired),
                Cell::number(row.minutes_to_accept, 1),
                Cell::Integer(row.concluded),
                Cell::Integer(row.actions),
                Cell::Integer(row.ratings),
                Cell::number(row.rating, 1),
                Cell::Date(self.as_of),
            ]);
        }
        table
    }
}
