//! The experts who come into question, by SQL: a few by index, not all by reading them.

use crate::catalogue::Catalogue;
use crate::core::ids::ExpertId;
use crate::core::{Problem, clock};
use crate::experts::duty::Hour;
use crate::matching::needs::Need;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Integer, Nullable, Text, Uuid};

/// How many experts of one ring are looked at closely: those with the most capacity free, and among
/// equals those longest without a consultation, so that over time everyone's turn comes.
const MOST: usize = 64;
/// How many candidates an explanation lists.
const EXPLAINED: i64 = 500;

/// Who comes into question: which specialties, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    kinds: Vec<String>,
    classes: Vec<String>,
    /// The first four digits of the region, which name the city; none: everywhere.
    city: Option<String>,
}

impl Ring {
    /// Experts of the very kind in the enterprise's city.
    pub fn exact(need: &Need) -> Self {
        Self { kinds: vec![need.kind.clone()], classes: vec![], city: city(need) }
    }

    /// Those of the class, too, in the city.
    pub fn class(need: &Need) -> Self {
        Self { classes: vec![need.class.clone()], ..Self::exact(need) }
    }

    /// Those of the kind or class everywhere.
    pub fn province(need: &Need) -> Self {
        Self { city: None, ..Self::class(need) }
    }

    /// Those of another kind of the class, of a class near in trade or of a kind of one.
    pub fn related(need: &Need, catalogue: &Catalogue) -> Self {
        let products = &catalogue.products;
        let mut classes = products.class(&need.class).map(|c| c.related.clone()).unwrap_or_default();
        classes.push(need.class.clone());
        let kinds = products.kinds().filter(|k| classes.contains(&k.class)).map(|k| k.code.clone()).collect();
        Self { kinds, classes, city: None }
    }
}

fn city(need: &Need) -> Option<String> {
    need.region.get(..4).map(str::to_owned)
}

/// The rules that hold for good or for long, and the ring. What passes with a place that comes
/// free is left to the callers.
const ELIGIBLE: &str = "
    FROM (
        SELECT s.expert_id FROM expert_specialty s WHERE s.product_kind = ANY($1)
        UNION
        SELECT s.expert_id FROM expert_specialty s WHERE s.product_class = ANY($2)
    ) able
    JOIN expert e ON e.id = able.expert_id
    WHERE e.vetting = 'approved' AND e.available
      AND NOT coalesce($4 BETWEEN e.leave_from AND e.leave_to, false)
      AND ($3 IS NULL OR able.expert_id IN (
           SELECT r.expert_id FROM expert_region r WHERE left(r.region, 4) = $3
           UNION ALL
           SELECT x.id FROM product_hospital h JOIN expert x ON x.hospital = h.code WHERE left(h.region, 4) = $3))
      AND e.employer IS DISTINCT FROM $5
      AND NOT EXISTS (SELECT FROM expert_conflict x WHERE x.expert_id = e.id AND x.uscc = $6)
      AND NOT EXISTS (SELECT FROM expert_refusal x JOIN enterprise n ON n.id = x.enterprise_id
                      WHERE x.expert_id = e.id AND n.uscc = $6)
      AND e.id <> ALL($7)";

/// The same decision as `experts::duty::on_duty`; see `Hour::falls_in`.
const ON_DUTY: &str = "
    (NOT EXISTS (SELECT FROM expert_shift d WHERE d.expert_id = e.id)
     OR EXISTS (SELECT FROM expert_shift d WHERE d.expert_id = e.id AND (
        (d.weekday = $8 AND d.starts <= $10 AND ($10 < d.ends OR d.ends <= d.starts)
            AND (d.holidays OR NOT $11))
        OR (d.weekday = $9 AND d.ends <= d.starts AND $10 < d.ends AND (d.holidays OR NOT $12)))))";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Found {
    #[diesel(sql_type = Uuid)]
    id: ExpertId,
}

/// The moment in question, in the forms that the queries want.
#[derive(Debug, Clone, Copy)]
pub struct When {
    now: DateTime<Utc>,
    hour: Hour,
    /// Whether only experts on duty come into question.
    duty_only: bool,
}

impl When {
    /// The moment.
    pub fn new(now: DateTime<Utc>, catalogue: &Catalogue, duty_only: bool) -> Self {
        Self { now, hour: Hour::of(now, &catalogue.calendar), duty_only }
    }
}

/// Asks about a ring. `tail` ends the statement; it may use what [`ELIGIBLE`] and [`ON_DUTY`] name.
fn ask(
    conn: &mut PgConnection,
    need: &Need,
    ring: &Ring,
    when: When,
    tail: &str,
) -> Result<Vec<ExpertId>, Problem> {
    let Hour { weekday, weekday_before, minute, holiday, holiday_before } = when.hour;
    let found: Vec<Found> = diesel::sql_query(format!("SELECT e.id {ELIGIBLE} {tail}"))
        .bind::<Array<Text>, _>(&ring.kinds)
        .bind::<Array<Text>, _>(&ring.classes)
        .bind::<Nullable<Text>, _>(&ring.city)
        .bind::<Date, _>(clock::shanghai_date(when.now))
        .bind::<Text, _>(&need.enterprise)
        .bind::<Text, _>(&need.uscc)
        .bind::<Array<Uuid>, _>(&need.facts.tried)
        .bind::<Integer, _>(weekday)
        .bind::<Integer, _>(weekday_before)
        .bind::<Integer, _>(minute)
        .bind::<Bool, _>(holiday)
        .bind::<Bool, _>(holiday_before)
        .load(conn)?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// The experts of a ring who have a place free.
///
/// # Errors
/// When the database can't be asked.
pub fn free(conn: &mut PgConnection, need: &Need, ring: &Ring, when: When) -> Result<Vec<ExpertId>, Problem> {
    let duty = if when.duty_only { format!("AND {ON_DUTY}") } else { String::new() };
    let tail = format!(
        "AND e.open_count < e.capacity {duty}
         ORDER BY {ON_DUTY} DESC, e.open_count::float8 / e.capacity, e.last_assigned_at NULLS FIRST, e.id
         LIMIT {MOST}"
    );
    ask(conn, need, ring, when, &tail)
}

/// Whether someone of a ring is merely full, so that a place may come free.
///
/// # Errors
/// When the database can't be asked.
pub fn hopes(conn: &mut PgConnection, need: &Need, ring: &Ring, when: When) -> Result<bool, Problem> {
    // Named once, so that every parameter has its type.
    let tail = format!("AND e.open_count >= e.capacity AND ({ON_DUTY}) LIMIT 1");
    Ok(!ask(conn, need, ring, when, &tail)?.is_empty())
}

/// Experts of a ring who have a place free but are not on duty.
///
/// # Errors
/// When the database can't be asked.
pub fn off_duty(
    conn: &mut PgConnection,
    need: &Need,
    ring: &Ring,
    when: When,
) -> Result<Vec<ExpertId>, Problem> {
    let tail = format!("AND e.open_count < e.capacity AND NOT ({ON_DUTY}) LIMIT {EXPLAINED}");
    ask(conn, need, ring, when, &tail)
}

/// Everyone whose specialties have to do with the need, excluded or not, the nearest specialties
/// first.
///
/// # Errors
/// When the database can't be asked.
pub fn everyone(conn: &mut PgConnection, need: &Need, ring: &Ring) -> Result<Vec<ExpertId>, Problem> {
    let found: Vec<Found> = diesel::sql_query(format!(
        "SELECT s.expert_id AS id FROM expert_specialty s JOIN expert e ON e.id = s.expert_id
         WHERE (s.product_kind = ANY($1) OR s.product_class = ANY($2)) AND e.vetting = 'approved'
         GROUP BY s.expert_id
         ORDER BY bool_or(s.product_kind IS NOT DISTINCT FROM $3) DESC,
                  bool_or(s.product_class IS NOT DISTINCT FROM $4) DESC, s.expert_id
         LIMIT {EXPLAINED}"
    ))
    .bind::<Array<Text>, _>(&ring.kinds)
    .bind::<Array<Text>, _>(&ring.classes)
    .bind::<Text, _>(&need.kind)
    .bind::<Text, _>(&need.class)
    .load(conn)?;
    Ok(found.into_iter().map(|found| found.id).collect())
}
