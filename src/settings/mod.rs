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
mod options;
mod report;
mod secret;
#[cfg(test)]
mod tests;
mod validate;
mod values;

pub use error::{Origin, SettingsError, SettingsProblem};
pub use law::{Articles, Criterion, Period, Proof, RemediationSettings, Rules};
pub use model::{
    AttachmentSettings, AuditSettings, AuthSettings, ChatSettings, ClusterSettings, DatabaseSettings,
    DeadlineSettings, DutyRule, Fanout, FileStore, ImportSettings, LogFormat, LogSettings, MailSettings,
    MailTransport, MatchingSettings, Mode, NatsSettings, PostgresSettings, S3Addressing, ServerSettings,
    SigningKey, SmtpTls, YesNo,
};
pub use options::LoadOptions;
pub use secret::{MASK, Secret};
pub use values::Settings;

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

    /// The values in force, one `key = value` a line with its origin, secrets masked; for the command
    /// `check-config`.
    pub fn check_config_report(&self) -> String {
        report::text(self)
    }
}
