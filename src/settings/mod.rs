//! What the operator decides.
//!
//! Layers, by the `config` crate: the built-in `config/default.toml`, then one file, then the environment.
//! What the layers may say is checked before they are joined, so that every mistake is reported at once with
//! its key and its place: unknown keys are errors, and no message holds the value of a secret.
//!
//! Loading is a function of its [`LoadOptions`]: the process environment enters only by
//! [`LoadOptions::from_process`]. This module knows no other part of the program than `core`.

mod error;
mod keys;
mod law;
mod layers;
mod model;
mod report;
mod secret;
#[cfg(test)]
mod tests;
mod validate;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use error::{Origin, SettingsError, SettingsProblem};
pub use law::{Articles, Criterion, Period, Proof, RemediationSettings, Rules};
pub use model::{
    AttachmentSettings, AuditSettings, AuthSettings, ChatSettings, ClusterSettings, DatabaseSettings,
    DeadlineSettings, DutyRule, Fanout, FileStore, ImportSettings, LogFormat, LogSettings, MailSettings,
    MailTransport, MatchingSettings, Mode, NatsSettings, PostgresSettings, S3Addressing, ServerSettings,
    SigningKey, SmtpTls, YesNo,
};
pub use secret::{MASK, Secret};

/// Every setting, checked.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the process is for.
    pub mode: Mode,
    /// Folder for what is kept outside of the database.
    pub data_dir: PathBuf,
    /// How chat events reach the other processes.
    pub fanout: Fanout,
    /// `[server]`
    pub server: ServerSettings,
    /// `[database]`
    pub database: DatabaseSettings,
    /// `[postgres]`
    pub postgres: PostgresSettings,
    /// `[auth]`
    pub auth: AuthSettings,
    /// `[chat]`
    pub chat: ChatSettings,
    /// `[nats]`
    pub nats: NatsSettings,
    /// `[matching]`
    pub matching: MatchingSettings,
    /// `[mail]`
    pub mail: MailSettings,
    /// `[attachments]`
    pub attachments: AttachmentSettings,
    /// `[deadlines]`
    pub deadlines: DeadlineSettings,
    /// `[clusters]`
    pub clusters: ClusterSettings,
    /// `[import]`
    pub import: ImportSettings,
    /// `[remediation]`
    pub remediation: RemediationSettings,
    /// `[audit]`
    pub audit: AuditSettings,
    /// `[log]`
    pub log: LogSettings,
    #[serde(skip)]
    origins: BTreeMap<String, Origin>,
}

/// What the settings are made from. `LoadOptions::default()` gives the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The file named on the command line; it must exist.
    pub file: Option<PathBuf>,
    /// Folder whose `zerodesk.toml` is read if it exists and no other file was named; `None`: none is looked
    /// for.
    pub dir: Option<PathBuf>,
    /// The environment, of which `ZERODESK_*` and `DATABASE_URL` are read.
    pub env: Vec<(String, String)>,
}

impl LoadOptions {
    /// The environment and the working folder of this process. Variables that are not UTF-8 are read with
    /// replacement characters, which only matters for those that name a setting.
    pub fn from_process(file: Option<PathBuf>) -> Self {
        Self {
            file,
            dir: Some(PathBuf::from(".")),
            env: std::env::vars_os()
                .map(|(name, value)| {
                    (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
                })
                .collect(),
        }
    }
}

impl Settings {
    /// Joins the layers, checks them and gives the settings in force.
    ///
    /// # Errors
    /// A file that can't be read or is no TOML; else [`SettingsError::Invalid`] with all unknown keys, wrong
    /// types and values out of range, or, when there are none of those, with all that [`Settings::validate`]
    /// finds.
    pub fn load(options: LoadOptions) -> Result<Self, SettingsError> {
        let settings = layers::join(options)?;
        settings.validate()?;
        Ok(settings)
    }

    /// Checks ranges and what must hold between keys; `load` has done so already. For settings that were
    /// changed in code.
    ///
    /// # Errors
    /// [`SettingsError::Invalid`] with all problems.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let problems = validate::problems(self);
        if problems.is_empty() { Ok(()) } else { Err(SettingsError::Invalid(problems)) }
    }

    /// Whether real people's data are at stake.
    pub fn is_production(&self) -> bool {
        self.mode == Mode::Production
    }

    /// Where the value of a key such as `server.port` came from.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or_default()
    }

    /// The values in force, one `key = value` a line with its origin, secrets masked; for the command
    /// `check-config`.
    pub fn check_config_report(&self) -> String {
        report::text(self)
    }
}
