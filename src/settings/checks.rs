//! How the domains check what must hold between their settings.

use super::Settings;
use super::error::SettingsProblem;
use super::value::SigningKey;

/// Shortest key for HMAC-SHA256 in bytes: the length of its output (RFC 7518, 3.2).
const LEAST_SECRET_BYTES: usize = 32;

/// Collects what is wrong with the values of the settings.
pub struct Checks<'a> {
    /// All settings, for what must hold between sections.
    pub settings: &'a Settings,
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
    pub fn long_enough(&mut self, key: &str, keys: &[SigningKey]) {
        let production = self.settings.is_production();
        for signing in keys.iter().filter(|_| production) {
            let (kid, least) = (&signing.kid, LEAST_SECRET_BYTES);
            let what = format!("the secret of kid \"{kid}\" is shorter than {least} bytes");
            self.check(signing.secret.len() >= least, key, what);
        }
    }
}
