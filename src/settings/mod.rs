//! The settings: what the operator of a server decides.
//!
//! Each domain declares its settings in its own `settings.rs`, by [`settings_section!`](crate::settings_section), and lists them in
//! its `Room`. A section is read by its type: `settings.section::<ServerSettings>()`. Here is how settings are made, and what
//! belongs to no domain.
//!
//! Layers, by the `config` crate: the built-in values, then one file, then the environment. What the layers may say is
//! checked before they are joined, so that every mistake is reported at once with its key and its place: unknown keys are
//! errors, and no message holds the value of a secret.
//!
//! Loading is a function of its [`LoadOptions`]: the process environment enters only by
//! [`LoadOptions::from_process`]. This module knows no other part of the program than `core`.

pub mod candidate;
mod document;
mod error;
mod hosts;
mod keys;
pub mod kind;
mod layers;
mod networks;
mod options;
mod report;
mod secret;
pub mod section;
mod server;
mod validate;
pub mod value;
mod values;
pub mod versions;

pub use document::default_file;
pub use error::{Origin, SettingsError, SettingsProblem};
pub use hosts::Hosts;
pub use networks::Networks;
pub use options::LoadOptions;
pub use secret::{MASK, Secret};
pub use server::{HstsScope, LogFormat, LogSettings, Mode, ProcessSettings, ServerSettings, TokenKeys};
pub use value::{SigningKey, YesNo};
pub use values::{Checks, DeclaredSection, Edit, Section, Settings};

impl Settings {
    /// Joins the layers for the declared sections, checks them and gives the settings in force.
    ///
    /// # Errors
    /// A file that can't be read or is no TOML; else [`SettingsError::Invalid`] with all unknown keys, wrong
    /// types and values out of range, or, when there are none of those, with all that [`Settings::validate`]
    /// finds.
    pub fn load(declared: &[DeclaredSection], options: LoadOptions) -> Result<Self, SettingsError> {
        let settings = layers::join(declared, options)?;
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
        self.section::<ProcessSettings>().mode == Mode::Production
    }

    /// The values in force, one `key = value` a line with its origin, secrets masked; for the command
    /// `check-config`.
    pub fn check_config_report(&self) -> String {
        report::text(self)
    }
}
