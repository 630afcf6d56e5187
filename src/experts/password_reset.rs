//! Who is in charge of a person sends a link by which another password is chosen: the operator to everyone, an officer to the people of
//! enterprises of the own region, to experts who serve it, and to officers of the regions under it. Nobody is shown a password.

use crate::accounts::own::password_reset::mail_link;
use crate::accounts::store::{AccountRow, find};
use crate::core::actor::{Actor, Role, Scope};
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::queries::region_of;
use crate::experts::policy::{facts, may_vet};
use crate::experts::vocabulary::Vetting;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Mails an account the one-time link by which another password is chosen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendPasswordReset {
    /// Whose.
    pub id: AccountId,
}

/// The link is on its way.
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
        let region = permit(tx, &row)?;
        if !row.active {
            let text = Text::new("该账号尚未启用或已停用", "the account is not active yet, or no longer");
            return Err(Problem::new(Code::AccountNotActive, text));
        }
        if !mail_link(tx, &row, true)? {
            let text = Text::new(
                "该账号没有登记邮箱，无法发送链接",
                "the account has no mail address that a link could go to",
            );
            return Err(Problem::new(Code::NoMailAddress, text));
        }
        let subject = Subject { region: region.as_deref(), ..Subject::new("account", row.id.0) };
        tx.audit(Self::NAME, subject, json!({ "username": row.username }))?;
        Ok(ResetSent { state: "mailed".to_owned() })
    }
}

/// Refuses who is not in charge: 404 where the actor may not know of the account, else 403. Gives the region whose regulators see it.
fn permit(tx: &mut Tx, row: &AccountRow) -> Result<Option<String>, Problem> {
    if tx.actor.account() == Some(row.id) {
        return Err(Problem::forbidden());
    }
    let enterprise = row.enterprise_id.map(|id| region_of(&mut tx.conn, id)).transpose()?;
    let region = enterprise.or_else(|| row.region.clone());
    let own = match (&tx.actor, tx.actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => return Ok(region),
        (_, Some(Scope::Admin(own))) => own.clone(),
        _ => return Err(Problem::forbidden()),
    };
    let within = region.as_deref().is_some_and(|code| tx.catalogue.regions.contains(&own, code));
    let (knows, in_charge) = match (row.role, row.expert_id) {
        (Role::Enterprise, _) => (within, within),
        // Those of the same region are colleagues.
        (Role::Admin, _) => (within, within && region.as_deref() != Some(own.as_str())),
        (Role::Expert, Some(expert)) => {
            let expert = facts(&mut tx.conn, expert)?;
            let vets = may_vet(&tx.actor, &expert, &tx.catalogue);
            (vets || expert.vetting == Vetting::Approved, vets)
        }
        _ => (false, false),
    };
    match (knows, in_charge) {
        (_, true) => Ok(region.or(Some(own))),
        (true, false) => Err(Problem::forbidden()),
        (false, false) => Err(Problem::not_found()),
    }
}
