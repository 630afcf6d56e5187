//! `bench`: measurements for `script/bench`.

use crate::cli::CliError;
use crate::settings::Settings;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Bench {}

/// Measures. Does nothing yet.
///
/// # Errors
/// None yet.
pub fn run(_: Settings, _: Bench) -> Result<(), CliError> {
    Ok(())
}
