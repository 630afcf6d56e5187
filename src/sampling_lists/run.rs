//! The job that imports sampling lists.

use crate::app::App;
use crate::core::{Caller, Problem};
use crate::db::Tx;
use crate::jobs::resumable::{ProgressSink, sweep};
use crate::list_files::imports::Tables;
use crate::list_files::imports::run::{Kept, ListImport, Work};
use crate::sampling_lists::execute::{RunSamplingList, tell};
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::request::{TABLES, WAKE};
use crate::web::room::Job;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long the worker waits when nothing wakes it.
const POLL: Duration = Duration::from_secs(2);

struct SamplingImport;

impl ListImport for SamplingImport {
    const NAME: &'static str = "sampling_list";
    const TABLES: Tables = TABLES;

    fn run(app: &App, id: Uuid, progress: &dyn ProgressSink<()>) -> Result<bool, Problem> {
        let command = RunSamplingList { id: SamplingListId(id), progress, clock: app.clock() };
        app.execute(&Caller::system(), &command)
    }

    fn gave_up(tx: &mut Tx, import: &Kept, told: Value) -> Result<(), Problem> {
        tell(tx, import, told)
    }
}

/// Imports the lists that were asked for, and those that a killed process left. When the server stops, a run that is under way is undone and
/// stays to be run.
pub const JOB: Job = Job {
    name: "sampling_list",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(&Work::<SamplingImport>::new(), app, &stop).map(|()| false)))
    },
};
