//! What a section of the settings is, and how a domain declares one: [`settings_section!`](crate::settings_section).
//!
//! A setting is declared once, in the `settings.rs` of its domain: key, type, default, range and words. The checks of a settings
//! file, the names of the variables, `config/default.toml` and `docs/configuration.md` are made from that.

use std::any::{Any, TypeId};
use std::fmt::Debug;
use std::sync::Arc;

use config::{Config, ConfigError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::settings::checks::Checks;
use crate::settings::kind::Key;

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

/// Declares a section of the settings:
///
/// ```
/// zerodesk::settings_section! {
///     /// What the section is about.
///     pub LimitSettings in "limits" {
///         /// Most sheep in a pen.
///         sheep: u32 = 20, 1..=1_000;
///         /// Name of the pen.
///         pen: String = "north".to_owned();
///     }
/// }
/// ```
///
/// Each key has words, a type, its built-in value and, where it is a number, its range. `checked by` names a function that checks
/// what must hold between keys; `constants` lists values that are no keys: code and tests can change them, operators can't.
#[macro_export]
macro_rules! settings_section {
    (
        $(#[doc = $about:literal])+
        pub $name:ident in $section:literal $(checked by $check:path)? {
            $($(#[doc = $words:literal])+ $key:ident: $type:ty = $built_in:expr $(, $least:literal..=$greatest:literal)?;)+
        }
        $(constants {
            $($(#[doc = $constant_words:literal])+ $constant:ident: $constant_type:ty = $value:expr;)+
        })?
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[doc = $words])+ pub $key: $type,)+
            $($($(#[doc = $constant_words])+ #[serde(skip)] pub $constant: $constant_type,)+)?
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $built_in,)+ $($($constant: $value,)+)? }
            }
        }

        impl $crate::settings::section::Section for $name {
            const NAME: &'static str = $section;
            const ABOUT: &'static [&'static str] = &[$($about),+];
            const KEYS: &'static [$crate::settings::kind::Key] = &[$($crate::settings::kind::Key {
                name: stringify!($key),
                words: &[$($words),+],
                kind: $crate::settings_section!(@kind $type $(, $least, $greatest)?),
            }),+];

            fn built_in() -> &'static Self {
                static BUILT_IN: std::sync::LazyLock<$name> = std::sync::LazyLock::new($name::default);
                &BUILT_IN
            }

            fn built_in_texts() -> Vec<String> {
                let built_in = Self::built_in();
                vec![$($crate::settings::value::Value::built_in_text(&built_in.$key)),+]
            }

            fn check(&self, checks: &mut $crate::settings::Checks<'_>) {
                $($check(self, checks);)?
                let _ = checks;
            }
        }
    };
    (@kind $type:ty, $least:literal, $greatest:literal) => {
        $crate::settings::kind::Kind::Integer($least, $greatest)
    };
    (@kind $type:ty) => { <$type as $crate::settings::value::Described>::KIND };
}
