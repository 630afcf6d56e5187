//! Links that are mailed and good once. The token stands in the fragment of the address, which browsers send to no server and which so
//! reaches no log; the database keeps its hash. A link is made and taken within the transaction of a command, so what it allows happens
//! together with its use, once.

use crate::core::ids::AccountId;
use crate::core::secret::{Token, random_token, sha256};
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::schema::one_time_link;
use chrono::{DateTime, Duration, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a link is for: a word that is stored with it. A link is taken for what it was made for and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(&'static str);

impl Purpose {
    /// A purpose by its word.
    pub const fn new(word: &'static str) -> Self {
        Self(word)
    }

    /// The word by which it is stored.
    pub const fn word(self) -> &'static str {
        self.0
    }
}

/// A link to be made.
#[derive(Debug)]
pub struct NewLink {
    /// The only use that can be made of the link.
    pub purpose: Purpose,
    /// The account that it concerns, where there is one already.
    pub account: Option<AccountId>,
    /// What was chosen before it is mailed; no secrets.
    pub data: Value,
    /// How long the link is valid.
    pub valid: Duration,
}

/// A link that was found good.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = one_time_link, check_for_backend(diesel::pg::Pg))]
pub struct Taken {
    /// The account that it concerns, where it was made for one.
    pub account_id: Option<AccountId>,
    /// What was chosen when it was made.
    pub data: Value,
    /// When it was made, UTC.
    pub created_at: DateTime<Utc>,
}

impl Taken {
    /// What was chosen when it was made.
    ///
    /// # Errors
    /// When it is something else, which a purpose excludes.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        Ok(serde_json::from_value(self.data.clone())?)
    }

    /// The account that it concerns.
    ///
    /// # Errors
    /// When it was made for none, which a purpose excludes.
    pub fn account(&self) -> Result<AccountId, Problem> {
        self.account_id.ok_or_else(|| Problem::internal("a one-time link without its account"))
    }
}

/// Makes a link and gives its address, with the token in the fragment: for a mail and for nothing else.
///
/// # Errors
/// When the system gives no randomness or the database refuses.
pub fn make(tx: &mut Tx, page: &str, new: NewLink) -> Result<String, Problem> {
    let token = random_token()?;
    diesel::insert_into(one_time_link::table)
        .values((
            one_time_link::hash.eq(sha256(token.as_bytes())),
            one_time_link::purpose.eq(new.purpose.0),
            one_time_link::account_id.eq(new.account),
            one_time_link::data.eq(new.data),
            one_time_link::expires_at.eq(tx.now + new.valid),
            one_time_link::created_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(tx.link(&format!("{page}#token={token}")))
}

/// Takes a link: from now on it is used. Of two who take the same at once the second waits and is refused.
///
/// # Errors
/// 422 at `/token`, one sentence for all: unknown, of another purpose, used or expired.
pub fn take(tx: &mut Tx, purpose: Purpose, token: &Token) -> Result<Taken, Problem> {
    diesel::update(
        one_time_link::table
            .find(token.hash())
            .filter(one_time_link::purpose.eq(purpose.0))
            .filter(one_time_link::used_at.is_null())
            .filter(one_time_link::expires_at.gt(tx.now)),
    )
    .set(one_time_link::used_at.eq(tx.now))
    .returning(Taken::as_returning())
    .get_result(&mut *tx.conn)
    .optional()?
    .ok_or_else(invalid_link)
}

/// Whether a link is still good: no password is hashed for who has none.
///
/// # Errors
/// When the database can't be asked.
pub fn is_open(
    conn: &mut PgConnection,
    purpose: Purpose,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let found = one_time_link::table
        .find(token.hash())
        .filter(one_time_link::purpose.eq(purpose.0))
        .filter(one_time_link::used_at.is_null())
        .filter(one_time_link::expires_at.gt(now));
    Ok(found.count().get_result::<i64>(conn)? > 0)
}

/// Ends the open links of an account for a purpose.
///
/// # Errors
/// When the database refuses.
pub fn void(tx: &mut Tx, purpose: Purpose, account: AccountId) -> Result<(), Problem> {
    diesel::update(
        one_time_link::table
            .filter(one_time_link::account_id.eq(account))
            .filter(one_time_link::purpose.eq(purpose.0))
            .filter(one_time_link::used_at.is_null()),
    )
    .set(one_time_link::used_at.eq(tx.now))
    .execute(&mut *tx.conn)?;
    Ok(())
}

/// What was chosen when the links of an account for a purpose were made, of those since a moment, used or not.
///
/// # Errors
/// When the database can't be asked.
pub fn data_since(
    conn: &mut PgConnection,
    purpose: Purpose,
    account: AccountId,
    since: DateTime<Utc>,
) -> QueryResult<Vec<Value>> {
    one_time_link::table
        .filter(one_time_link::account_id.eq(account))
        .filter(one_time_link::purpose.eq(purpose.0))
        .filter(one_time_link::created_at.gt(since))
        .select(one_time_link::data)
        .load(conn)
}

/// Deletes links that ended before a moment, and says how many there were.
///
/// # Errors
/// When the database refuses.
pub fn delete_ended(conn: &mut PgConnection, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(one_time_link::table.filter(one_time_link::expires_at.lt(before))).execute(conn)
}

/// 422 at `/token`, one sentence for whatever is wrong with a link.
pub fn invalid_link() -> Problem {
    Problem::field(
        "/token",
        Text::new("链接无效、已使用或已过期", "the link is not valid, was used or has expired"),
    )
}
