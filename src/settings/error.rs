//! What can be wrong with the settings. No text here ever holds the value of a secret.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`, built into the program.
    #[default]
    Default,
    /// A settings file, with the line (from 1) of the key.
    File(PathBuf, usize),
    /// An environment variable, by its name.
    Env(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{} line {line}", path.display()),
            Self::Env(name) => write!(f, "environment variable {name}"),
        }
    }
}

/// One thing that is wrong: which key, where it was set, and what was wanted instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    /// Path of the key, such as `server.port`; the variable's name where there is no key.
    pub key: String,
    /// Where the value was set.
    pub origin: Origin,
    /// What is wrong, without the value where that is a secret.
    pub what: String,
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.key, self.what, self.origin)
    }
}

/// Why no settings came of a load.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The settings file was named but can't be read.
    #[error("the settings file {} can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The settings file is not TOML. The line itself is not shown: it could hold a secret.
    #[error("the settings file {} is not valid TOML, line {line}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The parser's message.
        message: String,
    },
    /// Keys or values are wrong; all of them are listed.
    #[error("the settings are not valid:{}", list(.0))]
    Invalid(Vec<SettingsProblem>),
    /// The layers could not be joined into one, which the checks before should have prevented.
    #[error("the settings could not be joined{}", .key.as_ref().map(|key| format!(" at {key}")).unwrap_or_default())]
    Joining {
        /// The key, as far as it is known.
        key: Option<String>,
    },
}

fn list(problems: &[SettingsProblem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}
