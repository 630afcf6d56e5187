//! Mails to people while a consultation has no expert: to the officers that nobody was found, to the enterprise that it waits or
//! when to expect an answer.

use crate::accounts::people::officers_around;
use crate::accounts::store::{AccountRow, recipient_for};
use crate::accounts::topics::Topic;
use crate::consultations::consultation::Row;
use crate::consultations::contacts::{enterprise_name, enterprise_recipients, link};
use crate::consultations::mails::Mail;
use crate::consultations::store::audit;
use crate::core::Problem;
use crate::db::Tx;
use crate::db::published::enterprise;
use crate::notifications::outbox;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;

/// What a search for an expert has brought that people must learn.
#[derive(Debug, Clone, Copy)]
pub struct SearchOutcome {
    /// The officers learn that nobody was found.
    pub alarm: bool,
    /// The enterprise learns that it can expect an answer from this moment on.
    pub expected: Option<DateTime<Utc>>,
    /// The enterprise learns that its consultation waits.
    pub waits: bool,
}

/// Informs people by mail.
///
/// # Errors
/// When the database refuses.
pub fn notify(tx: &mut Tx, row: &Row, outcome: SearchOutcome) -> Result<(), Problem> {
    if outcome.alarm {
        alarm(tx, row)?;
    }
    if outcome.expected.is_none() && !outcome.waits {
        return Ok(());
    }
    for to in enterprise_recipients(tx, row)? {
        if let Some(from) = outcome.expected {
            let (subject, link) = (row.subject.clone(), link(tx, row.id));
            outbox::enqueue(tx, &to, &Mail::AnswerExpected { subject, from, link })?;
        }
        if outcome.waits {
            outbox::enqueue(tx, &to, &Mail::ConsultationWaiting { subject: row.subject.clone() })?;
        }
    }
    Ok(())
}

/// Informs the officers nearest to the enterprise that nobody was found.
fn alarm(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    let officers = officers(tx, row)?;
    audit(tx, row, "alarm", json!({ "officers": officers.len() }))?;
    let (enterprise, since) = (enterprise_name(tx, row)?, row.search_since.unwrap_or(row.opened_at));
    for to in officers.iter().filter_map(|row| recipient_for(row, Topic::Queue)) {
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
    officers_around(tx, &region)
}
