//! The settings in force, by sections.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::error::Origin;
use super::law::RemediationSettings;
use super::model::{
    AttachmentSettings, AuditSettings, AuthSettings, ChatSettings, ClusterSettings, DatabaseSettings,
    DeadlineSettings, Fanout, ImportSettings, LogSettings, MailSettings, MatchingSettings, Mode,
    NatsSettings, PostgresSettings, ServerSettings,
};

/// Every setting, checked.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the process is for.
    pub mode: Mode,
    /// Folder for what is kept outside of the database.
    pub data_dir: PathBuf,
    /// How chat events reach the other processes.
    pub fanout: Fanout,
    /// `[server]`
    pub server: ServerSettings,
    /// `[database]`
    pub database: DatabaseSettings,
    /// `[postgres]`
    pub postgres: PostgresSettings,
    /// `[auth]`
    pub auth: AuthSettings,
    /// `[chat]`
    pub chat: ChatSettings,
    /// `[nats]`
    pub nats: NatsSettings,
    /// `[matching]`
    pub matching: MatchingSettings,
    /// `[mail]`
    pub mail: MailSettings,
    /// `[attachments]`
    pub attachments: AttachmentSettings,
    /// `[deadlines]`
    pub deadlines: DeadlineSettings,
    /// `[clusters]`
    pub clusters: ClusterSettings,
    /// `[import]`
    pub import: ImportSettings,
    /// `[remediation]`
    pub remediation: RemediationSettings,
    /// `[audit]`
    pub audit: AuditSettings,
    /// `[log]`
    pub log: LogSettings,
    #[serde(skip)]
    pub(super) origins: BTreeMap<String, Origin>,
}

impl Settings {
    /// Whether real people's data are at stake.
    pub fn is_production(&self) -> bool {
        self.mode == Mode::Production
    }

    /// Where the value of a key such as `server.port` came from.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or_default()
    }
}
