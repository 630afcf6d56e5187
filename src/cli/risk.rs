//! `risk`: other rules of the index tried on past days.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use crate::cli::{CliError, open};
use crate::risk::trial::run::trial;
use crate::risk::trial::view::{TrialAlert, TrialRequest, TrialSide};
use crate::settings::Settings;

/// What to do about risk.
#[derive(Debug, Subcommand)]
pub enum Risk {
    /// Say which alerts other rules of the index would have raised on past days, with precision and lead time beside those in force. Changes no alert.
    Try {
        /// A TOML file with one version of the rules: a table `[[risk.rules]]` as in a settings file, or its keys alone.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The first day; 26 weeks before the last where none is named.
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<NaiveDate>,
        /// The last day; yesterday where none is named.
        #[arg(long, value_name = "YYYY-MM-DD")]
        to: Option<NaiveDate>,
        /// Code of the region, with those below it.
        #[arg(long, value_name = "CODE")]
        region: String,
    },
}

fn line(side: &TrialSide) -> String {
    let share =
        |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{:.1}%", share * 100.0));
    let days = side.lead_days_median.map_or_else(|| "-".to_owned(), |days| days.to_string());
    format!(
        "{}\t{}\t{}\t{}\t{}\t{days}\t{}\t{}\t{}",
        side.version,
        side.alerts,
        side.led,
        side.decided,
        share(side.precision),
        side.followed,
        side.top_failed,
        side.top
    )
}

/// Runs `zerodesk risk`.
///
/// # Errors
/// When the rules are none, or the database can't be had.
pub fn run(settings: Settings, what: Risk) -> Result<(), CliError> {
    let Risk::Try { file, from, to, region } = what;
    let text = std::fs::read_to_string(&file)
        .map_err(|error| CliError::Other(format!("{}: {error}", file.display())))?;
    let opened = open::database(settings)?;
    let app = &opened.app;
    if app.catalogue().regions.get(&region).is_none() {
        return Err(CliError::Other(format!("{region} is no region")));
    }
    let request = TrialRequest { rules: None, toml: Some(text), from, to };
    let found = trial(app, &region, &request)?;
    println!("{} to {}: {} weeks", found.from, found.to, found.days);
    println!(
        "rules\talerts\tled\tdecided\tprecision\tlead days\tfollowed\tfirst places that failed\tfirst places"
    );
    println!("{}\n{}", line(&found.before), line(&found.after));
    let only = |what: &str, alerts: &[TrialAlert]| {
        for alert in alerts {
            println!("only {what}\t{}\t{}\t{}", alert.day, alert.product_kind, alert.region);
        }
    };
    only("in force", &found.only_before);
    only("tried", &found.only_after);
    Ok(())
}
