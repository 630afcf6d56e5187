//! The table `account_connection`: which servers run on this database, and which experts and people of enterprises
//! are connected to them.
//!
//! A server counts as running while it holds an advisory lock by its number, on a connection of its own: the
//! lock of a killed server ends at once, and nothing must be written to stay alive. Connections are rows, because
//! matching, and the mails to who is away, ask for them in their own transactions.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::presence::availability::Availability;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};

/// The class of the servers' locks: "zero" in ASCII. The SQL function `live_servers()` uses the same number.
const LOCK_CLASS: i32 = 2_053_468_783;
/// Connections written by one statement.
const MOST_ROWS: usize = 20_000;

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct Account {
    #[diesel(sql_type = SqlUuid)]
    account: AccountId,
}

/// Registers a server as running until this connection ends.
///
/// # Errors
/// When the database is unavailable, or the lock is held exclusively by another session.
pub fn register_server(conn: &mut PgConnection, server: i64) -> Result<(), Problem> {
    // The number of a lock is signed, that of a server is not.
    let number = u32::try_from(server).map_err(Problem::internal)?.cast_signed();
    // Shared, so that a new connection of the same server need not wait for the end of a broken one.
    let taken: Answer = diesel::sql_query("SELECT pg_try_advisory_lock_shared($1, $2) AS yes")
        .bind::<Integer, _>(LOCK_CLASS)
        .bind::<Integer, _>(number)
        .get_result(conn)?;
    if taken.yes { Ok(()) } else { Err(Problem::unavailable("the lock of this server is taken")) }
}

/// Whether other servers run on this database.
///
/// # Errors
/// When the database is unavailable.
pub fn has_others(conn: &mut PgConnection, server: i64) -> QueryResult<bool> {
    let others: Answer =
        diesel::sql_query("SELECT EXISTS (SELECT 1 FROM live_servers() AS s WHERE s <> $1) AS yes")
            .bind::<BigInt, _>(server)
            .get_result(conn)?;
    Ok(others.yes)
}

/// Whether an expert, or somebody of an enterprise, is connected to any server.
///
/// # Errors
/// When the database is unavailable.
pub fn is_connected(conn: &mut PgConnection, account: AccountId) -> QueryResult<bool> {
    let found: Answer = diesel::sql_query(
        "SELECT EXISTS (SELECT 1 FROM account_connection c
                        WHERE c.account_id = $1 AND c.server IN (SELECT live_servers())) AS yes",
    )
    .bind::<SqlUuid, _>(account)
    .get_result(conn)?;
    Ok(found.yes)
}

/// Somebody's connection to this server, as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// The account.
    pub account: AccountId,
    /// Whether a socket is open.
    pub is_connected: bool,
    /// The state that an expert chose last, if any.
    pub state: Option<Availability>,
    /// Whether the state was chosen since the last write.
    pub state_changed: bool,
}

/// Writes how people are connected to this server. Gives the accounts whose change must be reported.
///
/// # Errors
/// When the database is unavailable.
pub fn write(conn: &mut PgConnection, server: i64, now: &[Connection]) -> QueryResult<Vec<AccountId>> {
    let (connected, gone): (Vec<&Connection>, Vec<&Connection>) = now.iter().partition(|c| c.is_connected);
    let mut changed: Vec<AccountId> =
        connected.iter().filter(|c| c.state_changed).map(|c| c.account).collect();
    for part in connected.chunks(MOST_ROWS) {
        // Times of several servers are compared: only the clock of the database is the same for all.
        diesel::sql_query(
            "INSERT INTO account_connection (account_id, server, state, said_at)
             SELECT u.account, $1, u.state, CASE WHEN u.state_changed THEN clock_timestamp() END
             FROM unnest($2, $3, $4) AS u(account, state, state_changed)
             ON CONFLICT (account_id, server) DO UPDATE
             SET state = excluded.state, said_at = coalesce(excluded.said_at, account_connection.said_at)",
        )
        .bind::<BigInt, _>(server)
        .bind::<Array<SqlUuid>, _>(part.iter().map(|c| c.account.0).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(
            part.iter().map(|c| c.state.map(Availability::as_str)).collect::<Vec<_>>(),
        )
        .bind::<Array<Bool>, _>(part.iter().map(|c| c.state_changed).collect::<Vec<_>>())
        .execute(conn)?;
    }
    if !gone.is_empty() {
        let left: Vec<Account> = diesel::sql_query(
            "WITH gone AS (DELETE FROM account_connection WHERE server = $1 AND account_id = ANY($2)
                           RETURNING account_id, state)
             SELECT account_id AS account FROM gone WHERE state IS NOT NULL",
        )
        .bind::<BigInt, _>(server)
        .bind::<Array<SqlUuid>, _>(gone.iter().map(|c| c.account.0).collect::<Vec<_>>())
        .load(conn)?;
        changed.extend(left.into_iter().map(|row| row.account));
    }
    Ok(changed)
}

/// Deletes the connections to servers that no longer run; gives the accounts whose change must be reported.
///
/// # Errors
/// When the database is unavailable.
pub fn delete_dead_servers(conn: &mut PgConnection) -> QueryResult<Vec<AccountId>> {
    // A row that the statement sees was written by a server that held its lock before; `live_servers()` reads the
    // locks later, so the row of a server that just started is not deleted.
    let left: Vec<Account> = diesel::sql_query(
        "WITH gone AS (DELETE FROM account_connection WHERE server NOT IN (SELECT live_servers())
                       RETURNING account_id, state)
         SELECT DISTINCT account_id AS account FROM gone WHERE state IS NOT NULL",
    )
    .load(conn)?;
    Ok(left.into_iter().map(|row| row.account).collect())
}

/// The state that an expert chose last.
#[derive(Debug, Clone, QueryableByName)]
pub struct ChosenState {
    /// The expert's account.
    #[diesel(sql_type = SqlUuid)]
    pub account: AccountId,
    /// The state; offline if the expert is connected to no server.
    #[diesel(sql_type = Text)]
    pub state: Availability,
}

/// The states that these experts chose last; offline for those who are connected nowhere or chose none.
///
/// # Errors
/// When the database is unavailable.
pub fn states(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<ChosenState>> {
    diesel::sql_query(
        "SELECT a.id AS account,
                coalesce((SELECT c.state FROM account_connection c
                          WHERE c.account_id = a.id AND c.state IS NOT NULL AND c.server IN (SELECT live_servers())
                          ORDER BY c.said_at DESC LIMIT 1), 'offline') AS state
         FROM unnest($1) AS a(id)",
    )
    .bind::<Array<SqlUuid>, _>(accounts.iter().map(|a| a.0).collect::<Vec<_>>())
    .load(conn)
}

/// The states of those of these experts who are connected and chose one.
///
/// # Errors
/// When the database is unavailable.
pub fn chosen_states(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<ChosenState>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    // Most often none of them chose a state: then the locks are not looked at.
    diesel::sql_query(
        "SELECT DISTINCT ON (c.account_id) c.account_id AS account, c.state FROM account_connection c
         WHERE c.account_id = ANY($1) AND c.state IS NOT NULL AND c.server IN (SELECT live_servers())
         ORDER BY c.account_id, c.said_at DESC",
    )
    .bind::<Array<SqlUuid>, _>(accounts.iter().map(|a| a.0).collect::<Vec<_>>())
    .load(conn)
}
