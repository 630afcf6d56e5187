//! The accounts of admins and operators. They are made by the platform, never by request.

use crate::accounts::NewPassword;
use crate::accounts::password_policy;
use crate::accounts::store::{NewAccount, create_account};
use crate::core::actor::{Actor, Role, Scope};
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Language, Problem};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Makes the account of an admin or an operator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateStaff {
    /// The name to log in with.
    pub username: String,
    /// The password.
    pub password: NewPassword,
    /// The name shown.
    pub name: String,
    /// Where mails go.
    pub email: Option<String>,
    /// `admin` or `operator`.
    pub role: Role,
    /// An admin's region code.
    pub region: Option<String>,
    /// The language of mails.
    pub language: Language,
}

/// The account that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffCreated {
    /// Its id.
    pub id: AccountId,
}

impl Command for CreateStaff {
    type Output = StaffCreated;
    const NAME: &'static str = "create_staff";

    fn run(&self, tx: &mut Tx) -> Result<StaffCreated, Problem> {
        let allowed = matches!(tx.actor, Actor::System) || tx.actor.scope() == Some(&Scope::Operator);
        if !allowed {
            return Err(Problem::forbidden());
        }
        let mut fields = Fields::new();
        let username = fields.username("/username", &self.username);
        let name = fields.text("/name", &self.name, 100);
        let email = self.email.as_deref().map(|e| fields.email("/email", e));
        let about = [username.as_str(), &name, email.as_deref().unwrap_or_default()];
        password_policy::check(&mut fields, "/password", self.password.typed(), &about);
        let region = self.region.as_deref().map(str::trim).filter(|r| !r.is_empty());
        let scope = match (self.role, region) {
            (Role::Admin, Some(code)) => {
                if tx.catalogue.regions.get(code).is_none() {
                    fields.fault("/region", "未知的行政区划代码", "is not a known region code");
                }
                Scope::Admin(code.to_owned())
            }
            (Role::Admin, None) => {
                fields.fault("/region", "监管人员须指定行政区划", "an admin needs a region");
                Scope::Operator
            }
            (Role::Operator, None) => Scope::Operator,
            (Role::Operator, Some(_)) => {
                fields.fault("/region", "平台运营人员没有行政区划", "an operator has no region");
                Scope::Operator
            }
            _ => {
                fields.fault("/role", "须为 admin 或 operator", "must be admin or operator");
                Scope::Operator
            }
        };
        fields.done()?;
        let new = NewAccount {
            username: &username,
            password_hash: self.password.ready()?,
            scope,
            name: &name,
            email: email.as_deref(),
            language: self.language,
            active: true,
        };
        let id = create_account(tx, new)?;
        let subject = Subject { region, ..Subject::new("account", id.0) };
        tx.audit(Self::NAME, subject, json!({ "username": username, "role": self.role }))?;
        Ok(StaffCreated { id })
    }
}
