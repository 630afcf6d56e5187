//! How often one may be wrong. After some wrong codes in a row the next is looked at only after a while, which doubles up to an hour.
//!
//! They are counted by where they come from: each session and each address from which the account's own person has logged in has a count of
//! its own, and all other addresses have one together. So of a million codes a guesser gets some twenty a day, from however many addresses,
//! and whoever knows the password does not keep the person waiting where that person usually works.

use crate::accounts::device::Device;
use crate::core::ids::{AccountId, SessionId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::{login_session, wrong_proof};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

/// So many in a row cost nothing.
pub const FREE: i32 = 5;
/// The first wait, in seconds.
const FIRST_WAIT: i64 = 30;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 3600;

/// The wait after so many wrong ones in a row, in seconds; none where the next is looked at.
fn wait_after(tries: i32) -> Option<i64> {
    let doublings = u32::try_from(tries.checked_sub(FREE)?).ok()?.min(16);
    Some((FIRST_WAIT << doublings).min(LONGEST_WAIT))
}

/// From where a code comes, as the wrong ones are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(String);

impl Source {
    /// A session, which was opened with all that the account asks for.
    pub fn session(id: SessionId) -> Self {
        Self(format!("session {}", id.0))
    }

    /// A log-in to an account.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn log_in(conn: &mut PgConnection, account: AccountId, device: &Device) -> QueryResult<Self> {
        let Some(address) = &device.address else { return Ok(Self::elsewhere()) };
        let own = login_session::table
            .filter(login_session::account_id.eq(account))
            .filter(login_session::address.eq(address))
            .filter(login_session::by_factor);
        let known: bool = diesel::select(diesel::dsl::exists(own)).get_result(conn)?;
        Ok(if known { Self(format!("address {address}")) } else { Self::elsewhere() })
    }

    /// All addresses from which the person of the account has never logged in with its second factor.
    fn elsewhere() -> Self {
        Self(String::new())
    }
}

/// The seconds until the next one from there is looked at; none where it is looked at now.
///
/// # Errors
/// When the database can't be asked.
pub fn waiting(
    conn: &mut PgConnection,
    account: AccountId,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<Option<u64>, Problem> {
    let until: Option<Option<DateTime<Utc>>> = wrong_proof::table
        .find((account, &source.0))
        .select(wrong_proof::wait_until)
        .first(conn)
        .optional()?;
    let left = until.flatten().map(|until| (until - now).num_seconds()).filter(|left| *left > 0);
    Ok(left.and_then(|left| u64::try_from(left).ok()))
}

/// Notes a wrong one. Gives how many there were in a row from there.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &mut Tx, account: AccountId, source: &Source) -> Result<i32, Problem> {
    let tries: i32 = diesel::insert_into(wrong_proof::table)
        .values((
            wrong_proof::account_id.eq(account),
            wrong_proof::source.eq(&source.0),
            wrong_proof::tries.eq(1),
            wrong_proof::tried_at.eq(tx.now),
        ))
        .on_conflict((wrong_proof::account_id, wrong_proof::source))
        .do_update()
        .set((wrong_proof::tries.eq(wrong_proof::tries + 1), wrong_proof::tried_at.eq(tx.now)))
        .returning(wrong_proof::tries)
        .get_result(&mut *tx.conn)?;
    if let Some(seconds) = wait_after(tries) {
        let until = tx.now + Duration::seconds(seconds);
        diesel::update(wrong_proof::table.find((account, &source.0)))
            .set(wrong_proof::wait_until.eq(until))
            .execute(&mut *tx.conn)?;
    }
    Ok(tries)
}

/// Forgets the wrong ones from there, after a right one.
///
/// # Errors
/// When the database refuses.
pub fn forget(tx: &mut Tx, account: AccountId, source: &Source) -> Result<(), Problem> {
    diesel::delete(wrong_proof::table.find((account, &source.0))).execute(&mut *tx.conn)?;
    Ok(())
}

/// Forgets all wrong ones of an account, whose second factor is a new one or none.
///
/// # Errors
/// When the database refuses.
pub fn forget_all(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    diesel::delete(wrong_proof::table.filter(wrong_proof::account_id.eq(account))).execute(&mut *tx.conn)?;
    Ok(())
}

/// Deletes the counts where nothing was tried since a moment. Gives how many.
///
/// # Errors
/// When the database refuses.
pub fn delete_older(conn: &mut PgConnection, than: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(wrong_proof::table.filter(wrong_proof::tried_at.lt(than))).execute(conn)
}

/// 429, with the seconds to wait.
pub fn too_many(seconds: u64) -> Problem {
    let mut problem = Problem::new(
        Code::TooManyFailures,
        Text::new(
            format!("输错次数过多，请 {seconds} 秒后再试"),
            format!("too many wrong tries; try again in {seconds} seconds"),
        ),
    );
    problem.retry_after = Some(seconds);
    problem
}

#[cfg(test)]
mod tests {
    use super::wait_after;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let waits: Vec<_> = (1..=14).map(wait_after).collect();
        assert_eq!(waits[..4], [None; 4]);
        let seconds: Vec<_> = waits[4..].iter().map(|wait| wait.unwrap()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(wait_after(i32::MAX), Some(3600));
    }
}
