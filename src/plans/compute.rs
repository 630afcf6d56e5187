//! Computing a plan, as a command of the platform itself.

use crate::core::{Code, Problem};
use crate::db::schema::matching_plan as plans;
use crate::db::{Command, Tx};
use crate::jobs::resumable::{self, GaveUp, JobProblem, MOST_ATTEMPTS, ProgressSink, gave_up};
use crate::matching::model::weights::Model;
use crate::matching::settings::MatchingSettings;
use crate::plans::figures::Figures;
use crate::plans::ids::PlanId;
use crate::plans::progress::Phase;
use crate::plans::scoring::{self, Scored};
use crate::plans::snapshot::{self, Snapshot};
use crate::plans::solver::{self, Solution};
use crate::plans::state::{PlanState, PlanStep, transition};
use crate::plans::store::{self, Line, PlanRow};
use crate::plans::vocabulary::{Change, Unserved};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::time::Instant;

/// What is shown of a plan that could not be computed.
pub(super) const GAVE_UP: GaveUp = (
    Code::PlanGaveUp,
    "方案多次未能算完，已停止；请联系平台运营人员",
    "the plan could not be computed and was stopped; ask the platform's operator",
);

/// Computes one plan, in one transaction. Gives `false` where another process does.
#[derive(Serialize)]
pub struct ComputePlan<'a> {
    /// The plan.
    pub id: PlanId,
    /// Is informed how far the computation is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<Phase>,
}

impl Command for ComputePlan<'_> {
    type Output = bool;
    const NAME: &'static str = "compute_plan";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let began = Instant::now();
        if !resumable::take(tx, self.id.0)? {
            return Ok(false);
        }
        let row = store::row(&mut tx.conn, self.id)?;
        if !row.state.is_open() {
            return Ok(true);
        }
        if row.attempts >= MOST_ATTEMPTS {
            write_failure(tx, &row, &gave_up(GAVE_UP))?;
            return Ok(true);
        }
        self.progress.step(Phase::Reading, 0, 0)?;
        let scope = row.scope();
        let today = tx.today();
        let snapshot = snapshot::read(&mut tx.conn, &scope, today)?;
        let count = number(snapshot.enterprises.len());
        let at = |phase| move |done| self.progress.step(phase, number(done), count);
        let model = Model::new(tx.settings.section::<MatchingSettings>());
        let scored = scoring::score(&snapshot, &scope, &model, &tx.catalogue, at(Phase::Scoring))?;
        let solution = solver::solve(&scored.pairs, at(Phase::Solving))?;
        self.progress.step(Phase::Storing, 0, count)?;
        let lines = lines(&snapshot, &scored, &solution);
        store::insert_lines(&mut tx.conn, row.id, &lines)?;
        store::insert_pairs(&mut tx.conn, row.id, &scored.pairs)?;
        let mut figures = figures(&snapshot, &scored, &solution);
        store::count_lines(&mut tx.conn, row.id, &mut figures)?;
        // The row is locked from here on only: progress is written by another connection.
        self.progress.step(Phase::Storing, count, count)?;
        let locked = store::lock(&mut tx.conn, self.id)?;
        let state = transition(locked.state, PlanStep::Finish)?;
        let stored = serde_json::to_vec(&snapshot)?;
        figures.milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        diesel::update(plans::table.find(row.id))
            .set((
                plans::state.eq(state),
                plans::phase.eq(None::<String>),
                plans::snapshot.eq(stored),
                plans::figures.eq(serde_json::to_value(&figures)?),
                plans::computed_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, row.subject(), serde_json::to_value(&figures)?)?;
        Ok(true)
    }
}

fn lines(snapshot: &Snapshot, scored: &Scored, solution: &Solution) -> Vec<Line> {
    let line = |(number, side): (usize, &snapshot::EnterpriseSide)| {
        let expert = solution.expert.get(number).copied().flatten().and_then(|expert| {
            let score = scored.pairs.score(number, expert)?;
            Some((snapshot.experts.get(expert as usize)?.id, score))
        });
        let nobody = expert.is_none().then(|| match scored.nobody.get(number) {
            Some(Some((reason, rules))) => (*reason, (!rules.is_empty()).then(|| json!(rules))),
            _ => (Unserved::NoPlace, None),
        });
        let change = Change::between(side.present.map(|(now, _)| now), expert.map(|(then, _)| then));
        Line { enterprise: side.id, expert, nobody, present: side.present, change }
    };
    snapshot.enterprises.iter().enumerate().map(line).collect()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The figures, but for those that are counted from the lines.
fn figures(snapshot: &Snapshot, scored: &Scored, solution: &Solution) -> Figures {
    Figures {
        enterprises: number(snapshot.enterprises.len()),
        experts: number(snapshot.experts.len()),
        places: scored.pairs.places().iter().map(|places| u64::from(*places)).sum(),
        pairs: number(scored.pairs.len()),
        without_pair: number(scored.nobody.iter().flatten().count()),
        bound_micros: solution.bound,
        ..Figures::default()
    }
}

/// Marks a plan as failed permanently, unless it has ended.
pub(super) fn fail(tx: &mut Tx, id: PlanId, problem: &Problem) -> Result<(), Problem> {
    let row = store::lock(&mut tx.conn, id)?;
    if row.state.is_open() { write_failure(tx, &row, problem) } else { Ok(()) }
}

fn write_failure(tx: &mut Tx, row: &PlanRow, problem: &Problem) -> Result<(), Problem> {
    let state: PlanState = transition(row.state, PlanStep::Fail)?;
    diesel::update(plans::table.find(row.id))
        .set((
            plans::state.eq(state),
            plans::phase.eq(None::<String>),
            plans::problem.eq(serde_json::to_value(JobProblem::from(problem))?),
        ))
        .execute(&mut *tx.conn)?;
    tx.audit(ComputePlan::NAME, row.subject(), json!({ "failed": problem.code }))
}
