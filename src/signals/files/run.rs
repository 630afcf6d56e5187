//! Running the import of a file of signals, as a command of the platform itself.

use crate::app::App;
use crate::core::clock::{Clock, shanghai_date};
use crate::core::{Caller, Problem, Text};
use crate::db::schema::{signal, signal_import_row};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::jobs::resumable::{ProgressSink, sweep};
use crate::list_files::ListColumn;
use crate::list_files::fault::CellFault;
use crate::list_files::header::Header;
use crate::list_files::imports::load::Loader;
use crate::list_files::imports::run::{self, Kept, ListImport, Ran, Taken, Work};
use crate::list_files::imports::{Outcome, Tables};
use crate::list_files::place::Headings;
use crate::list_files::reader::Source;
use crate::list_files::reader::line::Line;
use crate::list_files::refusal::ImportError;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::settings::ImportSettings;
use crate::signals::enter::{enter, known_as_told, known_newer};
use crate::signals::feed::Feed;
use crate::signals::feeds;
use crate::signals::files::request::{SignalFile, TABLES, WAKE};
use crate::signals::ids::SignalImportId;
use crate::signals::list::complaints::{ComplaintColumn, refuse_cells, refuse_headings};
use crate::signals::list::penalties::{PenaltyColumn, person};
use crate::signals::list::{Rules, complaints, penalties, recalls};
use crate::signals::new_signal::{NewSignal, stored_id};
use crate::signals::settings::SignalSettings;
use crate::signals::source::SignalSource;
use crate::signals::strip::strip;
use crate::web::room::Job;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text as SqlText, Uuid as SqlUuid};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);
/// Most rows of a file: its signals are held in memory until all are read.
const MOST_ROWS: u64 = 50_000;
/// Progress is reported after so many signals.
const BATCH: usize = 256;

/// Runs one import, in one transaction. Gives `false` where another runner has it, `true` where it is at its end.
#[derive(Serialize)]
pub struct RunSignalImport<'a> {
    /// The import.
    pub id: SignalImportId,
    /// Is informed how far the run is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<()>,
    /// Says when the run ends: its transaction has one moment, that of its beginning.
    #[serde(skip)]
    pub clock: &'a dyn Clock,
}

impl Command for RunSignalImport<'_> {
    type Output = bool;
    const NAME: &'static str = "run_signal_import";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let work = |tx: &mut Tx, kept: &Kept, bytes: &[u8]| whole(tx, kept, bytes, self.progress);
        match run::run_bytes(tx, TABLES, self.id.0, self.progress, self.clock, work)? {
            Ran::Elsewhere => Ok(false),
            Ran::AtEnd => Ok(true),
            Ran::Ended(kept, told) => {
                let subject = Subject::new("signal_import", kept.id).in_region(&kept.region);
                tx.audit(Self::NAME, subject, told)?;
                Ok(true)
            }
        }
    }
}

/// Reads the file and enters its signals.
fn whole(
    tx: &mut Tx,
    kept: &Kept,
    bytes: &[u8],
    progress: &dyn ProgressSink<()>,
) -> Result<Taken, ImportError> {
    let said: SignalFile = serde_json::from_value(kept.defaults.clone()).map_err(Problem::from)?;
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let today = shanghai_date(tx.now);
    let in_force = settings.section::<SignalSettings>().on(today);
    let admitted = admissions::lock_in_force(&mut tx.conn)?;
    let rules = Rules {
        feed: said.feed,
        catalogue: &catalogue,
        rules: in_force.ok_or_else(|| Problem::internal("no rules of signals"))?,
        today,
        home: &kept.region,
        admitted: &admitted,
    };
    let table = feeds::table(said.feed, bytes)?;
    let source = Source::open(&table, settings.section::<ImportSettings>())?;
    match said.feed {
        Feed::SafetyGate | Feed::Cpsc | Feed::DomesticRecalls => {
            taken(tx, kept, &source, progress, &|header, line| recalls::read(header, line, rules))
        }
        Feed::Penalties => {
            taken(tx, kept, &source, progress, &|header, line| penalties::read(header, line, rules))
        }
        Feed::Complaints => {
            without_persons(&source)?;
            taken(tx, kept, &source, progress, &|header, line| complaints::read(header, line, rules))
        }
    }
}

/// Refuses a digest that has columns or cells of persons, before any of it is kept as a rejected row.
fn without_persons(source: &Source<'_>) -> Result<(), ImportError> {
    let lists = source.lists::<ComplaintColumn>()?;
    for table in &lists.tables {
        refuse_headings(&table.header.cells)?;
        source.rows(table, &mut |line| {
            refuse_cells(line)?;
            Ok(true)
        })?;
    }
    Ok(())
}

/// How a row is read.
type Read<'r, C> = &'r dyn Fn(&Header<C>, &Line) -> Result<NewSignal, Vec<CellFault<C>>>;

fn taken<C: ListColumn>(
    tx: &mut Tx,
    kept: &Kept,
    source: &Source<'_>,
    progress: &dyn ProgressSink<()>,
    read: Read<'_, C>,
) -> Result<Taken, ImportError> {
    let said: SignalFile = serde_json::from_value(kept.defaults.clone()).map_err(Problem::from)?;
    let settings = Arc::clone(&tx.settings);
    let limits = settings.section::<ImportSettings>();
    let loader = Loader {
        tables: TABLES,
        id: kept.id,
        max_rows: MOST_ROWS.min(limits.max_rows),
        max_bytes: limits.max_unpacked_bytes(),
    };
    let mut signals: Vec<(i32, NewSignal)> = Vec::new();
    let (mut loaded, lists) =
        loader.load::<C>(&mut tx.conn, source, progress, &mut |row_no, header, line| {
            signals.push((row_no, read(header, line)?));
            Ok(())
        })?;
    number_persons(&mut signals);
    let mut taken = Taken::default();
    // A check does all that an import does, and all of it is undone: so it says exactly what an import would do.
    if kept.dry_run {
        tx.conn.batch_execute("SAVEPOINT signal_check").map_err(Problem::from)?;
    }
    let total = u64::try_from(signals.len()).unwrap_or(u64::MAX);
    let mut late: BTreeMap<i32, CellFault<C>> = BTreeMap::new();
    let mut counts: BTreeMap<&str, (i32, &NewSignal)> = BTreeMap::new();
    let last: BTreeMap<&str, &NewSignal> =
        signals.iter().map(|(_, new)| (new.external_id.as_str(), new)).collect();
    let mut done = 0_u64;
    for batch in signals.chunks(BATCH) {
        for (row_no, new) in batch {
            if let Some(fault) = another_count(&mut counts, *row_no, new, &loaded.headings) {
                late.insert(*row_no, fault);
                continue;
            }
            if let Some(fault) = of_another_region(tx, kept, new)? {
                late.insert(*row_no, fault);
                continue;
            }
            // What a later row of the file tells anew stands already, where the file came before. Of counts a later row tells nothing anew.
            let told_again = new.source != SignalSource::Complaint;
            let known = match last.get(new.external_id.as_str()) {
                Some(newest) if told_again && !std::ptr::eq(*newest, new) => known_as_told(tx, newest)?,
                _ => None,
            };
            // An earlier report, read after a later one, does not take back what that adds.
            let known = match known {
                None if said.feed == Feed::SafetyGate => known_newer(tx, new)?,
                known => known,
            };
            let entered = match known {
                Some(known) => known,
                None => enter(tx, new)?,
            };
            match entered.outcome {
                Outcome::Inserted => taken.inserted += 1,
                Outcome::Updated => taken.updated += 1,
                Outcome::Unchanged => taken.unchanged += 1,
            }
            diesel::insert_into(signal_import_row::table)
                .values((
                    signal_import_row::import_id.eq(SignalImportId(kept.id)),
                    signal_import_row::row_no.eq(*row_no),
                    signal_import_row::signal_id.eq(entered.id),
                    signal_import_row::outcome.eq(entered.outcome),
                    signal_import_row::version.eq(entered.version),
                    signal_import_row::before.eq(entered.before),
                ))
                .execute(&mut *tx.conn)
                .map_err(Problem::from)?;
        }
        done = done.saturating_add(u64::try_from(batch.len()).unwrap_or(0));
        progress.step((), done, total)?;
    }
    if kept.dry_run {
        tx.conn.batch_execute("ROLLBACK TO SAVEPOINT signal_check").map_err(Problem::from)?;
    }
    loader.reject(&mut tx.conn, source, &lists, late, &mut loaded)?;
    let parties = if said.feed == Feed::Penalties { parties(&loaded.headings) } else { Vec::new() };
    strip_rejections(tx, kept.id, &loaded.headings, &parties)?;
    taken.besides = json!({ "feed": kept.defaults.get("feed") });
    taken.loaded = loaded;
    Ok(taken)
}

/// A rejected row in which a person may be named.
#[derive(QueryableByName)]
struct Rejected {
    #[diesel(sql_type = Integer)]
    row_no: i32,
    #[diesel(sql_type = Integer)]
    ordinal: i32,
    #[diesel(sql_type = SqlText)]
    value: String,
    #[diesel(sql_type = Nullable<Jsonb>)]
    cells: Option<Value>,
}

/// What stands in place of the name of a party that is a person; a file with it can be imported.
const PERSON: &str = "个人";
/// Rejected rows that are held at once.
const AT_ONCE: i64 = 1_000;

/// The places of the parties in the rows of each list of penalties.
fn parties(headings: &Headings) -> Vec<Option<usize>> {
    let is_party = |cell: &String| {
        PenaltyColumn::of(cell).or_else(|| PenaltyColumn::like(cell)) == Some(PenaltyColumn::Party)
    };
    headings.0.iter().map(|heading| heading.cells.iter().position(is_party)).collect()
}

/// Takes persons out of the rows that were not taken, as out of those that were.
fn strip_rejections(
    tx: &mut Tx,
    id: Uuid,
    headings: &Headings,
    parties: &[Option<usize>],
) -> Result<(), Problem> {
    let mut last = (-1, -1);
    // Whose row the values without cells of their own belong to.
    let mut named: (i32, Option<String>) = (-1, None);
    loop {
        let found: Vec<Rejected> = diesel::sql_query(
            "SELECT row_no, ordinal, value, cells FROM signal_import_rejection \
             WHERE import_id = $1 AND (row_no, ordinal) > ($2, $3) ORDER BY row_no, ordinal LIMIT $4",
        )
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(last.0)
        .bind::<Integer, _>(last.1)
        .bind::<BigInt, _>(AT_ONCE)
        .load(&mut *tx.conn)?;
        let Some(end) = found.last() else { return Ok(()) };
        last = (end.row_no, end.ordinal);
        for row in found {
            if row.row_no != named.0 {
                let (list, _) = headings.place(row.row_no);
                let place = parties.get(list).copied().flatten();
                let cell = place.zip(row.cells.as_ref()).and_then(|(place, cells)| cells.get(place));
                named = (row.row_no, cell.and_then(Value::as_str).and_then(person).map(str::to_owned));
            }
            let bare = |text: &str| match &named.1 {
                Some(name) => strip(&text.replace(name.as_str(), PERSON)),
                None => strip(text),
            };
            let cells = row.cells.as_ref().map(|cells| match cells {
                Value::Array(cells) => {
                    let cells = cells.iter().map(|cell| match cell {
                        Value::String(text) => Value::String(bare(text)),
                        other => other.clone(),
                    });
                    Value::Array(cells.collect())
                }
                other => other.clone(),
            });
            let value = bare(&row.value);
            if value == row.value && cells == row.cells {
                continue;
            }
            diesel::sql_query(
                "UPDATE signal_import_rejection SET value = $4, cells = $5 \
                 WHERE import_id = $1 AND row_no = $2 AND ordinal = $3",
            )
            .bind::<SqlUuid, _>(id)
            .bind::<Integer, _>(row.row_no)
            .bind::<Integer, _>(row.ordinal)
            .bind::<SqlText, _>(value)
            .bind::<Nullable<Jsonb>, _>(cells)
            .execute(&mut *tx.conn)?;
        }
    }
}

/// Tells persons apart who are fined by one decision: they are not named, so the second and all after it are numbered in the order of the file.
fn number_persons(signals: &mut [(i32, NewSignal)]) {
    let mut known: BTreeMap<String, BTreeMap<(String, String), usize>> = BTreeMap::new();
    for (_, new) in signals {
        if new.source != SignalSource::Penalty || new.named.maker.is_some() {
            continue;
        }
        let told = known.entry(new.external_id.clone()).or_default();
        let next = told.len();
        let place = *told.entry((new.title.clone(), new.text.clone())).or_insert(next);
        if place > 0 {
            new.external_id = format!("{} {}", new.external_id, place.saturating_add(1));
        }
    }
}

/// Why a count of complaints is not taken that the file tells twice in different ways: which of them holds is not known, and together they might
/// count the same complaints twice.
fn another_count<'s, C: ListColumn>(
    counts: &mut BTreeMap<&'s str, (i32, &'s NewSignal)>,
    row_no: i32,
    new: &'s NewSignal,
    headings: &Headings,
) -> Option<CellFault<C>> {
    if new.source != SignalSource::Complaint {
        return None;
    }
    let (first, known) = *counts.entry(new.external_id.as_str()).or_insert((row_no, new));
    if known.named.count == new.named.count {
        return None;
    }
    let (_, first) = headings.place(first);
    Some(CellFault {
        column: None,
        value: new.named.count.unwrap_or_default().to_string(),
        code: RejectionCode::DuplicateRow,
        reason: Text::new(
            format!("与第 {first} 行的月份、地区、产品和事项相同而件数不同，请合并或更正"),
            format!(
                "row {first} has the same month, region, product and item with another count; join or correct them"
            ),
        ),
    })
}

/// Why a signal is not changed from here that another region entered.
fn of_another_region<C: ListColumn>(
    tx: &mut Tx,
    kept: &Kept,
    new: &NewSignal,
) -> Result<Option<CellFault<C>>, Problem> {
    let home: Option<String> = signal::table
        .filter(signal::source.eq(new.source))
        .filter(signal::external_id.eq(stored_id(&new.external_id)))
        .select(signal::home)
        .first(&mut *tx.conn)
        .optional()?;
    let strange = home.is_some_and(|home| !tx.catalogue.regions.contains(&kept.region, &home));
    Ok(strange.then(|| CellFault {
        column: None,
        value: new.external_id.clone(),
        code: RejectionCode::SignalOfAnotherRegion,
        reason: Text::new(
            "该编号的信息已由其他地区登记",
            "another region has entered the signal of this number",
        ),
    }))
}

struct SignalImport;

impl ListImport for SignalImport {
    const NAME: &'static str = "signal_import";
    const TABLES: Tables = TABLES;

    fn run(app: &App, id: Uuid, progress: &dyn ProgressSink<()>) -> Result<bool, Problem> {
        let command = RunSignalImport { id: SignalImportId(id), progress, clock: app.clock() };
        app.execute(&Caller::system(), &command)
    }

    fn gave_up(tx: &mut Tx, import: &Kept, told: Value) -> Result<(), Problem> {
        let subject = Subject::new("signal_import", import.id).in_region(&import.region);
        tx.audit(RunSignalImport::NAME, subject, told)
    }
}

/// Imports the files that were asked for, and those that a killed process left. When the server stops, a run that is under way is undone and
/// stays to be run.
pub const JOB: Job = Job {
    name: "signal_import",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(&Work::<SignalImport>::new(), app, &stop).map(|()| false)))
    },
};
