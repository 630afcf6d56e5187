//! Running the import of a file with entries of a register, as a command of the platform itself.

use crate::app::App;
use crate::campaigns::entry::{
    Checked, Known, MOST, NewSubject, Ruled, Taken as Entered, Wrong, schools, write,
};
use crate::campaigns::ids::{CampaignImportId, SubjectId};
use crate::campaigns::imports::request::{RegisterFile, TABLES, WAKE};
use crate::campaigns::register_list::{self, Fault, RegisterColumn};
use crate::campaigns::store::{hold_for_import, not_under_way};
use crate::core::clock::{Clock, shanghai_date};
use crate::core::{Caller, Code, Problem, Text};
use crate::db::schema::campaign_import_row;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::jobs::resumable::{ProgressSink, sweep};
use crate::list_files::cells::Cells;
use crate::list_files::fault::cut;
use crate::list_files::imports::load::Loader;
use crate::list_files::imports::run::{self, Kept, ListImport, Ran, Taken, Work};
use crate::list_files::imports::{Outcome, Tables};
use crate::list_files::reader::Source;
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::settings::ImportSettings;
use crate::web::room::Job;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);
/// Most rows of a file: as many as the greatest register has.
const MOST_ROWS: u64 = 20_000;
/// Rows of what became of rows that are written by one statement.
const AT_ONCE: usize = 2_000;

/// Runs one import, in one transaction. Gives `false` where another runner has it, `true` where it is at its end.
#[derive(Serialize)]
pub struct RunCampaignImport<'a> {
    /// The import.
    pub id: CampaignImportId,
    /// Is informed how far the run is; it may end it.
    #[serde(skip)]
    pub progress: &'a dyn ProgressSink<()>,
    /// Says when the run ends: its transaction has one moment, that of its beginning.
    #[serde(skip)]
    pub clock: &'a dyn Clock,
}

impl Command for RunCampaignImport<'_> {
    type Output = bool;
    const NAME: &'static str = "run_campaign_import";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let ran = run::run(tx, TABLES, self.id.0, self.progress, self.clock, |tx, kept, source| {
            register(tx, kept, source, self.progress)
        })?;
        match ran {
            Ran::Elsewhere => Ok(false),
            Ran::AtEnd => Ok(true),
            Ran::Ended(kept, told) => {
                let subject = Subject::new("campaign_import", kept.id).in_region(&kept.region);
                tx.audit(Self::NAME, subject, told)?;
                Ok(true)
            }
        }
    }
}

/// Reads the file and enters what it holds.
fn register(
    tx: &mut Tx,
    kept: &Kept,
    source: &Source<'_>,
    progress: &dyn ProgressSink<()>,
) -> Result<Taken, ImportError> {
    let said: RegisterFile = serde_json::from_value(kept.defaults.clone()).map_err(Problem::from)?;
    let by = kept.requested_by.ok_or_else(|| Problem::internal("a register that nobody sent in"))?;
    let (campaign, under_way) = hold_for_import(tx, said.campaign)?;
    if !under_way {
        return Err(Refusal::NotTaken(Code::CampaignState, not_under_way()).into());
    }
    let rules = campaign.rules(tx)?;
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let schools = schools(tx, campaign.id)?;
    let admitted = admissions::lock_in_force(&mut tx.conn)?;
    let ground = Ruled {
        campaign: &campaign,
        rules: &rules,
        schools: &schools,
        catalogue: &catalogue,
        own_region: &kept.region,
        admitted: &admitted,
    };
    let limits = settings.section::<ImportSettings>();
    let loader = Loader {
        tables: TABLES,
        id: kept.id,
        max_rows: MOST_ROWS.min(limits.max_rows),
        max_bytes: limits.max_unpacked_bytes(),
    };
    let today = shanghai_date(tx.now);
    let mut entries: Vec<(i32, Checked)> = Vec::new();
    let (mut loaded, lists) =
        loader.load::<RegisterColumn>(&mut tx.conn, source, progress, &mut |row_no, header, line| {
            let given = register_list::read(header, line, &catalogue, today)?;
            let (entry, wrong) = ground.check(&given);
            if wrong.is_empty() {
                entries.push((row_no, entry));
                return Ok(());
            }
            let cells = Cells::of(header, line, today);
            let fault = |wrong: Wrong| Fault {
                column: Some(wrong.column),
                value: cut(&cells.raw(wrong.column)),
                code: wrong.code,
                reason: wrong.reason,
            };
            Err(wrong.into_iter().map(fault).collect())
        })?;
    // A check does all that an import does, and all of it is undone: so it says exactly what an import would do.
    if kept.dry_run {
        tx.conn.batch_execute("SAVEPOINT register_check").map_err(Problem::from)?;
    }
    let mut known = Known::of(tx, campaign.id)?;
    let mut taken = Taken::default();
    let (mut new, mut rows): (Vec<NewSubject>, Vec<(i32, SubjectId, Outcome)>) = (Vec::new(), Vec::new());
    let (mut late, mut doubles): (BTreeMap<i32, Fault>, u64) = (BTreeMap::new(), 0);
    for (row_no, entry) in entries {
        if !known.has_room_for(&entry) {
            late.insert(row_no, full());
            continue;
        }
        match known.take(entry, &rules) {
            Entered::Known(id) => {
                taken.unchanged += 1;
                rows.push((row_no, id, Outcome::Unchanged));
            }
            Entered::New(subject) => {
                taken.inserted += 1;
                doubles += u64::from(subject.is_double());
                rows.push((row_no, subject.id, Outcome::Inserted));
                new.push(*subject);
            }
        }
    }
    write(tx, campaign.id, &new, by)?;
    note(tx, CampaignImportId(kept.id), &rows)?;
    if kept.dry_run {
        tx.conn.batch_execute("ROLLBACK TO SAVEPOINT register_check").map_err(Problem::from)?;
    }
    loader.reject(&mut tx.conn, source, &lists, late, &mut loaded)?;
    taken.besides = json!({ "campaign": campaign.name, "doubles": doubles });
    taken.loaded = loaded;
    Ok(taken)
}

/// Why an entry is not taken into a register that is full.
fn full() -> Fault {
    Fault {
        column: None,
        value: String::new(),
        code: RejectionCode::RegisterFull,
        reason: Text::new(
            format!("名录已满，最多 {MOST} 条"),
            format!("the register is full: it has at most {MOST} entries"),
        ),
    }
}

/// Writes down what became of rows.
fn note(tx: &mut Tx, id: CampaignImportId, rows: &[(i32, SubjectId, Outcome)]) -> Result<(), Problem> {
    use campaign_import_row as r;
    for some in rows.chunks(AT_ONCE) {
        let rows: Vec<_> = some
            .iter()
            .map(|(row_no, subject, outcome)| {
                (
                    r::import_id.eq(id),
                    r::row_no.eq(*row_no),
                    r::subject_id.eq(*subject),
                    r::outcome.eq(*outcome),
                )
            })
            .collect();
        diesel::insert_into(r::table).values(rows).execute(&mut *tx.conn)?;
    }
    Ok(())
}

struct CampaignImport;

impl ListImport for CampaignImport {
    const NAME: &'static str = "campaign_import";
    const TABLES: Tables = TABLES;

    fn run(app: &App, id: Uuid, progress: &dyn ProgressSink<()>) -> Result<bool, Problem> {
        let command = RunCampaignImport { id: CampaignImportId(id), progress, clock: app.clock() };
        app.execute(&Caller::system(), &command)
    }

    fn gave_up(tx: &mut Tx, import: &Kept, told: Value) -> Result<(), Problem> {
        let subject = Subject::new("campaign_import", import.id).in_region(&import.region);
        tx.audit(RunCampaignImport::NAME, subject, told)
    }
}

/// Imports the files that were asked for, and those that a killed process left. When the server stops, a run that is under way is undone and
/// stays to be run.
pub const JOB: Job = Job {
    name: "campaign_import",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(&Work::<CampaignImport>::new(), app, &stop).map(|()| false)))
    },
};
