//! Why a sub-command fails.

use crate::core::Problem;
use crate::db::embedded::ClusterError;
use crate::settings::SettingsError;

/// Why a sub-command ended without having done its work. Shown as one text on standard error.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The settings can't be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A command was refused, or failed.
    #[error("{}", .0)]
    Problem(#[from] Problem),
    /// The private PostgreSQL can't be had.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// Something of the system.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl CliError {
    /// Names what was tried, for `map_err`.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
