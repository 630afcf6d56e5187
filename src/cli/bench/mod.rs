//! `bench`: figures for `script/bench`, each beside what it is measured against in the same run.

pub mod hungarian;
pub mod import;
mod matching;
pub mod plan;

use crate::cli::CliError;
use crate::settings::Settings;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Bench {}

/// Measures on the configured database, which must be one that may be emptied.
///
/// # Errors
/// When the database can't be had, or a measurement fails.
pub fn run(settings: Settings, _: Bench) -> Result<(), CliError> {
    let opened = crate::cli::open::database(settings)?;
    let url = opened.app.pool().url().to_owned();
    import::bench_import(&opened.app, &url)?;
    matching::bench_matching(&opened.app)?;
    Ok(plan::bench_plan(&opened.app)?)
}
