//! An account that was deactivated is opened again.

use crate::accounts::people::{colleagues, lock, reactivate};
use crate::accounts::state::{AccountStep, transition};
use crate::accounts::store::recipient;
use crate::core::Problem;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::db::published::enterprise;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::wake::MATCHER;
use crate::notifications::outbox;
use crate::people::invite::require_room;
use crate::people::mails::Mail;
use crate::people::policy::{AccountFacts, permit_change};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Reactivates an account. What was handed on stays with whom it went to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReactivateAccount {
    /// The account.
    pub id: AccountId,
}

impl Command for ReactivateAccount {
    type Output = AccountId;
    const NAME: &'static str = "reactivate_account";

    fn run(&self, tx: &mut Tx) -> Result<AccountId, Problem> {
        let (row, state) = lock(tx, self.id)?;
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_change(&tx.actor, &facts, &tx.catalogue)?;
        transition(state, AccountStep::Reactivate)?;
        if let Some(id) = row.enterprise_id {
            // One after the other, so that all are counted.
            let own = enterprise::table.find(id).select(enterprise::id).for_no_key_update();
            own.first::<EnterpriseId>(&mut *tx.conn)?;
            let there = colleagues(&mut tx.conn, id)?.len();
            require_room(tx, there)?;
        }
        reactivate(tx, self.id)?;
        if let Some(address) = recipient(&row) {
            let mail = Mail::AccountReactivated { login_link: tx.link("/") };
            outbox::enqueue(tx, &address, &mail)?;
        }
        let subject = Subject { region: facts.audit_region(), ..Subject::new("account", row.id.0) };
        tx.audit(Self::NAME, subject, json!({ "role": row.role }))?;
        tx.wake(MATCHER);
        Ok(self.id)
    }
}
