//! What a plan is computed on, as it was at one moment, in words that do not depend on the version
//! of the program.

use crate::core::Problem;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::enterprises::ids::NonconformityId;
use crate::plans::pairs::Micros;
use crate::plans::vocabulary::{CapacityBasis, PresentBy};
use crate::zero_out::ids::ImportId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Integer, Json, Nullable, Text, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whom a plan is for, and how many places experts have in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Code of the region, with all under it.
    pub region: String,
    /// Code of the class, where only its nonconformities count.
    pub class: Option<String>,
    /// The list, where only its enterprises count.
    pub import: Option<ImportId>,
    /// How many times an expert's capacity is planned.
    pub rounds: u32,
    /// Whether what an expert holds at present is taken off.
    pub capacity_basis: CapacityBasis,
    /// Pairs below this score are not used.
    pub least_score: Option<Micros>,
}

/// Both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The day in Asia/Shanghai for which leave and deadlines are computed.
    pub day: NaiveDate,
    /// The enterprises, in the order of their ids.
    pub enterprises: Vec<EnterpriseSide>,
    /// All approved experts, in the order of their ids.
    pub experts: Vec<ExpertSide>,
}

/// An enterprise in operation with nonconformities that are not cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterpriseSide {
    /// Its id.
    pub id: EnterpriseId,
    /// Its unified social credit code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
    /// The language it is spoken to in.
    pub language: String,
    /// The nonconformities, in the order of their ids; at least one.
    pub records: Vec<Record>,
    /// Experts who helped it before.
    pub earlier: Vec<ExpertId>,
    /// The expert it has at present.
    pub present: Option<(ExpertId, PresentBy)>,
}

/// A nonconformity that is not cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: NonconformityId,
    /// Code of the product kind.
    pub kind: String,
    /// Number of the report.
    pub report_no: String,
    /// What failed.
    pub items: Vec<String>,
    /// Who made the report.
    pub laboratory: Option<String>,
    /// Who signed it.
    pub signed_by: Option<String>,
    /// The next day by which the law wants something.
    pub due_on: Option<NaiveDate>,
}

/// A specialty: the kind or else the class, the level, the items.
pub type SpecialtySide = (Option<String>, Option<String>, u8, Vec<String>);

/// An approved expert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpertSide {
    /// Id of the expert.
    pub id: ExpertId,
    /// The name.
    pub name: String,
    /// How many consultations at once.
    pub capacity: u32,
    /// How many are held or offered.
    pub open: u32,
    /// Whether new ones are taken.
    pub available: bool,
    /// First and last day of the leave.
    pub leave: Option<(NaiveDate, NaiveDate)>,
    /// The employer's name.
    #[serde(default)]
    pub employer: Option<String>,
    /// The institution, or else the employer.
    pub institution: Option<String>,
    /// What the expert can help with.
    pub specialties: Vec<SpecialtySide>,
    /// Regions served, the institution's included.
    pub regions: Vec<String>,
    /// Languages of consultation.
    pub languages: Vec<String>,
    /// Codes of the enterprises that the expert is tied to.
    pub conflicts: Vec<String>,
    /// Codes of the enterprises that do not want the expert.
    pub refused_by: Vec<String>,
    /// Numbers of reports that the expert signed.
    pub signed: Vec<String>,
    /// Re-inspections, first ones passed, ratings, their sum.
    pub outcomes: [u32; 4],
}

impl ExpertSide {
    /// How many enterprises a plan may give to the expert.
    #[must_use]
    pub fn places(&self, rounds: u32, basis: CapacityBasis) -> u32 {
        let all = self.capacity.saturating_mul(rounds);
        match basis {
            CapacityBasis::Full => all,
            CapacityBasis::Free => all.saturating_sub(self.open),
        }
    }

    /// Whether the expert is on leave on a day.
    #[must_use]
    pub fn on_leave(&self, day: NaiveDate) -> bool {
        self.leave.is_some_and(|(from, to)| from <= day && day <= to)
    }
}

/// Reads both sides as they are now.
///
/// # Errors
/// When the database can't be asked.
pub fn read(conn: &mut PgConnection, scope: &Scope, day: NaiveDate) -> Result<Snapshot, Problem> {
    Ok(Snapshot { day, enterprises: enterprises(conn, scope, day)?, experts: experts(conn)? })
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct EnterpriseRow {
    #[diesel(sql_type = Uuid)]
    id: EnterpriseId,
    #[diesel(sql_type = Text)]
    uscc: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    records: String,
    #[diesel(sql_type = Nullable<Array<Uuid>>)]
    earlier: Option<Vec<ExpertId>>,
    #[diesel(sql_type = Nullable<Uuid>)]
    in_talk: Option<ExpertId>,
    #[diesel(sql_type = Nullable<Uuid>)]
    assigned: Option<ExpertId>,
}

const ENTERPRISES: &str = "
    WITH chosen AS MATERIALIZED (
        SELECT n.id, n.uscc, n.name, n.region
        FROM published.enterprise n JOIN region_scope s ON s.scope = $1 AND s.region = n.region
        WHERE n.operating_status = 'operating'
          AND ($3::uuid IS NULL OR n.id IN (SELECT unnest(enterprises) FROM published.zero_out_import WHERE id = $3))
    ), record AS (
        SELECT f.enterprise_id, json_agg(json_build_object(
            'id', f.id, 'kind', f.product_kind, 'report_no', f.report_no, 'items', f.failed_items,
            'laboratory', f.laboratory, 'signed_by', f.signed_by,
            'due_on', CASE WHEN f.rectify_by >= $4 THEN f.rectify_by ELSE f.reinspect_by END
        ) ORDER BY f.id)::text AS records
        FROM chosen n
        JOIN published.open_nonconformity f ON f.enterprise_id = n.id
        JOIN product_kind k ON k.code = f.product_kind
        WHERE ($2::text IS NULL OR k.class = $2)
        GROUP BY f.enterprise_id
    ), talk AS (
        SELECT DISTINCT ON (enterprise_id) enterprise_id, expert_id FROM published.consultation
        WHERE status IN ('offered', 'active') ORDER BY enterprise_id, id DESC
    ), helped AS (
        SELECT enterprise_id, array_agg(DISTINCT expert_id) AS experts FROM published.consultation
        WHERE expert_id IS NOT NULL AND status IN ('active', 'concluded') GROUP BY enterprise_id
    )
    SELECT n.id, n.uscc, n.name, n.region, coalesce(a.language, 'zh-CN') AS language, r.records,
           h.experts AS earlier, t.expert_id AS in_talk, m.expert_id AS assigned
    FROM chosen n
    JOIN record r ON r.enterprise_id = n.id
    LEFT JOIN LATERAL (SELECT p.language FROM published.account p WHERE p.enterprise_id = n.id AND p.active
                       ORDER BY p.created_at, p.id LIMIT 1) a ON true
    LEFT JOIN talk t ON t.enterprise_id = n.id
    LEFT JOIN helped h ON h.enterprise_id = n.id
    LEFT JOIN published.matching_assignment m ON m.enterprise_id = n.id
    ORDER BY n.id";

fn enterprises(
    conn: &mut PgConnection,
    scope: &Scope,
    day: NaiveDate,
) -> Result<Vec<EnterpriseSide>, Problem> {
    let rows = diesel::sql_query(ENTERPRISES)
        .bind::<Text, _>(&scope.region)
        .bind::<Nullable<Text>, _>(&scope.class)
        .bind::<Nullable<Uuid>, _>(scope.import)
        .bind::<Date, _>(day)
        .load::<EnterpriseRow>(conn)?;
    let side = |row: EnterpriseRow| {
        let talk = row.in_talk.map(|expert| (expert, PresentBy::Consultation));
        Ok(EnterpriseSide {
            id: row.id,
            uscc: row.uscc,
            name: row.name,
            region: row.region,
            language: row.language,
            records: serde_json::from_str(&row.records)?,
            earlier: row.earlier.unwrap_or_default(),
            present: talk.or(row.assigned.map(|expert| (expert, PresentBy::Plan))),
        })
    };
    rows.into_iter().map(side).collect()
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct ExpertRow {
    #[diesel(sql_type = Uuid)]
    id: ExpertId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    capacity: i32,
    #[diesel(sql_type = Integer)]
    open_count: i32,
    #[diesel(sql_type = Bool)]
    available: bool,
    #[diesel(sql_type = Nullable<Date>)]
    leave_from: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    leave_to: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    employer: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    institution: Option<String>,
    #[diesel(sql_type = Json)]
    specialties: Value,
    #[diesel(sql_type = Array<Text>)]
    regions: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    languages: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    conflicts: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    refused_by: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    signed: Vec<String>,
    #[diesel(sql_type = Array<Integer>)]
    outcomes: Vec<i32>,
}

const EXPERTS: &str = "
    SELECT e.id, e.name, e.capacity, e.open_count, e.available, e.leave_from, e.leave_to,
           e.employer, coalesce(h.name_zh, e.employer) AS institution, e.languages,
           (SELECT coalesce(json_agg(json_build_array(s.product_kind, s.product_class, s.level, s.items)
                                     ORDER BY s.ordinal), '[]')
            FROM published.expert_specialty s WHERE s.expert_id = e.id) AS specialties,
           ARRAY(SELECT r.region FROM published.expert_region r WHERE r.expert_id = e.id
                 UNION SELECT h.region WHERE h.region IS NOT NULL ORDER BY 1) AS regions,
           ARRAY(SELECT x.uscc FROM published.expert_conflict x WHERE x.expert_id = e.id ORDER BY 1) AS conflicts,
           ARRAY(SELECT n.uscc FROM published.expert_refusal x JOIN published.enterprise n ON n.id = x.enterprise_id
                 WHERE x.expert_id = e.id ORDER BY 1) AS refused_by,
           ARRAY(SELECT x.report_no FROM published.expert_signed_report x WHERE x.expert_id = e.id ORDER BY 1) AS signed,
           ARRAY[e.reinspected, e.passed_first, e.rating_count, e.rating_sum] AS outcomes
    FROM published.expert e
    JOIN published.account a ON a.expert_id = e.id AND a.active
    LEFT JOIN product_hospital h ON h.code = e.hospital
    WHERE e.vetting = 'approved' AND NOT e.suspended
    ORDER BY e.id";

fn experts(conn: &mut PgConnection) -> Result<Vec<ExpertSide>, Problem> {
    let count = |n: i32| u32::try_from(n).unwrap_or(0);
    let side = |row: ExpertRow| {
        let mut outcomes = [0; 4];
        for (to, from) in outcomes.iter_mut().zip(row.outcomes) {
            *to = count(from);
        }
        Ok(ExpertSide {
            id: row.id,
            name: row.name,
            capacity: count(row.capacity),
            open: count(row.open_count),
            available: row.available,
            leave: row.leave_from.zip(row.leave_to),
            employer: row.employer,
            institution: row.institution,
            specialties: serde_json::from_value(row.specialties)?,
            regions: row.regions,
            languages: row.languages,
            conflicts: row.conflicts,
            refused_by: row.refused_by,
            signed: row.signed,
            outcomes,
        })
    };
    diesel::sql_query(EXPERTS).load::<ExpertRow>(conn)?.into_iter().map(side).collect()
}
