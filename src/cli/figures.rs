//! `figures`: proves the headline figures against a count from scratch, or counts them again.

use std::collections::BTreeSet;

use clap::Subcommand;

use crate::cli::{CliError, open};
use crate::core::Caller;
use crate::reports::kept_figures::{RebuildFigures, count_from_scratch, of};
use crate::settings::Settings;

/// What to do about the headline figures.
#[derive(Debug, Subcommand)]
pub enum Figures {
    /// Count from scratch and say which figures differ; none should. Best while nobody writes.
    Verify,
    /// Count everything again.
    Rebuild,
}

/// Runs `zerodesk figures`.
///
/// # Errors
/// When a figure differs, or the database can't be had.
pub fn run(settings: Settings, what: Figures) -> Result<(), CliError> {
    let opened = open::database(settings)?;
    let app = &opened.app;
    match what {
        Figures::Verify => {
            let mut conn = app.conn()?;
            let (counted, recounted) = (of(&mut conn, None)?, count_from_scratch(&mut conn, None)?);
            let names: BTreeSet<&String> = counted.keys().chain(recounted.keys()).collect();
            let differ: Vec<String> = names
                .into_iter()
                .filter(|name| counted.get(*name) != recounted.get(*name))
                .map(|name| {
                    let value =
                        |of: &std::collections::BTreeMap<String, i64>| of.get(name).copied().unwrap_or(0);
                    format!("{name}: {} counted, {} there", value(&counted), value(&recounted))
                })
                .collect();
            if !differ.is_empty() {
                return Err(CliError::Other(format!("figures differ; {}", differ.join("; "))));
            }
            println!("{} figures are as they should be", recounted.len());
        }
        Figures::Rebuild => {
            app.execute(&Caller::system(), &RebuildFigures {})?;
            println!("counted again");
        }
    }
    Ok(())
}
