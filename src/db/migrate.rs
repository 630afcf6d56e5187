//! The migrations, built into the program.

use crate::core::Problem;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// All of `migrations/`.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Two servers that start at once take turns by this advisory lock.
pub const LOCK: i64 = 0x7a65_726f_6465_736b;

/// A migration takes as long as there are rows, and who waits for another server's waits as long.
const TAKE_TIME: &str =
    "SELECT set_config('zerodesk.statement_timeout', current_setting('statement_timeout'), false);
     SET statement_timeout = 0";
const AS_BEFORE: &str =
    "SELECT set_config('statement_timeout', current_setting('zerodesk.statement_timeout'), false)";

/// Brings the database up to the newest migration, in what time it takes. Gives the names of those that ran.
///
/// # Errors
/// The migration that failed, and why.
pub fn up(conn: &mut PgConnection) -> Result<Vec<String>, Problem> {
    conn.batch_execute(TAKE_TIME)?;
    conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    let ran = conn
        .run_pending_migrations(MIGRATIONS)
        .map(|names| names.iter().map(ToString::to_string).collect())
        .map_err(Problem::internal);
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    conn.batch_execute(AS_BEFORE)?;
    ran
}

/// Whether the database lacks a migration.
///
/// # Errors
/// When the database can't be asked.
pub fn is_behind(conn: &mut PgConnection) -> Result<bool, Problem> {
    conn.has_pending_migration(MIGRATIONS).map_err(Problem::internal)
}
