//! Which servers run on this database, and which experts are connected to them.
//!
//! A server lives as long as it holds an advisory lock by its number, on a connection of its own: a
//! killed one is gone at once, and nothing need be written to stay alive. Experts' connections are
//! rows, because matching asks for them in its own transaction. Everybody else's are nobody's
//! business but their server's.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::core::presence::State;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

/// The class of the servers' locks: "zero" in ASCII. `live_servers()` in SQL knows it, too.
const LOCK_CLASS: i32 = 2_053_468_783;

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct Account {
    #[diesel(sql_type = SqlUuid)]
    account: AccountId,
}

/// Declares a server alive until this connection ends.
///
/// # Errors
/// When the database is away, or someone else uses the lock.
pub fn live(conn: &mut PgConnection, server: i64) -> Result<(), Problem> {
    // The lock's number is signed, the server's is not.
    let number = u32::try_from(server).map_err(Problem::internal)?.cast_signed();
    // Shared, so that a new connection of the same server need not wait for the end of a broken one.
    let taken: Yes = diesel::sql_query("SELECT pg_try_advisory_lock_shared($1, $2) AS yes")
        .bind::<Integer, _>(LOCK_CLASS)
        .bind::<Integer, _>(number)
        .get_result(conn)?;
    if taken.yes { Ok(()) } else { Err(Problem::unavailable("the lock of this server is taken")) }
}

/// Whether other servers live on this database.
///
/// # Errors
/// When the database is away.
pub fn has_others(conn: &mut PgConnection, server: i64) -> QueryResult<bool> {
    let others: Yes =
        diesel::sql_query("SELECT EXISTS (SELECT 1 FROM live_servers() AS s WHERE s <> $1) AS yes")
            .bind::<BigInt, _>(server)
            .get_result(conn)?;
    Ok(others.yes)
}

/// Whether an expert is connected to any server.
///
/// # Errors
/// When the database can't be asked.
pub fn is_connected(conn: &mut PgConnection, account: AccountId) -> QueryResult<bool> {
    let found: Yes = diesel::sql_query(
        "SELECT EXISTS (SELECT 1 FROM expert_connection c
                        WHERE c.account_id = $1 AND c.server IN (SELECT live_servers())) AS yes",
    )
    .bind::<SqlUuid, _>(account)
    .get_result(conn)?;
    Ok(found.yes)
}

/// One expert's connection to a server, as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// Who.
    pub account: AccountId,
    /// Whether a socket is open.
    pub here: bool,
    /// What was said last, if anything was.
    pub state: Option<State>,
    /// Whether that was said just now.
    pub news: bool,
}

/// Writes how experts are connected to this server. Gives those of whom others should be told anew.
///
/// # Errors
/// When the database is away.
pub fn write(conn: &mut PgConnection, server: i64, now: &[Connection]) -> QueryResult<Vec<AccountId>> {
    let (here, gone): (Vec<&Connection>, Vec<&Connection>) = now.iter().partition(|c| c.here);
    let mut told: Vec<AccountId> = here.iter().filter(|c| c.news).map(|c| c.account).collect();
    if !here.is_empty() {
        // The moments of several servers are compared: only the database's clock is the same for all.
        diesel::sql_query(
            "INSERT INTO expert_connection (account_id, server, state, said_at)
             SELECT u.account, $1, u.state, CASE WHEN u.news THEN clock_timestamp() END
             FROM unnest($2, $3, $4) AS u(account, state, news)
             ON CONFLICT (account_id, server) DO UPDATE
             SET state = excluded.state, said_at = coalesce(excluded.said_at, expert_connection.said_at)",
        )
        .bind::<BigInt, _>(server)
        .bind::<Array<SqlUuid>, _>(here.iter().map(|c| c.account.0).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(here.iter().map(|c| c.state.map(State::as_str)).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(here.iter().map(|c| c.news).collect::<Vec<_>>())
        .execute(conn)?;
    }
    if !gone.is_empty() {
        let left: Vec<Account> = diesel::sql_query(
            "WITH gone AS (DELETE FROM expert_connection WHERE server = $1 AND account_id = ANY($2)
                           RETURNING account_id, state)
             SELECT account_id AS account FROM gone WHERE state IS NOT NULL",
        )
        .bind::<BigInt, _>(server)
        .bind::<Array<SqlUuid>, _>(gone.iter().map(|c| c.account.0).collect::<Vec<_>>())
        .load(conn)?;
        told.extend(left.into_iter().map(|row| row.account));
    }
    Ok(told)
}

/// Throws away the connections to servers that live no more; gives those of whom others should be told.
///
/// # Errors
/// When the database is away.
pub fn bury(conn: &mut PgConnection) -> QueryResult<Vec<AccountId>> {
    // A row that this sees was written by a server that held its lock before; the locks are looked at later.
    let left: Vec<Account> = diesel::sql_query(
        "WITH gone AS (DELETE FROM expert_connection WHERE server NOT IN (SELECT live_servers())
                       RETURNING account_id, state)
         SELECT DISTINCT account_id AS account FROM gone WHERE state IS NOT NULL",
    )
    .load(conn)?;
    Ok(left.into_iter().map(|row| row.account).collect())
}

/// What connected experts said of themselves last.
#[derive(Debug, Clone, QueryableByName)]
pub struct Said {
    /// Who.
    #[diesel(sql_type = SqlUuid)]
    pub account: AccountId,
    /// The name shown.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// What; offline, too, for those who are connected nowhere.
    #[diesel(sql_type = Text)]
    pub state: State,
    /// The consultations under way that they take part in.
    #[diesel(sql_type = Array<SqlUuid>)]
    pub consultations: Vec<Uuid>,
}

/// What these accounts said last, with where it matters.
///
/// # Errors
/// When the database is away.
pub fn said(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<Said>> {
    diesel::sql_query(
        "SELECT a.id AS account, a.name,
                coalesce((SELECT c.state FROM expert_connection c
                          WHERE c.account_id = a.id AND c.state IS NOT NULL AND c.server IN (SELECT live_servers())
                          ORDER BY c.said_at DESC LIMIT 1), 'offline') AS state,
                ARRAY(SELECT p.consultation_id FROM consultation_participant p
                      JOIN consultation k ON k.id = p.consultation_id AND k.status <> 'concluded'
                      WHERE p.account_id = a.id AND p.removed_at IS NULL) AS consultations
         FROM account a WHERE a.id = ANY($1)",
    )
    .bind::<Array<SqlUuid>, _>(accounts.iter().map(|a| a.0).collect::<Vec<_>>())
    .load(conn)
}

/// The experts of a consultation who said that they are there or away.
///
/// # Errors
/// When the database is away.
pub fn experts_of(conn: &mut PgConnection, consultation: Uuid) -> QueryResult<Vec<Said>> {
    // Most often nobody has said anything: then the locks are not looked at.
    diesel::sql_query(
        "SELECT DISTINCT ON (a.id) a.id AS account, a.name, c.state, ARRAY[p.consultation_id] AS consultations
         FROM consultation_participant p
         JOIN expert_connection c ON c.account_id = p.account_id AND c.state IS NOT NULL
         JOIN account a ON a.id = p.account_id
         WHERE p.consultation_id = $1 AND p.removed_at IS NULL AND c.server IN (SELECT live_servers())
         ORDER BY a.id, c.said_at DESC",
    )
    .bind::<SqlUuid, _>(consultation)
    .load(conn)
}
