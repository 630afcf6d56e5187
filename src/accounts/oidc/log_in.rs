//! Logging in as who a provider says one is.

use crate::accounts::device::Device;
use crate::accounts::login::{Given, LoggedIn, log_in};
use crate::accounts::oidc::identities::{link, owner};
use crate::accounts::oidc::provider::Identity;
use crate::accounts::oidc::settings::{Created, OidcSettings};
use crate::accounts::password;
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::{AccountRow, NewAccount, create_account, find};
use crate::core::actor::{Role, Scope};
use crate::core::fields::Fields;
use crate::core::{Code, Language, Problem, Text};
use crate::db::schema::{account, account_identity};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::prelude::*;
use diesel::sql_types;
use serde::{Deserialize, Serialize};
use serde_json::json;

diesel::define_sql_function! {
    /// `lower` of PostgreSQL.
    fn lower(text: sql_types::Nullable<sql_types::Text>) -> sql_types::Nullable<sql_types::Text>;
}

/// Logs in with an identity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogInByProvider {
    /// Who has logged in at the provider.
    pub identity: Identity,
    /// The language of the browser, for an account that is made.
    pub language: Language,
    /// The program and the address that log in.
    pub device: Device,
}

impl Command for LogInByProvider {
    type Output = LoggedIn;
    const NAME: &'static str = "log_in";

    fn run(&self, tx: &mut Tx) -> Result<LoggedIn, Problem> {
        let identity = &self.identity;
        let row = match owner(&mut tx.conn, &identity.issuer, &identity.subject)? {
            Some(id) => find(&mut tx.conn, id)?,
            None => self.by_address(tx)?,
        };
        let here = account_identity::table.find((&identity.issuer, &identity.subject));
        diesel::update(here).set(account_identity::last_used_at.eq(tx.now)).execute(&mut *tx.conn)?;
        // Who has logged in there long ago has not proved now who it is.
        let proved_at = identity.logged_in_at.filter(|at| *at <= tx.now);
        let given = Given { code: None, by_factor: identity.by_factor, proved_at };
        log_in(tx, &row, given, &self.device)
    }
}

impl LogInByProvider {
    /// The one active account of the verified address, which is linked from now on; else one that is made.
    fn by_address(&self, tx: &mut Tx) -> Result<AccountRow, Problem> {
        let identity = &self.identity;
        let Some(address) = &identity.verified_email else {
            return Err(match identity.unverified {
                true => nobody(
                    "身份提供方未验证您的邮箱，不能据此登录；请以密码登录后在账号安全页关联",
                    "the provider has not verified your mail address; log in with your password and link it on the page of your account's security",
                ),
                false => nobody(
                    "身份提供方没有提供邮箱，不能据此登录；请以密码登录后在账号安全页关联",
                    "the provider gave no mail address; log in with your password and link it on the page of your account's security",
                ),
            });
        };
        let settings = tx.settings.clone();
        let provider = settings.section::<OidcSettings>().provider(&identity.provider);
        if !provider.is_some_and(|provider| provider.trusts_address(address)) {
            return Err(nobody(
                "不能凭该邮箱由此提供方登录；请以密码登录后在账号安全页关联",
                "this provider does not open accounts by such a mail address; log in with your password and link it on the page of your account's security",
            ));
        }
        let mut rows: Vec<AccountRow> = account::table
            .filter(lower(account::email).eq(address.to_lowercase()))
            .filter(account::active)
            .select(AccountRow::as_select())
            .limit(2)
            .load(&mut *tx.conn)?;
        match (rows.pop(), rows.is_empty(), provider.and_then(|provider| provider.create.as_ref())) {
            (Some(row), true, _) => {
                link(tx, &row, identity, "address")?;
                Ok(row)
            }
            (Some(_), false, _) => Err(nobody(
                "多个账号使用该邮箱，无法确定是哪一个；请以密码登录后在账号安全页关联",
                "several accounts have this mail address; log in with your password and link it on the page of your account's security",
            )),
            (None, _, Some(create)) => self.make(tx, create, address),
            (None, _, None) => Err(nobody(
                "没有使用该邮箱的账号；请联系监管部门或平台运营人员开通",
                "no account has this mail address; ask your regulator or the operator for one",
            )),
        }
    }

    fn make(&self, tx: &mut Tx, create: &Created, address: &str) -> Result<AccountRow, Problem> {
        let scope = match (&create.role, &create.region) {
            (Role::Admin, Some(region)) if tx.catalogue.regions.get(region).is_some() => {
                Scope::Admin(region.clone())
            }
            (Role::Operator, None) => Scope::Operator,
            _ => return Err(Problem::internal("oidc.providers: the role or region to create is not known")),
        };
        let wanted = self.identity.username.as_deref().unwrap_or(address);
        let fits = |name: &str| {
            let mut fields = Fields::new();
            let name = fields.username("/username", name);
            fields.done().ok().map(|()| name)
        };
        let username = fits(wanted).or_else(|| fits(address));
        let username = username.ok_or_else(|| {
            nobody("身份提供方给出的用户名不可用", "the username at the provider can't be used here")
        })?;
        let name: String = self.identity.name.as_deref().unwrap_or(&username).chars().take(100).collect();
        let hash = password::of_nobody(tx.settings.section::<AuthSettings>())?;
        let new = NewAccount {
            username: &username,
            password_hash: &hash,
            scope,
            name: &name,
            email: Some(address),
            language: self.language,
            active: true,
        };
        let id = create_account(tx, new)?;
        let subject = Subject { region: create.region.as_deref(), ..Subject::new("account", id.0) };
        let data = json!({ "username": username, "role": create.role, "issuer": self.identity.issuer });
        tx.audit("create_staff", subject, data)?;
        let row = find(&mut tx.conn, id)?;
        link(tx, &row, &self.identity, "creation")?;
        Ok(row)
    }
}

fn nobody(zh: &'static str, en: &'static str) -> Problem {
    Problem::new(Code::NoSuchIdentity, Text::new(zh, en))
}
