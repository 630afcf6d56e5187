//! A password that someone chooses.

use crate::accounts::settings::AuthSettings;
use crate::accounts::{hashing, password, password_policy};
use crate::app::App;
use crate::core::Problem;
use crate::web::client_address::Network;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A password that someone chooses, on its way into a command. The command judges what was typed and stores the hash, which was made
/// before it, outside of its transaction: by [`NewPassword::hash`] for a request, by [`NewPassword::hashed`] on the command line. It is
/// never printed and never serialised.
#[derive(Clone)]
pub struct NewPassword {
    typed: String,
    hash: Option<String>,
}

impl NewPassword {
    /// What was typed, to be judged.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The hash to be stored.
    ///
    /// # Errors
    /// When it has not been made, which is a mistake of the program.
    pub fn ready(&self) -> Result<&str, Problem> {
        self.hash.as_deref().ok_or_else(|| Problem::internal("a password was not hashed before its command"))
    }

    /// Makes the hash in one of the places of [`hashing`]. What no command would take is not hashed.
    ///
    /// # Errors
    /// As [`hashing::hash`].
    pub async fn hash(&mut self, app: &App, from: Network) -> Result<(), Problem> {
        if password_policy::fits(&self.typed) {
            self.hash = Some(hashing::hash(app, from, &self.typed).await?);
        }
        Ok(())
    }

    /// A password with its hash, made on the thread that calls: for the command line.
    ///
    /// # Errors
    /// As [`password::hash`].
    pub fn hashed(typed: impl Into<String>, app: &App) -> Result<Self, Problem> {
        let typed = typed.into();
        let hash = password::hash(&typed, app.settings().section::<AuthSettings>())?;
        Ok(Self { typed, hash: Some(hash) })
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

impl<'de> Deserialize<'de> for NewPassword {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { typed: String::deserialize(deserializer)?, hash: None })
    }
}

impl Serialize for NewPassword {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("[hidden]")
    }
}
