//! Renewing a session. Of a refresh token follows the next one, by an HMAC under a signing key: so nothing secret has to be kept to give
//! the same successor again to whom the answer did not reach, or to two who ask at once, on whichever servers. That holds for some seconds
//! and until the successor is used; who comes with the old token afterwards is a thief or was robbed, and the session ends
//! (RFC 9700, section 4.14.2).

use crate::accounts::device::Device;
use crate::accounts::sessions::{EndReason, end_session, note_device};
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::AccountRow;
use crate::accounts::token;
use crate::core::ids::SessionId;
use crate::core::secret::{Sensitive, random_token, sha256};
use crate::core::{Code, Problem, Text};
use crate::db::schema::{account, login_session, refresh_token};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::settings::{SigningKey, TokenKeys};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;

/// How long the successor of a token is given again.
const GRACE: Duration = Duration::seconds(30);
/// Keeps these HMACs apart from all others under the same keys.
const DOMAIN: &[u8] = b"zerodesk refresh successor\0";

/// What a log-in or a renewal gives.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tokens {
    /// The JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// The opaque token for the next renewal; good once.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u64,
    /// Seconds until the refresh token ends if it is not used, and with it the session.
    #[serde(default)]
    pub refresh_expires_in: u64,
    /// Always `Bearer`.
    pub token_type: String,
    /// The role must have a second factor and the account has none: this session can only set one up. Absent where it can do all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub second_factor_setup_required: bool,
}

/// A refresh token, to be renewed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token that was given last.
    #[schema(value_type = String)]
    pub refresh_token: Sensitive,
}

/// Renews the tokens of a session.
#[derive(Debug, Clone, Serialize)]
pub struct Renew {
    /// The refresh token that was given last.
    pub refresh_token: Sensitive,
    /// The program and the address that renew.
    pub device: Device,
}

/// What came of a renewal. A replay is an outcome, not a failure: ending the family must be kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Refreshed {
    /// The tokens that take the place of the old ones.
    Tokens(Tokens),
    /// The token had been used before. Thief or victim: the whole family is ended.
    Replayed,
}

/// The first tokens of a session.
///
/// # Errors
/// When the system gives no randomness or the database refuses.
pub(super) fn first_tokens(
    tx: &mut Tx,
    row: &AccountRow,
    session: SessionId,
    ends_at: DateTime<Utc>,
    sets_up_only: bool,
) -> Result<Tokens, Problem> {
    let refresh = random_token()?;
    store(tx, row, session, &refresh, Some(ends_at))?;
    tokens(tx, row, session, (refresh, Some(ends_at)), sets_up_only)
}

/// Stores a refresh token, which is good for the idle time of the session and no longer than the session.
fn store(
    tx: &mut Tx,
    row: &AccountRow,
    session: SessionId,
    refresh: &str,
    ends_at: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    diesel::insert_into(refresh_token::table)
        .values((
            refresh_token::hash.eq(sha256(refresh.as_bytes())),
            refresh_token::session_id.eq(session),
            refresh_token::issued_at.eq(tx.now),
            refresh_token::expires_at.eq(refresh_ends(tx, row, ends_at)),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// When a refresh token ends that is given now.
fn refresh_ends(tx: &Tx, row: &AccountRow, ends_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let idle = tx.now + tx.settings.section::<AuthSettings>().idle(row.role);
    ends_at.map_or(idle, |end| end.min(idle))
}

fn tokens(
    tx: &Tx,
    row: &AccountRow,
    session: SessionId,
    (refresh, ends_at): (String, Option<DateTime<Utc>>),
    sets_up_only: bool,
) -> Result<Tokens, Problem> {
    let ends = refresh_ends(tx, row, ends_at) - tx.now;
    Ok(Tokens {
        access_token: token::issue(&tx.settings, row.id, session, row.role, tx.now)?,
        refresh_token: refresh,
        expires_in: tx.settings.section::<AuthSettings>().access_token_seconds,
        refresh_expires_in: u64::try_from(ends.num_seconds()).unwrap_or_default(),
        token_type: "Bearer".to_owned(),
        second_factor_setup_required: sets_up_only,
    })
}

impl Command for Renew {
    type Output = Refreshed;
    const NAME: &'static str = "refresh";

    fn run(&self, tx: &mut Tx) -> Result<Refreshed, Problem> {
        let token = self.refresh_token.0.as_str();
        let hash = sha256(token.as_bytes());
        // Of two who come with the same token at once the second waits here for the first.
        let found: Option<(SessionId, DateTime<Utc>, Option<DateTime<Utc>>)> = refresh_token::table
            .find(&hash)
            .select((refresh_token::session_id, refresh_token::expires_at, refresh_token::used_at))
            .for_update()
            .first(&mut *tx.conn)
            .optional()?;
        let Some((session, expires_at, used_at)) = found else { return Err(invalid_refresh_token()) };
        let open: Option<(AccountRow, Option<DateTime<Utc>>, bool)> = account::table
            .inner_join(login_session::table)
            .filter(login_session::id.eq(session))
            .filter(login_session::ended_at.is_null())
            .filter(login_session::ends_at.is_null().or(login_session::ends_at.gt(tx.now)))
            .filter(account::active)
            .select((AccountRow::as_select(), login_session::ends_at, login_session::sets_up_only))
            .first(&mut *tx.conn)
            .optional()?;
        let Some((row, ends_at, sets_up_only)) = open else { return Err(invalid_refresh_token()) };
        let refresh = match used_at {
            None if expires_at <= tx.now => return Err(invalid_refresh_token()),
            None => {
                diesel::update(refresh_token::table.find(&hash))
                    .set(refresh_token::used_at.eq(tx.now))
                    .execute(&mut *tx.conn)?;
                let keys = tx.settings.section::<TokenKeys>();
                let key = keys.keys.first().ok_or_else(|| Problem::internal("auth.keys is empty"))?;
                let next = successor(key, token)?;
                store(tx, &row, session, &next, ends_at)?;
                next
            }
            Some(used_at) => match given_before(tx, token, used_at)? {
                Some(next) => next,
                None => {
                    end_session(tx, session, EndReason::Replay)?;
                    let subject = Subject::new("account", row.id.0);
                    tx.audit("refresh_token_replayed", subject, json!({ "session": session }))?;
                    return Ok(Refreshed::Replayed);
                }
            },
        };
        note_device(tx, session, &self.device)?;
        tokens(tx, &row, session, (refresh, ends_at), sets_up_only).map(Refreshed::Tokens)
    }
}

/// The token that follows one.
fn successor(key: &SigningKey, token: &str) -> Result<String, Problem> {
    let hmac = Hmac::<Sha256>::new_from_slice(key.secret.expose().as_bytes()).map_err(Problem::internal)?;
    let next = hmac.chain_update(DOMAIN).chain_update(token.as_bytes()).finalize().into_bytes();
    Ok(URL_SAFE_NO_PAD.encode(next))
}

/// The successor that was made of a token under one of the keys, where it may be given again: within the grace, and as long as nobody
/// has used it.
fn given_before(tx: &mut Tx, token: &str, used_at: DateTime<Utc>) -> Result<Option<String>, Problem> {
    if tx.now - used_at >= GRACE {
        return Ok(None);
    }
    let keys = tx.settings.section::<TokenKeys>().keys.clone();
    for key in &keys {
        let next = successor(key, token)?;
        let used: Option<Option<DateTime<Utc>>> = refresh_token::table
            .find(sha256(next.as_bytes()))
            .select(refresh_token::used_at)
            .first(&mut *tx.conn)
            .optional()?;
        if let Some(used) = used {
            return Ok(used.is_none().then_some(next));
        }
    }
    Ok(None)
}

/// 401 for a refresh token that is unknown, ended, expired or was used before.
pub fn invalid_refresh_token() -> Problem {
    Problem::new(
        Code::InvalidRefreshToken,
        Text::new("登录已失效，请重新登录", "the refresh token is not valid any more; log in again"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Secret;

    #[test]
    fn a_successor_follows_from_the_token_and_the_key() {
        let key = |secret: &str| SigningKey { kid: "a".to_owned(), secret: Secret::new(secret) };
        let next = successor(&key("one"), "token").unwrap();
        assert_eq!(next.len(), 43);
        assert_eq!(successor(&key("one"), "token").unwrap(), next);
        assert_ne!(successor(&key("one"), "other").unwrap(), next);
        assert_ne!(successor(&key("two"), "token").unwrap(), next);
        assert_ne!(successor(&key("one"), &next).unwrap(), next);
    }
}
