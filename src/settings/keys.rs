//! The known keys, taken from the sections that the domains declare.

use std::collections::{BTreeMap, BTreeSet};

use super::kind::Kind;
use super::values::DeclaredSection;

/// Variables that steer the loading itself and are no keys.
pub(super) const CONFIG_VARIABLE: &str = "ZERODESK_CONFIG";
/// Begin of every variable that must name a key.
pub(super) const PREFIX: &str = "ZERODESK_";

/// All keys and sections.
pub(super) struct KnownKeys {
    kinds: BTreeMap<String, Kind>,
    sections: BTreeSet<String>,
    variables: BTreeMap<String, String>,
}

impl KnownKeys {
    /// Those of the declared sections.
    pub(super) fn of(declared: &[DeclaredSection]) -> Self {
        let all = declared
            .iter()
            .flat_map(|section| section.keys.iter().map(|key| (section.path(key.name), key.kind)));
        let kinds: BTreeMap<String, Kind> = all.collect();
        let named = declared.iter().map(|section| section.name).filter(|name| !name.is_empty());
        Self { sections: named.map(str::to_owned).collect(), variables: variables(kinds.keys()), kinds }
    }

    pub(super) fn kind(&self, path: &str) -> Option<Kind> {
        self.kinds.get(path).copied()
    }

    pub(super) fn is_section(&self, path: &str) -> bool {
        self.sections.contains(path)
    }

    /// The key that a variable sets, by its name without `ZERODESK_`.
    pub(super) fn by_variable(&self, rest: &str) -> Option<&str> {
        self.variables.get(rest).map(String::as_str)
    }

    /// The known key most like an unknown one, if any is near enough to be meant.
    pub(super) fn nearest(&self, path: &str) -> Option<&str> {
        let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
        self.kinds
            .keys()
            .map(|key| {
                // A key put into the wrong section is as likely as a slip of the finger.
                let whole = strsim::normalized_damerau_levenshtein(key, path);
                let moved = if last(key) == last(path) { 0.5 } else { 0.0 };
                (key.as_str(), whole + moved)
            })
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, likeness)| *likeness > 0.6)
            .map(|(key, _)| key)
    }
}

/// Both spellings of each key; a spelling that two keys would share is left out.
fn variables<'a>(paths: impl Iterator<Item = &'a String>) -> BTreeMap<String, String> {
    let mut spellings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        for separator in ["__", "_"] {
            spellings.entry(path.replace('.', separator).to_uppercase()).or_default().insert(path.clone());
        }
    }
    spellings
        .into_iter()
        .filter_map(|(spelling, paths)| match paths.len() {
            1 => Some((spelling, paths.into_iter().next()?)),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{ProcessSettings, ServerSettings};

    #[test]
    fn both_spellings_reach_the_key() {
        let known = KnownKeys::of(&[
            DeclaredSection::of::<ProcessSettings>(),
            DeclaredSection::of::<ServerSettings>(),
        ]);
        assert_eq!(known.by_variable("SERVER__PORT"), Some("server.port"));
        assert_eq!(known.by_variable("SERVER_PORT"), Some("server.port"));
        assert_eq!(known.by_variable("MODE"), Some("mode"));
        assert_eq!(known.by_variable("DATA_DIR"), Some("data_dir"));
        assert_eq!(known.by_variable("SERVER"), None);
    }

    #[test]
    fn a_spelling_that_two_keys_share_is_left_out() {
        let paths = ["mail.smtp_port".to_owned(), "mail_smtp.port".to_owned()];
        let names = variables(paths.iter());
        assert_eq!(names.get("MAIL_SMTP_PORT"), None);
        assert_eq!(names["MAIL__SMTP_PORT"], "mail.smtp_port");
        assert_eq!(names["MAIL_SMTP__PORT"], "mail_smtp.port");
    }
}
