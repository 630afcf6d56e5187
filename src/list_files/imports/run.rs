//! Running an import to its end, in one transaction.

use crate::app::App;
use crate::core::clock::Clock;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem};
use crate::db::Tx;
use crate::jobs::Stop;
use crate::jobs::resumable::{
    self, GaveUp, JobProblem, MOST_ATTEMPTS, Progress, ProgressSink, Resumable, gave_up,
};
use crate::list_files::imports::load::Loaded;
use crate::list_files::imports::state::{ImportStep, transition};
use crate::list_files::imports::{ImportState, Tables, checked};
use crate::list_files::reader::Source;
use crate::list_files::refusal::ImportError;
use crate::list_files::settings::ImportSettings;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::{Value, json};
use std::marker::PhantomData;
use std::sync::Arc;
use uuid::Uuid;

/// What is shown of an import that could not be brought to its end.
pub const GAVE_UP: GaveUp = (
    Code::ImportGaveUp,
    "导入多次未能完成，已停止；请联系平台运营人员",
    "the import could not be brought to its end and was stopped; ask the platform's operator",
);

/// An import that is run.
#[derive(Debug, Clone, QueryableByName)]
pub struct Kept {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Who asked for it.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub requested_by: Option<AccountId>,
    /// The region of who asked for it.
    #[diesel(sql_type = Text)]
    pub region: String,
    /// Whether nothing but a report is to come of it.
    #[diesel(sql_type = Bool)]
    pub dry_run: bool,
    /// What was said with the upload.
    #[diesel(sql_type = Jsonb)]
    pub defaults: Value,
    /// Its state.
    #[diesel(sql_type = Text)]
    pub state: ImportState,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

/// What came of a file that was taken.
#[derive(Debug, Default)]
pub struct Taken {
    /// What was read, with the rows that were rejected.
    pub loaded: Loaded,
    /// Rows that tell something new.
    pub inserted: u64,
    /// Rows that changed what stood.
    pub updated: u64,
    /// Rows that told nothing new.
    pub unchanged: u64,
    /// What the audit is told besides.
    pub besides: Value,
}

/// What became of a run.
#[derive(Debug)]
pub enum Ran {
    /// Another process runs it.
    Elsewhere,
    /// It was at its end already.
    AtEnd,
    /// It came to its end, done or refused: what the audit is told.
    Ended(Box<Kept>, Value),
}

#[derive(QueryableByName)]
struct File {
    #[diesel(sql_type = Nullable<diesel::sql_types::Binary>)]
    file: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct Started {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    started_at: Option<DateTime<Utc>>,
}

fn kept(conn: &mut PgConnection, tables: Tables, id: Uuid) -> QueryResult<Kept> {
    let sql = format!(
        "SELECT id, requested_by, region, dry_run, defaults, state, attempts FROM {} WHERE id = $1",
        tables.imports
    );
    diesel::sql_query(sql).bind::<SqlUuid, _>(id).get_result(conn)
}

/// Runs an import. `work` reads the source and brings its rows in; what it did is undone where the file is refused.
///
/// # Errors
/// 503 where it stays to be run again; 500 where the program has failed.
pub fn run(
    tx: &mut Tx,
    tables: Tables,
    id: Uuid,
    progress: &dyn ProgressSink<()>,
    clock: &dyn Clock,
    work: impl FnOnce(&mut Tx, &Kept, &Source<'_>) -> Result<Taken, ImportError>,
) -> Result<Ran, Problem> {
    run_bytes(tx, tables, id, progress, clock, |tx, import, bytes| {
        let settings = Arc::clone(&tx.settings);
        let source = Source::open(bytes, settings.section::<ImportSettings>())?;
        work(tx, import, &source)
    })
}

/// The same of a file that `work` opens itself, as it need not be a table as it stands.
///
/// # Errors
/// As [`run`].
pub fn run_bytes(
    tx: &mut Tx,
    tables: Tables,
    id: Uuid,
    progress: &dyn ProgressSink<()>,
    clock: &dyn Clock,
    work: impl FnOnce(&mut Tx, &Kept, &[u8]) -> Result<Taken, ImportError>,
) -> Result<Ran, Problem> {
    if !resumable::take(tx, id)? {
        return Ok(Ran::Elsewhere);
    }
    let mut import = kept(&mut tx.conn, tables, id)?;
    if !import.state.is_open() {
        return Ok(Ran::AtEnd);
    }
    if import.attempts >= MOST_ATTEMPTS {
        let told = write_failure(tx, tables, &import, &gave_up(GAVE_UP), clock.now())?;
        return Ok(Ran::Ended(Box::new(import), told));
    }
    import.state = transition(import.state, ImportStep::Begin)?;
    progress.step((), 0, 0)?;
    let file: File = diesel::sql_query(format!("SELECT file FROM {} WHERE id = $1", tables.imports))
        .bind::<SqlUuid, _>(id)
        .get_result(&mut *tx.conn)?;
    let bytes = file.file.unwrap_or_default();
    // A refusal may come after many rows: they are undone, the refusal is kept.
    tx.conn.batch_execute("SAVEPOINT list_import")?;
    let taken = work(tx, &import, &bytes);
    let told = match taken {
        Ok(taken) => {
            tx.conn.batch_execute("RELEASE SAVEPOINT list_import")?;
            finish(tx, tables, &import, taken, clock.now())?
        }
        Err(ImportError::Refused(refusal)) => {
            tx.conn.batch_execute("ROLLBACK TO SAVEPOINT list_import")?;
            write_failure(tx, tables, &import, &refusal.into(), clock.now())?
        }
        Err(ImportError::Failed(problem)) => return Err(problem),
    };
    Ok(Ran::Ended(Box::new(import), told))
}

/// Marks an import as failed permanently, unless another process runs it or it has ended; gives what the audit is told.
///
/// # Errors
/// When the database refuses.
pub fn fail(
    tx: &mut Tx,
    tables: Tables,
    id: Uuid,
    problem: &Problem,
) -> Result<Option<(Kept, Value)>, Problem> {
    if !resumable::try_lock(&mut tx.conn, id)? {
        return Ok(None);
    }
    let import = kept(&mut tx.conn, tables, id)?;
    if !import.state.is_open() {
        return Ok(None);
    }
    let now = tx.now;
    let told = write_failure(tx, tables, &import, problem, now)?;
    Ok(Some((import, told)))
}

/// When a run ends that is at its end now. It was noted as begun by a second connection, whose server may have another clock.
fn ended(tx: &mut Tx, tables: Tables, id: Uuid, now: DateTime<Utc>) -> QueryResult<DateTime<Utc>> {
    let sql = format!("SELECT started_at FROM {} WHERE id = $1", tables.imports);
    let started: Started = diesel::sql_query(sql).bind::<SqlUuid, _>(id).get_result(&mut *tx.conn)?;
    Ok(started.started_at.map_or(now, |started| started.max(now)))
}

fn finish(
    tx: &mut Tx,
    tables: Tables,
    import: &Kept,
    taken: Taken,
    now: DateTime<Utc>,
) -> Result<Value, Problem> {
    let state = transition(import.state, ImportStep::Finish)?;
    let count = |n: u64| i32::try_from(n).map_err(Problem::internal);
    let ended = ended(tx, tables, import.id, now)?;
    let Taken { loaded, inserted, updated, unchanged, besides } = taken;
    diesel::sql_query(format!(
        "UPDATE {} SET state = $2, total = $3, processed = $3, rows = $3, inserted = $4, updated = $5, unchanged = $6, \
             rejected = $7, not_records = $8, header = $9, warnings = $10, finished_at = $11, \
             file = CASE WHEN dry_run THEN file END \
         WHERE id = $1",
        tables.imports
    ))
    .bind::<SqlUuid, _>(import.id)
    .bind::<Text, _>(state.as_str())
    .bind::<Integer, _>(count(loaded.rows)?)
    .bind::<Integer, _>(count(inserted)?)
    .bind::<Integer, _>(count(updated)?)
    .bind::<Integer, _>(count(unchanged)?)
    .bind::<Integer, _>(count(loaded.rejected)?)
    .bind::<Integer, _>(count(loaded.not_records)?)
    .bind::<Jsonb, _>(serde_json::to_value(&loaded.headings)?)
    .bind::<Jsonb, _>(serde_json::to_value(&loaded.warnings)?)
    .bind::<Timestamptz, _>(ended)
    .execute(&mut *tx.conn)?;
    if import.dry_run {
        checked::keep(tx, tables, import.id, ended)?;
    }
    let mut told = json!({
        "dry_run": import.dry_run, "rows": loaded.rows, "inserted": inserted, "updated": updated,
        "unchanged": unchanged, "rejected": loaded.rejected, "not_records": loaded.not_records,
    });
    if let (Some(told), Value::Object(besides)) = (told.as_object_mut(), besides) {
        told.extend(besides);
    }
    Ok(told)
}

/// Writes down why the file as a whole is not taken. This is an end, too: it is committed.
fn write_failure(
    tx: &mut Tx,
    tables: Tables,
    import: &Kept,
    problem: &Problem,
    now: DateTime<Utc>,
) -> Result<Value, Problem> {
    let state = transition(import.state, ImportStep::Fail)?;
    let shown = JobProblem::from(problem);
    let ended = ended(tx, tables, import.id, now)?;
    diesel::sql_query(format!(
        "UPDATE {} SET state = $2, file = NULL, problem = $3, finished_at = $4 WHERE id = $1",
        tables.imports
    ))
    .bind::<SqlUuid, _>(import.id)
    .bind::<Text, _>(state.as_str())
    .bind::<Jsonb, _>(serde_json::to_value(&shown)?)
    .bind::<Timestamptz, _>(ended)
    .execute(&mut *tx.conn)?;
    Ok(json!({ "dry_run": import.dry_run, "refused": shown.code }))
}

/// A room's imports as long work.
pub trait ListImport: Sized + Send + Sync + 'static {
    /// What the log calls it.
    const NAME: &'static str;
    /// The tables of the room.
    const TABLES: Tables;

    /// Runs one by the room's command. `false`: another process runs it.
    ///
    /// # Errors
    /// 503 where it stays to be run again; 500 where the program has failed.
    fn run(app: &App, id: Uuid, progress: &dyn ProgressSink<()>) -> Result<bool, Problem>;

    /// Writes into the audit that an import was given up: what it is told.
    ///
    /// # Errors
    /// When the database refuses.
    fn gave_up(tx: &mut Tx, import: &Kept, told: Value) -> Result<(), Problem>;
}

/// The work of a room's job.
pub struct Work<I>(PhantomData<I>);

impl<I> Work<I> {
    /// The work.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<I> Default for Work<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: ListImport> Resumable for Work<I> {
    type Id = Uuid;
    type Phase = ();
    const NAME: &'static str = I::NAME;
    const GAVE_UP: GaveUp = GAVE_UP;

    fn open(app: &App) -> Result<Vec<Uuid>, Problem> {
        #[derive(QueryableByName)]
        struct Open {
            #[diesel(sql_type = SqlUuid)]
            id: Uuid,
        }
        let sql =
            format!("SELECT id FROM {} WHERE state IN ('queued', 'running') ORDER BY id", I::TABLES.imports);
        let open: Vec<Open> = diesel::sql_query(sql).load(&mut *app.conn()?)?;
        Ok(open.into_iter().map(|row| row.id).collect())
    }

    fn run(&self, app: &App, id: Uuid, stop: Option<&Stop>) -> Result<bool, Problem> {
        let progress = Progress::<Self>::new(app, id, stop)?;
        I::run(app, id, &progress)
    }

    fn begin(conn: &mut PgConnection, id: Uuid, (): (), now: DateTime<Utc>) -> QueryResult<usize> {
        let sql = format!(
            "UPDATE {} SET state = 'running', started_at = $2, processed = 0, attempts = attempts + 1 WHERE id = $1",
            I::TABLES.imports
        );
        diesel::sql_query(sql).bind::<SqlUuid, _>(id).bind::<Timestamptz, _>(now).execute(conn)
    }

    fn write_progress(
        conn: &mut PgConnection,
        id: Uuid,
        (): (),
        done: i32,
        total: i32,
    ) -> QueryResult<usize> {
        let sql = format!("UPDATE {} SET processed = $2, total = $3 WHERE id = $1", I::TABLES.imports);
        diesel::sql_query(sql)
            .bind::<SqlUuid, _>(id)
            .bind::<Integer, _>(done)
            .bind::<Integer, _>(total)
            .execute(conn)
    }

    fn fail(tx: &mut Tx, id: Uuid, problem: &Problem) -> Result<(), Problem> {
        match fail(tx, I::TABLES, id, problem)? {
            Some((import, told)) => I::gave_up(tx, &import, told),
            None => Ok(()),
        }
    }
}
