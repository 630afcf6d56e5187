//! The steps of a programme: handed in, approved by a second officer, sent back, given up, begun, brought to its end.

use crate::core::{Problem, Text};
use crate::db::officer_steps::{self, officer, reason};
use crate::db::schema::programme;
use crate::db::{Command, Tx};
use crate::programmes::carried_out;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::notices;
use crate::programmes::state::{ProgrammeStep, transition};
use crate::programmes::store::{self, Row};
use crate::programmes::targets::require_some;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Submits a programme for approval.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubmitProgramme {
    /// The programme.
    pub id: ProgrammeId,
}

impl Command for SubmitProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "submit_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let row = store::load(tx, self.id)?;
        let by = officer(tx)?;
        store::step(tx, &row, ProgrammeStep::Submit, None)?;
        require_some(tx, &row)?;
        diesel::update(programme::table.find(row.id))
            .set((programme::submitted_by.eq(by), programme::submitted_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::audit(tx, &row, Self::NAME, json!({}))?;
        Ok(row.id)
    }
}

/// Approves a programme that another officer wrote and handed in, and does what the domain that carries it out needs then. The officers of the regions that
/// are charged with its tasks are notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveProgramme {
    /// The programme.
    pub id: ProgrammeId,
    /// The kind whose own address was called; none for the address of all kinds.
    pub called: Option<ProgrammeKind>,
}

/// Refuses who wrote the programme or handed it in.
fn require_second(tx: &Tx, row: &Row) -> Result<(), Problem> {
    let text = Text::new(
        "起草或提交计划的人员不能审批，请由另一名监管人员审批",
        "who wrote the programme or handed it in may not approve it; another officer does",
    );
    officer_steps::require_second(tx, row.created_by, row.submitted_by, text)
}

impl Command for ApproveProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "approve_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let row = store::load(tx, self.id)?;
        row.kind.require_address(self.called)?;
        let by = officer(tx)?;
        let to = transition(row.state, ProgrammeStep::Approve)?;
        require_second(tx, &row)?;
        diesel::update(programme::table.find(row.id))
            .set((programme::state.eq(to), programme::approved_by.eq(by), programme::approved_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, ProgrammeStep::Approve, None)?;
        let told = notices::charged(tx, &row, by)?;
        let mut data = carried_out::also(tx, &row, ProgrammeStep::Approve)?;
        data.insert("told".to_owned(), json!(told));
        store::audit(tx, &row, Self::NAME, Value::Object(data))?;
        Ok(row.id)
    }
}

/// Sends a programme back to be mended, with a reason. Who handed it in is notified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReturnProgramme {
    /// The programme.
    pub id: ProgrammeId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for ReturnProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "return_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let row = store::load(tx, self.id)?;
        let reason = reason(&self.reason)?;
        store::step(tx, &row, ProgrammeStep::Return, Some(&reason))?;
        notices::returned(tx, &row, &reason)?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Withdraws a programme before its approval.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawProgramme {
    /// The programme.
    pub id: ProgrammeId,
    /// Why, at most 1,000 characters.
    pub reason: String,
}

impl Command for WithdrawProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "withdraw_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let row = store::load(tx, self.id)?;
        let reason = reason(&self.reason)?;
        store::step(tx, &row, ProgrammeStep::Withdraw, Some(&reason))?;
        store::audit(tx, &row, Self::NAME, json!({ "reason": reason }))?;
        Ok(row.id)
    }
}

/// Begins to carry an approved programme out. A first draw begins it as well.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartProgramme {
    /// The programme.
    pub id: ProgrammeId,
}

impl Command for StartProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "start_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let row = store::load(tx, self.id)?;
        store::step(tx, &row, ProgrammeStep::Start, None)?;
        store::audit(tx, &row, Self::NAME, json!({}))?;
        Ok(row.id)
    }
}

/// Closes a programme, unless the domain that carries it out refuses. From then on the names of who was drawn are published with its draws.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseProgramme {
    /// The programme.
    pub id: ProgrammeId,
    /// The kind whose own address was called; none for the address of all kinds.
    pub called: Option<ProgrammeKind>,
}

impl Command for CloseProgramme {
    type Output = ProgrammeId;
    const NAME: &'static str = "close_programme";

    fn run(&self, tx: &mut Tx) -> Result<ProgrammeId, Problem> {
        let row = store::load(tx, self.id)?;
        row.kind.require_address(self.called)?;
        let to = transition(row.state, ProgrammeStep::Close)?;
        diesel::update(programme::table.find(row.id))
            .set((programme::state.eq(to), programme::closed_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        store::step(tx, &row, ProgrammeStep::Close, None)?;
        let data = carried_out::also(tx, &row, ProgrammeStep::Close)?;
        store::audit(tx, &row, Self::NAME, Value::Object(data))?;
        Ok(row.id)
    }
}
