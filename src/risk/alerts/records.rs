//! The nonconformities that an alert counts.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::db::schema::quality_alert;
use crate::remediation::ids::CaseId;
use crate::risk::alerts::policy::{permit, visible_to};
use crate::risk::ids::AlertId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Uuid as SqlUuid};

/// A nonconformity that an alert counts, with its enterprise and case.
#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct AlertRecord {
    /// Number of the report.
    #[diesel(sql_type = Text)]
    pub report_no: String,
    /// When the sample was taken.
    #[diesel(sql_type = Date)]
    pub inspected_on: NaiveDate,
    /// The enterprise.
    #[diesel(sql_type = SqlUuid)]
    pub enterprise_id: EnterpriseId,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub enterprise: String,
    /// Code of its region.
    #[diesel(sql_type = Text)]
    pub region: String,
    /// The case, where there is one.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub case_id: Option<CaseId>,
}

/// Those between the first and the last day of the alert's figures, as its count takes them: none whose result a re-test
/// overturned, none that an earlier alert of the same kind has dealt with, none that came after the alert was closed. An alert that is closed
/// in the moment in which it was opened is not earlier than itself.
const RECORDS: &str = "
    SELECT n.report_no, n.inspected_on, n.enterprise_id, e.name AS enterprise, e.region, c.id AS case_id
    FROM quality_alert a
    JOIN published.nonconformity n ON n.product_kind = a.product_kind
        AND n.inspected_on BETWEEN a.first_on AND a.last_on
    JOIN published.enterprise e ON e.id = n.enterprise_id
    JOIN region_scope s ON s.scope = a.region AND s.region = e.region
    LEFT JOIN published.remediation_case c ON c.nonconformity_id = n.id
    WHERE a.id = $1 AND a.cause = 'cluster'
      AND EXISTS (SELECT FROM unnest(n.failed_items) AS i(item) WHERE btrim(i.item) = a.item)
      AND c.state IS DISTINCT FROM 'overturned'
      AND n.created_at <= coalesce(a.answered_at, a.closed_at, 'infinity')
      AND n.created_at > coalesce((
          SELECT max(coalesce(d.answered_at, d.closed_at)) FROM quality_alert d
          WHERE d.cause = 'cluster' AND d.state IN ('meeting', 'measure', 'closed', 'dismissed')
            AND d.product_kind = a.product_kind AND d.item = a.item AND d.region = a.region
            AND d.id < a.id AND coalesce(d.answered_at, d.closed_at) <= a.opened_at), '-infinity')
    ORDER BY n.inspected_on DESC, n.report_no
    LIMIT $2";

/// So many are listed.
pub const MOST: i64 = 200;

/// The nonconformities that an alert counts, the last sampled first; at most [`MOST`].
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of the alert.
pub fn records(conn: &mut PgConnection, actor: &Actor, id: AlertId) -> Result<Vec<AlertRecord>, Problem> {
    permit(actor)?;
    let known: AlertId =
        visible_to(actor).filter(quality_alert::id.eq(id)).select(quality_alert::id).first(conn)?;
    Ok(diesel::sql_query(RECORDS).bind::<SqlUuid, _>(known.0).bind::<BigInt, _>(MOST).load(conn)?)
}
