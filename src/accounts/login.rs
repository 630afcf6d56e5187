//! Logging in and out.

use crate::accounts::credentials::{Verified, bad_credentials};
use crate::accounts::device::Device;
use crate::accounts::factors::at_log_in::{Demand, code_needed, demand};
use crate::accounts::factors::code::wrong_code;
use crate::accounts::factors::tries::too_many;
use crate::accounts::failed_log_in::NoteFailedLogIn;
use crate::accounts::refresh::{Tokens, first_tokens};
use crate::accounts::sessions::{Beginning, EndReason, end_session, open_session};
use crate::accounts::store::{AccountRow, find, password_hash};
use crate::core::ids::AccountId;
use crate::core::secret::{Sensitive, sha256};
use crate::core::{Code, Problem, Text};
use crate::db::schema::account;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What came of a log-in. A wrong code is an outcome and not a failure: that it was tried must be kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum LoggedIn {
    /// A session was opened.
    Tokens(Tokens),
    /// All is right so far, and a code of the second factor is needed.
    Code(CodeWanted),
    /// The password was right, the code of the second factor is wrong.
    WrongCode,
    /// No code is looked at for so many seconds.
    Wait(u64),
}

/// Who has logged in so far that only a code is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeWanted {
    /// The account whose password was right.
    pub account: AccountId,
    /// A digest of its password's hash: a change of the password ends the attempt.
    pub password: Vec<u8>,
}

impl LoggedIn {
    /// The tokens of the session that was opened.
    ///
    /// # Errors
    /// 401 where a code is missing or wrong, 429 where one has to wait.
    pub fn tokens(self) -> Result<Tokens, Problem> {
        match self {
            Self::Tokens(tokens) => Ok(tokens),
            Self::Code(_) => Err(code_needed()),
            Self::WrongCode => Err(wrong_code(401)),
            Self::Wait(seconds) => Err(too_many(seconds)),
        }
    }
}

/// Opens a session for an account whose password was given.
#[derive(Debug, Clone, Serialize)]
pub struct OpenSession {
    /// Who knows the password.
    pub verified: Verified,
    /// A code of the second factor, where one was given.
    pub code: Option<Sensitive>,
    /// The program and the address that log in.
    pub device: Device,
}

impl Command for OpenSession {
    type Output = LoggedIn;
    const NAME: &'static str = "log_in";

    fn run(&self, tx: &mut Tx) -> Result<LoggedIn, Problem> {
        let Verified { account: id, hash } = &self.verified;
        // The password may have been changed since it was compared; it is not compared again.
        let row = account::table
            .find(id)
            .filter(account::password_hash.eq(&hash.0))
            .select(AccountRow::as_select())
            .first::<AccountRow>(&mut *tx.conn)
            .optional()?
            .ok_or_else(bad_credentials)?;
        let code = self.code.as_ref().map(|code| code.0.as_str());
        log_in(tx, &row, Given { code, by_factor: false, proved_at: Some(tx.now) }, &self.device)
    }
}

/// Goes on with a log-in from which only a code was missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveCode {
    /// The log-in whose code is given.
    pub wanted: CodeWanted,
    /// A code of the authenticator app or a recovery code.
    pub code: Sensitive,
    /// The program and the address that log in.
    pub device: Device,
}

impl Command for GiveCode {
    type Output = LoggedIn;
    const NAME: &'static str = "log_in";

    fn run(&self, tx: &mut Tx) -> Result<LoggedIn, Problem> {
        let CodeWanted { account: id, password } = &self.wanted;
        let row = find(&mut tx.conn, *id)?;
        if sha256(password_hash(&mut tx.conn, *id)?.as_bytes()) != *password {
            return Err(bad_credentials());
        }
        let given = Given { code: Some(&self.code.0), by_factor: false, proved_at: Some(tx.now) };
        let outcome = log_in(tx, &row, given, &self.device)?;
        let code = match outcome {
            LoggedIn::WrongCode => Code::WrongCode,
            LoggedIn::Wait(_) => Code::TooManyFailures,
            LoggedIn::Tokens(_) | LoggedIn::Code(_) => return Ok(outcome),
        };
        let address = self.device.address.clone().unwrap_or_default();
        tracing::warn!(name = row.username, address, code = code.as_str(), "a log-in failed");
        let (account, name) = (Some(row.id), Some(row.username));
        NoteFailedLogIn { account, name, address: Some(address), code, count: 1, caller: None }.leave(tx)?;
        Ok(outcome)
    }
}

/// What was given at a log-in besides the password, or in its place.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// A code of the second factor.
    pub code: Option<&'a str>,
    /// A second factor was proved at a provider, and counts.
    pub by_factor: bool,
    /// When the person proved who it is, where that is known.
    pub proved_at: Option<DateTime<Utc>>,
}

/// Logs in to an account whose person has proved who it is, but for the second factor.
///
/// # Errors
/// 403 where the account is not active.
pub fn log_in(tx: &mut Tx, row: &AccountRow, given: Given<'_>, device: &Device) -> Result<LoggedIn, Problem> {
    if !row.active {
        return Err(Problem::new(
            Code::AccountNotActive,
            Text::new("账号尚未启用或已停用", "the account is not active yet, or no longer"),
        ));
    }
    let opening = match demand(tx, row, given.code, given.by_factor, device)? {
        Demand::Open(opening) => opening,
        Demand::Code => {
            let password = sha256(password_hash(&mut tx.conn, row.id)?.as_bytes());
            return Ok(LoggedIn::Code(CodeWanted { account: row.id, password }));
        }
        Demand::Wrong => return Ok(LoggedIn::WrongCode),
        Demand::Wait(seconds) => return Ok(LoggedIn::Wait(seconds)),
    };
    let begins = Beginning {
        proved_at: if given.code.is_some() { Some(tx.now) } else { given.proved_at },
        by_factor: opening.by_factor,
        sets_up_only: opening.sets_up_only,
    };
    let (session, ends_at) = open_session(tx, row, device, begins)?;
    let data = json!({ "session": session, "by_factor": opening.by_factor });
    tx.audit("log_in", Subject::new("account", row.id.0), data)?;
    Ok(LoggedIn::Tokens(first_tokens(tx, row, session, ends_at, opening.sets_up_only)?))
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
