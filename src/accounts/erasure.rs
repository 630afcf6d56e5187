//! What is known of a person who has left goes after its period: name, names to log in with, addresses and devices. The account stays, so that
//! histories and the audit still tell people apart. What is to be erased is decided by `retention`, above.

use crate::accounts::password::of_nobody;
use crate::accounts::settings::AuthSettings;
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::{
    account, account_identity, account_totp, login_session, one_time_link, recovery_code, refresh_token,
    wrong_proof,
};
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

/// The name of who is erased, before the end of the account's id by which people are told apart.
const NAME: &str = "已注销用户";

/// Erases what is known of the people of deactivated accounts, and gives how many there were. Those that are active or erased are passed over.
///
/// # Errors
/// When the database refuses.
pub fn erase(tx: &mut Tx, ids: &[AccountId]) -> Result<usize, Problem> {
    // Made of chance alone: no password has it.
    let hash = of_nobody(tx.settings.section::<AuthSettings>())?;
    let erased: Vec<AccountId> = diesel::update(account::table.filter(account::id.eq_any(ids)))
        .filter(account::active.eq(false))
        .filter(account::deactivated_at.is_not_null())
        .filter(account::erased_at.is_null())
        .set((
            account::name.eq(sql::<Text>(&format!("'{NAME} ' || upper(right(id::text, 6))"))),
            account::username.eq(sql::<Text>("'erased-' || id")),
            account::password_hash.eq(hash),
            account::email.eq(None::<String>),
            account::phone.eq(None::<String>),
            account::erased_at.eq(tx.now),
        ))
        .returning(account::id)
        .get_results(&mut *tx.conn)?;
    let conn = &mut *tx.conn;
    let sessions = login_session::table.filter(login_session::account_id.eq_any(&erased));
    let of_sessions = refresh_token::session_id.eq_any(sessions.clone().select(login_session::id));
    diesel::delete(refresh_token::table.filter(of_sessions)).execute(conn)?;
    diesel::delete(sessions).execute(conn)?;
    diesel::delete(account_identity::table.filter(account_identity::account_id.eq_any(&erased)))
        .execute(conn)?;
    diesel::delete(account_totp::table.filter(account_totp::account_id.eq_any(&erased))).execute(conn)?;
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq_any(&erased))).execute(conn)?;
    diesel::delete(wrong_proof::table.filter(wrong_proof::account_id.eq_any(&erased))).execute(conn)?;
    diesel::delete(one_time_link::table.filter(one_time_link::account_id.eq_any(&erased))).execute(conn)?;
    Ok(erased.len())
}

/// Log-ins that have ended, as they are counted before they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct EndedSessions {
    /// Those that would go.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    /// Those that are kept, of the accounts that were named.
    #[diesel(sql_type = BigInt)]
    pub kept: i64,
    /// When the oldest of those that would go ended.
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>)]
    pub oldest: Option<DateTime<Utc>>,
}

/// When a log-in ended, where it has.
const ENDED: &str = "least(ended_at, ends_at)";

/// Counts the log-ins that ended before a moment, apart from those of some accounts.
///
/// # Errors
/// When the database can't be asked.
pub fn count_ended(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    kept: &[AccountId],
) -> QueryResult<EndedSessions> {
    diesel::sql_query(format!(
        "SELECT count(*) FILTER (WHERE account_id <> ALL ($2)) AS rows, count(*) FILTER (WHERE account_id = ANY ($2)) AS kept,
                min({ENDED}) FILTER (WHERE account_id <> ALL ($2)) AS oldest
         FROM login_session WHERE {ENDED} < $1"
    ))
    .bind::<diesel::sql_types::Timestamptz, _>(before)
    .bind::<diesel::sql_types::Array<diesel::sql_types::Uuid>, _>(kept)
    .get_result(conn)
}

/// Deletes some of these log-ins, with their tokens, and gives how many.
///
/// # Errors
/// When the database refuses.
pub fn delete_ended(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    kept: &[AccountId],
    most: i64,
) -> QueryResult<usize> {
    diesel::sql_query(format!(
        "WITH due AS MATERIALIZED (
             SELECT id FROM login_session WHERE {ENDED} < $1 AND account_id <> ALL ($2)
             ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
         ), tokens AS (DELETE FROM refresh_token WHERE session_id IN (SELECT id FROM due))
         DELETE FROM login_session WHERE id IN (SELECT id FROM due)"
    ))
    .bind::<diesel::sql_types::Timestamptz, _>(before)
    .bind::<diesel::sql_types::Array<diesel::sql_types::Uuid>, _>(kept)
    .bind::<BigInt, _>(most)
    .execute(conn)
}
