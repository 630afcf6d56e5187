//! `import zero-out`: the same command as the upload's, with a bar on a terminal.

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli::CliError;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// The zero-out list: CSV (UTF-8 or GB18030) or XLSX.
    ZeroOut(ZeroOut),
}

#[derive(Debug, clap::Args)]
pub(super) struct ZeroOut {
    /// The list.
    pub file: PathBuf,
    /// Check everything and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print the counts and the rejections as JSON.
    #[arg(long)]
    pub json: bool,
}

pub(super) fn run(
    _: Settings,
    Import::ZeroOut(ZeroOut { file, dry_run: _, json: _ }): Import,
) -> Result<(), CliError> {
    Err(CliError::Other(format!("{}: importing is not built yet", file.display())))
}
