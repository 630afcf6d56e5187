//! Experts as matching knows them, by SQL.

use crate::catalogue::Catalogue;
use crate::core::ids::{AccountId, ExpertId};
use crate::core::{Language, Problem, clock};
use crate::experts::duty::{Shift, on_duty};
use crate::matching::model::{EnterpriseKey, ExpertFacts, Outcomes, Specialty, Tongues, Vocabulary};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid};
use serde_json::Value;

/// An expert with all that matching asks.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What the model knows.
    pub facts: ExpertFacts,
    /// The expert's account.
    pub account: AccountId,
    /// The name.
    pub name: String,
    /// When the expert was last given a consultation.
    pub last_assigned_at: Option<DateTime<Utc>>,
    /// The duty rota.
    pub shifts: Vec<Shift>,
}

/// The moment for which leave and duty are told, and the catalogue whose calendar tells it.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The moment, UTC.
    pub now: DateTime<Utc>,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
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
    available: bool,
    #[diesel(sql_type = Bool)]
    on_leave: bool,
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
    ties: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    refused_by: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    signed: Vec<String>,
    #[diesel(sql_type = Jsonb)]
    shifts: Value,
}

const ROSTER: &str = "
    SELECT e.id, a.id AS account, e.name, e.vetting = 'approved' AND a.active AS approved, e.available,
           coalesce($1 BETWEEN e.leave_from AND e.leave_to, false) AS on_leave,
           e.capacity, e.open_count, e.languages, coalesce(h.name_zh, e.employer) AS institution,
           e.last_assigned_at, e.reinspected, e.passed_first, e.rating_count, e.rating_sum, h.region AS home,
           ARRAY(SELECT r.region FROM expert_region r WHERE r.expert_id = e.id) AS regions,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(s.product_kind, s.product_class, s.level, s.items)), '[]')
            FROM expert_specialty s WHERE s.expert_id = e.id) AS specialties,
           ARRAY(SELECT x.uscc FROM expert_conflict x WHERE x.expert_id = e.id) AS ties,
           ARRAY(SELECT n.uscc FROM expert_refusal x JOIN enterprise n ON n.id = x.enterprise_id
                 WHERE x.expert_id = e.id) AS refused_by,
           ARRAY(SELECT x.report_no FROM expert_signed_report x WHERE x.expert_id = e.id) AS signed,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(d.weekday, d.starts, d.ends, d.holidays)), '[]')
            FROM expert_shift d WHERE d.expert_id = e.id) AS shifts
    FROM expert e
    JOIN account a ON a.expert_id = e.id
    LEFT JOIN product_hospital h ON h.code = e.hospital
    WHERE ";

type SpecialtyRow = (Option<String>, Option<String>, u8, Vec<String>);
type ShiftRow = (i32, i32, i32, bool);

/// The experts of these ids, in no order.
///
/// # Errors
/// When the database can't be asked.
pub fn experts(
    conn: &mut PgConnection,
    vocabulary: &mut Vocabulary,
    moment: Moment<'_>,
    ids: &[ExpertId],
) -> Result<Vec<Candidate>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = diesel::sql_query(format!("{ROSTER} e.id = ANY($2)"))
        .bind::<Date, _>(clock::shanghai_date(moment.now))
        .bind::<Array<Uuid>, _>(ids)
        .load::<Row>(conn)?;
    rows.into_iter().map(|row| candidate(row, vocabulary, moment)).collect()
}

/// All experts who are approved, in the order of their ids, with the enterprises on the list that
/// bear an employer's name among their ties.
///
/// # Errors
/// When the database can't be asked.
pub fn approved_experts(
    conn: &mut PgConnection,
    vocabulary: &mut Vocabulary,
    moment: Moment<'_>,
) -> Result<Vec<Candidate>, Problem> {
    let rows = diesel::sql_query(format!("{ROSTER} e.vetting = 'approved' AND a.active ORDER BY e.id"))
        .bind::<Date, _>(clock::shanghai_date(moment.now))
        .load::<Row>(conn)?;
    let mut all =
        rows.into_iter().map(|row| candidate(row, vocabulary, moment)).collect::<Result<Vec<_>, _>>()?;
    for (id, uscc) in employed(conn)? {
        if let Ok(at) = all.binary_search_by_key(&id, |c| c.facts.id)
            && let Some(found) = all.get_mut(at)
        {
            found.facts.ties.push(EnterpriseKey::of(&uscc));
        }
    }
    Ok(all)
}

/// Experts whose employer bears the name of an enterprise on the list, with its code.
fn employed(conn: &mut PgConnection) -> Result<Vec<(ExpertId, String)>, Problem> {
    use crate::db::schema::{enterprise, expert};
    Ok(expert::table
        .inner_join(enterprise::table.on(expert::employer.eq(enterprise::name.nullable())))
        .select((expert::id, enterprise::uscc))
        .load(conn)?)
}

fn candidate(row: Row, vocabulary: &mut Vocabulary, moment: Moment<'_>) -> Result<Candidate, Problem> {
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
            Some(Specialty { subject, level, items: vocabulary.all_terms(items.iter().map(String::as_str)) })
        })
        .collect();
    let regions = row.regions.iter().chain(&row.home).filter_map(|code| code.parse().ok()).collect();
    Ok(Candidate {
        facts: ExpertFacts {
            id: row.id,
            approved: row.approved,
            available: row.available,
            on_leave: row.on_leave,
            on_duty: on_duty(&shifts, moment.now, &moment.catalogue.calendar),
            specialties,
            regions,
            languages: Tongues::of(row.languages.iter().map(|tag| Language::from_tag(tag))),
            capacity: count(row.capacity),
            load: count(row.open_count),
            ties: row.ties.iter().map(|uscc| EnterpriseKey::of(uscc)).collect(),
            refused_by: row.refused_by.iter().map(|uscc| EnterpriseKey::of(uscc)).collect(),
            institution: row.institution.map(|name| vocabulary.term(&name)),
            name: Some(vocabulary.term(&row.name)),
            signed: row.signed.iter().map(|number| vocabulary.term(number)).collect(),
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
        shifts,
    })
}
