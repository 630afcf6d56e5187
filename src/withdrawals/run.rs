//! The job that withdraws imports of many rows.

use crate::app::App;
use crate::core::{Caller, Code, Problem};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::jobs::Stop;
use crate::jobs::resumable::{
    self, GaveUp, MOST_ATTEMPTS, Progress, ProgressSink, Resumable, gave_up, sweep, try_lock,
};
use crate::web::room::Job;
use crate::withdrawals::take_back::{Asked, take_back};
use crate::withdrawals::withdraw::{WAKE, WithdrawImport};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::withdrawal::lock;
use crate::zero_out::import::withdrawal_run;
use crate::zero_out::import::withdrawal_state::WithdrawalPhase;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);

/// What is shown of a withdrawal that could not be brought to its end.
const GAVE_UP: GaveUp = (
    Code::ImportGaveUp,
    "撤回多次未能完成，已停止，名单未作任何改变；请联系平台运营人员",
    "the withdrawal could not be brought to its end and was stopped; nothing was changed. Ask the platform's operator",
);

/// Runs one withdrawal, in one transaction. Gives `false` where another runner has it, `true` where it is at its end.
#[derive(Serialize)]
pub struct RunWithdrawal<'a> {
    /// The import.
    pub id: ImportId,
    /// Is informed how far the run is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<WithdrawalPhase>,
}

impl Command for RunWithdrawal<'_> {
    type Output = bool;
    const NAME: &'static str = "run_withdrawal";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        if !resumable::take(tx, self.id.0)? {
            return Ok(false);
        }
        let kept = withdrawal_run::find(&mut tx.conn, self.id)?;
        if !kept.state.is_open() {
            return Ok(true);
        }
        if kept.attempts >= MOST_ATTEMPTS {
            refuse(tx, self.id, &gave_up(GAVE_UP))?;
            return Ok(true);
        }
        let total = u64::try_from(WithdrawalPhase::ALL.len()).map_err(Problem::internal)?;
        let step = |phase: WithdrawalPhase| self.progress.step(phase, phase.position(), total);
        step(WithdrawalPhase::Locking)?;
        let by = kept.requested_by();
        let (role, region) = withdrawal_run::author(&mut tx.conn, by)?;
        let asked = Asked { account: by, role: &role, region: region.as_deref(), reason: &kept.reason };
        let withdrawn =
            lock(tx, self.id).and_then(|import| Ok((take_back(tx, &import, asked, &step)?, import)));
        match withdrawn {
            Ok((done, import)) => {
                withdrawal_run::end(tx, self.id, None)?;
                let subject = Subject {
                    region: import.region.as_deref(),
                    ..Subject::new("zero_out_import", self.id.0)
                };
                tx.audit(WithdrawImport::NAME, subject, done)?;
            }
            // What it refuses it refuses before it writes anything, so the transaction holds nothing else.
            Err(problem) if problem.status == 409 => refuse(tx, self.id, &problem)?,
            Err(problem) => return Err(problem),
        }
        Ok(true)
    }
}

fn refuse(tx: &mut Tx, id: ImportId, problem: &Problem) -> Result<(), Problem> {
    withdrawal_run::end(tx, id, Some(problem))?;
    let data = json!({ "refused": problem.code });
    tx.audit(RunWithdrawal::NAME, Subject::new("zero_out_import", id.0), data)
}

/// Withdrawals as long work.
struct Withdrawal;

impl Resumable for Withdrawal {
    type Id = ImportId;
    type Phase = WithdrawalPhase;
    const NAME: &'static str = "withdrawal";
    const GAVE_UP: GaveUp = GAVE_UP;

    fn open(app: &App) -> Result<Vec<ImportId>, Problem> {
        withdrawal_run::open(&mut *app.conn()?)
    }

    fn run(&self, app: &App, id: ImportId, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Progress::<Self>::new(app, id, stop)?;
        app.execute(&Caller::system(), &RunWithdrawal { id, progress: &progress })
    }

    fn begin(
        conn: &mut PgConnection,
        id: ImportId,
        phase: WithdrawalPhase,
        now: DateTime<Utc>,
    ) -> QueryResult<usize> {
        withdrawal_run::begin(conn, id, phase, now)
    }

    fn write_progress(
        conn: &mut PgConnection,
        id: ImportId,
        phase: WithdrawalPhase,
        done: i32,
        total: i32,
    ) -> QueryResult<usize> {
        withdrawal_run::write_progress(conn, id, phase, done, total)
    }

    fn fail(tx: &mut Tx, id: ImportId, problem: &Problem) -> Result<(), Problem> {
        if try_lock(&mut tx.conn, id.0)? && withdrawal_run::is_open(&mut tx.conn, id)? {
            refuse(tx, id, problem)?;
        }
        Ok(())
    }
}

/// Runs the withdrawals that were asked for, and those that a killed process left. When the server stops, one that is under way is undone and
/// stays to be run.
pub const JOB: Job = Job {
    name: "withdrawal",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(&Withdrawal, app, &stop).map(|()| false)))
    },
};
