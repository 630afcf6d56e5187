//! A consultation without an expert: how far the search was widened, whom that alarms, and what the
//! enterprise is told to expect.

use crate::accounts::store::AccountRow;
use crate::consultations::store::{
    Row, announce, audit, enterprise_name, link, opener, platform_history, recipient,
};
use crate::core::{Problem, Role};
use crate::db::Tx;
use crate::db::schema::{account, consultation, enterprise};
use crate::matching::search::SearchStep;
use crate::notifications::{Mail, outbox};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

/// Writes down how far the search has come: each step in the history, the last with an alarm.
///
/// # Errors
/// When the database refuses.
pub fn widen(tx: &mut Tx, row: &mut Row, reached: SearchStep) -> Result<(), Problem> {
    while row.search_step < reached {
        row.search_step = row.search_step.wider();
        platform_history(tx, row, row.search_step.event())?;
    }
    diesel::update(consultation::table.find(row.id))
        .set((consultation::search_step.eq(row.search_step), consultation::searched_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    if row.search_step == SearchStep::Queue && row.alarmed_at.is_none() {
        alarm(tx, row)?;
    }
    Ok(())
}

/// Tells the officers nearest to the enterprise that nobody was found.
fn alarm(tx: &mut Tx, row: &mut Row) -> Result<(), Problem> {
    row.alarmed_at = Some(tx.now);
    diesel::update(consultation::table.find(row.id))
        .set(consultation::alarmed_at.eq(row.alarmed_at))
        .execute(&mut *tx.conn)?;
    let officers = officers(tx, row)?;
    audit(tx, row, "alarm", json!({ "officers": officers.len() }))?;
    let (enterprise, since) = (enterprise_name(tx, row)?, row.search_since.unwrap_or(row.opened_at));
    for to in officers.iter().filter_map(recipient) {
        let mail = Mail::ConsultationAlarm {
            subject: row.subject.clone(),
            enterprise: enterprise.clone(),
            since,
            link: link(tx, row.id),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// The officers of the smallest region around the enterprise that has any.
fn officers(tx: &mut Tx, row: &Row) -> Result<Vec<AccountRow>, Problem> {
    let region: String =
        enterprise::table.find(row.enterprise_id).select(enterprise::region).first(&mut *tx.conn)?;
    let catalogue = std::sync::Arc::clone(&tx.catalogue);
    for code in catalogue.regions.ancestors(&region).map(|r| r.code.as_str()) {
        let found: Vec<AccountRow> = account::table
            .filter(account::role.eq(Role::Admin))
            .filter(account::active)
            .filter(account::region.eq(code))
            .filter(account::email.is_not_null())
            .order(account::id)
            .select(AccountRow::as_select())
            .load(&mut *tx.conn)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Leaves the consultation waiting. `on_duty_at` is when the first expert will be on duty, where
/// nobody is.
///
/// # Errors
/// When the database refuses.
pub fn waits(
    tx: &mut Tx,
    row: &mut Row,
    news: bool,
    on_duty_at: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    expect(tx, row, on_duty_at)?;
    if news {
        if row.answer_expected_at.is_none()
            && let Some(to) = recipient(&opener(tx, row)?)
        {
            let mail = Mail::ConsultationWaiting { subject: row.subject.clone() };
            outbox::enqueue(tx, &to, &mail)?;
        }
        announce(tx, row)?;
    }
    Ok(())
}

/// Tells the enterprise when to expect an answer where that is not now; once for each moment.
///
/// # Errors
/// When the database refuses.
pub fn expect(tx: &mut Tx, row: &mut Row, on_duty_at: Option<DateTime<Utc>>) -> Result<(), Problem> {
    let expected = on_duty_at.filter(|at| *at > tx.now);
    if expected == row.answer_expected_at {
        return Ok(());
    }
    row.answer_expected_at = expected;
    diesel::update(consultation::table.find(row.id))
        .set(consultation::answer_expected_at.eq(expected))
        .execute(&mut *tx.conn)?;
    if let (Some(from), Some(to)) = (expected, recipient(&opener(tx, row)?)) {
        let (subject, link) = (row.subject.clone(), link(tx, row.id));
        outbox::enqueue(tx, &to, &Mail::AnswerExpected { subject, from, link })?;
    }
    Ok(())
}
