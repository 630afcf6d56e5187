//! Taking away a second factor that someone has lost. Who may is decided by who calls it.

use crate::accounts::factors::{recovery, step_up, store, tries};
use crate::accounts::mails::Mail;
use crate::accounts::sessions::{EndReason, end_sessions_of};
use crate::accounts::store::{AccountRow, recipient};
use crate::core::Problem;
use crate::db::Tx;
use crate::notifications::outbox;

/// Resets the second factor of an account and tells its person. All sessions end; the next log-in asks for the password alone, or leads
/// to a new set-up where the role must have a second factor.
///
/// # Errors
/// 409 `no_second_factor` where it has none.
pub fn reset(tx: &mut Tx, account: &AccountRow) -> Result<(), Problem> {
    if !store::remove(tx, account.id)? {
        return Err(step_up::no_factor());
    }
    recovery::remove(tx, account.id)?;
    tries::forget_all(tx, account.id)?;
    end_sessions_of(tx, account.id, None, EndReason::AccountChanged)?;
    match recipient(account) {
        Some(to) => {
            let mail = Mail::SecondFactorOff { username: account.username.clone(), reset: true };
            outbox::enqueue(tx, &to, &mail).map(drop)
        }
        None => Ok(()),
    }
}
