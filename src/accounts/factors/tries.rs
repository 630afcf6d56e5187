//! How often one may be wrong. After some wrong codes in a row the next is looked at only after a while, which doubles up to an hour:
//! of a million codes a guesser gets some twenty a day, and nobody is locked out for long by who knows the password.

use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::schema::wrong_proof;
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

/// The seconds until the next one is looked at; none where it is looked at now.
///
/// # Errors
/// When the database can't be asked.
pub fn waiting(
    conn: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<u64>, Problem> {
    let until: Option<Option<DateTime<Utc>>> =
        wrong_proof::table.find(account).select(wrong_proof::wait_until).first(conn).optional()?;
    let left = until.flatten().map(|until| (until - now).num_seconds()).filter(|left| *left > 0);
    Ok(left.and_then(|left| u64::try_from(left).ok()))
}

/// Notes a wrong one. Gives how many there were in a row.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &mut Tx, account: AccountId) -> Result<i32, Problem> {
    let tries: i32 = diesel::insert_into(wrong_proof::table)
        .values((wrong_proof::account_id.eq(account), wrong_proof::tries.eq(1)))
        .on_conflict(wrong_proof::account_id)
        .do_update()
        .set(wrong_proof::tries.eq(wrong_proof::tries + 1))
        .returning(wrong_proof::tries)
        .get_result(&mut *tx.conn)?;
    if let Some(seconds) = wait_after(tries) {
        let until = tx.now + Duration::seconds(seconds);
        diesel::update(wrong_proof::table.find(account))
            .set(wrong_proof::wait_until.eq(until))
            .execute(&mut *tx.conn)?;
    }
    Ok(tries)
}

/// Forgets the wrong ones, after a right one.
///
/// # Errors
/// When the database refuses.
pub fn forget(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    diesel::delete(wrong_proof::table.find(account)).execute(&mut *tx.conn)?;
    Ok(())
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
