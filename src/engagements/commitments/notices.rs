//! Mails about commitments to the enterprise.

use crate::accounts::people::enterprise_recipients;
use crate::core::Language;
use crate::core::Problem;
use crate::core::clock::day_in;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::engagements::common::words::Outcome;
use crate::engagements::ids::EngagementId;
use crate::engagements::mails::Mail;
use crate::notifications::outbox;
use chrono::NaiveDate;

/// A commitment with its topic.
type Named<'a> = (EngagementId, &'a str);

/// Notifies the enterprise that it is asked to sign.
///
/// # Errors
/// When the database refuses.
pub fn asked(tx: &mut Tx, enterprise: EnterpriseId, (id, topic): Named<'_>) -> Result<(), Problem> {
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        let link = tx.link(&format!("/commitments/{id}"));
        outbox::enqueue(tx, &to, &Mail::CommitmentAsked { topic: topic.to_owned(), link })?;
    }
    Ok(())
}

/// Reminds the enterprise of promises that are due soon, or tells it that they are overdue.
///
/// # Errors
/// When the database refuses.
pub fn promises(
    tx: &mut Tx,
    enterprise: EnterpriseId,
    (id, topic): Named<'_>,
    (promises, overdue): (&[(String, NaiveDate)], bool),
) -> Result<(), Problem> {
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        let promises: Vec<String> = promises.iter().map(|promise| line(promise, to.language)).collect();
        let (topic, promises) = (topic.to_owned(), promises.join("\n").into());
        let link = tx.link(&format!("/commitments/{id}"));
        match overdue {
            true => outbox::enqueue(tx, &to, &Mail::PromiseOverdue { topic, promises, link })?,
            false => outbox::enqueue(tx, &to, &Mail::PromiseDue { topic, promises, link })?,
        };
    }
    Ok(())
}

fn line((text, day): &(String, NaiveDate), language: Language) -> String {
    let day = day_in(language, *day);
    match language {
        Language::Zh => format!("- {day}前：{text}"),
        Language::En => format!("- by {day}: {text}"),
    }
}

/// Notifies the enterprise of what was found, and how it can object.
///
/// # Errors
/// When the database refuses.
pub fn settled(
    tx: &mut Tx,
    enterprise: EnterpriseId,
    (id, topic): Named<'_>,
    (outcome, reason): (Outcome, &str),
) -> Result<(), Problem> {
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        let outcome = match to.language {
            Language::Zh => outcome.text().zh.into_owned(),
            Language::En => outcome.text().en.into_owned(),
        };
        let link = tx.link(&format!("/commitments/{id}"));
        let mail =
            Mail::CommitmentSettled { topic: topic.to_owned(), outcome, reason: reason.to_owned(), link };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Notifies the enterprise that it is asked to sign no more.
///
/// # Errors
/// When the database refuses.
pub fn cancelled(
    tx: &mut Tx,
    enterprise: EnterpriseId,
    (id, topic): Named<'_>,
    reason: &str,
) -> Result<(), Problem> {
    for to in enterprise_recipients(&mut tx.conn, enterprise)? {
        let link = tx.link(&format!("/commitments/{id}"));
        let mail = Mail::CommitmentCancelled { topic: topic.to_owned(), reason: reason.to_owned(), link };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}
