//! Identities that belong to accounts: linked and unlinked by their people.

use crate::accounts::factors::{step_up, store};
use crate::accounts::mails::Mail;
use crate::accounts::oidc::provider::Identity;
use crate::accounts::oidc::settings::OidcSettings;
use crate::accounts::store::{AccountRow, find, recipient};
use crate::core::ids::{AccountId, SessionId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::account_identity;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::settings::Settings;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// 409: the identity, or the account's place at the provider, is taken.
pub fn taken() -> Problem {
    Problem::new(
        Code::IdentityTaken,
        Text::new(
            "该身份已关联其他账号，或账号已关联该提供方的另一身份",
            "the identity is linked to another account, or the account to another identity of this provider",
        ),
    )
}

/// Links an identity to an account, and tells its person.
///
/// # Errors
/// 409 where either is linked already.
pub fn link(tx: &mut Tx, account: &AccountRow, identity: &Identity, by: &str) -> Result<(), Problem> {
    let made = diesel::insert_into(account_identity::table)
        .values((
            account_identity::issuer.eq(&identity.issuer),
            account_identity::subject.eq(&identity.subject),
            account_identity::account_id.eq(account.id),
            account_identity::linked_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    if made == 0 {
        return Err(taken());
    }
    let data = json!({ "issuer": identity.issuer, "by": by });
    tx.audit(LinkIdentity::NAME, Subject::new("account", account.id.0), data)?;
    tell(tx, account, &identity.provider, true)
}

fn tell(tx: &mut Tx, account: &AccountRow, provider: &str, linked: bool) -> Result<(), Problem> {
    let Some(to) = recipient(account) else { return Ok(()) };
    let known = tx.settings.section::<OidcSettings>().provider(provider);
    let provider = known.map_or(provider, |known| known.shown(to.language)).to_owned();
    let mail = Mail::IdentityChanged { username: account.username.clone(), provider, linked };
    outbox::enqueue(tx, &to, &mail).map(drop)
}

/// Links an identity to the caller's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkIdentity {
    /// Who has logged in at the provider.
    pub identity: Identity,
    /// The session that began it.
    pub session: SessionId,
}

impl Command for LinkIdentity {
    type Output = ();
    const NAME: &'static str = "link_identity";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        step_up::require(tx)?;
        let person = tx.actor.person().filter(|person| person.session == self.session);
        let id = person.map(|person| person.account).ok_or_else(Problem::unauthenticated)?;
        let account = find(&mut tx.conn, id)?;
        link(tx, &account, &self.identity, "owner")
    }
}

/// Unlinks the identity of a provider from the caller's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnlinkIdentity {
    /// The provider's id in the settings.
    pub provider: String,
}

impl Command for UnlinkIdentity {
    type Output = ();
    const NAME: &'static str = "unlink_identity";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        step_up::require(tx)?;
        let id = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let known = tx.settings.section::<OidcSettings>().provider(&self.provider);
        let issuer = known.map(|known| known.issuer.clone()).ok_or_else(Problem::not_found)?;
        let linked = account_identity::table
            .filter(account_identity::account_id.eq(id))
            .filter(account_identity::issuer.eq(&issuer));
        if diesel::delete(linked).execute(&mut *tx.conn)? == 0 {
            return Err(Problem::not_found());
        }
        let account = find(&mut tx.conn, id)?;
        tx.audit(Self::NAME, Subject::new("account", id.0), json!({ "issuer": issuer }))?;
        tell(tx, &account, &self.provider, false)
    }
}

/// Within this time before its answer someone must have logged in at the provider to prove again who it is.
const JUST_NOW: Duration = Duration::minutes(5);

/// Proves again who is in the session, by a new log-in at a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProveByProvider {
    /// Who has logged in at the provider.
    pub identity: Identity,
    /// The session that began it.
    pub session: SessionId,
}

impl Command for ProveByProvider {
    type Output = ();
    const NAME: &'static str = "step_up";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let person = tx.actor.person().filter(|person| person.session == self.session);
        let person = person.cloned().ok_or_else(Problem::unauthenticated)?;
        let Identity { issuer, subject, logged_in_at, by_factor, .. } = &self.identity;
        let owner = owner(&mut tx.conn, issuer, subject)?;
        let now = logged_in_at.is_some_and(|at| tx.now - at < JUST_NOW);
        let on = store::is_on(&mut tx.conn, person.account)?;
        if owner != Some(person.account) || !now || (on && !by_factor) {
            return Err(Problem::new(
                Code::SignInFailed,
                Text::new(
                    "未能由身份提供方再次验证您的身份，请使用验证码或密码",
                    "the provider did not prove again who you are; use a code or your password",
                ),
            ));
        }
        step_up::proved(tx, person.session, *by_factor)?;
        let data = json!({ "session": person.session, "issuer": issuer });
        tx.audit(Self::NAME, Subject::new("account", person.account.0), data)
    }
}

/// The account to which an identity belongs.
///
/// # Errors
/// When the database can't be asked.
pub fn owner(conn: &mut PgConnection, issuer: &str, subject: &str) -> Result<Option<AccountId>, Problem> {
    let found = account_identity::table.find((issuer, subject)).select(account_identity::account_id);
    Ok(found.first(conn).optional()?)
}

/// A provider, as the owner of an account sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LinkedProvider {
    /// Its id in addresses.
    #[schema(example = "gov")]
    pub id: String,
    /// Its name.
    #[schema(example = "粤政易")]
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Since when an identity of it is linked; absent where none is.
    pub linked_at: Option<DateTime<Utc>>,
    /// When it was last used to log in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The providers with what an account has linked of them.
///
/// # Errors
/// When the database can't be asked.
pub fn of_account(
    conn: &mut PgConnection,
    settings: &Settings,
    id: AccountId,
) -> Result<Vec<LinkedProvider>, Problem> {
    use account_identity as i;
    let linked: Vec<(String, DateTime<Utc>, Option<DateTime<Utc>>)> = i::table
        .filter(i::account_id.eq(id))
        .select((i::issuer, i::linked_at, i::last_used_at))
        .load(conn)?;
    let of = |provider: &crate::accounts::oidc::settings::Provider| {
        let found = linked.iter().find(|(issuer, ..)| *issuer == provider.issuer);
        LinkedProvider {
            id: provider.id.clone(),
            name: provider.name.clone(),
            name_en: provider.shown(crate::core::Language::En).to_owned(),
            linked_at: found.map(|(_, at, _)| *at),
            last_used_at: found.and_then(|(_, _, at)| *at),
        }
    };
    Ok(settings.section::<OidcSettings>().providers.iter().map(of).collect())
}
