//! Makes a new cluster: in a folder of its own, which becomes `data` by a rename once it is whole. So `data`
//! is a finished cluster or absent, wherever the making was interrupted.

use std::fs::File;
use std::path::Path;

use super::error::{ClusterError, io};
use super::place::Place;
use super::programs::Programs;

/// The role that owns everything, and the name of the database.
pub(super) const NAME: &str = "zerodesk";
/// The role as which the service works. It owns nothing.
pub(super) const SERVICE: &str = "zerodesk_service";
/// Our settings, in the data folder; read after `postgresql.conf`.
pub(super) const SETTINGS_FILE: &str = "zerodesk.conf";
const UNFINISHED: &str = "data.new-";

/// Over TCP nobody is let in even if someone opens a port by hand, except with the password.
const HBA: &str = "\
# TYPE  DATABASE  USER  ADDRESS       METHOD
local   all       all                 scram-sha-256
host    all       all   127.0.0.1/32  scram-sha-256
host    all       all   ::1/128       scram-sha-256
";

/// Makes `data` if it is absent.
pub(super) fn ensure(place: &Place, programs: &Programs) -> Result<(), ClusterError> {
    remove_unfinished(&place.home);
    let data = place.data();
    if data.join("PG_VERSION").is_file() {
        return Ok(());
    }
    if data.exists() {
        return Err(ClusterError::Untrusted {
            path: data,
            what: "is not a PostgreSQL cluster; move it away to have a new one made",
        });
    }
    // A name of its own, since an initdb whose zerodesk was killed may still be at work in the last one.
    let new = place.home.join(format!("{UNFINISHED}{}", random_hex()?));
    place.identity.write(&place.password_file(), &random_hex()?)?;
    initdb(place, programs, &new)?;
    let append = |file: &str, text: &str| {
        let path = new.join(file);
        let old = std::fs::read_to_string(&path).map_err(io("can't read", &path))?;
        place.identity.write(&path, &format!("{old}\n{text}\n"))
    };
    append("postgresql.conf", &format!("include_if_exists = '{SETTINGS_FILE}'"))?;
    place.identity.write(&new.join("pg_hba.conf"), HBA)?;
    std::fs::rename(&new, &data).map_err(io("can't finish", &data))?;
    File::open(&place.home).and_then(|home| home.sync_all()).map_err(io("can't finish", &data))
}

fn initdb(place: &Place, programs: &Programs, new: &Path) -> Result<(), ClusterError> {
    // Order by code point, which needs no locale and is fast; but letters beyond ASCII known as letters,
    // where C.UTF-8 exists.
    if run_initdb(place, programs, new, &["--locale=C", "--lc-ctype=C.UTF-8"])?.is_none() {
        return Ok(());
    }
    let _ = std::fs::remove_dir_all(new);
    match run_initdb(place, programs, new, &["--locale=C"])? {
        None => Ok(()),
        Some(failure) => Err(initdb_failed(programs, failure)),
    }
}

fn initdb_failed(programs: &Programs, output: String) -> ClusterError {
    ClusterError::Failed { program: programs.initdb().display().to_string(), output }
}

/// Gives what it said if it failed.
fn run_initdb(
    place: &Place,
    programs: &Programs,
    new: &Path,
    locale: &[&str],
) -> Result<Option<String>, ClusterError> {
    let program = programs.initdb();
    let output = place
        .identity
        .command(&program, &place.home)
        .arg("-D")
        .arg(new)
        .arg(format!("--username={NAME}"))
        .arg("--pwfile")
        .arg(place.password_file())
        .args(["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"])
        .args(locale)
        .output()
        .map_err(io("can't run", &program))?;
    if output.status.success() {
        return Ok(None);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Ok(Some(if said.is_empty() { output.status.to_string() } else { said }))
}

/// What an interrupted making left. A leftover that can't be removed does no harm.
fn remove_unfinished(home: &Path) {
    for entry in std::fs::read_dir(home).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let path = entry.path();
            match std::fs::remove_dir_all(&path) {
                Ok(()) => tracing::info!(path = %path.display(), "removed a half-made database"),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "can't remove a half-made database");
                }
            }
        }
    }
}

/// 192 random bits in hexadecimal.
pub(super) fn random_hex() -> Result<String, ClusterError> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(|error| ClusterError::Failed {
        program: "the system's source of random numbers".to_owned(),
        output: error.to_string(),
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
