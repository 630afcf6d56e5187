//! The figures of codes: how many there are, how often they are opened, how soon a lost condition ended them.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::credit_codes::policy::{permit, visible_to};
use crate::credit_codes::state::{CodeState, CodeStep, ScanAnswer};
use crate::db::schema::{credit_code, credit_code_event, credit_code_scan};
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};

/// The days whose scans are counted, today among them.
const DAYS: u64 = 30;
/// Suspensions that are looked at, the last ones.
const MOST_SUSPENSIONS: i64 = 10_000;

/// The figures of the codes that an officer may know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CodeFigures {
    /// Granted and in force, as far as is written down.
    pub in_force: i64,
    /// Granted and not in force.
    pub suspended: i64,
    /// Applications and renewals that wait for an officer.
    pub waiting: i64,
    /// Revoked, given up or lapsed.
    pub ended: i64,
    /// Scans within the last 30 days.
    pub scans: i64,
    /// Scans within them of codes that were granted and not in force.
    pub scans_suspended: i64,
    /// Scans within them of codes that were revoked, given up or lapsed, or of print runs that were ended.
    pub scans_ended: i64,
    /// Suspensions that were written down: the last 10,000.
    pub suspensions: usize,
    /// The most days between the loss of a condition and the day on which its suspension was written down: no scan waits for it.
    pub most_days_to_suspension: i64,
}

/// The figures.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn figures(conn: &mut PgConnection, actor: &Actor, today: NaiveDate) -> Result<CodeFigures, Problem> {
    use credit_code as c;
    permit(actor)?;
    if matches!(actor.scope(), Some(Scope::Enterprise(_))) {
        return Err(Problem::forbidden());
    }
    let of = |states: &[CodeState]| visible_to(actor).filter(c::state.eq_any(states.to_vec()));
    let granted = [CodeState::Granted, CodeState::Renewing];
    let waiting = [CodeState::Applied, CodeState::Renewing];
    let ended = [CodeState::Revoked, CodeState::GivenUp, CodeState::Lapsed];
    let in_force = of(&granted).filter(c::suspended_at.is_null()).count().get_result(conn)?;
    let suspended = of(&granted).filter(c::suspended_at.is_not_null()).count().get_result(conn)?;
    let mut scans_of = |answer: Option<ScanAnswer>| scans(conn, actor, today, answer);
    let (scans, scans_suspended, scans_ended) =
        (scans_of(None)?, scans_of(Some(ScanAnswer::Suspended))?, scans_of(Some(ScanAnswer::Ended))?);
    let days = days_to_suspension(conn, actor)?;
    Ok(CodeFigures {
        in_force,
        suspended,
        waiting: of(&waiting).count().get_result(conn)?,
        ended: of(&ended).count().get_result(conn)?,
        scans,
        scans_suspended,
        scans_ended,
        suspensions: days.len(),
        most_days_to_suspension: days.into_iter().max().unwrap_or_default(),
    })
}

fn scans(
    conn: &mut PgConnection,
    actor: &Actor,
    today: NaiveDate,
    answer: Option<ScanAnswer>,
) -> Result<i64, Problem> {
    use credit_code_scan as s;
    let from = today.checked_sub_days(Days::new(DAYS)).unwrap_or(NaiveDate::MIN);
    let own = visible_to(actor).select(credit_code::id);
    let mut query = s::table.filter(s::day.gt(from)).filter(s::code_id.eq_any(own)).into_boxed();
    if let Some(answer) = answer {
        query = query.filter(s::answer.eq(answer));
    }
    Ok(query.select(sql::<BigInt>("coalesce(sum(scans), 0)::bigint")).get_result(conn)?)
}

/// Of each suspension, the whole days from the loss of its first condition to the moment at which it was written down.
fn days_to_suspension(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<i64>, Problem> {
    use credit_code_event as e;
    let own = visible_to(actor).select(credit_code::id);
    let rows: Vec<(Option<DateTime<Utc>>, DateTime<Utc>)> = e::table
        .filter(e::step.eq(CodeStep::Suspend))
        .filter(e::code_id.eq_any(own))
        .order(e::at.desc())
        .limit(MOST_SUSPENSIONS)
        .select((e::lost_at, e::at))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(lost, at)| Some((at - lost?).num_days())).collect())
}

/// How many applications and renewals wait for an officer.
///
/// # Errors
/// When the database can't be asked.
pub fn waiting(conn: &mut PgConnection, actor: &Actor) -> Result<i64, Problem> {
    permit(actor)?;
    let waiting = vec![CodeState::Applied, CodeState::Renewing];
    Ok(visible_to(actor).filter(credit_code::state.eq_any(waiting)).count().get_result(conn)?)
}
