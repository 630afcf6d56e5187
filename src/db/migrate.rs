//! The migrations, built into the program.

use crate::core::Problem;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// All of `migrations/`.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Two servers that start at once take turns by this advisory lock.
const LOCK: i64 = 0x7a65_726f_6465_736b;

/// Brings the database up to the newest migration. Gives the names of those that ran.
///
/// # Errors
/// The migration that failed, and why.
pub fn up(conn: &mut PgConnection) -> Result<Vec<String>, Problem> {
    conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    let ran = conn
        .run_pending_migrations(MIGRATIONS)
        .map(|names| names.iter().map(ToString::to_string).collect())
        .map_err(Problem::internal);
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    ran
}

/// Whether the database lacks a migration.
///
/// # Errors
/// When the database can't be asked.
pub fn is_behind(conn: &mut PgConnection) -> Result<bool, Problem> {
    conn.has_pending_migration(MIGRATIONS).map_err(Problem::internal)
}
