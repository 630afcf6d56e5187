//! Mails about a hazard to the people of its enterprise.

use crate::accounts::people::enterprise_recipients;
use crate::campaigns::mails::Mail;
use crate::campaigns::store::Row;
use crate::core::Problem;
use crate::db::Tx;
use crate::notifications::outbox;
use chrono::NaiveDate;

fn link(tx: &Tx, row: &Row) -> String {
    tx.link(&format!("/hazards/{}", row.id))
}

fn send(tx: &mut Tx, row: &Row, mail: &Mail) -> Result<(), Problem> {
    for to in enterprise_recipients(&mut tx.conn, row.enterprise_id)? {
        outbox::enqueue(tx, &to, mail)?;
    }
    Ok(())
}

/// Tells that a correction is ordered.
///
/// # Errors
/// When the database refuses.
pub(super) fn ordered(tx: &mut Tx, row: &Row, due: NaiveDate) -> Result<(), Problem> {
    let mail = Mail::HazardOrdered { item: row.item.clone(), due_on: due, link: link(tx, row) };
    send(tx, row, &mail)
}

/// Tells that a correction did not pass.
///
/// # Errors
/// When the database refuses.
pub(super) fn returned(tx: &mut Tx, row: &Row, due: NaiveDate, reason: &str) -> Result<(), Problem> {
    let mail = Mail::HazardReturned {
        item: row.item.clone(),
        reason: reason.to_owned(),
        due_on: due,
        link: link(tx, row),
    };
    send(tx, row, &mail)
}

/// Tells that the term has passed.
///
/// # Errors
/// When the database refuses.
pub(super) fn overdue(tx: &mut Tx, row: &Row, due: NaiveDate) -> Result<(), Problem> {
    let mail = Mail::HazardOverdue { item: row.item.clone(), due_on: due, link: link(tx, row) };
    send(tx, row, &mail)
}
