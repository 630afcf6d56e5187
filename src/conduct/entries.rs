//! Reading entries as the score needs them, as they were known at a moment.

use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::score::entry::Entry;
use crate::conduct::words::{ConductState, Intent};
use crate::core::Problem;
use crate::core::clock::shanghai_moment;
use crate::core::ids::EnterpriseId;
use crate::inspections::words::InspectedRole;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Date, Nullable, Text, Timestamptz, Uuid};

/// The entries of one enterprise at a moment.
const OF_ENTERPRISE: &str = "
    SELECT id, fact_id, enterprise_id, role, line_id, behaviour, intent, happened_on, decided_on, rules_version, state, counts_from, repaired_on
    FROM conduct_as_of($1) WHERE enterprise_id = $2 ORDER BY id";

/// Those of all enterprises, one enterprise after the other.
const OF_ALL: &str = "
    SELECT id, fact_id, enterprise_id, role, line_id, behaviour, intent, happened_on, decided_on, rules_version, state, counts_from, repaired_on
    FROM conduct_as_of($1) ORDER BY enterprise_id, id";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: ConductId,
    #[diesel(sql_type = Uuid)]
    fact_id: FactId,
    #[diesel(sql_type = Uuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Text)]
    role: InspectedRole,
    #[diesel(sql_type = Nullable<Uuid>)]
    line_id: Option<LineId>,
    #[diesel(sql_type = Text)]
    behaviour: String,
    #[diesel(sql_type = Text)]
    intent: Intent,
    #[diesel(sql_type = Date)]
    happened_on: NaiveDate,
    #[diesel(sql_type = Date)]
    decided_on: NaiveDate,
    #[diesel(sql_type = Text)]
    rules_version: String,
    #[diesel(sql_type = Text)]
    state: ConductState,
    #[diesel(sql_type = Nullable<Date>)]
    counts_from: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    repaired_on: Option<NaiveDate>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            fact: row.fact_id,
            enterprise: row.enterprise_id,
            role: row.role,
            line: row.line_id,
            behaviour: row.behaviour,
            intent: row.intent,
            happened_on: row.happened_on,
            decided_on: row.decided_on,
            rules_version: row.rules_version,
            annulled: row.state == ConductState::Annulled,
            counts_from: row.counts_from,
            repaired_on: row.repaired_on,
        }
    }
}

/// The last moment of a day in Asia/Shanghai: what was known on the day was known by then.
pub fn known_at_end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    shanghai_moment(next.and_time(NaiveTime::MIN)) - Duration::microseconds(1)
}

/// Until when knowledge is asked for, for an answer about a day: what was known at its end, and for today and coming days what is known now.
pub fn known_for(day: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    known_at_end_of(day).min(now)
}

/// The entries of an enterprise that were known at a moment.
///
/// # Errors
/// When the database can't be asked.
pub fn of_enterprise(
    conn: &mut PgConnection,
    enterprise: EnterpriseId,
    known: DateTime<Utc>,
) -> Result<Vec<Entry>, Problem> {
    let rows: Vec<Row> = diesel::sql_query(OF_ENTERPRISE)
        .bind::<Timestamptz, _>(known)
        .bind::<Uuid, _>(enterprise.0)
        .load(conn)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// What is done with the entries of an enterprise.
pub type ForEnterprise<'a> = dyn FnMut(EnterpriseId, &[Entry]) -> Result<(), Problem> + 'a;

/// Gives the entries of each enterprise that has any, as they were known at a moment, read row by row: memory does not grow with their number. Gives
/// how many enterprises there were.
///
/// # Errors
/// When the database can't be asked, and what `with` fails with.
pub fn each_enterprise(
    conn: &mut PgConnection,
    known: DateTime<Utc>,
    with: &mut ForEnterprise<'_>,
) -> Result<usize, Problem> {
    let query = diesel::sql_query(OF_ALL).bind::<Timestamptz, _>(known);
    let (mut entries, mut enterprises): (Vec<Entry>, usize) = (Vec::new(), 0);
    for row in query.load_iter::<Row, PgRowByRowLoadingMode>(conn)? {
        let entry = Entry::from(row?);
        if let Some(of) = entries.first().map(|first| first.enterprise).filter(|of| *of != entry.enterprise) {
            with(of, &entries)?;
            enterprises += 1;
            entries.clear();
        }
        entries.push(entry);
    }
    if let Some(of) = entries.first().map(|first| first.enterprise) {
        with(of, &entries)?;
        enterprises += 1;
    }
    Ok(enterprises)
}
