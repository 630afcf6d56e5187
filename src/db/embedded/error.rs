//! Why there is no private database. The texts are for the operator and say what to do; none holds the
//! password.

use std::path::{Path, PathBuf};

/// What can go wrong with the private cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL's programs are not installed.
    #[error(
        "PostgreSQL's programs initdb and postgres were not found in {searched}; install the package `postgresql` \
         (apt-get install postgresql), or set postgres.bin_dir, or set DATABASE_URL to use another server"
    )]
    ProgramsMissing {
        /// Where they were looked for.
        searched: String,
    },
    /// The data were made by a major version that is not installed.
    #[error(
        "the data in {} were made by PostgreSQL {major}, whose programs were not found; install the package \
         `postgresql-{major}` or set postgres.bin_dir", dir.display()
    )]
    VersionMissing {
        /// The data folder.
        dir: PathBuf,
        /// The major version it needs.
        major: u32,
    },
    /// Another process owns the cluster.
    #[error(
        "the folder {} is in use by another zerodesk{}; stop that one first, or start this one with another data_dir",
        dir.display(),
        .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Locked {
        /// The folder of the cluster.
        dir: PathBuf,
        /// The process that owns it, as far as it can be determined.
        pid: Option<i32>,
    },
    /// The caller is root, and there is nobody else to run the server.
    #[error("PostgreSQL refuses to run as root, and neither the user `postgres` nor `nobody` exists")]
    NoUnprivilegedUser,
    /// The folder belongs to somebody else than the caller.
    #[error(
        "the folder {} belongs to the user {owner}; start zerodesk as that user or as root",
        path.display()
    )]
    NotOwner {
        /// The folder.
        path: PathBuf,
        /// Name or number of its owner.
        owner: String,
    },
    /// The server's user can't get at the folder.
    #[error(
        "the user {user}, who runs PostgreSQL, can't get at the folder {}; allow it to pass all folders above",
        path.display()
    )]
    Unreachable {
        /// The folder.
        path: PathBuf,
        /// Who runs the server.
        user: String,
    },
    /// A file that was not made here is in the place of a folder.
    #[error("{} {what}", path.display())]
    Untrusted {
        /// Path of the file that is not trusted.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A setting has a name that no PostgreSQL setting has, or a value that can't be written to its file.
    #[error("{0:?} is not a setting for PostgreSQL")]
    BadSetting(String),
    /// One of PostgreSQL's programs failed.
    #[error("{program} failed: {output}")]
    Failed {
        /// What it concerns.
        program: String,
        /// The end of what it said.
        output: String,
    },
    /// The server does not answer.
    #[error("PostgreSQL did not answer within {seconds} s: {reason}")]
    NotReady {
        /// The time limit in seconds.
        seconds: u64,
        /// The last refusal or the end of the server's log.
        reason: String,
    },
    /// The server does not end.
    #[error("PostgreSQL (process {pid}) did not stop within {seconds} s")]
    NotStopped {
        /// The server's process.
        pid: i32,
        /// The time limit in seconds.
        seconds: u64,
    },
    /// The database `zerodesk` could not be made.
    #[error("the private database could not be prepared: {0}")]
    Database(String),
    /// The system refused.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// What was tried, as in "can't read".
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// For `map_err`: what was tried, on which path.
pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ClusterError {
    move |source| ClusterError::Io { what, path: path.to_owned(), source }
}
