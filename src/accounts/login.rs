//! Logging in and out.

use crate::accounts::device::Device;
use crate::accounts::password;
use crate::accounts::refresh::first_tokens;
use crate::accounts::sessions::{EndReason, end_session, open_session};
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::AccountRow;
use crate::core::secret::Sensitive;
use crate::core::{Code, Problem, Text};
use crate::db::schema::account;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
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

/// Logs in with a name and a password.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// The name, in any case.
    #[schema(example = "admin-guangdong")]
    pub username: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: Sensitive,
    /// From where; known of the request.
    #[serde(skip)]
    #[schema(ignore)]
    pub device: Device,
}

fn bad_credentials() -> Problem {
    Problem::new(
        Code::BadCredentials,
        Text::new("用户名或密码不正确", "the username or the password is not right"),
    )
}

impl Command for LogIn {
    type Output = Tokens;
    const NAME: &'static str = "log_in";

    fn run(&self, tx: &mut Tx) -> Result<Tokens, Problem> {
        let username = self.username.trim().to_lowercase();
        let found = account::table
            .filter(account::username.eq(&username))
            .select((account::password_hash, AccountRow::as_select()))
            .first::<(String, AccountRow)>(&mut *tx.conn)
            .optional()?;
        let Some((stored, row)) = found else {
            password::hash_and_discard(&self.password.0, tx.settings.section::<AuthSettings>())?;
            return Err(bad_credentials());
        };
        if !password::verify(&self.password.0, &stored)? {
            return Err(bad_credentials());
        }
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
