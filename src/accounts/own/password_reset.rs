//! A forgotten password: a one-time link goes to the mail address of the account, and behind it another one is chosen.

use crate::accounts::NewPassword;
use crate::accounts::mails::Mail;
use crate::accounts::one_time_link::{self, NewLink};
use crate::accounts::own::set_password::{RESET, lock, set_password};
use crate::accounts::password_policy;
use crate::accounts::sessions::logged_in_from;
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::{AccountRow, recipient};
use crate::core::fields::Fields;
use crate::core::secret::Token;
use crate::core::{Problem, Text};
use crate::db::schema::account;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::web::client_address::Network;
use chrono::Duration;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text as SqlText;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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

/// Whose account it is, as it was given.
enum Who {
    /// The name to log in with; where it looks like a mail address, maybe that.
    Name(String),
    /// The mail address, and nothing else: a name that looks like it may be somebody else's.
    Address(String),
}

impl RequestPasswordReset {
    /// What was given, as it is compared.
    fn who(&self) -> Result<Who, Problem> {
        let given = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_lowercase);
        let given = [given(&self.username).map(Who::Name), given(&self.email).map(Who::Address)];
        let mut given = given.into_iter().flatten().filter(|who| !who.text().is_empty());
        match (given.next(), given.next()) {
            (Some(who), None) if who.text().len() <= 254 => Ok(who),
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

impl Who {
    fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Address(text) => text,
        }
    }

    /// The active accounts that are meant. A name that is somebody's mail address means both accounts: each is written to at its own address,
    /// so neither takes the other's mail away.
    fn accounts(&self, conn: &mut PgConnection) -> QueryResult<Vec<AccountRow>> {
        let active = || account::table.filter(account::active).select(AccountRow::as_select());
        let mut rows: Vec<AccountRow> = match self {
            Self::Name(name) => active().filter(account::username.eq(name)).load(conn)?,
            Self::Address(_) => Vec::new(),
        };
        if self.text().contains('@') {
            let by_address: Vec<AccountRow> = active()
                .filter(account::email.is_not_null())
                .filter(sql::<SqlText>("lower(email)").eq(self.text()))
                .order(account::id)
                .limit(MOST_ACCOUNTS)
                .load(conn)?;
            rows.extend(
                by_address
                    .into_iter()
                    .filter(|row| rows.iter().all(|other| other.id != row.id))
                    .collect::<Vec<_>>(),
            );
        }
        Ok(rows)
    }
}

/// Mails the one-time links that somebody asked for.
#[derive(Debug, Clone, Serialize)]
pub struct MailPasswordReset {
    /// Whose account it is.
    pub asked: RequestPasswordReset,
    /// The network from which it was asked for. The same question is the same from wherever it comes.
    #[serde(skip)]
    pub network: Network,
}

impl Command for MailPasswordReset {
    type Output = ResetRequested;
    const NAME: &'static str = "request_password_reset";

    fn run(&self, tx: &mut Tx) -> Result<ResetRequested, Problem> {
        for row in &self.asked.who()?.accounts(&mut tx.conn)? {
            if mail_link(tx, row, AskedBy::Network(self.network))? {
                tx.audit(Self::NAME, Subject::new("account", row.id.0), json!({}))?;
            }
        }
        Ok(ResetRequested { state: "received".to_owned() })
    }
}

/// Who has a link mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedBy {
    /// Someone unknown in this network: limited.
    Network(Network),
    /// The officer or operator in charge, who decides by himself how often.
    InCharge,
}

/// From networks where the account has not logged in, all together may have so many times as many mailed within an hour as one of them.
const STRANGE_NETWORKS: i64 = 4;

/// Whether enough was mailed to an account within the last hour. What one network asks for does not use up what another may ask for; what
/// networks ask for where the account has never logged in is limited in all, and does not count for those where it has.
fn mailed_enough(tx: &mut Tx, row: &AccountRow, network: Network) -> Result<bool, Problem> {
    let most = i64::from(tx.settings.section::<AuthSettings>().password_reset_mails);
    let since = tx.now - Duration::hours(1);
    let asked = one_time_link::data_since(&mut tx.conn, RESET, row.id, since)?;
    let from = |link: &Value| link["network"].as_str() == Some(&network.to_string());
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    if count(asked.iter().filter(|link| from(link)).count()) >= most {
        return Ok(true);
    }
    if logged_in_from(&mut tx.conn, &row.username, network)? {
        return Ok(false);
    }
    let strange = asked.iter().filter(|link| link["known"] == false).count();
    Ok(count(strange) >= most.saturating_mul(STRANGE_NETWORKS))
}

/// Mails the one-time link to an account, unless it has no address or has been mailed enough of them. Says whether it did.
///
/// # Errors
/// When the database refuses.
pub fn mail_link(tx: &mut Tx, row: &AccountRow, by: AskedBy) -> Result<bool, Problem> {
    let Some(to) = recipient(row) else { return Ok(false) };
    let data = match by {
        AskedBy::Network(network) => {
            // One after the other, so that all are counted.
            lock(tx, row.id)?;
            if mailed_enough(tx, row, network)? {
                return Ok(false);
            }
            json!({ "network": network.to_string(), "known": logged_in_from(&mut tx.conn, &row.username, network)? })
        }
        AskedBy::InCharge => json!({}),
    };
    let link = make_link(tx, row, data)?;
    let mail = Mail::PasswordReset {
        username: row.username.clone(),
        link,
        valid_minutes: tx.settings.section::<AuthSettings>().password_reset_minutes,
        at: tx.now,
        by_officer: by == AskedBy::InCharge,
    };
    outbox::enqueue(tx, &to, &mail)?;
    Ok(true)
}

/// Makes the one-time link of an account by which another password is chosen.
fn make_link(tx: &mut Tx, row: &AccountRow, data: Value) -> Result<String, Problem> {
    let minutes = tx.settings.section::<AuthSettings>().password_reset_minutes;
    let valid = Duration::minutes(i64::from(minutes));
    let new = NewLink { purpose: RESET, account: Some(row.id), data, valid };
    one_time_link::make(tx, RESET_PAGE, new)
}

/// Chooses another password behind the one-time link.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmPasswordReset {
    /// The token of the link.
    pub token: Token,
    /// The password that is chosen, with its hash.
    pub password: NewPassword,
}

impl Command for ConfirmPasswordReset {
    type Output = ();
    const NAME: &'static str = "reset_password";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let account = one_time_link::take(tx, RESET, &self.token)?.account()?;
        let row = lock(tx, account)?;
        if !row.active {
            return Err(one_time_link::invalid_link());
        }
        // Refused for its password, the link stays good.
        let (about, mut fields) = (row.about(&mut tx.conn)?, Fields::new());
        password_policy::check(&mut fields, "/password", self.password.typed(), &about);
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

/// Whether a password was set, or a link mailed.
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
            tx.audit(MailPasswordReset::NAME, subject, json!({ "by": "command line" }))?;
            return match &row.email {
                Some(address) if mail_link(tx, &row, AskedBy::InCharge)? => {
                    Ok(PasswordSet::Mailed(address.clone()))
                }
                _ => Ok(PasswordSet::Link(make_link(tx, &row, json!({}))?)),
            };
        };
        let (about, mut fields) = (row.about(&mut tx.conn)?, Fields::new());
        password_policy::check(&mut fields, "/password", password.typed(), &about);
        fields.done()?;
        let ended = set_password(tx, &row, password.ready()?, None)?;
        tx.audit(Self::NAME, subject, json!({ "sessions_ended": ended, "by": "command line" }))?;
        Ok(PasswordSet::Set)
    }
}
