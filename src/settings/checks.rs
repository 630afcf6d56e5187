//! What is wrong with the values in force: ranges here, what must hold between keys in the domains' `settings.rs`.

use super::error::SettingsProblem;
use super::section::{DeclaredSection, Kind};
use super::value::SigningKey;
use super::{Settings, report};

/// Shortest key for HMAC-SHA256 in bytes: the length of its output (RFC 7518, 3.2).
const LEAST_SECRET_BYTES: usize = 32;

/// Collects what is wrong with the values of a section.
pub struct Checks<'a> {
    /// All settings, for what must hold between sections.
    pub settings: &'a Settings,
    problems: Vec<SettingsProblem>,
}

/// All that is wrong, section by section.
pub(super) fn problems(settings: &Settings) -> Vec<SettingsProblem> {
    let mut checks = Checks { settings, problems: Vec::new() };
    for section in settings.declared.iter() {
        checks.ranges(section);
        settings.any(section).check(&mut checks);
    }
    checks.problems
}

impl Checks<'_> {
    /// Notes a problem of a key, such as `server.port`, unless something holds.
    pub fn check(&mut self, holds: bool, key: &str, what: impl Into<String>) {
        if !holds {
            let origin = self.settings.origin(key);
            self.problems.push(SettingsProblem { key: key.to_owned(), origin, what: what.into() });
        }
    }

    /// Notes a problem unless a text says something.
    pub fn not_empty(&mut self, key: &str, text: &str) {
        self.check(!text.trim().is_empty(), key, "must not be empty");
    }

    /// Notes a problem of an address that is given and does not begin with one of some schemes.
    pub fn scheme(&mut self, key: &str, address: &str, schemes: &[&str], what: &str) {
        let fits = address.is_empty() || schemes.iter().any(|scheme| address.starts_with(scheme));
        self.check(fits, key, what);
    }

    /// Notes secrets that are too short for production.
    pub fn long_enough(&mut self, key: &str, keys: &[SigningKey]) {
        for signing in keys.iter().filter(|_| self.settings.is_production()) {
            let what =
                format!("the secret of kid \"{}\" is shorter than {LEAST_SECRET_BYTES} bytes", signing.kid);
            self.check(signing.secret.len() >= LEAST_SECRET_BYTES, key, what);
        }
    }

    fn ranges(&mut self, section: &DeclaredSection) {
        let values = report::values(self.settings, section);
        for key in section.keys {
            let Kind::Integer(least, greatest) = key.kind else { continue };
            let path = section.path(key.name);
            let value = values.get(&path).and_then(serde_json::Value::as_i64);
            let inside = value.is_some_and(|value| (least..=greatest).contains(&value));
            self.check(inside, &path, format!("{} wanted", key.kind.wanted()));
        }
    }
}
