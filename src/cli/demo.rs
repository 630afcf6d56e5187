//! `demo`: people, lists and consultations to look at.

use crate::app::App;
use crate::cli::CliError;

/// Adds them. Does nothing yet.
///
/// # Errors
/// None yet.
pub fn run(_: &App) -> Result<(), CliError> {
    Ok(())
}

/// The demo log-ins, a line for each.
pub fn log_ins() -> Vec<String> {
    Vec::new()
}
