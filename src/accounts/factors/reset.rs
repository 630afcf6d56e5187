//! Taking away a second factor that someone has lost: by the operator, the officer in charge, or on the command line.

use crate::accounts::factors::{recovery, step_up, store, tries};
use crate::accounts::mails::Mail;
use crate::accounts::sessions::{EndReason, end_sessions_of};
use crate::accounts::store::{AccountRow, find, recipient};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::AccountId;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Resets someone's second factor. The person's sessions end; the next log-in asks for the password alone, or leads to a new set-up
/// where the role must have a second factor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResetFactor {
    /// Whose.
    pub account: AccountId,
}

impl Command for ResetFactor {
    type Output = ();
    const NAME: &'static str = "reset_second_factor";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let account = find(&mut tx.conn, self.account)?;
        permit(tx, &account)?;
        step_up::require(tx)?;
        let had = store::remove(tx, account.id)?;
        if !had {
            return Err(step_up::no_factor());
        }
        recovery::remove(tx, account.id)?;
        tries::forget(tx, account.id)?;
        end_sessions_of(tx, account.id, None, EndReason::AccountChanged)?;
        let subject = Subject { region: account.region.as_deref(), ..Subject::new("account", account.id.0) };
        tx.audit(Self::NAME, subject, json!({ "username": account.username }))?;
        match recipient(&account) {
            Some(to) => {
                let mail = Mail::SecondFactorOff { username: account.username.clone(), reset: true };
                outbox::enqueue(tx, &to, &mail).map(drop)
            }
            None => Ok(()),
        }
    }
}

/// The platform and operators reset everyone's but their own; an officer those of the officers under the own region. Of others an
/// officer does not know the account: 404.
fn permit(tx: &Tx, account: &AccountRow) -> Result<(), Problem> {
    if tx.actor.account() == Some(account.id) {
        return Err(Problem::forbidden());
    }
    match (&tx.actor, tx.actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => Ok(()),
        (_, Some(Scope::Admin(own))) => match account.region.as_deref() {
            Some(region) if region != own && tx.catalogue.regions.contains(own, region) => Ok(()),
            Some(region) if region == own => Err(Problem::forbidden()),
            _ => Err(Problem::not_found()),
        },
        _ => Err(Problem::not_found()),
    }
}
