//! `calendar check`: what the calendar of working days holds, and what is wrong with it. Needs no database.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate, Utc};
use clap::Subcommand;

use crate::catalogue::{BUILTIN_CALENDAR, Calendar, CalendarFile};
use crate::cli::CliError;
use crate::core::clock::shanghai_date;
use crate::server::calendar_files::{self, ReadFile};
use crate::settings::Settings;

/// What to do about the calendar of working days.
#[derive(Debug, Subcommand)]
pub(super) enum CalendarCommand {
    /// Print each year with its notice, holidays and make-up days, then what is wrong; ends with code 1 where anything is.
    Check {
        /// A file that is not in catalogue.calendar_dir yet, or is to take the place of the one of its name there.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Runs `zerodesk calendar`.
///
/// # Errors
/// When a file can't be read, or the calendar is wrong.
pub(super) fn run(settings: &Settings, what: CalendarCommand) -> Result<(), CliError> {
    let CalendarCommand::Check { file } = what;
    let mut files = calendar_files::read_folder(settings).map_err(CliError::Other)?;
    if let Some(path) = file {
        let given = calendar_files::read_file(&path).map_err(CliError::Other)?;
        files.retain(|known| known.path.file_name() != given.path.file_name());
        files.push(given);
    }
    let (text, wrong) = report(&files, shanghai_date(Utc::now()));
    print!("{text}");
    match wrong {
        0 => Ok(()),
        1 => Err(CliError::Other("the calendar has 1 problem".to_owned())),
        n => Err(CliError::Other(format!("the calendar has {n} problems"))),
    }
}

/// What is printed on a day in Asia/Shanghai, and how many problems it names.
fn report(files: &[ReadFile], today: NaiveDate) -> (String, usize) {
    let names: Vec<String> = files.iter().map(|file| file.path.display().to_string()).collect();
    let mut layers: Vec<CalendarFile<'_>> = vec![BUILTIN_CALENDAR];
    layers.extend(files.iter().zip(&names).map(|(file, name)| file.as_layer(name)));
    let (calendar, problems) = Calendar::read(&layers);
    let mut text = String::new();
    for year in calendar.years() {
        let place = if calendar_files::is_built_in(&year.file) { "built in" } else { year.file.as_str() };
        text += &format!(
            "{}  {}  {} holidays with {} days, {} make-up days  [{place}]\n",
            year.year,
            year.notice,
            year.holidays.len(),
            year.rest_days(),
            year.working_days.len(),
        );
    }
    let mut wrong: Vec<String> = problems.iter().map(ToString::to_string).collect();
    wrong.extend(calendar.gaps().iter().map(|year| format!("year {year} is missing between others")));
    match calendar.missing_on(today) {
        Some(year) => wrong.push(format!("year {year} is missing: its notice is to be loaded")),
        None => {
            let next = today.year() + 1;
            if !calendar.covers(next) {
                text += &format!("{next} is not announced here yet; from 1 December on that is a problem\n");
            }
        }
    }
    for problem in &wrong {
        text += &format!("problem: {problem}\n");
    }
    (text, wrong.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, ReadFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2027.toml");
        std::fs::write(&path, text).unwrap();
        let read = calendar_files::read_file(&path).unwrap();
        (folder, read)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const GOOD: &str = "\u{feff}[[year]]\nyear = 2027\nsource = \"国办发明电〔2026〕9号\"\nannounced_on = \"2026-11-10\"\n\
        holidays = [\n  { name = \"元旦\", from = \"2027-01-01\", to = \"2027-01-03\" },\n]\nworking_days = [\"2027-01-09\"]\n";

    #[test]
    fn each_year_is_printed_and_the_next_one_wanted_from_december_on() {
        let (text, wrong) = report(&[], day("2026-11-30"));
        assert_eq!(wrong, 0, "{text}");
        assert_eq!(text.lines().count(), 17, "{text}");
        let first =
            "2011  国办发明电〔2010〕40号 (2010-12-09)  7 holidays with 29 days, 5 make-up days  [built in]";
        assert_eq!(text.lines().next(), Some(first));
        assert!(text.ends_with("2027 is not announced here yet; from 1 December on that is a problem\n"));
        let (text, wrong) = report(&[], day("2026-12-01"));
        assert!(text.ends_with("problem: year 2027 is missing: its notice is to be loaded\n"));
        assert_eq!(wrong, 1, "{text}");

        let (_folder, next) = file(GOOD);
        let (text, wrong) = report(&[next], day("2026-12-01"));
        assert_eq!(wrong, 0, "{text}");
        assert!(
            text.contains(
                "2027  国办发明电〔2026〕9号 (2026-11-10)  1 holidays with 3 days, 1 make-up days  [/"
            ),
            "{text}"
        );
    }

    #[test]
    fn every_problem_is_named_with_its_line() {
        let bad =
            GOOD.replace("01-09", "01-08").replace("2027-01-03", "2027-01-33").replace("source", "#source");
        let (_folder, bad) = file(&bad);
        let (text, wrong) = report(&[bad], day("2026-12-01"));
        assert_eq!(wrong, 3, "{text}");
        for part in [
            "2027.toml line 6: year 2027: 元旦 has no source",
            "2027.toml line 6: year 2027: 元旦: to: \"2027-01-33\" is no date",
            "2027.toml line 8: year 2027: make-up day 2027-01-08 is not a weekend day in it",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
