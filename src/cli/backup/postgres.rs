//! PostgreSQL's own programs for dumps.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::prelude::*;
use diesel::sql_types::Integer;
use indicatif::ProgressBar;
use percent_encoding::percent_decode_str;

use crate::cli::CliError;
use crate::core::Problem;
use crate::db::embedded::find_client;
use crate::db::settings::PostgresSettings;
use crate::settings::Settings;

/// `pg_dump` and `pg_restore` of the server's version, or of a later one.
pub(super) struct Client {
    dump: PathBuf,
    restore: PathBuf,
    major: u32,
}

/// A connection of its own.
pub(super) fn connect(url: &str) -> Result<PgConnection, CliError> {
    PgConnection::establish(url).map_err(|error| Problem::unavailable(error).into())
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Integer)]
    major: i32,
}

impl Client {
    /// The programs for the server of a connection.
    pub(super) fn of(settings: &Settings, conn: &mut PgConnection) -> Result<Self, CliError> {
        let asked = "SELECT current_setting('server_version_num')::integer / 10000 AS major";
        let Version { major } = diesel::sql_query(asked).get_result(conn)?;
        let major = u32::try_from(major).unwrap_or_default();
        let bin_dir = settings.section::<PostgresSettings>().bin_dir();
        let find = |name: &str| {
            find_client(bin_dir.as_deref(), name, major).ok_or_else(|| {
                CliError::Other(format!(
                    "{name} of PostgreSQL {major} or later is missing; on Debian and Ubuntu: apt-get install postgresql-client-{major}"
                ))
            })
        };
        Ok(Self { dump: find("pg_dump")?, restore: find("pg_restore")?, major })
    }

    /// The server's major version.
    pub(super) fn major(&self) -> u32 {
        self.major
    }

    /// Dumps what a snapshot shows.
    pub(super) fn dump(
        &self,
        url: &str,
        snapshot: &str,
        to: &Path,
        bar: &ProgressBar,
    ) -> Result<(), CliError> {
        let mut command = called(&self.dump, url);
        command.args(["--format=custom", "--no-owner", "--no-privileges", "--verbose"]);
        command.arg(format!("--snapshot={snapshot}")).arg("--file").arg(to);
        watched(&mut command, "dumping contents of table", bar)
    }

    /// Restores a dump into an empty database, all of it or nothing.
    pub(super) fn restore(&self, url: &str, from: &Path, bar: &ProgressBar) -> Result<(), CliError> {
        let mut command = called(&self.restore, url);
        command.args([
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            "--verbose",
        ]);
        command.arg(from);
        watched(&mut command, "processing data for table", bar)
    }
}

/// The program with the database as its argument, and with the password where other users do not see it.
fn called(program: &Path, url: &str) -> Command {
    let (place, password) = without_password(url);
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").arg("--dbname").arg(place).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

/// An address without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let whole = || (url.to_owned(), None);
    let Some((scheme, rest)) = url.split_once("://") else { return whole() };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((person, place)) = authority.rsplit_once('@') else { return whole() };
    let Some((user, password)) = person.split_once(':') else { return whole() };
    let password = percent_decode_str(password).decode_utf8_lossy().into_owned();
    (format!("{scheme}://{user}@{place}{path}"), Some(password))
}

/// Runs it; the bar goes on with each line that has these words. What it said last is the reason where it fails.
fn watched(command: &mut Command, words: &str, bar: &ProgressBar) -> Result<(), CliError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stderr(Stdio::piped()).spawn().map_err(CliError::io(program.clone()))?;
    let mut said = String::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if line.contains(words) {
                bar.inc(1);
            }
            if line.contains("error:") || line.contains("detail:") || line.contains("DETAIL:") {
                said = format!("{said}\n{line}");
            }
        }
    }
    let status = child.wait().map_err(CliError::io(program.clone()))?;
    if status.success() { Ok(()) } else { Err(CliError::Other(format!("{program}: {status}{said}"))) }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_stands_in_no_argument() {
        let (place, password) = without_password("postgresql://me:p%40ss@%2Frun%2Fpg:5432/zerodesk?x=1");
        assert_eq!(place, "postgresql://me@%2Frun%2Fpg:5432/zerodesk?x=1");
        assert_eq!(password.as_deref(), Some("p@ss"));
        let (place, password) = without_password("postgresql://host/zerodesk");
        assert_eq!((place.as_str(), password), ("postgresql://host/zerodesk", None));
    }
}
