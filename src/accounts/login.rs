//! Logging in and out.

use crate::accounts::credentials::{Verified, bad_credentials};
use crate::accounts::device::Device;
use crate::accounts::refresh::{Tokens, first_tokens};
use crate::accounts::sessions::{EndReason, end_session, open_session};
use crate::accounts::store::AccountRow;
use crate::core::{Code, Problem, Text};
use crate::db::schema::account;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Opens a session for an account whose password was given.
#[derive(Debug, Clone, Serialize)]
pub struct OpenSession {
    /// Who knows the password.
    pub verified: Verified,
    /// Who logs in.
    pub device: Device,
}

impl Command for OpenSession {
    type Output = Tokens;
    const NAME: &'static str = "log_in";

    fn run(&self, tx: &mut Tx) -> Result<Tokens, Problem> {
        let Verified { account: id, hash } = &self.verified;
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
        let (session, ends_at) = open_session(tx, &row, &self.device)?;
        tx.audit("log_in", Subject::new("account", row.id.0), json!({ "session": session }))?;
        first_tokens(tx, &row, session, ends_at)
    }
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
