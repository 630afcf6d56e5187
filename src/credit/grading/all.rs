//! The grading of all subjects: asked for by an officer, or by the platform when other rules come into force; long work that survives its process.

use crate::app::App;
use crate::conduct::entries::{each_enterprise, known_at_end_of};
use crate::conduct::score::{RuleBook, standing};
use crate::conduct::settings::ConductSettings;
use crate::core::ids::EnterpriseId;
use crate::core::secret::short_digest;
use crate::core::{Caller, Code, Problem};
use crate::credit::grading::ask::ask_of_platform;
use crate::credit::grading::row::{Grading, rows};
use crate::credit::grading::write::{Found, LOCK};
use crate::credit::grading::{read, some, surroundings, weights};
use crate::credit::ids::RegradingId;
use crate::credit::measures::follow;
use crate::credit::settings::CreditSettings;
use crate::credit::words::{RegradingState, RegradingStep};
use crate::db::schema::{credit_regrading as r, credit_stale, credit_subject};
use crate::db::{Command, Tx};
use crate::jobs::Stop;
use crate::jobs::resumable::{
    self, GaveUp, JobProblem, MOST_ATTEMPTS, Progress, ProgressSink, Resumable, gave_up, try_lock,
};
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is shown of a grading that was given up.
pub const GAVE_UP: GaveUp = (
    Code::Internal,
    "全部重新评定多次未能完成，已停止；请联系平台运营人员",
    "the grading of all could not be done and was stopped; ask the platform's operator",
);
/// Progress is said once in so many enterprises.
const SAY_EVERY: usize = 1_000;

/// A fingerprint of the rules and the method: where it is another one than that of the last grading, all are graded anew.
pub fn fingerprint(settings: &Settings) -> Result<String, Problem> {
    let both = (&settings.section::<ConductSettings>().rules, &settings.section::<CreditSettings>().methods);
    Ok(short_digest(&serde_json::to_vec(&both)?))
}

/// Asks for a grading of all where the rules are others than those of the last one. Done by the platform.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct WatchRules {}

impl Command for WatchRules {
    type Output = ();
    const NAME: &'static str = "watch_credit_rules";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let now = fingerprint(&Arc::clone(&tx.settings))?;
        let last: Option<Option<String>> = r::table
            .filter(r::state.eq(RegradingState::Done))
            .order(r::id.desc())
            .select(r::rules)
            .first(&mut *tx.conn)
            .optional()?;
        match last.flatten() {
            Some(last) if last == now => Ok(()),
            _ => ask_of_platform(tx, "信用规则变动 / the rules of credit changed"),
        }
    }
}

/// Grades all subjects, in one transaction. Gives `false` where another process does.
#[derive(Serialize)]
pub struct GradeAll<'a> {
    /// The grading.
    pub id: RegradingId,
    /// Is informed how far it is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<()>,
}

impl Command for GradeAll<'_> {
    type Output = bool;
    const NAME: &'static str = "grade_all_credit";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        if !resumable::take(tx, self.id.0)? {
            return Ok(false);
        }
        let (state, attempts): (RegradingState, i32) =
            r::table.find(self.id).select((r::state, r::attempts)).first(&mut *tx.conn)?;
        if !state.is_open() {
            return Ok(true);
        }
        if attempts >= MOST_ATTEMPTS {
            write_failure(tx, self.id, &gave_up(GAVE_UP))?;
            return Ok(true);
        }
        if !try_lock(&mut tx.conn, LOCK)? {
            return Ok(false);
        }
        let (found, rules) = grade(tx, self.progress)?;
        diesel::update(r::table.find(self.id))
            .set((
                r::state.eq(state.after(RegradingStep::Finish)?),
                r::finished_at.eq(tx.now),
                r::graded.eq(whole(found.graded)),
                r::changed.eq(whole(found.changed)),
                r::regraded.eq(whole(found.regraded)),
                r::rules.eq(rules),
            ))
            .execute(&mut *tx.conn)?;
        Ok(true)
    }
}

fn whole(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Grades all enterprises that have conduct, in the order in which their entries are read, and writes what differs.
fn grade(tx: &mut Tx, progress: &dyn ProgressSink<()>) -> Result<(Found, String), Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let (today, now) = (tx.today(), tx.now);
    let book = RuleBook::new(&settings.section::<ConductSettings>().rules);
    let rules = book.rules_on(today).ok_or_else(|| Problem::internal("there are no rules of credit"))?;
    let method = settings.section::<CreditSettings>().method_on(today);
    let method = method.ok_or_else(|| Problem::internal("there is no method of credit"))?;
    progress.step((), 0, 0)?;
    // All entries are sorted by their enterprise: in memory.
    tx.conn.batch_execute("SET LOCAL work_mem = '256MB'")?;
    catch_up(tx)?;
    // What is committed from here on stays noted; what was noted before is read below.
    diesel::delete(credit_stale::table.filter(credit_stale::from_day.le(today))).execute(&mut *tx.conn)?;
    let kept = read::all(&mut tx.conn)?;
    let around = surroundings::load(&mut tx.conn, &catalogue, None, today)?;
    let total = u64::try_from(kept.len()).unwrap_or(u64::MAX);
    let grading = Grading { book: &book, rules, day: today, now };
    let (mut found, mut done) = (Found::default(), 0_usize);
    // Also what was entered since this began and is committed: it is noted no more.
    each_enterprise(&mut tx.conn, known_at_end_of(today), &mut |id, entries| {
        let before = kept.get(&id).map(Vec::as_slice).unwrap_or_default();
        if let Some(place) = around.get(&id) {
            let standing = standing(entries, &book, today);
            let rows = rows(id, (&standing, entries), place, before, grading);
            found.take((before, rows), &standing, entries)?;
        }
        done += 1;
        if done.is_multiple_of(SAY_EVERY) {
            let done = u64::try_from(done).unwrap_or(u64::MAX);
            progress.step((), done, total.max(done))?;
        }
        Ok(())
    })?;
    let (moved, grades) = (std::mem::take(&mut found.moved), std::mem::take(&mut found.grades));
    found.write(&mut tx.conn)?;
    weights::say(&mut tx.conn, method, &grades)?;
    follow::follow(tx, &moved, rules)?;
    Ok((found, fingerprint(&settings)?))
}

/// Grades those one by one, on the days that have passed since, of whom a day that is over waits for its grading: nobody graded on it. Where they are
/// more than that is good for, what changed holds from today on.
fn catch_up(tx: &mut Tx) -> Result<(), Problem> {
    use credit_subject as s;
    let today = tx.today();
    let mut waiting: BTreeMap<EnterpriseId, BTreeSet<NaiveDate>> = BTreeMap::new();
    let noted: Vec<(EnterpriseId, NaiveDate)> = credit_stale::table
        .filter(credit_stale::from_day.lt(today))
        .limit(some::RATHER_ALL + 1)
        .select((credit_stale::enterprise_id, credit_stale::from_day))
        .load(&mut *tx.conn)?;
    let passed: Vec<(EnterpriseId, Option<NaiveDate>)> = s::table
        .filter(s::look_on.lt(today))
        .limit(some::RATHER_ALL + 1)
        .select((s::enterprise_id, s::look_on))
        .load(&mut *tx.conn)?;
    for (id, day) in noted.into_iter().chain(passed.into_iter().filter_map(|(id, day)| Some((id, day?)))) {
        waiting.entry(id).or_default().insert(day);
    }
    if i64::try_from(waiting.len()).is_ok_and(|count| count <= some::RATHER_ALL) {
        some::grade(tx, &waiting)?;
    }
    Ok(())
}

fn write_failure(tx: &mut Tx, id: RegradingId, problem: &Problem) -> Result<(), Problem> {
    let state: RegradingState = r::table.find(id).select(r::state).for_update().first(&mut *tx.conn)?;
    diesel::update(r::table.find(id))
        .set((
            r::state.eq(state.after(RegradingStep::Fail)?),
            r::finished_at.eq(tx.now),
            r::problem.eq(serde_json::to_value(JobProblem::from(problem))?),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Gradings of all as long work.
pub struct Regrading;

impl Resumable for Regrading {
    type Id = RegradingId;
    type Phase = ();
    const NAME: &'static str = "credit_regrading";
    const GAVE_UP: GaveUp = GAVE_UP;

    fn open(app: &App) -> Result<Vec<RegradingId>, Problem> {
        Ok(r::table
            .filter(r::state.eq_any(RegradingState::OPEN))
            .order(r::id)
            .select(r::id)
            .load(&mut *app.conn()?)?)
    }

    fn run(&self, app: &App, id: RegradingId, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Progress::<Self>::new(app, id, stop)?;
        app.execute(&Caller::system(), &GradeAll { id, progress: &progress })
    }

    fn begin(conn: &mut PgConnection, id: RegradingId, (): (), now: DateTime<Utc>) -> QueryResult<usize> {
        diesel::update(r::table.find(id).filter(r::state.eq_any(RegradingState::OPEN)))
            .set((
                r::state.eq(RegradingState::Running),
                r::started_at.eq(now),
                r::done.eq(0),
                r::attempts.eq(r::attempts + 1),
            ))
            .execute(conn)
    }

    fn write_progress(
        conn: &mut PgConnection,
        id: RegradingId,
        (): (),
        done: i32,
        total: i32,
    ) -> QueryResult<usize> {
        diesel::update(r::table.find(id).filter(r::state.eq_any(RegradingState::OPEN)))
            .set((r::done.eq(done), r::total.eq(total)))
            .execute(conn)
    }

    fn fail(tx: &mut Tx, id: RegradingId, problem: &Problem) -> Result<(), Problem> {
        let state: RegradingState = r::table.find(id).select(r::state).first(&mut *tx.conn)?;
        if state.is_open() { write_failure(tx, id, problem) } else { Ok(()) }
    }
}

/// Grades all in the foreground. `false`: another process does. Blocks; takes two connections.
///
/// # Errors
/// 503 when the database is unavailable or the process ends; it stays to be done.
pub fn run_regrading(app: &App, id: RegradingId, stop: Option<&Stop>) -> Result<bool, Problem> {
    resumable::attempt(&Regrading, app, id, stop)
}
