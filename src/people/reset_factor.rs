//! A second factor that someone has lost is reset by who is in charge of the account.

use crate::accounts::factors::reset::reset;
use crate::accounts::store::find;
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::people::policy::{AccountFacts, permit_change, permit_reset, refuse_own};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Resets someone's second factor: the person is told, and all sessions of the account end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResetFactor {
    /// The account whose second factor is reset.
    pub id: AccountId,
}

impl Command for ResetFactor {
    type Output = ();
    const NAME: &'static str = "reset_second_factor";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let row = find(&mut tx.conn, self.id)?;
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_change(&tx.actor, &facts, &tx.catalogue)?;
        refuse_own(&tx.actor, self.id)?;
        permit_reset(&tx.actor, &facts, &tx.catalogue)?;
        reset(tx, &row)?;
        let subject = Subject { region: facts.audit_region(), ..Subject::new("account", row.id.0) };
        tx.audit(Self::NAME, subject, json!({ "username": row.username }))
    }
}
