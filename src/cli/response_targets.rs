//! `response-targets`: other rules tried on the past.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use crate::cli::{CliError, open};
use crate::response_targets::settings::ResponseTargetSettings;
use crate::response_targets::trial::{TrialRequest, trial};
use crate::settings::Settings;

/// What to do about response targets.
#[derive(Debug, Subcommand)]
pub enum ResponseTargets {
    /// Say how many answers would have been in time by other rules, beside those in force. Changes nothing.
    Try {
        /// The first day on which the consultations were opened.
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: NaiveDate,
        /// The last day.
        #[arg(long, value_name = "YYYY-MM-DD")]
        to: NaiveDate,
        /// Code of the region, with those below it.
        #[arg(long, value_name = "CODE")]
        region: String,
        /// A TOML file with the keys of the section `response_targets` that are other than those in force; without one the rules in force
        /// are shown on both sides.
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
    },
}

/// The rules of a file: the section `response_targets` where it has one, else all keys.
fn rules(file: Option<PathBuf>) -> Result<serde_json::Map<String, serde_json::Value>, CliError> {
    let Some(file) = file else { return Ok(serde_json::Map::new()) };
    let wrong = |why: String| CliError::Other(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
    let mut table: toml::Table = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if let Some(toml::Value::Table(section)) = table.remove("response_targets") {
        table = section;
    }
    match serde_json::to_value(table) {
        Ok(serde_json::Value::Object(rules)) => Ok(rules),
        Ok(_) => Err(wrong("no table of keys".to_owned())),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// Runs `zerodesk response-targets`.
///
/// # Errors
/// When the rules are none, or the database can't be had.
pub fn run(settings: Settings, what: ResponseTargets) -> Result<(), CliError> {
    let ResponseTargets::Try { from, to, region, rules: file } = what;
    let request = TrialRequest { from, to, rules: rules(file)? };
    let opened = open::database(settings)?;
    let app = &opened.app;
    if app.catalogue().regions.get(&region).is_none() {
        return Err(CliError::Other(format!("{region} is no region")));
    }
    let present = app.settings().section::<ResponseTargetSettings>();
    let now = app.clock().now();
    let found = trial(&mut *app.conn()?, (present, app.catalogue()), &region, &request, now)?;
    println!("{} consultations", found.consultations);
    println!("kind\tclass\tregion\tmet\tbreached\topen\tended\tmet by these rules\tbreached\topen\tended");
    for row in found.rows {
        let (p, t) = (row.present, row.tried);
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            row.kind,
            row.class,
            row.region,
            p.met,
            p.breached,
            p.open,
            p.ended,
            t.met,
            t.breached,
            t.open,
            t.ended
        );
    }
    Ok(())
}
