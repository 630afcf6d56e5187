//! The job that makes copies: long work that survives its process, with its progress in the row.

use crate::accounts::store::{find, recipient};
use crate::app::App;
use crate::core::{Caller, Code, Language, Problem, Wake};
use crate::db::schema::{personal_copy, personal_request as r};
use crate::db::{Command, Tx};
use crate::jobs::Stop;
use crate::jobs::resumable::{
    self, GaveUp, JobProblem, MOST_ATTEMPTS, Progress, ProgressSink, Resumable, gave_up,
};
use crate::notifications::outbox;
use crate::personal_data::gather::{self, CopyOwner};
use crate::personal_data::ids::PersonalRequestId;
use crate::personal_data::mails::Mail;
use crate::personal_data::settings::PersonalDataSettings;
use crate::personal_data::state::{RequestKind, RequestState, RequestStep, transition};
use crate::personal_data::store;
use crate::web::known_rooms::known;
use crate::web::room::Job;
use chrono::{DateTime, Duration as Span, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Wakes the job: a copy is asked for.
pub const WAKE: Wake = Wake::new("personal_data");
/// How long the job waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(5);
/// What is shown of a copy that was given up.
const GAVE_UP: GaveUp = (
    Code::Internal,
    "副本多次未能生成，已停止；请联系平台运营人员",
    "the copy could not be made and was stopped; ask the platform's operator",
);

/// The making of copies as long work.
struct Copying;

impl Resumable for Copying {
    type Id = PersonalRequestId;
    type Phase = ();
    const NAME: &'static str = "personal_copy";
    const GAVE_UP: GaveUp = GAVE_UP;

    fn open(app: &App) -> Result<Vec<PersonalRequestId>, Problem> {
        Ok(r::table
            .filter(r::kind.eq(RequestKind::Copy))
            .filter(r::state.eq_any(RequestState::OPEN))
            .order(r::id)
            .select(r::id)
            .load(&mut *app.conn()?)?)
    }

    fn run(&self, app: &App, id: PersonalRequestId, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Progress::<Self>::new(app, id, stop)?;
        app.execute(&Caller::system(), &PrepareCopy { id, progress: &progress })
    }

    fn begin(
        conn: &mut PgConnection,
        id: PersonalRequestId,
        _phase: (),
        _now: DateTime<Utc>,
    ) -> QueryResult<usize> {
        diesel::update(r::table.find(id).filter(r::state.eq_any(RequestState::OPEN)))
            .set((r::state.eq(RequestState::Preparing), r::done.eq(0), r::attempts.eq(r::attempts + 1)))
            .execute(conn)
    }

    fn write_progress(
        conn: &mut PgConnection,
        id: PersonalRequestId,
        _phase: (),
        done: i32,
        total: i32,
    ) -> QueryResult<usize> {
        diesel::update(r::table.find(id).filter(r::state.eq_any(RequestState::OPEN)))
            .set((r::done.eq(done), r::total.eq(total)))
            .execute(conn)
    }

    fn fail(tx: &mut Tx, id: PersonalRequestId, problem: &Problem) -> Result<(), Problem> {
        if store::row(&mut tx.conn, id)?.state.is_open() { write_failure(tx, id, problem) } else { Ok(()) }
    }
}

/// Makes one copy, in one transaction. Gives `false` where another process does.
#[derive(Serialize)]
pub struct PrepareCopy<'a> {
    /// The request.
    pub id: PersonalRequestId,
    /// Is informed how far it is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<()>,
}

impl Command for PrepareCopy<'_> {
    type Output = bool;
    const NAME: &'static str = "prepare_personal_copy";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        if !resumable::take(tx, self.id.0)? {
            return Ok(false);
        }
        let row = store::row(&mut tx.conn, self.id)?;
        if !row.state.is_open() || row.kind != RequestKind::Copy {
            return Ok(true);
        }
        if row.attempts >= MOST_ATTEMPTS {
            write_failure(tx, row.id, &gave_up(GAVE_UP))?;
            return Ok(true);
        }
        let rooms = known(&tx.cache)?;
        let total = u64::try_from(gather::parts(rooms).len()).unwrap_or(u64::MAX);
        self.progress.step((), 0, total)?;
        let account = find(&mut tx.conn, row.account_id)?;
        let whose = CopyOwner {
            account: account.id,
            email: account.email.clone().unwrap_or_default(),
            language: Language::from_tag(&account.language),
        };
        let most = u64::from(tx.settings.section::<PersonalDataSettings>().copy_mib) * 1_048_576;
        let step = |done: usize| self.progress.step((), u64::try_from(done).unwrap_or(u64::MAX), total);
        match gather::copy(&mut tx.conn, rooms, &whose, most, step) {
            Ok(bytes) => finish(tx, row.id, &bytes, total)?,
            Err(problem) if problem.code == Code::BodyTooLarge => write_failure(tx, row.id, &problem)?,
            Err(problem) => return Err(problem),
        }
        Ok(true)
    }
}

/// Stores the copy and tells its person. The row is locked from here on only: progress is written by another connection.
fn finish(tx: &mut Tx, id: PersonalRequestId, bytes: &[u8], parts: u64) -> Result<(), Problem> {
    let row = store::lock(tx, id)?;
    let state = transition(row.kind, row.state, RequestStep::Finish)?;
    let expires_at = tx.now + Span::days(tx.settings.section::<PersonalDataSettings>().copy_days.into());
    let size = i64::try_from(bytes.len()).map_err(Problem::internal)?;
    let parts = i32::try_from(parts).unwrap_or(i32::MAX);
    diesel::insert_into(personal_copy::table)
        .values((
            personal_copy::request_id.eq(id),
            personal_copy::bytes.eq(bytes),
            personal_copy::created_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    diesel::update(r::table.find(id))
        .set((
            r::state.eq(state),
            r::decided_at.eq(tx.now),
            r::size.eq(size),
            r::expires_at.eq(expires_at),
            r::done.eq(parts),
            r::total.eq(parts),
        ))
        .execute(&mut *tx.conn)?;
    let account = find(&mut tx.conn, row.account_id)?;
    if let Some(to) = recipient(&account).filter(|_| account.active) {
        let mail = Mail::PersonalCopyReady { expires_at, link: tx.link("/account/personal-data") };
        outbox::enqueue(tx, &to, &mail)?;
    }
    tx.audit(PrepareCopy::NAME, row.subject(), json!({ "bytes": size }))
}

fn write_failure(tx: &mut Tx, id: PersonalRequestId, problem: &Problem) -> Result<(), Problem> {
    let row = store::lock(tx, id)?;
    let state = transition(row.kind, row.state, RequestStep::Fail)?;
    diesel::update(r::table.find(id))
        .set((
            r::state.eq(state),
            r::decided_at.eq(tx.now),
            r::problem.eq(serde_json::to_value(JobProblem::from(problem))?),
        ))
        .execute(&mut *tx.conn)?;
    tx.audit(PrepareCopy::NAME, row.subject(), json!({ "failed": problem.code }))
}

/// Makes a copy in the foreground. `false`: another process does. Blocks; takes two connections.
///
/// # Errors
/// 503 when the database is unavailable or the process ends; it stays to be made.
pub fn run_copy(app: &App, id: PersonalRequestId, stop: Option<&Stop>) -> Result<bool, Problem> {
    resumable::attempt(&Copying, app, id, stop)
}

/// Makes the copies that are asked for, and those that a killed process left.
pub const JOB: Job = Job {
    name: "personal_copies",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| resumable::sweep(&Copying, app, &stop).map(|()| false)))
    },
};
