//! The people and the address that mails about a consultation name.

use crate::accounts::people;
use crate::accounts::store::{AccountRow, of_expert, recipient, recipient_for};
use crate::accounts::topics::Topic;
use crate::consultations::consultation::Row;
use crate::core::Problem;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::Tx;
use crate::db::published::{enterprise, expert};
use crate::notifications::Recipient;
use diesel::prelude::*;

/// Where to write to an expert, if the expert has an active account with a mail address: who has left learns of no consultation any more.
///
/// # Errors
/// When the database can't be asked.
pub fn expert_recipient(tx: &mut Tx, id: ExpertId) -> Result<Option<Recipient>, Problem> {
    Ok(active(tx, id)?.as_ref().and_then(recipient))
}

fn active(tx: &mut Tx, id: ExpertId) -> Result<Option<AccountRow>, Problem> {
    Ok(of_expert(&mut tx.conn, id)?.filter(|row| row.active))
}

/// Where to write to an expert about how a consultation goes on, if the account is active and the expert wants to know.
///
/// # Errors
/// When the database can't be asked.
pub fn expert_follows(tx: &mut Tx, id: ExpertId) -> Result<Option<Recipient>, Problem> {
    Ok(active(tx, id)?.as_ref().and_then(|row| recipient_for(row, Topic::Consultations)))
}

/// Where to write to the enterprise that asks about how a consultation goes on: to all of its people who have a mail address and want to
/// know.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprise_recipients(tx: &mut Tx, row: &Row) -> Result<Vec<Recipient>, Problem> {
    people::enterprise_recipients_for(&mut tx.conn, row.enterprise_id, Topic::Consultations)
}

/// The address of the consultation's page.
pub fn link(tx: &Tx, id: ConsultationId) -> String {
    tx.link(&format!("/consultations/{id}"))
}

/// The name of an expert.
///
/// # Errors
/// 404 where there is none.
pub fn expert_name(tx: &mut Tx, id: ExpertId) -> Result<String, Problem> {
    Ok(expert::table.find(id).select(expert::name).first(&mut *tx.conn)?)
}

/// The name of the enterprise that asks.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprise_name(tx: &mut Tx, row: &Row) -> Result<String, Problem> {
    Ok(enterprise::table.find(row.enterprise_id).select(enterprise::name).first(&mut *tx.conn)?)
}
