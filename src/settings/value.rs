//! The types of settings: texts, numbers, choices ([`settings_choice!`](crate::settings_choice)), signing keys.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::settings::kind::Kind;
use crate::settings::secret::Secret;

/// A type of a setting.
pub trait Value {
    /// A built-in value as a settings file has it. Not for values in force: it shows secrets.
    fn built_in_text(&self) -> String;
}

/// A type of a setting that says what it holds; of a number its range says it.
pub trait Described: Value {
    /// The type of the value.
    const KIND: Kind;
}

macro_rules! numbers {
    ($($type:ty)+) => {
        $(impl Value for $type {
            fn built_in_text(&self) -> String {
                self.to_string()
            }
        })+
    };
}

numbers! { u16 u32 u64 usize }

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

impl Value for String {
    fn built_in_text(&self) -> String {
        quoted(self)
    }
}

impl Described for String {
    const KIND: Kind = Kind::Text;
}

impl Value for PathBuf {
    fn built_in_text(&self) -> String {
        quoted(&self.to_string_lossy())
    }
}

impl Described for PathBuf {
    const KIND: Kind = Kind::Text;
}

impl Value for Secret {
    fn built_in_text(&self) -> String {
        quoted(self.expose())
    }
}

impl Described for Secret {
    const KIND: Kind = Kind::Text;
}

/// A key with a name, such as the signing keys of access tokens.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    /// Name of the key; is in the token's header.
    pub kid: String,
    /// The HMAC key; its UTF-8 bytes are used as they are.
    pub secret: Secret,
}

/// A type of which a setting holds a list.
pub trait ListedValue: Sized {
    /// What the list holds.
    const LIST: Kind;
    /// A built-in list as a settings file has it, without its brackets.
    fn built_in_items(items: &[Self]) -> String;
}

impl<T: ListedValue> Value for Vec<T> {
    fn built_in_text(&self) -> String {
        format!("[{}]", T::built_in_items(self))
    }
}

impl<T: ListedValue> Described for Vec<T> {
    const KIND: Kind = T::LIST;
}

impl ListedValue for SigningKey {
    const LIST: Kind = Kind::SigningKeys;

    fn built_in_items(items: &[Self]) -> String {
        let key = |key: &SigningKey| {
            format!("{{ kid = {}, secret = {} }}", quoted(&key.kid), quoted(key.secret.expose()))
        };
        items.iter().map(key).collect::<Vec<_>>().join(", ")
    }
}

/// Declares an enum of settings with the word for each variant, which errors list.
#[macro_export]
macro_rules! settings_choice {
    ($(#[$doc:meta])* pub $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant),+
        }

        impl $crate::settings::value::Value for $name {
            fn built_in_text(&self) -> String {
                match self {
                    $(Self::$variant => concat!("\"", $text, "\"").to_owned()),+
                }
            }
        }

        impl $crate::settings::value::Described for $name {
            const KIND: $crate::settings::kind::Kind = $crate::settings::kind::Kind::Choice(&[$($text),+]);
        }
    };
}

settings_choice! {
    /// Whether something is done.
    pub YesNo {
        /// It is done.
        Yes = "yes",
        /// It is not.
        No = "no",
    }
}
