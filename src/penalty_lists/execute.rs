//! Running the import of a penalty list, as a command of the platform itself.

use crate::app::App;
use crate::core::clock::{Clock, shanghai_date};
use crate::core::{Caller, Problem};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::jobs::resumable::{ProgressSink, sweep};
use crate::list_files::imports::Tables;
use crate::list_files::imports::load::Loader;
use crate::list_files::imports::run::{self, Kept, ListImport, Ran, Taken, Work};
use crate::list_files::reader::Source;
use crate::list_files::refusal::ImportError;
use crate::list_files::settings::ImportSettings;
use crate::penalty_lists::ids::PenaltyListId;
use crate::penalty_lists::list::column::Column;
use crate::penalty_lists::list::row::{Defaults, Rules, read};
use crate::penalty_lists::merge::Merge;
use crate::penalty_lists::request::{TABLES, WAKE};
use crate::penalty_lists::settings::PenaltyListSettings;
use crate::web::room::Job;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);

/// Most rows of a penalty list: its penalties are held in memory until all are read, about one kilobyte each.
const MOST_ROWS: u64 = 100_000;

/// Runs one import, in one transaction. Gives `false` where another runner has it, `true` where it is at its end.
#[derive(Serialize)]
pub struct RunPenaltyList<'a> {
    /// The list to import.
    pub id: PenaltyListId,
    /// Is informed how far the run is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<()>,
    /// Says when the run ends: its transaction has one moment, that of its beginning.
    #[serde(skip)]
    pub clock: &'a dyn Clock,
}

impl Command for RunPenaltyList<'_> {
    type Output = bool;
    const NAME: &'static str = "run_penalty_list";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let work = |tx: &mut Tx, kept: &Kept, source: &Source<'_>| whole(tx, kept, source, self.progress);
        match run::run(tx, TABLES, self.id.0, self.progress, self.clock, work)? {
            Ran::Elsewhere => Ok(false),
            Ran::AtEnd => Ok(true),
            Ran::Ended(kept, told) => {
                let subject = Subject::new("penalty_list", kept.id).in_region(&kept.region);
                tx.audit(Self::NAME, subject, told)?;
                Ok(true)
            }
        }
    }
}

/// Reads the file and brings its penalties in.
fn whole(
    tx: &mut Tx,
    kept: &Kept,
    source: &Source<'_>,
    progress: &dyn ProgressSink<()>,
) -> Result<Taken, ImportError> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let limits = settings.section::<ImportSettings>();
    let defaults: Defaults = serde_json::from_value(kept.defaults.clone()).map_err(Problem::from)?;
    let admitted = admissions::lock_in_force(&mut tx.conn)?;
    let rules = Rules {
        catalogue: &catalogue,
        settings: settings.section::<PenaltyListSettings>(),
        today: shanghai_date(tx.now),
        defaults: &defaults,
        admitted: &admitted,
    };
    let loader = Loader {
        tables: TABLES,
        id: kept.id,
        max_rows: MOST_ROWS.min(limits.max_rows),
        max_bytes: limits.max_unpacked_bytes(),
    };
    let mut penalties = Vec::new();
    let (mut loaded, lists) =
        loader.load::<Column>(&mut tx.conn, source, progress, &mut |row_no, header, line| {
            penalties.push((row_no, read(header, line, rules)?));
            Ok(())
        })?;
    let merge = Merge { list: PenaltyListId(kept.id), scope: &kept.region, write: !kept.dry_run };
    let merged = merge.take_in(tx, penalties)?;
    loader.reject(&mut tx.conn, source, &lists, merged.rejected, &mut loaded)?;
    Ok(Taken {
        loaded,
        inserted: merged.inserted,
        updated: merged.updated,
        unchanged: merged.unchanged,
        besides: json!({ "entered": merged.entered, "open": merged.open }),
    })
}

struct PenaltyImport;

impl ListImport for PenaltyImport {
    const NAME: &'static str = "penalty_list";
    const TABLES: Tables = TABLES;

    fn run(app: &App, id: Uuid, progress: &dyn ProgressSink<()>) -> Result<bool, Problem> {
        let command = RunPenaltyList { id: PenaltyListId(id), progress, clock: app.clock() };
        app.execute(&Caller::system(), &command)
    }

    fn gave_up(tx: &mut Tx, import: &Kept, told: Value) -> Result<(), Problem> {
        let subject = Subject::new("penalty_list", import.id).in_region(&import.region);
        tx.audit(RunPenaltyList::NAME, subject, told)
    }
}

/// Imports the lists that were asked for, and those that a killed process left. When the server stops, a run that is under way is undone and
/// stays to be run.
pub const JOB: Job = Job {
    name: "penalty_list",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(&Work::<PenaltyImport>::new(), app, &stop).map(|()| false)))
    },
};
