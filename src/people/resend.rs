//! Invitations that are mailed again or taken back.

use crate::core::actor::Role;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::account_invitation as invitation;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::people::ids::InvitationId;
use crate::people::invitation_state::{InvitationState, InvitationStep, transition};
use crate::people::invitations::{InvitationRow, audit, lock, mail, require_calm, visible_to};
use crate::people::policy::{managed_enterprise, may_give, own_enterprise, permit};
use crate::people::settings::PeopleSettings;
use chrono::Duration;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text as SqlText};
use serde::{Deserialize, Serialize};

/// Where an invitation goes that is mailed again.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectedAddress {
    /// The corrected mail address; absent: the one it went to before.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether mails go to the address again, where it is paused since mails came back from there; else nothing is sent. Officers and
    /// operators say so.
    #[serde(default)]
    pub resume: bool,
}

/// Mails an invitation again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResendInvitation {
    /// The invitation to mail again.
    pub id: InvitationId,
    /// Where it goes.
    pub address: CorrectedAddress,
}

/// Takes an invitation back: its link is no longer good.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawInvitation {
    /// The invitation to take back.
    pub id: InvitationId,
}

/// Loads and locks an invitation that the actor may send and take back, in a state that allows the step. Gives the state after it.
fn lock_for(
    tx: &mut Tx,
    id: InvitationId,
    step: InvitationStep,
) -> Result<(InvitationRow, InvitationState), Problem> {
    let seen = invitation::table.filter(visible_to(&tx.actor)).filter(invitation::id.eq(id)).count();
    if seen.get_result::<i64>(&mut *tx.conn)? == 0 {
        return Err(Problem::not_found());
    }
    let row = lock(tx, id)?;
    if own_enterprise(&tx.actor).is_ok() {
        managed_enterprise(tx)?;
    } else {
        permit(&tx.actor)?;
        let region = row.region_of(tx)?;
        if row.role != Role::Enterprise && !may_give(&tx.actor, row.role, region.as_deref(), &tx.catalogue) {
            return Err(Problem::forbidden());
        }
    }
    let to = transition(row.state, step)?;
    Ok((row, to))
}

/// Refuses to send an invitation to an address where the same is open already.
fn require_no_other(tx: &mut Tx, row: &InvitationRow) -> Result<(), Problem> {
    let others = invitation::table
        .filter(invitation::id.ne(row.id))
        .filter(invitation::state.eq(InvitationState::Open))
        .filter(invitation::role.eq(row.role))
        .filter(invitation::region.is_not_distinct_from(&row.region))
        .filter(invitation::enterprise_id.is_not_distinct_from(row.enterprise_id))
        .filter(invitation::laboratory_id.is_not_distinct_from(row.laboratory_id))
        .filter(sql::<Bool>("lower(email) = lower(").bind::<SqlText, _>(&row.email).sql(")"));
    match others.count().get_result::<i64>(&mut *tx.conn)? {
        0 => Ok(()),
        _ => Err(invited_already()),
    }
}

/// The same invitation to an address is open.
pub fn invited_already() -> Problem {
    let text =
        Text::new("该邮箱已有一份未接受的同样邀请", "the same invitation to this address is open already");
    Problem::new(Code::InvitedAlready, text)
}

impl Command for ResendInvitation {
    type Output = InvitationId;
    const NAME: &'static str = "resend_invitation";

    fn run(&self, tx: &mut Tx) -> Result<InvitationId, Problem> {
        let (mut row, state) = lock_for(tx, self.id, InvitationStep::Resend)?;
        if let Some(enterprise) = row.enterprise_id {
            require_calm(tx, enterprise)?;
        }
        let corrected = self.address.email.as_deref().filter(|email| !email.trim().is_empty());
        if let Some(email) = corrected {
            let mut fields = Fields::new();
            row.email = fields.email("/email", email);
            fields.done()?;
            require_no_other(tx, &row)?;
        }
        if self.address.resume {
            // Whether an address takes mails again is not for an enterprise to say.
            permit(&tx.actor)?;
            outbox::resume(tx, &row.email)?;
        }
        row.sent_count += 1;
        let hours = i64::from(tx.settings.section::<PeopleSettings>().invitation_hours);
        diesel::update(invitation::table.find(self.id))
            .set((
                invitation::state.eq(state),
                invitation::email.eq(&row.email),
                invitation::sent_count.eq(row.sent_count),
                invitation::sent_at.eq(tx.now),
                invitation::expires_at.eq(tx.now + Duration::hours(hours)),
            ))
            .execute(&mut *tx.conn)?;
        mail(tx, &row)?;
        audit(tx, Self::NAME, &row)?;
        Ok(self.id)
    }
}

impl Command for WithdrawInvitation {
    type Output = InvitationId;
    const NAME: &'static str = "withdraw_invitation";

    fn run(&self, tx: &mut Tx) -> Result<InvitationId, Problem> {
        let (row, state) = lock_for(tx, self.id, InvitationStep::Withdraw)?;
        diesel::update(invitation::table.find(self.id))
            .set((invitation::state.eq(state), invitation::decided_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        audit(tx, Self::NAME, &row)?;
        Ok(self.id)
    }
}
