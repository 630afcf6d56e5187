//! What the list of enterprises says of each besides its row.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::Page;
use crate::remediation::enterprises::EnterpriseView;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;
use std::collections::HashMap;

/// What a list says of an enterprise besides its row.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct EnterpriseSummary {
    #[diesel(sql_type = SqlUuid)]
    id: EnterpriseId,
    /// Its nonconformities.
    #[diesel(sql_type = BigInt)]
    pub records: i64,
    /// Those of them that are cleared.
    #[diesel(sql_type = BigInt)]
    pub cleared: i64,
    /// The last day of the nearest statutory deadline that runs.
    #[diesel(sql_type = Nullable<Date>)]
    pub due_on: Option<NaiveDate>,
    /// When the last consultation was opened.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_consultation: Option<DateTime<Utc>>,
}

/// An enterprise as the list and its file tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ListedEnterprise {
    /// The enterprise.
    #[serde(flatten)]
    pub enterprise: EnterpriseView,
    /// Its nonconformities. This and the following are for officers alone; operators get none.
    pub records: Option<i64>,
    /// Those of them that are cleared.
    pub records_cleared: Option<i64>,
    /// The last day of the nearest statutory deadline that runs.
    pub next_deadline: Option<NaiveDate>,
    /// When its last consultation was opened, UTC.
    pub last_consultation_at: Option<DateTime<Utc>>,
}

const SUMMARIES: &str = "
    SELECT e.id, r.records, r.cleared, d.due_on, c.last_consultation
    FROM unnest($1) AS e (id)
    CROSS JOIN LATERAL (
        SELECT count(*) AS records, count(*) FILTER (WHERE case_settles(k.state)) AS cleared
        FROM published.nonconformity n LEFT JOIN published.remediation_case k ON k.nonconformity_id = n.id
        WHERE n.enterprise_id = e.id
    ) r
    CROSS JOIN LATERAL (
        SELECT min(d.due_on) AS due_on FROM published.case_deadline d WHERE d.enterprise_id = e.id
    ) d
    CROSS JOIN LATERAL (
        SELECT max(c.opened_at) AS last_consultation FROM published.consultation c WHERE c.enterprise_id = e.id
    ) c";

/// What a list says of some enterprises, which the caller has found to be visible: to officers alone, since operators see neither cases
/// nor consultations.
///
/// # Errors
/// When the database can't be asked.
pub fn summaries(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &[EnterpriseId],
) -> QueryResult<HashMap<EnterpriseId, EnterpriseSummary>> {
    if actor.officer_region().is_none() {
        return Ok(HashMap::new());
    }
    let rows: Vec<EnterpriseSummary> =
        diesel::sql_query(SUMMARIES).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A page of enterprises, which the caller has found to be visible, with what the list says of each.
///
/// # Errors
/// When the database can't be asked.
pub fn with_summaries(
    conn: &mut PgConnection,
    actor: &Actor,
    page: Page<EnterpriseView>,
) -> Result<Page<ListedEnterprise>, Problem> {
    let ids: Vec<EnterpriseId> = page.items.iter().map(|enterprise| enterprise.id).collect();
    let mut found = summaries(conn, actor, &ids)?;
    let listed = |enterprise: EnterpriseView| {
        let summary = found.remove(&enterprise.id);
        let of = summary.as_ref();
        ListedEnterprise {
            records: of.map(|known| known.records),
            records_cleared: of.map(|known| known.cleared),
            next_deadline: of.and_then(|known| known.due_on),
            last_consultation_at: of.and_then(|known| known.last_consultation),
            enterprise,
        }
    };
    Ok(Page { items: page.items.into_iter().map(listed).collect(), next_cursor: page.next_cursor })
}
