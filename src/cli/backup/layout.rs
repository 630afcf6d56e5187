//! How a back-up is laid out, and how far one is.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::CliError;

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const DUMP: &str = "database.dump";
pub(super) const LIST: &str = "files.jsonl";
pub(super) const FILES: &str = "files";

/// The argument of both commands.
#[derive(Debug, Args)]
pub struct Folder {
    /// The folder of the back-up: new or empty for `backup`, whole for `restore`.
    pub dir: PathBuf,
}

/// A bar on a terminal; to a file or a pipe indicatif draws nothing.
pub(super) fn bar(template: &str, length: u64) -> Result<ProgressBar, CliError> {
    let style = ProgressStyle::with_template(template).map_err(|e| CliError::Other(e.to_string()))?;
    Ok(ProgressBar::new(length).with_style(style))
}
