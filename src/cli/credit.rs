//! `credit`: other rules tried on the past, and a grading of all operators in the foreground.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use crate::cli::{CliError, open};
use crate::core::Caller;
use crate::credit::grading::all::run_regrading;
use crate::credit::grading::ask::RegradeAll;
use crate::credit::grading::regrading_view;
use crate::credit::trial::{TrialRequest, TrialRow, trial};
use crate::settings::Settings;

/// What to do about credit.
#[derive(Debug, Subcommand)]
pub enum Credit {
    /// Say who would have another grade by other rules, by region and by how much is on file. Changes nothing.
    Try {
        /// A TOML file with one version of the rules: a table `[[conduct.rules]]` as in a settings file, or its keys alone.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The day on which they are tried; today where none is named.
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<NaiveDate>,
        /// Code of the region, with those below it.
        #[arg(long, value_name = "CODE")]
        region: String,
    },
    /// Grade all operators anew, and wait for it.
    Regrade {
        /// The reason that stands in the audit.
        #[arg(long, value_name = "TEXT", default_value = "命令行要求 / asked for on the command line")]
        reason: String,
    },
}

fn line(row: &TrialRow) -> String {
    let (b, a) = (row.before, row.after);
    format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        row.key, row.enterprises, row.better, row.worse, b.a, b.b, b.c, b.d, a.a, a.b, a.c
    ) + &format!("\t{}", a.d)
}

/// Runs `zerodesk credit`.
///
/// # Errors
/// When the rules are none, or the database can't be had.
pub fn run(settings: Settings, what: Credit) -> Result<(), CliError> {
    match what {
        Credit::Try { file, day, region } => try_rules(settings, file, day, &region),
        Credit::Regrade { reason } => regrade(settings, reason),
    }
}

fn try_rules(
    settings: Settings,
    file: PathBuf,
    day: Option<NaiveDate>,
    region: &str,
) -> Result<(), CliError> {
    let text = std::fs::read_to_string(&file)
        .map_err(|error| CliError::Other(format!("{}: {error}", file.display())))?;
    let opened = open::database(settings)?;
    let app = &opened.app;
    if app.catalogue().regions.get(region).is_none() {
        return Err(CliError::Other(format!("{region} is no region")));
    }
    let request = TrialRequest { rules: None, toml: Some(text), day };
    let now = app.clock().now();
    let found = trial(&mut *app.conn()?, (app.settings(), app.catalogue()), region, &request, now)?;
    println!("{} on {}", found.version, found.day);
    println!("of\toperators\tbetter\tworse\tA\tB\tC\tD\tA by these rules\tB\tC\tD");
    println!("{}", line(&found.total));
    found.regions.iter().chain(&found.sizes).for_each(|row| println!("{}", line(row)));
    for change in found.examples {
        let grade = |grade: Option<crate::conduct::words::Grade>| {
            grade.map_or_else(|| "-".to_owned(), |grade| grade.to_string())
        };
        println!("{}\t{}\t{}", change.enterprise_name, grade(change.before), grade(change.after));
    }
    Ok(())
}

fn regrade(settings: Settings, reason: String) -> Result<(), CliError> {
    let opened = open::database(settings)?;
    let app = &opened.app;
    let id = app.execute(&Caller::system(), &RegradeAll { reason })?;
    if !run_regrading(app, id, None)? {
        return Err(CliError::Other("a running server does it; ask again later".to_owned()));
    }
    let row = regrading_view::get(&mut *app.conn()?, id)?.row;
    println!(
        "{}: {} graded, {} changed, {} with another grade",
        row.state,
        row.graded.unwrap_or_default(),
        row.changed.unwrap_or_default(),
        row.regraded.unwrap_or_default()
    );
    Ok(())
}
