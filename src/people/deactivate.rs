//! An account ends: nobody can log in with it, its sessions end at once, and what was the person's is handed on, all in one step.

use crate::accounts::people::{colleagues, deactivate, lock, lock_officers};
use crate::accounts::state::{AccountState, AccountStep, transition};
use crate::accounts::store::{AccountRow, find, recipient};
use crate::core::actor::Role;
use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Code, Language, Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::wake::MATCHER;
use crate::notifications::outbox;
use crate::people::mails::Mail;
use crate::people::open_matters::{HandOver, hand_on, successor};
use crate::people::policy::{AccountFacts, managed_enterprise, permit_change, refuse_own};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Deactivates an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeactivateAccount {
    /// The account to deactivate.
    pub id: AccountId,
    /// The reason, which the person is told.
    pub reason: String,
    /// Who takes over what was the person's; none: whom matching finds, or who deactivates.
    pub hand_over_to: Option<AccountId>,
}

/// Removes a colleague from one's enterprise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveColleague {
    /// The colleague's account.
    pub id: AccountId,
}

/// Locks the account and, before it, the province's officers where it is one of them, so that the last one is never taken away, not even by
/// two at once.
///
/// # Errors
/// 404 where there is no such account, 409 `last_officer`.
pub fn lock_all_but_last_officer(
    tx: &mut Tx,
    id: AccountId,
    stays: impl Fn(&AccountRow) -> bool,
) -> Result<(AccountRow, AccountState), Problem> {
    let before = find(&mut tx.conn, id)?;
    let of_province = |tx: &Tx, row: &AccountRow| {
        let region = row.region.as_deref().and_then(|code| tx.catalogue.regions.get(code));
        region.filter(|region| row.role == Role::Admin && region.parent.is_none()).map(|r| r.code.clone())
    };
    let officers = match of_province(tx, &before) {
        Some(region) => lock_officers(tx, &region)?,
        None => Vec::new(),
    };
    let (row, state) = lock(tx, id)?;
    if of_province(tx, &row).is_some()
        && state == AccountState::Active
        && !stays(&row)
        && officers.iter().all(|officer| *officer == id)
    {
        return Err(Problem::new(
            Code::LastOfficer,
            Text::new(
                "这是全省最后一名在用的省级监管人员，不能停用、改任或调离",
                "this is the last active officer of the province, who can't be taken away",
            ),
        ));
    }
    Ok((row, state))
}

impl Command for DeactivateAccount {
    type Output = HandOver;
    const NAME: &'static str = "deactivate_account";

    fn run(&self, tx: &mut Tx) -> Result<HandOver, Problem> {
        let row = find(&mut tx.conn, self.id)?;
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_change(&tx.actor, &facts, &tx.catalogue)?;
        refuse_own(&tx.actor, self.id)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let (row, state) = lock_all_but_last_officer(tx, self.id, |_| false)?;
        // The region may have changed until it was locked.
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        permit_change(&tx.actor, &facts, &tx.catalogue)?;
        transition(state, AccountStep::Deactivate)?;
        let to = self.hand_over_to.map(|to| successor(tx, &row, to)).transpose()?;
        deactivate(tx, row.id, &reason)?;
        let done = hand_on(tx, &row, to.as_ref(), &reason)?;
        if let Some(address) = recipient(&row) {
            outbox::enqueue(tx, &address, &Mail::AccountDeactivated { reason: reason.clone().into() })?;
        }
        let subject = Subject { region: facts.audit_region(), ..Subject::new("account", row.id.0) };
        let data = json!({
            "reason": reason, "role": row.role, "hand_over_to": to.map(|row| row.id),
            "consultations": done.consultations.len(), "assignments": done.assignments,
            "plans": done.plans, "invitations": done.invitations,
            "further": done.further.iter().map(|matters| matters.count).sum::<i64>(),
        });
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(MATCHER);
        Ok(done)
    }
}

impl Command for RemoveColleague {
    type Output = AccountId;
    const NAME: &'static str = "remove_colleague";

    fn run(&self, tx: &mut Tx) -> Result<AccountId, Problem> {
        let enterprise = managed_enterprise(tx)?;
        let there = colleagues(&mut tx.conn, enterprise)?;
        if there.iter().all(|row| row.id != self.id) {
            return Err(Problem::not_found());
        }
        refuse_own(&tx.actor, self.id)?;
        let (row, state) = lock(tx, self.id)?;
        transition(state, AccountStep::Deactivate)?;
        // Who removes may have been removed until now.
        managed_enterprise(tx)?;
        let reason = match Language::from_tag(&row.language) {
            Language::Zh => "由本企业移除",
            Language::En => "removed by the enterprise",
        };
        deactivate(tx, row.id, reason)?;
        hand_on(tx, &row, None, reason)?;
        if let Some(address) = recipient(&row) {
            outbox::enqueue(tx, &address, &Mail::AccountDeactivated { reason: reason.into() })?;
        }
        let facts = AccountFacts::of(&mut tx.conn, &row)?;
        let subject = Subject { region: facts.audit_region(), ..Subject::new("account", row.id.0) };
        tx.audit(Self::NAME, subject, json!({ "enterprise": enterprise }))?;
        Ok(row.id)
    }
}
