//! What the operator decides.
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

mod checks;
mod document;
mod error;
mod keys;
pub mod kind;
mod layers;
mod report;
mod secret;
pub mod section;
mod server;
mod validate;
pub mod value;

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

use section::AnySection;

pub use checks::Checks;
pub use document::default_file;
pub use error::{Origin, SettingsError, SettingsProblem};
pub use secret::{MASK, Secret};
pub use section::{DeclaredSection, Section};
pub use server::{LogFormat, LogSettings, Mode, ProcessSettings, ServerSettings, TokenKeys};
pub use value::{SigningKey, YesNo};

/// Every setting, checked. `Settings::default()` are the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    values: HashMap<TypeId, Arc<dyn AnySection>>,
    declared: Arc<[DeclaredSection]>,
    origins: BTreeMap<String, Origin>,
}

/// A section that is being changed; put back when this is dropped.
#[derive(Debug)]
pub struct Edit<'a, T: Section> {
    settings: &'a mut Settings,
    section: T,
}

impl<T: Section> Deref for Edit<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.section
    }
}

impl<T: Section> DerefMut for Edit<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.section
    }
}

impl<T: Section> Drop for Edit<'_, T> {
    fn drop(&mut self) {
        self.settings.values.insert(TypeId::of::<T>(), Arc::new(self.section.clone()));
    }
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

    /// The section of a type; the built-in one where nothing else was loaded.
    pub fn section<T: Section>(&self) -> &T {
        let loaded = self.values.get(&TypeId::of::<T>());
        loaded.and_then(|section| (**section).as_any().downcast_ref()).unwrap_or_else(|| T::built_in())
    }

    /// A section to be changed in code: `settings.edit::<ServerSettings>().port = 0`. [`Settings::validate`] checks the result.
    pub fn edit<T: Section>(&mut self) -> Edit<'_, T> {
        Edit { section: self.section::<T>().clone(), settings: self }
    }

    fn any(&self, section: &DeclaredSection) -> Arc<dyn AnySection> {
        self.values.get(&(section.id)()).map_or_else(section.built_in, Arc::clone)
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
