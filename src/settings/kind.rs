//! The types of values that keys of the settings hold.

use serde::de::DeserializeOwned;

/// A key of a section.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name within the section.
    pub name: &'static str,
    /// What it means, by the lines of the documentation.
    pub words: &'static [&'static str],
    /// The type of its value.
    pub kind: Kind,
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text.
    Text,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A whole number, from the least to the greatest value.
    Integer(i64, i64),
    /// A list of keys with secrets.
    SigningKeys,
    /// A list of texts; a variable has them with commas between.
    List {
        /// What the texts are, in the plural, with an example.
        of: &'static str,
        /// Says what was found where a text is none of these.
        check: fn(&str) -> Result<(), String>,
    },
    /// A list of tables, which a settings file gives as a whole.
    Tables {
        /// What the tables describe, in the plural.
        of: &'static str,
        /// Says what is wrong with such a list.
        check: fn(toml::Value) -> Result<(), String>,
    },
}

impl Kind {
    /// "a whole number from 1 to 64", for messages.
    pub(super) fn wanted(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Choice(names) => format!("one of \"{}\"", names.join("\", \"")),
            Self::Integer(least, greatest) => format!("a whole number from {least} to {greatest}"),
            Self::SigningKeys => "a list of {kid, secret}".to_owned(),
            Self::List { of, .. } => format!("a list of {of}"),
            Self::Tables { of, .. } => format!("a list of {of} in a settings file"),
        }
    }
}

/// A list of tables of one type, for [`Kind::Tables`].
///
/// # Errors
/// What is wrong with the list.
pub fn check_tables<T: DeserializeOwned>(value: toml::Value) -> Result<(), String> {
    value.try_into::<Vec<T>>().map(drop).map_err(|error| error.message().to_owned())
}
