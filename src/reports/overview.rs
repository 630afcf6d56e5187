//! The headline figures of a region.

use crate::consultations::Status;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::remediation::CaseState;
use crate::reports::rate::{percent, rate};
use crate::reports::table::{Cell, Table};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The headline figures of the caller's region and all under it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Overview {
    /// Code of the region; absent for the whole platform.
    pub region: Option<String>,
    /// Enterprises on the zero-out list.
    pub listed: i64,
    /// Of them in normal operation, the ones to be helped.
    pub operating: i64,
    /// Nonconformities on the list.
    pub nonconformities: i64,
    /// Approved experts who serve the region or a part of it.
    pub experts: i64,
    /// Enterprises that have had a consultation with an expert.
    pub enterprises_consulted: i64,
    /// Consultations by status.
    pub consultations: BTreeMap<String, i64>,
    /// Cases by state.
    pub cases: BTreeMap<String, i64>,
    /// Operating enterprises whose every nonconformity is cleared.
    pub cleared: i64,
    /// `cleared` ÷ `operating`, from 0 to 1; 0 where none operates.
    pub zero_out_rate: f64,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Figure {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    value: i64,
}

const FIGURES: &str = "
    WITH scoped AS MATERIALIZED (
        SELECT e.id, e.operating_status FROM enterprise e
        WHERE $1 IS NULL OR e.region IN (SELECT s.region FROM region_scope s WHERE s.scope = $1)
    ), open_points AS (
        SELECT n.enterprise_id, bool_and(coalesce(k.state = 'cleared', false)) AS cleared, count(*) AS many
        FROM nonconformity n
        JOIN scoped s ON s.id = n.enterprise_id
        LEFT JOIN remediation_case k ON k.nonconformity_id = n.id
        GROUP BY n.enterprise_id
    )
    SELECT 'listed' AS name, count(*) AS value FROM open_points
    UNION ALL
    SELECT 'nonconformities', coalesce(sum(many), 0)::bigint FROM open_points
    UNION ALL
    SELECT 'operating', count(*) FROM open_points o JOIN scoped s ON s.id = o.enterprise_id
        WHERE s.operating_status = 'operating'
    UNION ALL
    SELECT 'cleared', count(*) FROM open_points o JOIN scoped s ON s.id = o.enterprise_id
        WHERE s.operating_status = 'operating' AND o.cleared
    UNION ALL
    SELECT 'experts', count(*) FROM expert x WHERE x.vetting = 'approved' AND ($1 IS NULL OR EXISTS (
        SELECT 1 FROM expert_region r JOIN region_scope s
            ON (s.scope = r.region AND s.region = $1) OR (s.scope = $1 AND s.region = r.region)
        WHERE r.expert_id = x.id))
    UNION ALL
    SELECT 'enterprises_consulted', count(DISTINCT c.enterprise_id) FROM consultation c
        JOIN scoped s ON s.id = c.enterprise_id WHERE c.status IN ('active', 'concluded')
    UNION ALL
    SELECT 'consultation ' || c.status, count(*) FROM consultation c
        JOIN scoped s ON s.id = c.enterprise_id GROUP BY c.status
    UNION ALL
    SELECT 'case ' || k.state, count(*) FROM remediation_case k
        JOIN scoped s ON s.id = k.enterprise_id GROUP BY k.state";

/// The overview for an admin's region, or for the platform's operator of all.
///
/// # Errors
/// 403 for other roles.
pub fn overview(conn: &mut PgConnection, actor: &Actor) -> Result<Overview, Problem> {
    let region = match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => None,
        (_, Some(Scope::Admin(region))) => Some(region.clone()),
        (_, Some(_)) => return Err(Problem::forbidden()),
        (_, None) => return Err(Problem::unauthenticated()),
    };
    let rows: Vec<Figure> = diesel::sql_query(FIGURES).bind::<Nullable<Text>, _>(&region).load(conn)?;
    let figures: BTreeMap<String, i64> = rows.into_iter().map(|f| (f.name, f.value)).collect();
    let figure = |name: &str| figures.get(name).copied().unwrap_or(0);
    let (operating, cleared) = (figure("operating"), figure("cleared"));
    Ok(Overview {
        region,
        listed: figure("listed"),
        operating,
        nonconformities: figure("nonconformities"),
        experts: figure("experts"),
        enterprises_consulted: figure("enterprises_consulted"),
        consultations: Status::ALL
            .iter()
            .map(|s| (s.as_str().to_owned(), figure(&format!("consultation {s}"))))
            .collect(),
        cases: CaseState::ALL.iter().map(|s| (s.as_str().to_owned(), figure(&format!("case {s}")))).collect(),
        cleared,
        zero_out_rate: rate(cleared, operating),
    })
}

impl Overview {
    /// The report as a table for people.
    pub fn table(&self) -> Table {
        let mut table = Table::new("overview");
        table.columns([
            ("地区代码", "Region"),
            ("列入名单企业", "Listed"),
            ("在营企业", "Operating"),
            ("不合格记录", "Nonconformities"),
            ("专家", "Experts"),
            ("已问诊企业", "Enterprises consulted"),
            ("已清零企业", "Cleared"),
            ("清零率", "Zero-out rate"),
        ]);
        table.row([
            Cell::text(self.region.as_deref().unwrap_or_default()),
            Cell::Number(self.listed),
            Cell::Number(self.operating),
            Cell::Number(self.nonconformities),
            Cell::Number(self.experts),
            Cell::Number(self.enterprises_consulted),
            Cell::Number(self.cleared),
            Cell::Percent(percent(self.cleared, self.operating)),
        ]);
        table
    }
}
