//! What the lists and reports are measured over: a province's years, made by the database itself.

use crate::output::progress;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::time::Instant;
use zerodesk::app::App;
use zerodesk::core::{Caller, Problem};
use zerodesk::reports::kept_figures::RebuildFigures;

const FILL: &str = include_str!("fill.sql");

/// Empties the database and fills it with so much. Only while it does, the database does not wait for the disk.
///
/// # Errors
/// When the database refuses.
pub(crate) fn fill(app: &App, consultations: u32, cases: u32) -> Result<(), Problem> {
    let started = Instant::now();
    progress(format_args!("fills a database with {consultations} consultations and {cases} cases"));
    let mut conn = PgConnection::establish(app.pool().url()).map_err(Problem::unavailable)?;
    let mut set = |statement: &str| conn.batch_execute(statement);
    // Each for itself: they can't be in a transaction.
    set("ALTER SYSTEM SET fsync = off")?;
    set("ALTER SYSTEM SET max_wal_size = '8GB'")?;
    set("SELECT pg_reload_conf()")?;
    let text =
        FILL.replace("$CONSULTATIONS", &consultations.to_string()).replace("$CASES", &cases.to_string());
    let filled = set(&text);
    set("ALTER SYSTEM RESET ALL")?;
    set("SELECT pg_reload_conf()")?;
    filled?;
    progress(format_args!("filled in {:.0} s; counts the figures", started.elapsed().as_secs_f64()));
    app.execute(&Caller::system(), &RebuildFigures {})?;
    // As autovacuum would have by then.
    set("SET statement_timeout = 0")?;
    set("VACUUM ANALYZE")?;
    set("CHECKPOINT")?;
    progress(format_args!("ready after {:.0} s", started.elapsed().as_secs_f64()));
    Ok(())
}
