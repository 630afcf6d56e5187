//! `bench`: figures for `script/bench`, each beside what it is measured against in the same run.

pub mod import;
pub mod reports;

use crate::cli::CliError;
use crate::settings::Settings;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Bench {
    /// One part only.
    what: Option<What>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The zero-out list.
    Import,
    /// Reports and lists of cases at scale.
    Reports,
}

/// Measures on the configured database, which must be one that may be emptied.
///
/// # Errors
/// When the database can't be had, or a measurement fails.
pub fn run(settings: Settings, Bench { what }: Bench) -> Result<(), CliError> {
    let opened = crate::cli::open::database(settings)?;
    let url = opened.app.pool().url().to_owned();
    if what.is_none_or(|what| what == What::Import) {
        import::bench_import(&opened.app, &url)?;
    }
    if what.is_none_or(|what| what == What::Reports) {
        reports::bench_reports(&opened.app)?;
    }
    Ok(())
}
