//! The known keys, taken from `default.toml` so that the documentation and the program can't drift apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::error::SettingsError;
use super::model::{
    Choice, DutyRule, Fanout, FileStore, LogFormat, MailTransport, Mode, S3Addressing, SmtpTls, YesNo,
};

/// The built-in layer.
pub(super) const DEFAULT_TOML: &str = include_str!("../../config/default.toml");

/// Variables that steer the loading itself and are no keys.
pub(super) const CONFIG_VARIABLE: &str = "ZERODESK_CONFIG";
/// Begin of every variable that must name a key.
pub(super) const PREFIX: &str = "ZERODESK_";

const CHOICES: &[(&str, &[&str])] = &[
    ("mode", Mode::NAMES),
    ("fanout", Fanout::NAMES),
    ("mail.transport", MailTransport::NAMES),
    ("mail.smtp_tls", SmtpTls::NAMES),
    ("attachments.store", FileStore::NAMES),
    ("attachments.s3_addressing", S3Addressing::NAMES),
    ("log.format", LogFormat::NAMES),
    ("matching.duty", DutyRule::NAMES),
    ("matching.reassign_silent", YesNo::NAMES),
];

/// Least and greatest value of every number, both included: the last `LEAST to GREATEST` of the comment above it in
/// `default.toml`, which is the only place that states them.
pub(super) fn ranges() -> &'static BTreeMap<String, (i64, i64)> {
    static RANGES: LazyLock<BTreeMap<String, (i64, i64)>> = LazyLock::new(|| read_ranges(DEFAULT_TOML));
    &RANGES
}

fn read_ranges(file: &str) -> BTreeMap<String, (i64, i64)> {
    let mut ranges = BTreeMap::new();
    // The items of a list of tables (`[[…]]`) are no keys.
    let (mut section, mut comment) = (Some(String::new()), String::new());
    for line in file.lines() {
        if let Some(words) = line.strip_prefix('#') {
            comment.push_str(words);
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = (!name.starts_with('[')).then(|| format!("{name}."));
        } else if let (Some((name, value)), Some(section)) = (line.split_once(" = "), &section)
            && value.parse::<i64>().is_ok()
            && let Some(range) = stated_range(&comment)
        {
            ranges.insert(format!("{section}{name}"), range);
        }
        comment.clear();
    }
    ranges
}

fn stated_range(comment: &str) -> Option<(i64, i64)> {
    let words: Vec<&str> = comment.split([' ', ',', '.', ';', ':']).filter(|word| !word.is_empty()).collect();
    words.windows(3).rev().find_map(|three| match three {
        [least, "to", greatest] => Some((least.parse().ok()?, greatest.parse().ok()?)),
        _ => None,
    })
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Choice(&'static [&'static str]),
    Integer(i64, i64),
    SigningKeys,
    /// A list of tables, which a settings file gives as a whole.
    Tables(&'static str),
}

impl Kind {
    /// "a whole number from 1 to 64", for messages.
    pub(super) fn wanted(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Choice(names) => format!("one of \"{}\"", names.join("\", \"")),
            Self::Integer(least, greatest) => {
                format!("a whole number from {least} to {greatest}")
            }
            Self::SigningKeys => "a list of {kid, secret}".to_owned(),
            Self::Tables(of) => format!("a list of {of}"),
        }
    }
}

/// All keys and sections.
pub(super) struct KnownKeys {
    kinds: BTreeMap<String, Kind>,
    sections: BTreeSet<String>,
    variables: BTreeMap<String, String>,
}

impl KnownKeys {
    /// Reads them from the built-in file.
    pub(super) fn built_in() -> Result<Self, SettingsError> {
        let table: toml::Table =
            toml::from_str(DEFAULT_TOML).map_err(|_| SettingsError::Joining { key: None })?;
        let mut known =
            Self { kinds: BTreeMap::new(), sections: BTreeSet::new(), variables: BTreeMap::new() };
        known.add("", &table);
        known.variables = variables(known.kinds.keys());
        Ok(known)
    }

    fn add(&mut self, prefix: &str, table: &toml::Table) {
        for (name, value) in table {
            let path = format!("{prefix}{name}");
            let kind = match value {
                toml::Value::Table(inner) => {
                    self.add(&format!("{path}."), inner);
                    self.sections.insert(path);
                    continue;
                }
                toml::Value::Integer(_) => {
                    let (least, greatest) = ranges().get(&path).copied().unwrap_or((0, i64::MAX));
                    Kind::Integer(least, greatest)
                }
                toml::Value::Array(_) => match path.as_str() {
                    "remediation.rules" => Kind::Tables("rules in a settings file"),
                    "remediation.criteria" => Kind::Tables("criteria in a settings file"),
                    _ => Kind::SigningKeys,
                },
                _ => CHOICES
                    .iter()
                    .find(|(key, _)| *key == path)
                    .map_or(Kind::Text, |(_, names)| Kind::Choice(names)),
            };
            self.kinds.insert(path, kind);
        }
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

    #[test]
    fn every_number_has_a_range_that_its_comment_states() {
        let known = KnownKeys::built_in().unwrap();
        let numbers = known.kinds.iter().filter(|(_, kind)| matches!(kind, Kind::Integer(..)));
        let numbers: Vec<_> = numbers.map(|(path, _)| path).collect();
        assert_eq!(numbers, ranges().keys().collect::<Vec<_>>());
        for (path, (least, greatest)) in ranges() {
            assert!(least < greatest, "{path}: {least} to {greatest}");
        }
        assert_eq!(ranges()["server.max_json_bytes"], (1024, 16_777_216));
        assert_eq!(ranges()["matching.weight_specialty"], (0, 1000), "the last range that a comment states");
    }

    #[test]
    fn every_choice_names_a_key() {
        let known = KnownKeys::built_in().unwrap();
        for (path, _) in CHOICES {
            assert!(matches!(known.kind(path), Some(Kind::Choice(_))), "{path}");
        }
    }

    #[test]
    fn every_key_has_a_comment() {
        let lines: Vec<&str> = DEFAULT_TOML.lines().collect();
        for pair in lines.windows(2) {
            // An item of a list is explained above the list.
            if pair[1].contains(" = ") && !pair[1].starts_with(['#', ' ']) {
                assert!(pair[0].starts_with('#'), "no comment above: {}", pair[1]);
            }
        }
    }

    #[test]
    fn both_spellings_reach_the_key() {
        let known = KnownKeys::built_in().unwrap();
        assert_eq!(known.by_variable("SERVER__PORT"), Some("server.port"));
        assert_eq!(known.by_variable("SERVER_PORT"), Some("server.port"));
        assert_eq!(known.by_variable("FANOUT"), Some("fanout"));
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
