//! Asking for the withdrawal of an import: done at once where it is short, else by a job.

use crate::accounts::factors::step_up;
use crate::core::fields::Fields;
use crate::core::{Problem, Wake};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::withdrawals::in_use::refuse_in_use;
use crate::withdrawals::take_back::{Asked, take_back};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::withdrawal::{permitted, try_lock_merges};
use crate::zero_out::import::withdrawal_run;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Wakes the job that withdraws imports.
pub const WAKE: Wake = Wake::new("withdrawal");

/// An import of at most so many rows is withdrawn within the request that asks for it, unless a list goes in at the moment.
const AT_ONCE: i32 = 1_000;

/// Withdraws an import as a whole, while nothing stands on its rows. Officers whose region covers it; operators their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawImport {
    /// The import.
    pub id: ImportId,
    /// Why, at most 2,000 characters.
    pub reason: String,
}

/// What became of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Withdrawn {
    /// The import is withdrawn.
    Done,
    /// A job will withdraw it.
    Queued,
}

impl Command for WithdrawImport {
    type Output = Withdrawn;
    const NAME: &'static str = "withdraw_import";

    fn run(&self, tx: &mut Tx) -> Result<Withdrawn, Problem> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 2000);
        let import = permitted(tx, self.id)?;
        step_up::require(tx)?;
        fields.done()?;
        let subject =
            Subject { region: import.region.as_deref(), ..Subject::new("zero_out_import", self.id.0) };
        if import.taken() <= AT_ONCE && try_lock_merges(tx)? {
            let actor = tx.actor.clone();
            let asked = Asked {
                account: actor.account(),
                role: actor.role_word(),
                region: actor.officer_region(),
                reason: &reason,
            };
            let done = take_back(tx, &import, asked, &|_| Ok(()))?;
            tx.audit(Self::NAME, subject, done)?;
            return Ok(Withdrawn::Done);
        }
        // The job looks again, when it holds the locks; what stands there already is said now.
        refuse_in_use(&mut tx.conn, self.id)?;
        withdrawal_run::request(tx, self.id, &reason)?;
        tx.audit("request_withdrawal", subject, json!({ "file_name": import.file_name, "reason": reason }))?;
        tx.wake(WAKE);
        Ok(Withdrawn::Queued)
    }
}
