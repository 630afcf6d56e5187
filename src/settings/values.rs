//! The settings in force, the sections that they consist of, and how the domains check them.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use config::{Config, ConfigError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Origin, SettingsProblem};
use super::kind::Key;
use super::value::SigningKey;

/// Every setting, checked. `Settings::default()` are the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub(super) values: HashMap<TypeId, Arc<dyn AnySection>>,
    pub(super) declared: Arc<[DeclaredSection]>,
    pub(super) origins: BTreeMap<String, Origin>,
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

impl Settings {
    /// The section of a type; the built-in one where nothing else was loaded.
    pub fn section<T: Section>(&self) -> &T {
        let loaded = self.values.get(&TypeId::of::<T>());
        loaded.and_then(|section| (**section).as_any().downcast_ref()).unwrap_or_else(|| T::built_in())
    }

    /// A section to be changed in code: `settings.edit::<ServerSettings>().port = 0`. [`Settings::validate`] checks the result.
    pub fn edit<T: Section>(&mut self) -> Edit<'_, T> {
        Edit { section: self.section::<T>().clone(), settings: self }
    }

    /// The values of a declared section.
    pub(super) fn any(&self, section: &DeclaredSection) -> Arc<dyn AnySection> {
        self.values.get(&(section.id)()).map_or_else(section.built_in, Arc::clone)
    }

    /// Where the value of a key such as `server.port` came from.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or_default()
    }
}

/// A section of the settings as a type. Several types may share the keys of one section.
pub trait Section: Debug + Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The section's name in a settings file; empty for keys before all sections.
    const NAME: &'static str;
    /// What the section is about, by the lines of the documentation.
    const ABOUT: &'static [&'static str];
    /// Its keys, in the order of the documentation.
    const KEYS: &'static [Key];
    /// Its text in `config/default.toml` where that is written by hand; else empty.
    const TEXT: &'static str = "";
    /// Where its built-in values come from, where no published rule confirms them.
    const PROVISIONAL: Option<&'static str> = None;

    /// The built-in values.
    fn built_in() -> &'static Self;

    /// The built-in values as a settings file has them, in the order of the keys.
    fn built_in_texts() -> Vec<String>;

    /// Notes what is wrong with the values, apart from ranges.
    fn check(&self, checks: &mut Checks<'_>);
}

/// The values of a section, whichever it is.
pub(super) trait AnySection: Any + Debug + Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn json(&self) -> serde_json::Value;
    fn check(&self, checks: &mut Checks<'_>);
}

impl<T: Section> AnySection for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    fn check(&self, checks: &mut Checks<'_>) {
        Section::check(self, checks);
    }
}

/// A section in the list of a domain.
#[derive(Clone, Copy)]
pub struct DeclaredSection {
    /// Its name in a settings file; empty for keys before all sections.
    pub name: &'static str,
    /// What it is about, by the lines of the documentation.
    pub about: &'static [&'static str],
    /// Its keys.
    pub keys: &'static [Key],
    /// Its text in `config/default.toml` where that is written by hand; else empty.
    pub text: &'static str,
    /// Where its built-in values come from, where no published rule confirms them.
    pub provisional: Option<&'static str>,
    /// The built-in values as a settings file has them, in the order of the keys.
    pub built_in_texts: fn() -> Vec<String>,
    pub(super) id: fn() -> TypeId,
    type_name: fn() -> &'static str,
    pub(super) built_in: fn() -> Arc<dyn AnySection>,
    pub(super) read: fn(&Config) -> Result<Arc<dyn AnySection>, ConfigError>,
}

impl DeclaredSection {
    /// The section of a type.
    pub const fn of<T: Section>() -> Self {
        Self {
            name: T::NAME,
            about: T::ABOUT,
            keys: T::KEYS,
            text: T::TEXT,
            provisional: T::PROVISIONAL,
            built_in_texts: T::built_in_texts,
            id: TypeId::of::<T>,
            type_name: std::any::type_name::<T>,
            built_in: || Arc::new(T::built_in().clone()),
            read: read::<T>,
        }
    }

    /// The name of its type, without modules.
    pub fn type_name(&self) -> &'static str {
        let name = (self.type_name)();
        name.rsplit("::").next().unwrap_or(name)
    }

    /// A key with the section's name before it, such as `server.port`.
    pub fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

impl Debug for DeclaredSection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeclaredSection").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What the layers say of a section; what they leave out is built in.
fn read<T: Section>(config: &Config) -> Result<Arc<dyn AnySection>, ConfigError> {
    let found = if T::NAME.is_empty() {
        config.clone().try_deserialize::<T>()
    } else {
        match config.get::<T>(T::NAME) {
            Err(ConfigError::NotFound(_)) => Ok(T::built_in().clone()),
            found => found,
        }
    };
    Ok(Arc::new(found?))
}

/// Shortest key for HMAC-SHA256 in bytes: the length of its output (RFC 7518, 3.2).
const LEAST_SECRET_BYTES: usize = 32;

/// Collects what is wrong with the values of the settings.
pub struct Checks<'a> {
    /// All settings, for what must hold between sections.
    pub settings: &'a Settings,
    /// Whether real people's data are at stake.
    pub production: bool,
    pub(super) problems: Vec<SettingsProblem>,
}

impl Checks<'_> {
    /// Notes a problem of a key, such as `server.port`, unless something holds.
    pub fn check(&mut self, holds: bool, key: &str, what: impl Into<String>) {
        if !holds {
            let origin = self.settings.origin(key);
            self.problems.push(SettingsProblem { key: key.to_owned(), origin, what: what.into() });
        }
    }

    /// Notes a problem if a text is empty.
    pub fn not_empty(&mut self, key: &str, text: &str) {
        self.check(!text.trim().is_empty(), key, "must not be empty");
    }

    /// Notes a problem if an address is given and does not begin with one of some schemes.
    pub fn scheme(&mut self, key: &str, address: &str, schemes: &[&str], what: &str) {
        let fits = address.is_empty() || schemes.iter().any(|scheme| address.starts_with(scheme));
        self.check(fits, key, what);
    }

    /// Notes secrets that are too short for production.
    pub fn check_key_lengths(&mut self, key: &str, keys: &[SigningKey]) {
        let production = self.production;
        for signing in keys.iter().filter(|_| production) {
            let (kid, least) = (&signing.kid, LEAST_SECRET_BYTES);
            let what = format!("the secret of kid \"{kid}\" is shorter than {least} bytes");
            self.check(signing.secret.len() >= least, key, what);
        }
    }
}
