//! Who is in charge of a person sends a link by which another password is chosen: the operator to everyone, an officer to the people of
//! enterprises of the own region, to experts who serve it, and to officers of the regions under it. Nobody is shown a password.

use crate::accounts::own::password_reset::{AskedBy, mail_link};
use crate::accounts::store::find;
use crate::core::actor::Scope;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::people::policy::{AccountFacts, permit_reset};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Mails an account the one-time link by which another password is chosen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendPasswordReset {
    /// The account whose person chooses another password.
    pub id: AccountId,
}

/// Answer to a link that was mailed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResetSent {
    /// Always `mailed`.
    pub state: String,
}

impl Command for SendPasswordReset {
    type Output = ResetSent;
    const NAME: &'static str = "send_password_reset";

    fn run(&self, tx: &mut Tx) -> Result<ResetSent, Problem> {
        let row = find(&mut tx.conn, self.id)?;
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_reset(&tx.actor, &facts, &tx.catalogue)?;
        if !row.active {
            let text = Text::new("该账号尚未启用或已停用", "the account is not active yet, or no longer");
            return Err(Problem::new(Code::AccountNotActive, text));
        }
        if !mail_link(tx, &row, AskedBy::InCharge)? {
            let text = Text::new(
                "该账号没有登记邮箱，无法发送链接",
                "the account has no mail address that a link could go to",
            );
            return Err(Problem::new(Code::NoMailAddress, text));
        }
        // Of an expert, who has no region, the officer's own regulators see it.
        let own = match tx.actor.scope() {
            Some(Scope::Admin(own)) => Some(own.clone()),
            _ => None,
        };
        let region = facts.region.or(own);
        let subject = Subject { region: region.as_deref(), ..Subject::new("account", row.id.0) };
        tx.audit(Self::NAME, subject, json!({ "username": row.username }))?;
        Ok(ResetSent { state: "mailed".to_owned() })
    }
}
