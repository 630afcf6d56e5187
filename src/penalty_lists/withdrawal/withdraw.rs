//! Withdrawing a penalty list as a whole.

use crate::accounts::factors::step_up;
use crate::conduct::words::AnnulGround;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::schema::{penalty, penalty_list as lists, penalty_list_row as rows};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::list_files::imports::withdrawal::{Noun, mark, refuse_state};
use crate::list_files::imports::{ImportState, Outcome};
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId};
use crate::penalty_lists::merge::known::lock;
use crate::penalty_lists::merge::write::{reopen_questions, void_questions};
use crate::penalty_lists::policy::{permit, visible_to};
use crate::penalty_lists::request::TABLES;
use crate::penalty_lists::rows::{Changed, PenaltyRow, take};
use crate::penalty_lists::settle::{Annulled, annul_conduct, settle};
use crate::penalty_lists::state::PenaltyStep;
use crate::penalty_lists::withdrawal::standing::STANDING;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Withdraws a list as a whole, while nothing stands on its rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawPenaltyList {
    /// The list.
    pub id: PenaltyListId,
    /// Why, at most 2,000 characters.
    pub reason: String,
}

impl Command for WithdrawPenaltyList {
    type Output = PenaltyListId;
    const NAME: &'static str = "withdraw_penalty_list";

    fn run(&self, tx: &mut Tx) -> Result<PenaltyListId, Problem> {
        permit(&tx.actor)?;
        let (state, dry_run, region, file_name): (ImportState, bool, String, String) = lists::table
            .filter(visible_to(&tx.actor))
            .filter(lists::id.eq(self.id))
            .select((lists::state, lists::dry_run, lists::region, lists::file_name))
            .for_update()
            .first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 2000);
        refuse_state(Noun::LIST, state, dry_run)?;
        step_up::require(tx)?;
        fields.done()?;
        // No list is brought in, and none withdrawn, from here on; what others do with a penalty waits for its row.
        lock(&mut tx.conn)?;
        let brought = self.rows_of(tx, Outcome::Inserted)?;
        let annulled = self.rows_of(tx, Outcome::Updated)?;
        STANDING.refuse_in_use(&mut tx.conn, self.id.0)?;
        let count = brought.len();
        let short: String = reason.chars().take(500).collect();
        for mut row in brought {
            let why = Annulled { ground: AnnulGround::Mistake, on: None, reason: &short, document: None };
            annul_conduct(tx, &row, why)?;
            take(tx, &mut row, PenaltyStep::Withdraw, Changed::default(), json!({ "list": self.id }))?;
            void_questions(tx, row.id)?;
        }
        // What another list brought, and this one said to be annulled, stands again.
        for mut row in annulled {
            take(tx, &mut row, PenaltyStep::Reinstate, Changed::default(), json!({ "list": self.id }))?;
            reopen_questions(tx, row.id)?;
            settle(tx, &mut row)?;
        }
        mark(tx, TABLES, self.id.0, state, &reason)?;
        let subject = Subject::new("penalty_list", self.id.0).in_region(&region);
        tx.audit(
            Self::NAME,
            subject,
            json!({ "file_name": file_name, "reason": reason, "penalties": count }),
        )?;
        Ok(self.id)
    }
}

impl WithdrawPenaltyList {
    /// The penalties of the rows with this outcome, locked in the order of their ids.
    fn rows_of(&self, tx: &mut Tx, outcome: Outcome) -> Result<Vec<PenaltyRow>, Problem> {
        let ids: Vec<PenaltyId> = rows::table
            .filter(rows::import_id.eq(self.id))
            .filter(rows::outcome.eq(outcome))
            .select(rows::penalty_id)
            .distinct()
            .load(&mut *tx.conn)?;
        Ok(penalty::table
            .filter(penalty::id.eq_any(ids))
            .order(penalty::id)
            .select(PenaltyRow::as_select())
            .for_update()
            .load(&mut *tx.conn)?)
    }
}
