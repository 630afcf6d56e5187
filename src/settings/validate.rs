//! What must hold between keys, and what production demands.

use std::collections::BTreeSet;

use super::error::SettingsProblem;
use super::keys::{DEFAULT_TOML, ranges};
use super::law::RemediationSettings;
use super::model::{Fanout, FileStore, MailTransport, SmtpTls};
use super::report;
use super::values::Settings;

/// Shortest key for HMAC-SHA256 in bytes: the length of its output (RFC 7518, 3.2).
const LEAST_SECRET_BYTES: usize = 32;
/// The kinds of files that the program can tell, the same as `attachments::FileKind`.
const FILE_KINDS: [&str; 7] = ["jpeg", "png", "webp", "heic", "pdf", "docx", "xlsx"];
const DEVELOPMENT_KID: &str = "development";

/// All that is wrong, in no order of weight.
pub(super) fn problems(settings: &Settings) -> Vec<SettingsProblem> {
    let mut found = Found { settings, problems: Vec::new() };
    found.ranges();
    found.consistency();
    found.remediation();
    if settings.is_production() {
        found.production();
    }
    found.problems
}

struct Found<'a> {
    settings: &'a Settings,
    problems: Vec<SettingsProblem>,
}

impl Found<'_> {
    fn check(&mut self, holds: bool, key: &str, what: impl Into<String>) {
        if !holds {
            self.problems.push(SettingsProblem {
                key: key.to_owned(),
                origin: self.settings.origin(key),
                what: what.into(),
            });
        }
    }

    fn ranges(&mut self) {
        let values = report::flatten(self.settings);
        for (key, (least, greatest)) in ranges() {
            let inside = values
                .get(key)
                .and_then(serde_json::Value::as_i64)
                .is_some_and(|value| (*least..=*greatest).contains(&value));
            let what = format!("a whole number from {least} to {greatest} wanted");
            self.check(inside, key, what);
        }
    }

    fn consistency(&mut self) {
        let Settings { server, database, auth, chat, mail, import, nats, .. } = self.settings;
        for (key, text) in [
            ("server.host", &server.host),
            ("auth.issuer", &auth.issuer),
            ("auth.audience", &auth.audience),
            ("mail.from", &mail.from),
            ("log.filter", &self.settings.log.filter),
        ] {
            self.check(!text.trim().is_empty(), key, "must not be empty");
        }
        let no_dir = self.settings.data_dir.as_os_str().is_empty();
        self.check(!no_dir, "data_dir", "must not be empty");
        let public = server.public_url.as_str();
        self.check(
            public.is_empty() || public.starts_with("http://") || public.starts_with("https://"),
            "server.public_url",
            "must begin with http:// or https://",
        );
        let url = database.url.expose();
        self.check(
            url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://"),
            "database.url",
            "must begin with postgresql://",
        );
        self.check(!auth.keys.is_empty(), "auth.keys", "at least one key is needed");
        let kids: BTreeSet<&str> = auth.keys.iter().map(|key| key.kid.as_str()).collect();
        self.check(kids.len() == auth.keys.len(), "auth.keys", "two keys have the same kid");
        for key in &auth.keys {
            self.check(!key.kid.is_empty(), "auth.keys", "a kid is empty");
            self.check(
                !key.secret.is_empty(),
                "auth.keys",
                format!("the secret of kid \"{}\" is empty", key.kid),
            );
        }
        self.check(
            chat.session_queue_bytes >= chat.max_frame_bytes,
            "chat.session_queue_bytes",
            "must hold at least one frame of chat.max_frame_bytes",
        );
        self.matching();
        self.check(
            mail.from.parse::<lettre::message::Mailbox>().is_ok(),
            "mail.from",
            "a mail address wanted, with or without a name: Name <name@example.cn>",
        );
        if mail.transport == MailTransport::Smtp {
            let host = !mail.smtp_host.trim().is_empty();
            self.check(host, "mail.smtp_host", "is needed for mail.transport \"smtp\"");
        }
        self.check(
            import.max_unpacked_bytes >= import.max_upload_bytes,
            "import.max_unpacked_bytes",
            "must not be below import.max_upload_bytes",
        );
        self.attachments();
        let days: Vec<_> = self.settings.deadlines.remind_days.split(',').map(str::trim).collect();
        self.check(
            days.iter().all(|day| day.parse::<u32>().is_ok_and(|n| (1..=365).contains(&n))),
            "deadlines.remind_days",
            "whole numbers from 1 to 365 wanted, separated by commas",
        );
        if self.settings.fanout == Fanout::Nats {
            self.check(!nats.url.is_empty(), "nats.url", "is needed for fanout \"nats\"");
        }
    }

    fn attachments(&mut self) {
        let files = &self.settings.attachments;
        let words: Vec<_> = files.kinds().collect();
        self.check(
            !words.is_empty() && words.iter().all(|word| FILE_KINDS.contains(word)),
            "attachments.kinds",
            format!("some of {} wanted, separated by commas", FILE_KINDS.join(", ")),
        );
        if files.store == FileStore::S3 {
            for (key, empty) in [
                ("attachments.s3_bucket", files.s3_bucket.trim().is_empty()),
                ("attachments.s3_region", files.s3_region.trim().is_empty()),
                ("attachments.s3_access_key", files.s3_access_key.is_empty()),
                ("attachments.s3_secret_key", files.s3_secret_key.is_empty()),
            ] {
                self.check(!empty, key, "is needed for attachments.store \"s3\"");
            }
            let at = files.s3_endpoint.as_str();
            self.check(
                at.is_empty() || at.starts_with("http://") || at.starts_with("https://"),
                "attachments.s3_endpoint",
                "must begin with http:// or https://",
            );
        }
    }

    fn matching(&mut self) {
        let m = &self.settings.matching;
        let weights = [
            m.weight_specialty,
            m.weight_region,
            m.weight_load,
            m.weight_urgency,
            m.weight_language,
            m.weight_outcome,
            m.weight_continuity,
        ];
        self.check(
            weights.iter().any(|weight| *weight > 0),
            "matching.weight_specialty",
            "one of the weights at least must be above 0",
        );
        self.check(
            m.widen_class_seconds <= m.widen_province_seconds,
            "matching.widen_province_seconds",
            "must not be below matching.widen_class_seconds",
        );
        self.check(
            m.widen_province_seconds <= m.alarm_seconds,
            "matching.alarm_seconds",
            "must not be below matching.widen_province_seconds",
        );
        self.check(
            m.specialty_related_percent <= m.specialty_class_percent,
            "matching.specialty_related_percent",
            "must not be above matching.specialty_class_percent",
        );
        self.check(
            m.specialty_level_percent + m.specialty_items_percent <= 100,
            "matching.specialty_items_percent",
            "must not be above 100 together with matching.specialty_level_percent",
        );
        self.check(
            m.region_province_percent <= m.region_city_percent,
            "matching.region_province_percent",
            "must not be above matching.region_city_percent",
        );
    }

    fn remediation(&mut self) {
        let RemediationSettings { rules, criteria } = &self.settings.remediation;
        let key = "remediation.rules";
        self.check(!rules.is_empty(), key, "at least one version is needed");
        let names: BTreeSet<&str> = rules.iter().map(|r| r.version.as_str()).collect();
        self.check(names.len() == rules.len(), key, "two versions have the same name");
        let days: BTreeSet<_> = rules.iter().map(|r| r.in_force_from).collect();
        self.check(days.len() == rules.len(), key, "two versions come into force on the same day");
        for r in rules {
            let name = &r.version;
            self.check(!name.trim().is_empty(), key, "a version has no name");
            let (from, to) = (r.second_reinspection_earliest_days, r.second_reinspection_latest_days);
            let all = [r.rectify_days, r.reinspect_days, r.retest_request_days, from, to];
            let inside = all.iter().all(|days| (1..=3650).contains(days));
            self.check(inside, key, format!("{name}: a number of days from 1 to 3650 wanted"));
            self.check(
                r.reinspect_days >= r.rectify_days,
                key,
                format!("{name}: reinspect_days must not be below rectify_days"),
            );
            self.check(
                to >= from.saturating_add(2),
                key,
                format!("{name}: there is no day for the second re-inspection"),
            );
        }
        let key = "remediation.criteria";
        let names: BTreeSet<&str> = criteria.iter().map(|c| c.key.as_str()).collect();
        self.check(names.len() == criteria.len(), key, "two criteria have the same key");
        for c in criteria {
            let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            let fits = !c.key.is_empty() && c.key.len() <= 64 && c.key.bytes().all(word);
            self.check(fits, key, format!("\"{}\" is no key: [a-z0-9_], at most 64", c.key));
        }
    }

    fn production(&mut self) {
        let Settings { auth, audit, mail, .. } = self.settings;
        for key in &audit.keys {
            self.check(
                key.secret.len() >= LEAST_SECRET_BYTES,
                "audit.keys",
                format!("the secret of kid \"{}\" is shorter than {LEAST_SECRET_BYTES} bytes", key.kid),
            );
        }
        for key in &auth.keys {
            // By its text too: a new name makes a public key no less public.
            let public = key.kid == DEVELOPMENT_KID
                || (!key.secret.is_empty() && DEFAULT_TOML.contains(key.secret.expose()));
            self.check(
                !public,
                "auth.keys",
                "the development key is refused in production; set a secret of your own",
            );
            self.check(
                key.secret.len() >= LEAST_SECRET_BYTES,
                "auth.keys",
                format!("the secret of kid \"{}\" is shorter than {LEAST_SECRET_BYTES} bytes", key.kid),
            );
        }
        self.check(
            mail.transport == MailTransport::Smtp,
            "mail.transport",
            "\"log\" sends nothing and is refused in production; \"smtp\" wanted",
        );
        self.check(
            mail.smtp_user.is_empty() || mail.smtp_tls != SmtpTls::None,
            "mail.smtp_tls",
            "a password must not travel unprotected in production; \"starttls\" or \"tls\" wanted",
        );
    }
}
