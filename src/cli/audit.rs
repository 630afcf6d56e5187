//! `audit verify`: is the audit as it was written? `audit heads`: where it ends, to be kept elsewhere.

use std::path::PathBuf;

use clap::Subcommand;

use crate::audit::verify::{RecordedHead, heads, verify};
use crate::cli::{CliError, open};
use crate::core::Problem;
use crate::db::chain;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Check every row of the audit: names each that was changed, removed or inserted, and ends with 1 if there is one.
    Verify {
        /// The output of an earlier `audit heads`: what it says must still be there.
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
        /// Print the result as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print where the audit's chains end, as JSON. Kept where the database's owner can't write, it proves later that the
    /// database was not put back.
    Heads,
}

pub(super) fn run(settings: Settings, audit: Audit) -> Result<(), CliError> {
    let opened = open::database(settings)?;
    let mut conn = opened.app.conn()?;
    match audit {
        Audit::Heads => {
            let text = serde_json::to_string_pretty(&heads(&mut conn)?).map_err(Problem::from)?;
            println!("{text}");
            Ok(())
        }
        Audit::Verify { heads, json } => {
            let kept = heads.map(kept).transpose()?.unwrap_or_default();
            let report = verify(&mut conn, chain::keys(opened.app.settings()), &kept)?;
            if json {
                println!("{}", serde_json::to_string_pretty(&report).map_err(Problem::from)?);
            } else {
                report.faults.iter().for_each(|fault| println!("{fault}"));
            }
            match report.faults.len() {
                0 if json => Ok(()),
                0 => {
                    println!("{} rows, all as they were written", report.rows);
                    Ok(())
                }
                n => Err(CliError::Other(format!(
                    "the audit is not as it was written: {n} faults in {} rows",
                    report.rows
                ))),
            }
        }
    }
}

fn kept(path: PathBuf) -> Result<Vec<RecordedHead>, CliError> {
    let text = std::fs::read_to_string(&path).map_err(CliError::io(path.display().to_string()))?;
    serde_json::from_str(&text).map_err(|error| CliError::Other(format!("{}: {error}", path.display())))
}
