//! Passwords of accounts in the database.

use crate::accounts::mails::Mail;
use crate::accounts::one_time_link::{self, Purpose};
use crate::accounts::sessions::{EndReason, end_sessions_of};
use crate::accounts::store::{AccountRow, recipient};
use crate::core::Problem;
use crate::core::ids::{AccountId, SessionId};
use crate::db::Tx;
use crate::db::schema::account;
use crate::notifications::outbox;
use diesel::prelude::*;

/// Links by which another password is chosen.
pub(super) const RESET: Purpose = Purpose::new("password_reset");

/// Loads an account and locks it until the transaction ends.
///
/// # Errors
/// 404 where there is none.
pub fn lock(tx: &mut Tx, id: AccountId) -> Result<AccountRow, Problem> {
    Ok(account::table.find(id).select(AccountRow::as_select()).for_no_key_update().first(&mut *tx.conn)?)
}

/// Gives an account another password. Links that were mailed for a new one end, and so do the sessions but for one; the person is told.
/// Says how many sessions ended.
///
/// # Errors
/// When the database refuses.
pub fn set_password(
    tx: &mut Tx,
    row: &AccountRow,
    hash: &str,
    except: Option<SessionId>,
) -> Result<usize, Problem> {
    diesel::update(account::table.find(row.id))
        .set(account::password_hash.eq(hash))
        .execute(&mut *tx.conn)?;
    one_time_link::void(tx, RESET, row.id)?;
    let ended = end_sessions_of(tx, row.id, except, EndReason::PasswordChanged)?;
    if let Some(to) = recipient(row) {
        let mail = Mail::PasswordChanged { username: row.username.clone(), at: tx.now };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(ended)
}
