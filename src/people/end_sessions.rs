//! All sessions of someone are ended by who is in charge of the account: where a device was lost, or something looks wrong.

use crate::accounts::sessions::{EndReason, end_sessions_of};
use crate::accounts::store::find;
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::people::policy::{AccountFacts, permit_change, refuse_own};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Ends all sessions of an account, with their tokens and their sockets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndSessions {
    /// The account.
    pub id: AccountId,
}

impl Command for EndSessions {
    type Output = ();
    const NAME: &'static str = "end_sessions_of_person";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let row = find(&mut tx.conn, self.id)?;
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_change(&tx.actor, &facts, &tx.catalogue)?;
        refuse_own(&tx.actor, self.id)?;
        let ended = end_sessions_of(tx, self.id, None, EndReason::ByOfficer)?;
        let subject = Subject { region: facts.audit_region(), ..Subject::new("account", row.id.0) };
        tx.audit(Self::NAME, subject, json!({ "username": row.username, "ended": ended }))
    }
}
