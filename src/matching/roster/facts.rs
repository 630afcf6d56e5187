//! Reading what matching knows of experts from the database.

use crate::core::ids::{AccountId, ExpertId};
use crate::core::{Language, Problem};
use crate::experts::duty::Shift;
use crate::matching::model::facts::{EnterpriseKey, ExpertFacts, LanguageSet, Outcomes, Specialty};
use crate::matching::model::terms::{TermId, all_terms};
use crate::matching::model::vocabulary::Vocabulary;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Untyped, Uuid};
use serde_json::Value;

/// An expert with all that matching asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What the model knows.
    pub facts: ExpertFacts,
    /// The expert's account.
    pub account: AccountId,
    /// The name.
    pub name: String,
    /// When the expert was last given a consultation.
    pub last_assigned_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: ExpertId,
    #[diesel(sql_type = Uuid)]
    account: AccountId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    approved: bool,
    #[diesel(sql_type = Bool)]
    suspended: bool,
    #[diesel(sql_type = Bool)]
    available: bool,
    #[diesel(sql_type = Nullable<Date>)]
    leave_from: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    leave_to: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    employer: Option<String>,
    #[diesel(sql_type = Integer)]
    capacity: i32,
    #[diesel(sql_type = Integer)]
    open_count: i32,
    #[diesel(sql_type = Array<Text>)]
    languages: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    institution: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_assigned_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Integer)]
    reinspected: i32,
    #[diesel(sql_type = Integer)]
    passed_first: i32,
    #[diesel(sql_type = Integer)]
    rating_count: i32,
    #[diesel(sql_type = Integer)]
    rating_sum: i32,
    #[diesel(sql_type = Nullable<Text>)]
    home: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    regions: Vec<String>,
    #[diesel(sql_type = Jsonb)]
    specialties: Value,
    #[diesel(sql_type = Array<Text>)]
    conflicts: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    refused_by: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    signed: Vec<String>,
    #[diesel(sql_type = Jsonb)]
    shifts: Value,
}

const FACTS: &str = "
    SELECT e.id, a.id AS account, e.name, e.vetting = 'approved' AND a.active AS approved, e.suspended, e.available,
           e.leave_from, e.leave_to, e.employer, e.capacity, e.open_count, e.languages, coalesce(h.name_zh, e.employer) AS institution,
           e.last_assigned_at, e.reinspected, e.passed_first, e.rating_count, e.rating_sum, h.region AS home,
           ARRAY(SELECT r.region FROM published.expert_region r WHERE r.expert_id = e.id) AS regions,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(s.product_kind, s.product_class, s.level, s.items)), '[]')
            FROM published.expert_specialty s WHERE s.expert_id = e.id) AS specialties,
           ARRAY(SELECT x.uscc FROM published.expert_conflict x WHERE x.expert_id = e.id) AS conflicts,
           ARRAY(SELECT n.uscc FROM published.expert_refusal x JOIN published.enterprise n ON n.id = x.enterprise_id
                 WHERE x.expert_id = e.id) AS refused_by,
           ARRAY(SELECT x.report_no FROM published.expert_signed_report x WHERE x.expert_id = e.id) AS signed,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(d.weekday, d.starts, d.ends, d.holidays)), '[]')
            FROM published.expert_shift d WHERE d.expert_id = e.id) AS shifts
    FROM published.expert e
    JOIN published.account a ON a.expert_id = e.id
    LEFT JOIN product_hospital h ON h.code = e.hospital";

type SpecialtyRow = (Option<String>, Option<String>, u8, Vec<String>);
type ShiftRow = (i32, i32, i32, bool);

/// All experts who are approved.
///
/// # Errors
/// When the database can't be asked.
pub fn everyone(conn: &mut PgConnection, vocabulary: &Vocabulary) -> Result<Vec<Candidate>, Problem> {
    let rows = diesel::sql_query(format!("{FACTS} WHERE e.vetting = 'approved'")).load::<Row>(conn)?;
    rows.into_iter().map(|row| candidate(row, vocabulary)).collect()
}

/// Those of these ids, in no order.
///
/// # Errors
/// When the database can't be asked.
pub fn candidates_of(
    conn: &mut PgConnection,
    vocabulary: &Vocabulary,
    ids: &[ExpertId],
) -> Result<Vec<Candidate>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = CandidatesQuery { ids }.load(conn)?;
    rows.into_iter().map(|row| candidate(row, vocabulary)).collect()
}

/// The query of [`candidates_of`]: prepared once for each connection, which `sql_query` is not. To plan it takes
/// longer than to run it.
struct CandidatesQuery<'a> {
    ids: &'a [ExpertId],
}

impl QueryFragment<Pg> for CandidatesQuery<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(FACTS);
        out.push_sql(" WHERE e.vetting = 'approved' AND e.id = ANY(");
        out.push_bind_param::<Array<Uuid>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl Query for CandidatesQuery<'_> {
    type SqlType = Untyped;
}

impl QueryId for CandidatesQuery<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for CandidatesQuery<'_> {}

fn candidate(row: Row, vocabulary: &Vocabulary) -> Result<Candidate, Problem> {
    let count = |n: i32| u32::try_from(n).unwrap_or(0);
    let specialties: Vec<SpecialtyRow> = serde_json::from_value(row.specialties)?;
    let shifts: Vec<ShiftRow> = serde_json::from_value(row.shifts)?;
    let shifts: Vec<Shift> = shifts
        .into_iter()
        .map(|(weekday, starts, ends, holidays)| Shift { weekday, starts, ends, holidays })
        .collect();
    let specialties = specialties
        .into_iter()
        .filter_map(|(kind, class, level, items)| {
            let subject = vocabulary.subject(kind.as_deref(), class.as_deref())?;
            Some(Specialty { subject, level, items: all_terms(items.iter().map(String::as_str)) })
        })
        .collect();
    let regions = row.regions.iter().chain(&row.home).filter_map(|code| code.parse().ok()).collect();
    Ok(Candidate {
        facts: ExpertFacts {
            id: row.id,
            approved: row.approved,
            suspended: row.suspended,
            available: row.available,
            leave: row.leave_from.zip(row.leave_to),
            shifts,
            specialties,
            regions,
            languages: LanguageSet::of(row.languages.iter().map(|tag| Language::from_tag(tag))),
            capacity: count(row.capacity),
            load: count(row.open_count),
            conflicts: row.conflicts.iter().map(|uscc| EnterpriseKey::of(uscc)).collect(),
            refused_by: row.refused_by.iter().map(|uscc| EnterpriseKey::of(uscc)).collect(),
            employer: row.employer.as_deref().map(TermId::of),
            institution: row.institution.as_deref().map(TermId::of),
            name: Some(TermId::of(&row.name)),
            signed: row.signed.iter().map(|number| TermId::of(number)).collect(),
            outcomes: Outcomes {
                reinspected: count(row.reinspected),
                passed_first: count(row.passed_first),
                ratings: count(row.rating_count),
                rating_sum: count(row.rating_sum),
            },
        },
        account: row.account,
        name: row.name,
        last_assigned_at: row.last_assigned_at,
    })
}
