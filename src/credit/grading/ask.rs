//! Asking for a grading of all subjects.

use crate::core::fields::Fields;
use crate::core::ids::AccountId;
use crate::core::{Problem, Wake};
use crate::credit::ids::RegradingId;
use crate::credit::policy;
use crate::credit::words::RegradingState;
use crate::db::schema::credit_regrading as r;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Wakes the job: a grading of all is asked for.
pub const WAKE: Wake = Wake::new("credit_regrading");

/// Asks for a grading of all subjects. Where one waits already, that one is given.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegradeAll {
    /// Why, at most 500 characters.
    pub reason: String,
}

impl Command for RegradeAll {
    type Output = RegradingId;
    const NAME: &'static str = "regrade_credit";

    fn run(&self, tx: &mut Tx) -> Result<RegradingId, Problem> {
        policy::permit_province(&tx.actor, &tx.catalogue)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 500);
        fields.done()?;
        let by = tx.actor.account();
        let id = queue(tx, &reason, by)?;
        let region = tx.actor.officer_region().map(str::to_owned);
        let subject = Subject { region: region.as_deref(), ..Subject::new("credit_regrading", id.0) };
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(id)
    }
}

/// Queues a grading, or gives the one that is queued.
fn queue(tx: &mut Tx, reason: &str, by: Option<AccountId>) -> Result<RegradingId, Problem> {
    let queued: Option<RegradingId> = r::table
        .filter(r::state.eq(RegradingState::Queued))
        .order(r::id)
        .select(r::id)
        .first(&mut *tx.conn)
        .optional()?;
    if let Some(id) = queued {
        return Ok(id);
    }
    let id = RegradingId::new();
    diesel::insert_into(r::table)
        .values((
            r::id.eq(id),
            r::state.eq(RegradingState::Queued),
            r::reason.eq(reason),
            r::asked_by.eq(by),
            r::asked_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    tx.wake(WAKE);
    Ok(id)
}

/// Queues a grading for the platform, unless one waits or is under way.
///
/// # Errors
/// When the database refuses.
pub fn ask_of_platform(tx: &mut Tx, reason: &str) -> Result<(), Problem> {
    let open = r::table.filter(r::state.eq_any(RegradingState::OPEN)).select(r::id);
    let open: Option<RegradingId> = open.first(&mut *tx.conn).optional()?;
    if open.is_none() {
        queue(tx, reason, None)?;
    }
    Ok(())
}
