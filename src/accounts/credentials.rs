//! Who knows the password of a name. It is found out before the command that opens a session, outside of any transaction.

use crate::accounts::hashing;
use crate::app::App;
use crate::core::ids::AccountId;
use crate::core::secret::Sensitive;
use crate::core::{Code, Problem, Text};
use crate::db::schema::account;
use crate::web::client_address::Network;
use crate::web::problem::Failure;
use crate::web::reply::read;
use crate::web::state::State;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Logs in with a name and a password.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// The name, in any case.
    #[schema(example = "admin-guangdong")]
    pub username: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: Sensitive,
    /// A code of the authenticator app or a recovery code, where the account has a second factor.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "123456")]
    pub code: Option<Sensitive>,
}

/// An account whose password was given, for a command that acts on it: it checks that the password is still the same.
#[derive(Debug, Clone, Serialize)]
pub struct Verified {
    /// The account.
    pub account: AccountId,
    /// The hash of its password at that time.
    pub(super) hash: Sensitive,
}

impl Verified {
    /// Whether this account still has the password that was given.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn still_holds(&self, conn: &mut PgConnection, id: AccountId) -> QueryResult<bool> {
        let now: Option<String> =
            account::table.find(id).select(account::password_hash).first(conn).optional()?;
        Ok(self.account == id && now.as_deref() == Some(self.hash.0.as_str()))
    }
}

/// 401 for a name and a password that do not belong together, whichever is wrong.
pub fn bad_credentials() -> Problem {
    Problem::new(
        Code::BadCredentials,
        Text::new("用户名或密码不正确", "the username or the password is not right"),
    )
}

/// The form in which a name is stored and counted.
pub fn normalized(username: &str) -> String {
    username.trim().to_lowercase()
}

/// What is stored of an account to compare a password with.
pub(super) struct Stored {
    /// The account.
    pub account: AccountId,
    hash: String,
}

/// Verifies a name and a password.
///
/// # Errors
/// 401 `bad_credentials`; 503 where too many log in; 503 without the database.
pub async fn verify(state: &State, from: Network, log_in: &LogIn) -> Result<Verified, Failure> {
    let username = normalized(&log_in.username);
    let found = read(state, move |app| by_name(app, &username)).await?;
    compare(&state.app, from, found, &log_in.password).await
}

/// Verifies the password of an account that is known, as before a step that asks for it again.
///
/// # Errors
/// As [`verify`].
pub async fn verify_account(
    state: &State,
    from: Network,
    id: AccountId,
    password: &Sensitive,
) -> Result<Verified, Failure> {
    let found = read(state, move |app| {
        let by_id = account::table.find(id).select((account::id, account::password_hash));
        let found: Option<(AccountId, String)> = by_id.first(&mut *app.conn()?).optional()?;
        Ok(found.map(|(account, hash)| Stored { account, hash }))
    })
    .await?;
    compare(&state.app, from, found, password).await
}

/// Without an account it takes as long.
async fn compare(
    app: &App,
    from: Network,
    found: Option<Stored>,
    password: &Sensitive,
) -> Result<Verified, Failure> {
    let hash = found.as_ref().map(|stored| stored.hash.clone());
    let right = hashing::verify(app, from, &password.0, hash).await?;
    match found {
        Some(Stored { account, hash }) if right => Ok(Verified { account, hash: Sensitive(hash) }),
        _ => Err(bad_credentials().into()),
    }
}

/// The account of a normalized name.
pub(super) fn by_name(app: &App, username: &str) -> Result<Option<Stored>, Problem> {
    let found = account::table.filter(account::username.eq(username));
    let found: Option<(AccountId, String)> =
        found.select((account::id, account::password_hash)).first(&mut *app.conn()?).optional()?;
    Ok(found.map(|(account, hash)| Stored { account, hash }))
}
