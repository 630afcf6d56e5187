//! The settings as types. The unit and the range of each are beside it in `config/default.toml`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// An enum of settings whose texts can be listed in an error.
pub(super) trait Choice {
    const NAMES: &'static [&'static str];
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant),+
        }

        impl Choice for $name {
            const NAMES: &'static [&'static str] = &[$($text),+];
        }
    };
}

choice! {
    /// What the process is for; production is strict about keys and mail.
    Mode {
        /// On someone's own machine.
        Development = "development",
        /// With real people's data.
        Production = "production",
    }
}

choice! {
    /// How chat events reach the other processes.
    Fanout {
        /// By the database alone.
        Local = "local",
        /// Through NATS, too.
        Nats = "nats",
    }
}

choice! {
    /// Where mails go.
    MailTransport {
        /// To the log; nothing is sent.
        Log = "log",
        /// To an SMTP server.
        Smtp = "smtp",
    }
}

choice! {
    /// How the connection to the SMTP server is protected.
    SmtpTls {
        /// Not at all.
        None = "none",
        /// Upgraded by STARTTLS; refused if the server does not offer it.
        StartTls = "starttls",
        /// From the first byte.
        Tls = "tls",
    }
}

choice! {
    /// Where attachments are kept.
    FileStore {
        /// A folder of this machine.
        Local = "local",
        /// An S3 store.
        S3 = "s3",
    }
}

choice! {
    /// How a bucket is in the addresses of an S3 store.
    S3Addressing {
        /// `https://host/bucket/key`.
        Path = "path",
        /// `https://bucket.host/key`.
        Virtual = "virtual",
    }
}

choice! {
    /// Form of the log lines.
    LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

choice! {
    /// What duty rotas mean to the online match.
    DutyRule {
        /// Experts on duty are asked before the others.
        First = "first",
        /// No others are asked.
        Only = "only",
        /// Nothing.
        Ignore = "ignore",
    }
}

choice! {
    /// Whether something is done.
    YesNo {
        /// It is.
        Yes = "yes",
        /// It is not.
        No = "no",
    }
}

/// `[server]`: the HTTP interface.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Address to listen on.
    pub host: String,
    /// TCP port; 0 takes a free one.
    pub port: u16,
    /// The address that people use; empty: derived. Read it by [`ServerSettings::public_url`].
    pub public_url: String,
    /// Worker threads; 0 means the number of cores. Read it by [`ServerSettings::worker_count`].
    pub workers: usize,
    /// Seconds that a stop waits for running requests and sockets.
    pub shutdown_seconds: u64,
    /// Greatest JSON body in bytes.
    pub max_json_bytes: usize,
}

impl ServerSettings {
    /// The address that people use, without a slash at its end. `bound_port` is the port really listened on,
    /// which differs from `port` when that is 0. An address that listens on all interfaces is shown as the
    /// loopback one.
    pub fn public_url(&self, bound_port: u16) -> String {
        let configured = self.public_url.trim_end_matches('/');
        if !configured.is_empty() {
            return configured.to_owned();
        }
        match self.host.as_str() {
            "0.0.0.0" => format!("http://127.0.0.1:{bound_port}"),
            "::" | "[::]" => format!("http://[::1]:{bound_port}"),
            host if host.contains(':') && !host.starts_with('[') => {
                format!("http://[{host}]:{bound_port}")
            }
            host => format!("http://{host}:{bound_port}"),
        }
    }

    /// Worker threads, with 0 resolved to the number of cores (1 if that cannot be determined).
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, |cores| cores.get()),
            workers => workers,
        }
    }
}

/// `[database]`: which PostgreSQL, and how it is used.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Connection string; empty: the private cluster.
    pub url: Secret,
    /// Connections held by one process.
    pub pool_size: u32,
    /// Milliseconds after which PostgreSQL ends a statement; 0 means never.
    pub statement_timeout_ms: u64,
}

/// `[postgres]`: the private cluster.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresSettings {
    /// Folder of PostgreSQL's programs; empty: searched. Read it by [`PostgresSettings::bin_dir`].
    pub bin_dir: PathBuf,
    /// Names the Unix socket; 0 means 5432.
    pub port: u16,
}

impl PostgresSettings {
    /// The configured folder of PostgreSQL's programs, or `None` when they are to be searched.
    pub fn bin_dir(&self) -> Option<PathBuf> {
        (!self.bin_dir.as_os_str().is_empty()).then(|| self.bin_dir.clone())
    }
}

/// A signing key of access tokens.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    /// Name of the key; is in the token's header.
    pub kid: String,
    /// The HMAC key; its UTF-8 bytes are used as they are.
    pub secret: Secret,
}

/// `[auth]`: tokens, passwords, log-in limits.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// `iss` of the access tokens.
    pub issuer: String,
    /// `aud` of the access tokens.
    pub audience: String,
    /// Life of an access token in seconds.
    pub access_token_seconds: u64,
    /// Life of a refresh token in days.
    pub refresh_token_days: u32,
    /// The first signs, all verify. Never empty in loaded settings.
    pub keys: Vec<SigningKey>,
    /// Memory for hashing one password in KiB.
    pub argon2_memory_kib: u32,
    /// Passes over that memory.
    pub argon2_iterations: u32,
    /// Failed log-ins within the window before the next are refused.
    pub login_failures: u32,
    /// Length of that window in seconds.
    pub login_window_seconds: u64,
    /// Hours that a one-time registration link stays good.
    pub registration_link_hours: u32,
}

/// `[chat]`: limits of the sockets and the message store.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChatSettings {
    /// Seconds between two pings.
    pub heartbeat_seconds: u64,
    /// Greatest WebSocket frame in bytes.
    pub max_frame_bytes: usize,
    /// Greatest message in characters (Unicode scalar values).
    pub max_body_chars: usize,
    /// Most attachments of a message.
    pub attachments_per_message: usize,
    /// Frames a second that one user may send to one server.
    pub frames_per_second: u32,
    /// Open sockets for one user at one server.
    pub sockets_per_user: usize,
    /// Consultations that one socket may follow.
    pub subscriptions_per_socket: usize,
    /// Bytes waiting for one slow peer before it is closed.
    pub session_queue_bytes: usize,
    /// Most messages stored by one transaction.
    pub batch_messages: usize,
    /// Threads that store messages.
    pub writers: usize,
}

/// `[nats]`: used with [`Fanout::Nats`].
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NatsSettings {
    /// Address of the server; may hold a password.
    pub url: Secret,
}

/// `[matching]`: how a pair is scored, how long offers are open.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MatchingSettings {
    /// Seconds that an expert who is present has to answer an offer.
    pub offer_present_seconds: u64,
    /// Seconds that an expert who was asked by mail has.
    pub offer_mail_seconds: u64,
    /// Seconds that an offer stays open at least once its expert opens or types.
    pub offer_hold_seconds: u32,
    /// The longest that this can hold an offer beyond its first end, in seconds.
    pub offer_hold_most_seconds: u32,
    /// Minutes from taking a consultation to the first answer that are promised.
    pub first_answer_minutes: u32,
    /// Whether a consultation is taken from an expert who stays silent past that.
    pub reassign_silent: YesNo,
    /// What duty rotas mean to the online match.
    pub duty: DutyRule,
    /// Seconds of waiting after which a class is enough.
    pub widen_class_seconds: u32,
    /// Seconds of waiting after which the whole province and related classes do.
    pub widen_province_seconds: u32,
    /// Seconds of waiting after which the officers are alarmed.
    pub alarm_seconds: u32,
    /// Days after its conclusion within which a consultation can be reopened.
    pub reopen_days: u32,
    /// What the specialty counts in a score.
    pub weight_specialty: u32,
    /// Weight of nearness.
    pub weight_region: u32,
    /// Weight of free capacity.
    pub weight_load: u32,
    /// Weight of urgency.
    pub weight_urgency: u32,
    /// Weight of the language.
    pub weight_language: u32,
    /// Weight of earlier work.
    pub weight_outcome: u32,
    /// What having helped before counts.
    pub weight_continuity: u32,
    /// Worth of a specialty in the class, in percent of one in the kind.
    pub specialty_class_percent: u32,
    /// Worth of a related specialty, likewise.
    pub specialty_related_percent: u32,
    /// How much of a specialty's worth hangs on its level.
    pub specialty_level_percent: u32,
    /// How much of it hangs on the failed items.
    pub specialty_items_percent: u32,
    /// Worth of the same city, in percent of the same district.
    pub region_city_percent: u32,
    /// Worth of the same province, likewise.
    pub region_province_percent: u32,
    /// How much distance counts off site, in percent of on site.
    pub region_remote_percent: u32,
    /// Days before a deadline from which it counts.
    pub urgency_horizon_days: u32,
    /// How much of the urgency hangs on the supervision class.
    pub urgency_supervision_percent: u32,
    /// Worth of special supervision, in percent of strict.
    pub urgency_special_percent: u32,
    /// Assumptions about a new expert.
    pub outcome_prior_percent: u32,
    /// How many outcomes that supposition is worth.
    pub outcome_prior_cases: u32,
}

/// `[mail]`: how mails leave.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Where mails go.
    pub transport: MailTransport,
    /// Sender of all mails.
    pub from: String,
    /// SMTP server.
    pub smtp_host: String,
    /// Its port.
    pub smtp_port: u16,
    /// Log-in at the server; empty: none.
    pub smtp_user: String,
    /// Its password.
    pub smtp_password: Secret,
    /// How the connection is protected.
    pub smtp_tls: SmtpTls,
    /// Seconds before the second attempt; doubled for each one after.
    pub retry_base_seconds: u64,
    /// Mails taken from the outbox at a time.
    pub batch: u32,
    /// Seconds for connecting and for each answer.
    pub timeout_seconds: u64,
}

/// `[attachments]`: uploaded files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentSettings {
    /// Where they are kept.
    pub store: FileStore,
    /// Their folder; empty: under `data_dir`. Read it by [`AttachmentSettings::dir`].
    pub dir: PathBuf,
    /// Greatest file in bytes.
    pub max_bytes: u64,
    /// The kinds of files that are taken, separated by commas. Read them by [`AttachmentSettings::kinds`].
    pub kinds: String,
    /// Hours after which a file that nobody used is deleted.
    pub unused_hours: u32,
    /// Most unused files of one account.
    pub unused_per_account: u32,
    /// Address of the S3 store; empty: that of AWS.
    pub s3_endpoint: String,
    /// The bucket.
    pub s3_bucket: String,
    /// Its region.
    pub s3_region: String,
    /// The access key's id.
    pub s3_access_key: Secret,
    /// The access key's secret.
    pub s3_secret_key: Secret,
    /// How the bucket is in addresses.
    pub s3_addressing: S3Addressing,
}

impl AttachmentSettings {
    /// The folder of the local store.
    pub fn dir(&self, data_dir: &std::path::Path) -> PathBuf {
        if self.dir.as_os_str().is_empty() { data_dir.join("attachments") } else { self.dir.clone() }
    }

    /// The words of the kinds that are taken.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.split(',').map(str::trim).filter(|word| !word.is_empty())
    }
}

/// `[deadlines]`: who is informed when of the deadlines of the law.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineSettings {
    /// Days before a deadline on which people are informed, separated by commas. Read them by
    /// [`DeadlineSettings::remind_days`].
    pub remind_days: String,
    /// Cases in one sweep up to which an officer gets a mail for each.
    pub digest_over: u32,
}

impl DeadlineSettings {
    /// Days before a deadline on which people are informed.
    pub fn remind_days(&self) -> Vec<u32> {
        self.remind_days.split(',').filter_map(|day| day.trim().parse().ok()).collect()
    }
}

/// `[clusters]`: when a regional or industry-wide problem is one.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterSettings {
    /// Nonconformities of one kind, item and region, above which an alert is raised.
    pub threshold: u32,
    /// Days within which they were sampled.
    pub window_days: u32,
}

/// `[import]`: limits of uploaded lists.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSettings {
    /// Greatest uploaded list in bytes.
    pub max_upload_bytes: u64,
    /// Greatest size of a workbook once unpacked, in bytes.
    pub max_unpacked_bytes: u64,
    /// Most rows in one list.
    pub max_rows: u64,
}

/// `[audit]`: the seal of the audit's hash chain.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSettings {
    /// The first seals, all verify; empty: the keys of `[auth]` do.
    pub keys: Vec<SigningKey>,
}

/// `[log]`: what is logged and in which form.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// Form of the lines.
    pub format: LogFormat,
    /// Levels by module, in the syntax of tracing's `EnvFilter`.
    pub filter: String,
}
