//! Locks for limits: while a transaction counts what an owner has and adds to it, no other one may add. The lock lasts until the
//! transaction ends.
//!
//! It is an advisory lock, so it blocks only those who count. It is taken before rows are locked: then nobody waits for a row while another
//! waits for the lock.

use crate::core::Problem;
use diesel::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text};
use uuid::Uuid;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Consultations of an enterprise.
    Consultations,
    /// Files of an enterprise, or of an account that speaks for none.
    Files,
    /// Saved filters of an account.
    SavedFilters,
    /// Webhooks of an officer.
    Webhooks,
    /// API keys of an officer.
    ApiKeys,
    /// Calls of other systems with one reference.
    Incoming,
    /// Canned replies of an account, of a product hospital, or of the platform.
    CannedReplies,
    /// Tags of consultations of a province.
    ConsultationTags,
    /// Browsers of an account that are told by Web Push.
    PushSubscriptions,
    /// What an account asks for under the personal information law.
    PersonalRequests,
    /// Sampling lists of a region that go in.
    SamplingLists,
    /// Visits of an expert on a day.
    Visits,
    /// Calendar feeds of an account.
    CalendarFeeds,
}

impl Counted {
    /// The first half of the lock's key. Other advisory locks have one key of 64 bits, which PostgreSQL keeps apart from two.
    fn key(self) -> i32 {
        match self {
            Self::Consultations => 0x7a64_0001,
            Self::Files => 0x7a64_0002,
            Self::SavedFilters => 0x7a64_0003,
            Self::Webhooks => 0x7a64_0004,
            Self::ApiKeys => 0x7a64_0005,
            Self::Incoming => 0x7a64_0006,
            Self::CannedReplies => 0x7a64_0007,
            Self::ConsultationTags => 0x7a64_0023,
            Self::PushSubscriptions => 0x7a64_0021,
            Self::PersonalRequests => 0x7a64_0022,
            Self::SamplingLists => 0x7a64_0051,
            Self::Visits => 0x7a64_0061,
            Self::CalendarFeeds => 0x7a64_0062,
        }
    }
}

/// Waits until no other transaction counts the same of this owner. Two owners may share a lock: then one waits without need.
///
/// # Errors
/// When the database can't be asked.
pub fn wait(conn: &mut PgConnection, what: Counted, owner: Uuid) -> Result<(), Problem> {
    wait_for(conn, what, &owner.to_string())
}

/// The same of an owner that has a code and no id.
///
/// # Errors
/// When the database can't be asked.
pub fn wait_for(conn: &mut PgConnection, what: Counted, owner: &str) -> Result<(), Problem> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1, hashtext($2))")
        .bind::<Integer, _>(what.key())
        .bind::<Text, _>(owner)
        .execute(conn)?;
    Ok(())
}

/// Refuses a further one where this owner has as many as allowed, counted while no other transaction adds to them.
///
/// # Errors
/// `refusal` where there are `most` already; when the database can't be asked.
pub fn check_limit(
    conn: &mut PgConnection,
    (what, owner): (Counted, Uuid),
    most: u32,
    count: impl FnOnce(&mut PgConnection) -> QueryResult<i64>,
    refusal: impl FnOnce() -> Problem,
) -> Result<(), Problem> {
    wait(conn, what, owner)?;
    if count(conn)? < i64::from(most) { Ok(()) } else { Err(refusal()) }
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// Takes the lock if it can be had at once, for a transaction that has locked rows already.
///
/// # Errors
/// When the database can't be asked.
pub fn try_take(conn: &mut PgConnection, what: Counted, owner: Uuid) -> Result<bool, Problem> {
    let row: Taken = diesel::sql_query("SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS taken")
        .bind::<Integer, _>(what.key())
        .bind::<Text, _>(owner.to_string())
        .get_result(conn)?;
    Ok(row.taken)
}
