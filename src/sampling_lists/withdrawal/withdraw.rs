//! Withdrawing a list: its inspections are withdrawn by their own step, so from that moment on no figure has them, and past days stay.

use crate::accounts::factors::step_up;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::db::schema::{
    sampling_list as lists, sampling_list_proposal as proposals, sampling_list_row as rows,
};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::inspections::event::NewStep;
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionStep;
use crate::inspections::texts::LONGEST_REASON;
use crate::inspections::{RecordInspectionStep, intake, parties};
use crate::list_files::imports::withdrawal::{Noun, mark, refuse_state};
use crate::list_files::imports::{ImportState, Outcome};
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::policy::{permit, visible_to};
use crate::sampling_lists::proposal_state::{Decision, ProposalState, transition as decide};
use crate::sampling_lists::request::TABLES;
use crate::sampling_lists::withdrawal::standing::STANDING;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Withdraws a list as a whole, while nothing stands on its rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawSamplingList {
    /// The list.
    pub id: SamplingListId,
    /// Why, at most 2,000 characters.
    pub reason: String,
}

impl Command for WithdrawSamplingList {
    type Output = SamplingListId;
    const NAME: &'static str = "withdraw_sampling_list";

    fn run(&self, tx: &mut Tx) -> Result<SamplingListId, Problem> {
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
        let ids: Vec<InspectionId> = rows::table
            .filter(rows::import_id.eq(self.id))
            .filter(rows::outcome.eq(Outcome::Inserted))
            .select(rows::inspection_id)
            .distinct()
            .order(rows::inspection_id)
            .load(&mut *tx.conn)?;
        let brought: Vec<(InspectionId, i32)> = rows::table
            .filter(rows::import_id.eq(self.id))
            .filter(rows::outcome.eq(Outcome::Updated))
            .select((rows::inspection_id, rows::version))
            .distinct()
            .order(rows::inspection_id)
            .load(&mut *tx.conn)?;
        // Whoever takes a step locks the inspection; from here on nobody does, and what was done is seen.
        let mut all: Vec<InspectionId> =
            ids.iter().copied().chain(brought.iter().map(|(id, _)| *id)).collect();
        all.sort_unstable();
        parties::lock(&mut tx.conn, &all)?;
        STANDING.refuse_in_use(&mut tx.conn, self.id.0)?;
        intake::withdraw(tx, &ids, &reason)?;
        // What was drawn before the list came waits for its result again.
        for (inspection, version) in brought {
            let event = NewStep {
                corrects: Some(version),
                annulled: Some(true),
                reason: Some(reason.chars().take(LONGEST_REASON).collect()),
                ..NewStep::new(InspectionStep::Correct)
            };
            RecordInspectionStep { inspection, event }.run(tx)?;
        }
        let void = decide(ProposalState::Open, Decision::Withdraw).map_err(Problem::internal)?;
        diesel::update(
            proposals::table
                .filter(proposals::import_id.eq(self.id))
                .filter(proposals::state.eq_any([ProposalState::Open, ProposalState::Refused])),
        )
        .set((
            proposals::state.eq(void),
            proposals::decided_at.eq(tx.now),
            proposals::decided_by.eq(tx.actor.account()),
        ))
        .execute(&mut *tx.conn)?;
        mark(tx, TABLES, self.id.0, state, &reason)?;
        let subject = Subject::new("sampling_list", self.id.0).in_region(&region);
        let data = json!({ "file_name": file_name, "reason": reason, "inspections": ids.len() });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}
