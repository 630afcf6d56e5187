//! Scans what could not be scanned when it came, and what came before there was a scanner.

use std::time::Duration;

use crate::app::App;
use crate::attachments::Files;
use crate::attachments::housekeeping::unless_backed_up;
use crate::attachments::scan::record::{act_on, delete_bytes, put_off, waiting};
use crate::attachments::scan::{ScanSettings, ScanState, clamd};
use crate::core::Problem;
use crate::web::room::Job;

/// How often it looks for files that wait.
const POLL: Duration = Duration::from_secs(10);
/// Files of one round.
const BATCH: i64 = 50;

/// Scans waiting files, all the time.
pub const JOB: Job = Job {
    name: "attachment-scan",
    wake: None,
    poll: POLL,
    start: |app, _| {
        let files = Files::open(app.settings())?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::internal)?;
        Ok(Box::new(move |app| runtime.block_on(round(app, &files))))
    },
};

/// One round. Says whether there may be more.
///
/// # Errors
/// When the database or the store is unavailable; the next round goes on.
pub async fn round(app: &App, files: &Files) -> Result<bool, Problem> {
    let scan = app.settings().section::<ScanSettings>();
    let Some(address) = scan.place() else { return Ok(false) };
    let Some(_held) = unless_backed_up(app)? else { return Ok(false) };
    let found = waiting(app, BATCH)?;
    for (id, size, state) in &found {
        if *state == ScanState::Infected {
            delete_bytes(app, files, *id).await?;
            continue;
        }
        let bytes = files.get(*id, u64::try_from(*size).map_err(Problem::internal)?).await?;
        match clamd::scan(&address, scan.limit(), bytes).await {
            Ok(verdict) => act_on(app, files, *id, verdict).await?,
            Err(error) if error.is_of_all() => {
                tracing::warn!(%error, files = found.len(), "uploaded files wait to be scanned; nobody gets them meanwhile");
                return Ok(false);
            }
            Err(error) => {
                tracing::warn!(%error, attachment = %id, "a file can't be scanned; it waits, and nobody gets it meanwhile");
                put_off(app, *id)?;
            }
        }
    }
    // What was put off comes again; without a pause the daemon would be asked without end.
    Ok(false)
}
