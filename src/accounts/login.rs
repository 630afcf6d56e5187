//! Logging in, renewing, logging out.

use crate::accounts::credentials::{Verified, bad_credentials};
use crate::accounts::sessions::{EndReason, end_session};
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::AccountRow;
use crate::accounts::token;
use crate::core::actor::Role;
use crate::core::ids::{AccountId, SessionId};
use crate::core::secret::{Sensitive, random_token, sha256};
use crate::core::{Code, Problem, Text};
use crate::db::schema::{account, login_session, refresh_token};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a log-in or a renewal gives.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tokens {
    /// The JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// The opaque token for the next renewal; good once.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u64,
    /// Always `Bearer`.
    pub token_type: String,
}

/// Opens a session for an account whose password was given.
#[derive(Debug, Clone, Serialize)]
pub struct OpenSession(pub Verified);

impl Command for OpenSession {
    type Output = Tokens;
    const NAME: &'static str = "log_in";

    fn run(&self, tx: &mut Tx) -> Result<Tokens, Problem> {
        let Verified { account: id, hash } = &self.0;
        // The password may have been changed since it was compared; it is not compared again.
        let row = account::table
            .find(id)
            .filter(account::password_hash.eq(&hash.0))
            .select(AccountRow::as_select())
            .first::<AccountRow>(&mut *tx.conn)
            .optional()?
            .ok_or_else(bad_credentials)?;
        if !row.active {
            return Err(Problem::new(
                Code::AccountNotActive,
                Text::new("账号尚未启用或已停用", "the account is not active yet, or no longer"),
            ));
        }
        let session = SessionId::new();
        diesel::insert_into(login_session::table)
            .values((
                login_session::id.eq(session),
                login_session::account_id.eq(row.id),
                login_session::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, Subject::new("account", row.id.0), json!({ "session": session }))?;
        tokens(tx, row.id, session, row.role)
    }
}

fn tokens(tx: &mut Tx, account: AccountId, session: SessionId, role: Role) -> Result<Tokens, Problem> {
    let auth = tx.settings.section::<AuthSettings>();
    let refresh = random_token()?;
    diesel::insert_into(refresh_token::table)
        .values((
            refresh_token::hash.eq(sha256(refresh.as_bytes())),
            refresh_token::session_id.eq(session),
            refresh_token::issued_at.eq(tx.now),
            refresh_token::expires_at.eq(tx.now + Duration::days(i64::from(auth.refresh_token_days))),
        ))
        .execute(&mut *tx.conn)?;
    Ok(Tokens {
        access_token: token::issue(&tx.settings, account, session, role, tx.now)?,
        refresh_token: refresh,
        expires_in: auth.access_token_seconds,
        token_type: "Bearer".to_owned(),
    })
}

/// Renews the tokens of a session.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token that was given last.
    #[schema(value_type = String)]
    pub refresh_token: Sensitive,
}

/// What came of a renewal. A replay is an outcome, not a failure: ending the family must be kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Refreshed {
    /// Renewed.
    Tokens(Tokens),
    /// The token had been used before. Thief or victim: the whole family is ended.
    Replayed,
}

impl Command for Refresh {
    type Output = Refreshed;
    const NAME: &'static str = "refresh";

    fn run(&self, tx: &mut Tx) -> Result<Refreshed, Problem> {
        renew(tx, &self.refresh_token, None)
    }
}

/// Renews the tokens of a browser, whose tabs share them: two tabs may renew in the same moment, and not at the same
/// server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshInBrowser {
    /// The refresh token that was given last.
    pub refresh_token: Sensitive,
    /// A hash by which browsers are distinguished.
    pub browser: Vec<u8>,
}

/// How long after a token was used up the same browser may come with it again.
const TABS_GRACE: Duration = Duration::seconds(5);

impl Command for RefreshInBrowser {
    type Output = Refreshed;
    const NAME: &'static str = "refresh_in_browser";

    fn run(&self, tx: &mut Tx) -> Result<Refreshed, Problem> {
        renew(tx, &self.refresh_token, Some(&self.browser))
    }
}

type Known = (SessionId, DateTime<Utc>, Option<DateTime<Utc>>, Option<Vec<u8>>);

fn renew(tx: &mut Tx, token: &Sensitive, browser: Option<&[u8]>) -> Result<Refreshed, Problem> {
    let hash = sha256(token.0.as_bytes());
    let found: Option<Known> = refresh_token::table
        .find(&hash)
        .select((
            refresh_token::session_id,
            refresh_token::expires_at,
            refresh_token::used_at,
            refresh_token::used_by,
        ))
        .for_update()
        .first(&mut *tx.conn)
        .optional()?;
    let Some((session, expires_at, used_at, used_by)) = found else { return Err(invalid_refresh_token()) };
    let row = account::table
        .inner_join(login_session::table)
        .filter(login_session::id.eq(session))
        .filter(login_session::ended_at.is_null())
        .filter(account::active)
        .select(AccountRow::as_select())
        .first(&mut *tx.conn)
        .optional()?;
    let Some(row) = row else { return Err(invalid_refresh_token()) };
    let another_tab =
        |used_at| browser.is_some() && used_by.as_deref() == browser && tx.now - used_at < TABS_GRACE;
    match used_at {
        Some(used_at) if !another_tab(used_at) => {
            end_session(tx, session, EndReason::Replay)?;
            tx.audit(
                "refresh_token_replayed",
                Subject::new("account", row.id.0),
                json!({ "session": session }),
            )?;
            return Ok(Refreshed::Replayed);
        }
        Some(_) => {}
        None if expires_at <= tx.now => return Err(invalid_refresh_token()),
        None => {
            diesel::update(refresh_token::table.find(&hash))
                .set((refresh_token::used_at.eq(tx.now), refresh_token::used_by.eq(browser)))
                .execute(&mut *tx.conn)?;
        }
    }
    tokens(tx, row.id, session, row.role).map(Refreshed::Tokens)
}

/// 401 for a refresh token that is unknown, ended, expired or was used before.
pub fn invalid_refresh_token() -> Problem {
    Problem::new(
        Code::InvalidRefreshToken,
        Text::new("登录已失效，请重新登录", "the refresh token is not valid any more; log in again"),
    )
}

/// Ends the caller's session, with its tokens and its sockets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogOut {}

impl Command for LogOut {
    type Output = ();
    const NAME: &'static str = "log_out";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let person = tx.actor.person().cloned().ok_or_else(Problem::unauthenticated)?;
        end_session(tx, person.session, EndReason::LogOut)?;
        tx.audit(Self::NAME, Subject::new("account", person.account.0), json!({ "session": person.session }))
    }
}
