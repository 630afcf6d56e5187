//! Finds PostgreSQL's programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;
use super::place::Place;

/// A folder with `initdb` and `postgres`, and their major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
}

impl Programs {
    pub(super) fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    /// How whole pages are written to the log: after a checkpoint the first change of each page writes all of it, on the
    /// way of a commit. LZ4 takes a tenth of the time of PostgreSQL's own method, which is what `on` means; a PostgreSQL can be
    /// built without it.
    pub(super) fn wal_compression(&self, place: &Place) -> &'static str {
        let known = place
            .identity
            .command(&self.postgres(), &place.home)
            .args(["-C", "wal_compression", "-c", "wal_compression=lz4", "-D"])
            .arg(place.data())
            .output();
        if known.is_ok_and(|output| output.status.success()) { "lz4" } else { "on" }
    }
}

/// Finds the programs for the data in `data`, or for new data: those in `bin_dir` alone if it is given, else
/// those in `PATH`, else the newest of the distribution's. Existing data are opened only by the major version
/// that made them.
pub(super) fn find(bin_dir: Option<&Path>, data: &Path) -> Result<Programs, ClusterError> {
    let wanted = existing_major(data);
    let dirs = match bin_dir {
        Some(dir) => vec![dir.to_owned()],
        None => usual_places(),
    };
    let mut found = dirs.iter().filter_map(|dir| probe(dir)).peekable();
    if found.peek().is_none() {
        return Err(ClusterError::ProgramsMissing {
            searched: match bin_dir {
                Some(dir) => dir.display().to_string(),
                None => "PATH, /usr/lib/postgresql/*/bin and /usr/pgsql-*/bin".to_owned(),
            },
        });
    }
    match wanted {
        None => found.next(),
        Some(major) => found.find(|programs| programs.major == major),
    }
    .ok_or_else(|| ClusterError::VersionMissing { dir: data.to_owned(), major: wanted.unwrap_or_default() })
}

/// Finds another of PostgreSQL's programs, such as `pgbench`: in `bin_dir` alone if it is given, else in `PATH`, else the
/// newest of the distribution's.
pub fn find_program(bin_dir: Option<&Path>, name: &str) -> Option<PathBuf> {
    let dirs = bin_dir.map_or_else(usual_places, |dir| vec![dir.to_owned()]);
    dirs.into_iter().map(|dir| dir.join(name)).find(|program| program.is_file())
}

/// Finds a program that speaks with a server of this major version, such as `pg_dump`: of the same version, else of a later one.
pub fn find_client(bin_dir: Option<&Path>, name: &str, major: u32) -> Option<PathBuf> {
    let dirs = bin_dir.map_or_else(usual_places, |dir| vec![dir.to_owned()]);
    let found: Vec<(u32, PathBuf)> = dirs
        .into_iter()
        .map(|dir| dir.join(name))
        .filter(|program| program.is_file())
        .filter_map(|program| {
            let output = Command::new(&program).arg("--version").output().ok()?;
            let said = String::from_utf8_lossy(&output.stdout)
                .replace(&format!("{name} (PostgreSQL)"), "(PostgreSQL)");
            Some((major_of(&said)?, program))
        })
        .collect();
    let fits = |wanted: fn(u32, u32) -> bool| found.iter().find(|(of, _)| wanted(*of, major));
    fits(|of, major| of == major).or_else(|| fits(|of, major| of > major)).map(|(_, program)| program.clone())
}

fn existing_major(data: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(data.join("PG_VERSION")).ok()?;
    text.trim().split('.').next()?.parse().ok()
}

fn usual_places() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).filter(|dir| dir.is_absolute()).collect();
    for (base, prefix) in [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")] {
        let names = std::fs::read_dir(base)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        places.extend(
            newest_first(names, prefix).into_iter().map(|name| Path::new(base).join(name).join("bin")),
        );
    }
    places
}

/// The names that are `prefix` and a version, the greatest first; by number, since 9.6 is older than 15.
fn newest_first(names: Vec<String>, prefix: &str) -> Vec<String> {
    let mut versions: Vec<(Vec<u32>, String)> = names
        .into_iter()
        .filter_map(|name| {
            let version: Result<Vec<u32>, _> =
                name.strip_prefix(prefix)?.split('.').map(str::parse).collect();
            Some((version.ok()?, name))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, name)| name).collect()
}

fn probe(dir: &Path) -> Option<Programs> {
    if !dir.join("initdb").is_file() || !dir.join("postgres").is_file() {
        return None;
    }
    // Asking also proves that the program can run here.
    let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    Some(Programs { dir: dir.to_owned(), major: major_of(&String::from_utf8_lossy(&output.stdout))? })
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `17beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split("(PostgreSQL) ").nth(1)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered_as_numbers() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(major_of(debian), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_of("oops"), None);
        let names = ["9.6", "15", "17", "lost+found"].map(String::from).to_vec();
        assert_eq!(newest_first(names, ""), ["17", "15", "9.6"]);
        let names = ["pgsql-9.6", "pgsql-16", "bin"].map(String::from).to_vec();
        assert_eq!(newest_first(names, "pgsql-"), ["pgsql-16", "pgsql-9.6"]);
    }

    #[test]
    fn a_missing_program_is_named_with_its_package() {
        let dir = tempfile::tempdir().unwrap();
        let text = find(Some(dir.path()), dir.path()).unwrap_err().to_string();
        assert!(text.contains("apt-get install postgresql"), "{text}");
        std::fs::write(dir.path().join("PG_VERSION"), "8\n").unwrap();
        let text = find(None, dir.path()).unwrap_err().to_string();
        assert!(text.contains("`postgresql-8`"), "{text}");
    }
}
