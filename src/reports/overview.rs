//! The headline figures of a region.

use crate::consultations::Status;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::exports::Cell;
use crate::remediation::CaseState;
use crate::reports::kept_figures;
use crate::reports::published::{self, Published};
use crate::reports::rate::rate;
use crate::reports::table::Table;
use crate::web::charts::percent;
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
    /// Operating enterprises whose every nonconformity is cleared, or overturned by a re-test.
    pub cleared: i64,
    /// `cleared` ÷ `operating`, from 0 to 1; 0 where none operates.
    pub zero_out_rate: f64,
    /// What was published about the region and can't be counted here: of each figure the latest year.
    pub published: Vec<Published>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Experts {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

const EXPERTS: &str = "
    SELECT count(*) AS value FROM published.expert x WHERE x.vetting = 'approved' AND ($1 IS NULL OR EXISTS (
        SELECT 1 FROM published.expert_region r JOIN region_scope s
            ON (s.scope = r.region AND s.region = $1) OR (s.scope = $1 AND s.region = r.region)
        WHERE r.expert_id = x.id))";

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
    let figures = kept_figures::of(conn, region.as_deref())?;
    let Experts { value: experts } =
        diesel::sql_query(EXPERTS).bind::<Nullable<Text>, _>(&region).get_result(conn)?;
    let published = published::latest(conn, region.as_deref())?;
    let figure = |name: &str| figures.get(name).copied().unwrap_or(0);
    let (operating, cleared) = (figure("operating"), figure("cleared"));
    Ok(Overview {
        region,
        listed: figure("listed"),
        operating,
        nonconformities: figure("nonconformities"),
        experts,
        enterprises_consulted: figure("enterprises_consulted"),
        consultations: Status::ALL
            .iter()
            .map(|s| (s.as_str().to_owned(), figure(&format!("consultation {s}"))))
            .collect(),
        cases: CaseState::ALL.iter().map(|s| (s.as_str().to_owned(), figure(&format!("case {s}")))).collect(),
        cleared,
        zero_out_rate: rate(cleared, operating),
        published,
    })
}

impl Overview {
    /// The report as a table for people.
    pub fn table(&self, scope: &str) -> Table {
        let mut table = Table::new("overview", ("总览", "Overview"), scope);
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
            Cell::Integer(self.listed),
            Cell::Integer(self.operating),
            Cell::Integer(self.nonconformities),
            Cell::Integer(self.experts),
            Cell::Integer(self.enterprises_consulted),
            Cell::Integer(self.cleared),
            Cell::Percent(percent(self.cleared, self.operating)),
        ]);
        table
    }
}
