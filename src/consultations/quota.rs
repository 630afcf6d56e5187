//! How much one enterprise may ask for: consultations that are open, openings within an hour and a day, and places of experts. One
//! enterprise must not fill the experts.
//!
//! All of it is decided in the transaction that opens or offers, in the enterprise's turn, so that requests side by side can't pass
//! together. Openings and reopenings wait for the turn before they lock anything; an offer, whose consultation is locked by
//! then, takes it only where it is free, and is otherwise made by the matcher a moment later.

use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::{Closing, Status};
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::count_lock::{self, Counted};
use crate::db::schema::{consultation, consultation_event};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

/// Waits for the enterprise's turn and refuses an opening, or a reopening, beyond what the settings allow.
///
/// # Errors
/// 429 with the reason, and after how many seconds to try again where that is known.
pub fn permit_opening(tx: &mut Tx, enterprise: EnterpriseId) -> Result<(), Problem> {
    count_lock::wait(&mut tx.conn, Counted::Consultations, enterprise.0)?;
    let settings = std::sync::Arc::clone(&tx.settings);
    let settings = settings.section::<ConsultationSettings>();
    let most = settings.open_per_enterprise;
    let open: i64 = consultation::table
        .filter(consultation::enterprise_id.eq(enterprise))
        .filter(consultation::status.ne(Status::Concluded))
        .count()
        .get_result(&mut *tx.conn)?;
    if open >= i64::from(most) {
        return Err(Problem::new(
            Code::TooManyOpenConsultations,
            Text::new(
                format!("贵企业已有 {open} 件未办结的问诊，最多 {most} 件；请待其中一件办结后再发起"),
                format!(
                    "{open} consultations of your enterprise are open, which may have {most}; open another once one of them is concluded"
                ),
            ),
        ));
    }
    for (most, window, zh, en) in [
        (settings.openings_per_hour, Duration::hours(1), "一小时", "an hour"),
        (settings.openings_per_day, Duration::hours(24), "24 小时", "24 hours"),
    ] {
        if let Some(first) = nth_latest_opening(tx, enterprise, most)?
            && first + window > tx.now
        {
            let mut problem = Problem::new(
                Code::TooManyOpenings,
                Text::new(
                    format!("{zh}内最多发起 {most} 件问诊，贵企业已达上限，请稍后再试"),
                    format!(
                        "your enterprise has opened {most} consultations within {en}, which is the most; try again later"
                    ),
                ),
            );
            problem.retry_after = Some(seconds_until(first + window, tx.now));
            return Err(problem);
        }
    }
    Ok(())
}

/// Whole seconds to a later moment, one at least.
fn seconds_until(then: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
    let milliseconds = u64::try_from((then - now).num_milliseconds()).unwrap_or(0);
    milliseconds.div_ceil(1000).max(1)
}

/// When the `n`th latest opening of the enterprise was, its reopenings included; none where there are fewer.
fn nth_latest_opening(
    tx: &mut Tx,
    enterprise: EnterpriseId,
    n: u32,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let before = i64::from(n.saturating_sub(1));
    let mut moments: Vec<DateTime<Utc>> = consultation::table
        .filter(consultation::enterprise_id.eq(enterprise))
        // One that was merged into another counts with that one.
        .filter(consultation::closed.is_distinct_from(Closing::Merged))
        .order(consultation::opened_at.desc())
        .limit(i64::from(n))
        .select(consultation::opened_at)
        .load(&mut *tx.conn)?;
    let reopened: Vec<DateTime<Utc>> = consultation_event::table
        .inner_join(consultation::table.on(consultation::id.eq(consultation_event::consultation_id)))
        .filter(consultation::enterprise_id.eq(enterprise))
        .filter(consultation::reopened.gt(0))
        .filter(consultation_event::event.eq("reopen"))
        .filter(consultation_event::actor_role.eq("enterprise"))
        .order(consultation_event::at.desc())
        .limit(i64::from(n))
        .select(consultation_event::at)
        .load(&mut *tx.conn)?;
    moments.extend(reopened);
    moments.sort_unstable_by(|a, b| b.cmp(a));
    Ok(usize::try_from(before).ok().and_then(|at| moments.get(at)).copied())
}

/// Whether a consultation of an enterprise may take the place of an expert now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It may; the enterprise's turn is taken.
    Free,
    /// Another transaction has the turn: it is tried again a moment later.
    Busy,
    /// The enterprise has as many places as it may have.
    Full,
}

/// Whether a consultation of the enterprise may take the place of an expert now.
///
/// # Errors
/// When the database can't be asked.
pub fn place(tx: &mut Tx, enterprise: EnterpriseId) -> Result<Place, Problem> {
    if !count_lock::try_take(&mut tx.conn, Counted::Consultations, enterprise.0)? {
        return Ok(Place::Busy);
    }
    let most = tx.settings.section::<ConsultationSettings>().places_per_enterprise;
    Ok(if has_all_places(&mut tx.conn, enterprise, most)? { Place::Full } else { Place::Free })
}

/// Whether the consultations of an enterprise have all the places of experts that they may have.
///
/// # Errors
/// When the database can't be asked.
pub fn has_all_places(conn: &mut PgConnection, enterprise: EnterpriseId, most: u32) -> Result<bool, Problem> {
    let taken: i64 = consultation::table
        .filter(consultation::enterprise_id.eq(enterprise))
        .filter(consultation::status.eq_any([Status::Offered, Status::Active]))
        .count()
        .get_result(conn)?;
    Ok(taken >= i64::from(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_as_long_as_told_is_not_told_again() {
        let at = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        assert_eq!(seconds_until(at(10_000), at(0)), 10);
        assert_eq!(seconds_until(at(10_001), at(0)), 11);
        assert_eq!(seconds_until(at(5), at(0)), 1);
        assert_eq!(seconds_until(at(0), at(5)), 1);
    }
}
