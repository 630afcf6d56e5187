//! Penalties whose party was not in the register when they were listed, and is there now: found by the credit code of the list, never by a name.

use crate::app::App;
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Caller, Problem};
use crate::db::schema::penalty;
use crate::db::{Command, Tx};
use crate::penalty_lists::ids::PenaltyId;
use crate::penalty_lists::merge::write::void_party_question;
use crate::penalty_lists::rows::{Changed, PenaltyRow, note};
use crate::penalty_lists::settle::settle;
use crate::penalty_lists::state::PenaltyState;
use crate::web::room::Job;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// How often it looks.
const POLL: Duration = Duration::from_secs(600);
/// How many it takes at once.
const BATCH: i64 = 200;

/// Finds the parties of penalties that the register has by now.
pub const JOB: Job = Job {
    name: "penalty_parties",
    wake: None,
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| follow(app, &|| stop.is_set())))
    },
};

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Uuid)]
    penalty: PenaltyId,
    #[diesel(sql_type = Uuid)]
    enterprise: EnterpriseId,
}

/// Whose credit code alone was missing from the register.
const FOUND: &str = "
    SELECT p.id AS penalty, e.id AS enterprise
    FROM penalty p
    JOIN penalty_question q ON q.penalty_id = p.id AND q.kind = 'party' AND q.reason = 'not_in_register' AND q.state = 'open'
    JOIN published.enterprise e ON e.uscc = p.party_uscc AND e.withdrawn_at IS NULL
    WHERE p.state = 'open' AND p.enterprise_id IS NULL AND p.party_uscc IS NOT NULL
    ORDER BY p.id LIMIT $1";

/// Names the parties that the register has by now; says whether more is waiting.
///
/// # Errors
/// When the database can't be asked. What is wrong with one penalty is logged, and the others go on.
pub fn follow(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let found: Vec<Found> = diesel::sql_query(FOUND).bind::<BigInt, _>(BATCH).load(&mut *app.conn()?)?;
    let full = i64::try_from(found.len()).is_ok_and(|found| found == BATCH);
    let mut done = false;
    for one in found {
        if stopped() {
            return Ok(false);
        }
        let command = NamePenaltyParty { penalty: one.penalty, enterprise: one.enterprise };
        match app.execute(&Caller::system(), &command) {
            Ok(()) => done = true,
            Err(problem) => tracing::warn!(penalty = %one.penalty, ?problem, "the party of a penalty"),
        }
    }
    Ok(full && done)
}

/// Names the party of a penalty by its credit code.
#[derive(Debug, Serialize)]
pub struct NamePenaltyParty {
    /// The penalty.
    pub penalty: PenaltyId,
    /// The enterprise of its code.
    pub enterprise: EnterpriseId,
}

impl Command for NamePenaltyParty {
    type Output = ();
    const NAME: &'static str = "name_penalty_party";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        let mut row: PenaltyRow = penalty::table
            .find(self.penalty)
            .select(PenaltyRow::as_select())
            .for_update()
            .first(&mut *tx.conn)?;
        if row.state != PenaltyState::Open || row.enterprise_id.is_some() {
            return Ok(());
        }
        let changed = Changed { enterprise_id: Some(self.enterprise), ..Changed::default() };
        note(tx, &mut row, changed)?;
        void_party_question(tx, row.id)?;
        settle(tx, &mut row)?;
        Ok(())
    }
}
