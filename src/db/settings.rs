//! The settings of the database: which PostgreSQL, how it is used, and what seals the audit.

use std::path::PathBuf;

use crate::settings::{Checks, Secret, SigningKey};

crate::settings_section! {
    /// Which PostgreSQL, and how it is used.
    pub DatabaseSettings in "database" checked by check_database {
        /// `postgresql://user:password@host:port/name`. Empty: `serve` keeps a private cluster under data_dir. (secret)
        url: Secret = Secret::default();
        /// The same database for the role that owns its tables: it migrates, and gives the role of database.url, which then owns nothing,
        /// its rights. Unused without database.url. Empty: the role of database.url does both, unless it owns nothing; then
        /// `zerodesk migrate` has to run with this address before `serve` starts without it. (secret)
        migration_url: Secret = Secret::default();
        /// Connections held by one process.
        pool_size: u32 = 16, 1..=1_000;
        /// Milliseconds after which PostgreSQL ends a statement; 0 means never.
        statement_timeout_ms: u64 = 30_000, 0..=3_600_000;
    }
}

crate::settings_section! {
    /// The private cluster; unused when database.url is set.
    pub PostgresSettings in "postgres" {
        /// Folder with initdb, pg_ctl and postgres. Empty: PATH, then the usual places of Debian, Ubuntu and the PGDG packages.
        bin_dir: PathBuf = PathBuf::new();
        /// Names the Unix socket (`.s.PGSQL.<port>`); 0 means 5432. No TCP port is ever opened.
        port: u16 = 0, 0..=65_535;
    }
}

crate::settings_section! {
    /// The seal of the audit's hash chain.
    pub AuditSettings in "audit" checked by check_audit {
        /// Keys that seal the audit's hash chain (HMAC-SHA256): the first seals, all verify. Whoever can write to the database but does
        /// not know the key can't forge the audit. Empty: those of `[auth]` do. A key that has sealed rows stays in the list for as
        /// long as they are to be verified: give the audit keys of its own, the old one of `[auth]` among them, before those of
        /// `[auth]` change. By environment: ZERODESK_AUDIT__KEYS=kid:secret,kid:secret. (secret)
        keys: Vec<SigningKey> = Vec::new();
    }
}

impl PostgresSettings {
    /// The configured folder of PostgreSQL's programs, or `None` when they are to be searched.
    pub fn bin_dir(&self) -> Option<PathBuf> {
        (!self.bin_dir.as_os_str().is_empty()).then(|| self.bin_dir.clone())
    }
}

fn check_database(database: &DatabaseSettings, checks: &mut Checks<'_>) {
    let schemes = ["postgres://", "postgresql://"];
    checks.scheme("database.url", database.url.expose(), &schemes, "must begin with postgresql://");
    let (key, url) = ("database.migration_url", database.migration_url.expose());
    checks.scheme(key, url, &schemes, "must begin with postgresql://");
    checks.check(url.is_empty() || !database.url.is_empty(), key, "needs database.url beside it");
}

fn check_audit(audit: &AuditSettings, checks: &mut Checks<'_>) {
    checks.check_key_lengths("audit.keys", &audit.keys);
}
