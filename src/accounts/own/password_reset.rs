//! A forgotten password: a one-time link goes to the mail address of the account, and behind it another one is chosen.

use crate::accounts::NewPassword;
use crate::accounts::mails::Mail;
use crate::accounts::one_time_link::{self, NewLink};
use crate::accounts::own::stored::{RESET, lock, set_password};
use crate::accounts::password_policy;
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::{AccountRow, recipient};
use crate::core::fields::Fields;
use crate::core::secret::Token;
use crate::core::{Problem, Text};
use crate::db::schema::account;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use chrono::Duration;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text as SqlText;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The page behind them.
pub const RESET_PAGE: &str = "/reset-password";
/// Accounts that share one mail address and are all written to; more are a mistake.
const MOST_ACCOUNTS: i64 = 10;

/// Asks for a one-time link by which another password is chosen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    /// The name to log in with, or the mail address of the account.
    #[serde(default)]
    #[schema(example = "admin-guangdong")]
    pub username: Option<String>,
    /// The mail address of the account, where it is given by itself.
    #[serde(default)]
    pub email: Option<String>,
}

/// The answer to everyone who asks.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResetRequested {
    /// Always `received`.
    pub state: String,
}

impl RequestPasswordReset {
    /// What was given, as it is compared.
    fn who(&self) -> Result<String, Problem> {
        let given = [&self.username, &self.email].into_iter().flatten().map(|text| text.trim());
        let given: Vec<&str> = given.filter(|text| !text.is_empty()).collect();
        match given.as_slice() {
            [who] if who.len() <= 254 => Ok(who.to_lowercase()),
            _ => Err(Problem::field(
                "/username",
                Text::new(
                    "须为用户名或邮箱地址，二者其一",
                    "must be a username or a mail address, one of the two",
                ),
            )),
        }
    }
}

impl Command for RequestPasswordReset {
    type Output = ResetRequested;
    const NAME: &'static str = "request_password_reset";

    fn run(&self, tx: &mut Tx) -> Result<ResetRequested, Problem> {
        let who = self.who()?;
        let found: Vec<AccountRow> = account::table
            .filter(account::active)
            .filter(account::username.eq(&who))
            .select(AccountRow::as_select())
            .load(&mut *tx.conn)?;
        let by_address: Vec<AccountRow> = account::table
            .filter(account::active)
            .filter(account::email.is_not_null())
            .filter(sql::<SqlText>("lower(email)").eq(&who))
            .order(account::id)
            .limit(MOST_ACCOUNTS)
            .select(AccountRow::as_select())
            .load(&mut *tx.conn)?;
        let rows = if found.is_empty() { by_address } else { found };
        for row in &rows {
            if mail_link(tx, row, false)? {
                tx.audit(Self::NAME, Subject::new("account", row.id.0), json!({}))?;
            }
        }
        Ok(ResetRequested { state: "received".to_owned() })
    }
}

/// Mails the one-time link to an account, unless it has no address or has been mailed enough of them. Says whether it did.
///
/// # Errors
/// When the database refuses.
pub fn mail_link(tx: &mut Tx, row: &AccountRow, by_officer: bool) -> Result<bool, Problem> {
    let Some(to) = recipient(row) else { return Ok(false) };
    let auth = tx.settings.section::<AuthSettings>();
    let (minutes, most) = (auth.password_reset_minutes, i64::from(auth.password_reset_mails));
    let since = tx.now - Duration::hours(1);
    // Who is in charge decides by himself how often.
    if !by_officer && outbox::count_to(&mut tx.conn, &to.address, &["password_reset"], since)? >= most {
        return Ok(false);
    }
    let link = make_link(tx, row)?;
    let mail = Mail::PasswordReset {
        username: row.username.clone(),
        link,
        valid_minutes: minutes,
        at: tx.now,
        by_officer,
    };
    outbox::enqueue(tx, &to, &mail)?;
    Ok(true)
}

/// Makes the one-time link of an account by which another password is chosen.
///
/// # Errors
/// When the database refuses.
pub fn make_link(tx: &mut Tx, row: &AccountRow) -> Result<String, Problem> {
    let minutes = tx.settings.section::<AuthSettings>().password_reset_minutes;
    let valid = Duration::minutes(i64::from(minutes));
    let new = NewLink { purpose: RESET, account: Some(row.id), data: json!({}), valid };
    one_time_link::make(tx, RESET_PAGE, new)
}

/// Chooses another password behind the one-time link.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmPasswordReset {
    /// The token of the link.
    pub token: Token,
    /// The new password.
    pub password: NewPassword,
}

impl Command for ConfirmPasswordReset {
    type Output = ();
    const NAME: &'static str = "reset_password";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let account = one_time_link::take(tx, RESET, &self.token)?.account()?;
        let row = lock(tx, account)?;
        if !row.active {
            return Err(one_time_link::not_good());
        }
        // Refused for its password, the link stays good.
        let mut fields = Fields::new();
        password_policy::check(&mut fields, "/password", self.password.typed(), &row.about());
        fields.done()?;
        let ended = set_password(tx, &row, self.password.ready()?, None)?;
        tx.audit(Self::NAME, Subject::new("account", row.id.0), json!({ "sessions_ended": ended }))
    }
}

/// Sets a password on the command line, where no mail goes.
#[derive(Debug, Clone, Serialize)]
pub struct SetPassword {
    /// The name to log in with.
    pub username: String,
    /// The password; none: a link is made.
    pub password: Option<NewPassword>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum PasswordSet {
    /// The password is set.
    Set,
    /// The one-time link was mailed to this address.
    Mailed(String),
    /// The account has no mail address: the link itself. A secret until used.
    Link(String),
}

impl Command for SetPassword {
    type Output = PasswordSet;
    const NAME: &'static str = "reset_password";

    fn run(&self, tx: &mut Tx) -> Result<PasswordSet, Problem> {
        if !matches!(tx.actor, crate::core::Actor::System) {
            return Err(Problem::forbidden());
        }
        let row: AccountRow = account::table
            .filter(account::username.eq(self.username.trim().to_lowercase()))
            .select(AccountRow::as_select())
            .for_no_key_update()
            .first(&mut *tx.conn)?;
        let subject = Subject::new("account", row.id.0);
        let Some(password) = &self.password else {
            tx.audit(RequestPasswordReset::NAME, subject, json!({ "by": "command line" }))?;
            return match &row.email {
                Some(address) if mail_link(tx, &row, true)? => Ok(PasswordSet::Mailed(address.clone())),
                _ => Ok(PasswordSet::Link(make_link(tx, &row)?)),
            };
        };
        let mut fields = Fields::new();
        password_policy::check(&mut fields, "/password", password.typed(), &row.about());
        fields.done()?;
        let ended = set_password(tx, &row, password.ready()?, None)?;
        tx.audit(Self::NAME, subject, json!({ "sessions_ended": ended, "by": "command line" }))?;
        Ok(PasswordSet::Set)
    }
}
