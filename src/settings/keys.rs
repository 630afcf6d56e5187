//! The known keys, taken from `default.toml` so that the documentation and the program can't drift apart.

use std::collections::{BTreeMap, BTreeSet};

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

/// Least and greatest value of every number, both included.
pub(super) const RANGES: &[(&str, i64, i64)] = &[
    ("server.port", 0, 65535),
    ("server.workers", 0, 1024),
    ("server.shutdown_seconds", 1, 3600),
    ("server.max_json_bytes", 1024, 16_777_216),
    ("database.pool_size", 1, 1000),
    ("database.statement_timeout_ms", 0, 3_600_000),
    ("postgres.port", 0, 65535),
    ("auth.access_token_seconds", 60, 86400),
    ("auth.refresh_token_days", 1, 365),
    ("auth.argon2_memory_kib", 8192, 4_194_304),
    ("auth.argon2_iterations", 1, 100),
    ("auth.argon2_parallelism", 1, 64),
    ("auth.login_failures", 1, 100_000),
    ("auth.login_window_seconds", 1, 86400),
    ("auth.registration_link_hours", 1, 720),
    ("chat.heartbeat_seconds", 1, 600),
    ("chat.max_frame_bytes", 1024, 16_777_216),
    ("chat.max_body_chars", 1, 1_000_000),
    ("chat.attachments_per_message", 1, 100),
    ("chat.frames_per_second", 1, 100_000),
    ("chat.sockets_per_user", 1, 10_000),
    ("chat.subscriptions_per_socket", 1, 100_000),
    ("chat.session_queue_bytes", 65536, 1_073_741_824),
    ("chat.writer_queue_bytes", 65536, 4_294_967_296),
    ("chat.batch_messages", 1, 100_000),
    ("chat.writers", 1, 64),
    ("matching.offer_present_seconds", 1, 86400),
    ("matching.offer_mail_seconds", 60, 2_592_000),
    ("matching.offer_hold_seconds", 1, 3600),
    ("matching.offer_hold_most_seconds", 0, 86400),
    ("matching.first_answer_minutes", 1, 10080),
    ("matching.widen_class_seconds", 0, 86400),
    ("matching.widen_province_seconds", 0, 86400),
    ("matching.alarm_seconds", 0, 604_800),
    ("matching.reopen_days", 1, 3650),
    ("matching.weight_specialty", 0, 1000),
    ("matching.weight_region", 0, 1000),
    ("matching.weight_load", 0, 1000),
    ("matching.weight_urgency", 0, 1000),
    ("matching.weight_language", 0, 1000),
    ("matching.weight_outcome", 0, 1000),
    ("matching.weight_continuity", 0, 1000),
    ("matching.specialty_class_percent", 0, 100),
    ("matching.specialty_related_percent", 0, 100),
    ("matching.specialty_level_percent", 0, 100),
    ("matching.specialty_items_percent", 0, 100),
    ("matching.region_city_percent", 0, 100),
    ("matching.region_province_percent", 0, 100),
    ("matching.region_remote_percent", 0, 100),
    ("matching.urgency_horizon_days", 1, 3650),
    ("matching.urgency_supervision_percent", 0, 100),
    ("matching.urgency_special_percent", 0, 100),
    ("matching.outcome_prior_percent", 0, 100),
    ("matching.outcome_prior_cases", 1, 10000),
    ("mail.smtp_port", 1, 65535),
    ("mail.retry_base_seconds", 1, 3600),
    ("mail.retry_max_seconds", 1, 86400),
    ("mail.batch", 1, 1000),
    ("mail.timeout_seconds", 1, 600),
    ("attachments.max_bytes", 1024, 1_073_741_824),
    ("attachments.unused_hours", 1, 8760),
    ("attachments.unused_per_account", 1, 100_000),
    ("deadlines.digest_over", 1, 100_000),
    ("clusters.threshold", 1, 1_000_000),
    ("clusters.window_days", 1, 36500),
    ("import.max_upload_bytes", 1024, 4_294_967_296),
    ("import.max_unpacked_bytes", 1024, 17_179_869_184),
    ("import.max_rows", 1, 100_000_000),
];

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
                toml::Value::Integer(_) => RANGES
                    .iter()
                    .find(|(key, ..)| *key == path)
                    .map_or(Kind::Integer(0, i64::MAX), |(_, least, greatest)| {
                        Kind::Integer(*least, *greatest)
                    }),
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
        for (path, kind) in &known.kinds {
            if let Kind::Integer(..) = kind {
                assert!(RANGES.iter().any(|(key, ..)| key == path), "{path}");
            }
        }
        for (path, least, greatest) in RANGES {
            assert!(matches!(known.kind(path), Some(Kind::Integer(..))), "{path}");
            let (section, name) = path.split_once('.').unwrap();
            let text = DEFAULT_TOML.split(&format!("\n[{section}]\n")).nth(1).unwrap();
            let before = text.split(&format!("\n{name} = ")).next().unwrap();
            let comment: Vec<&str> = before.lines().rev().take_while(|line| line.starts_with('#')).collect();
            let range = format!("{least} to {greatest}");
            assert!(comment.iter().any(|line| line.contains(&range)), "{path}: {range}");
        }
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
