//! From settings to an application on a migrated database.

use std::sync::Arc;

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::cli::CliError;
use crate::core::{Code, Problem};
use crate::db::embedded::{ClusterOptions, PrivateCluster};
use crate::db::migrate::{self, Migrated};
use crate::db::settings::DatabaseSettings;
use crate::db::{Pool, chain, reference};
use crate::server::rooms::FUNCTIONS;
use crate::settings::Settings;

/// An application with the database that it uses.
pub struct Opened {
    /// The application.
    pub app: App,
    /// What was done just now to bring the database to this version.
    pub migrated: Migrated,
    /// The private PostgreSQL, where no other is configured. Declared last: it stops after the pool is gone.
    pub cluster: Option<PrivateCluster>,
}

/// Opens the configured database, or the private one: that of a running `serve`, or started for as long as this lasts.
///
/// # Errors
/// When the database cannot be reached, started or migrated.
pub fn database(settings: Settings) -> Result<Opened, CliError> {
    with(settings, PrivateCluster::attach_or_start)
}

/// The same for `serve`, which must own its private PostgreSQL.
pub(super) fn owned_database(settings: Settings) -> Result<Opened, CliError> {
    with(settings, PrivateCluster::start)
}

fn with(
    settings: Settings,
    start: impl FnOnce(ClusterOptions) -> Result<PrivateCluster, crate::db::embedded::ClusterError>,
) -> Result<Opened, CliError> {
    let catalogue = Catalogue::builtin().map_err(|e| CliError::Other(e.to_string()))?;
    let (url, cluster) = if settings.section::<DatabaseSettings>().url.is_empty() {
        let cluster = start(ClusterOptions::from_settings(&settings))?;
        (cluster.url(), Some(cluster))
    } else {
        (settings.section::<DatabaseSettings>().url.expose().to_owned(), None)
    };
    let pool = Pool::open(
        &url,
        settings.section::<DatabaseSettings>().pool_size,
        settings.section::<DatabaseSettings>().statement_timeout_ms,
    )?;
    let migrated = {
        let mut conn = pool.get()?;
        let migrated = migrate::up(&mut conn, &FUNCTIONS).map_err(refusal)?;
        reference::mirror(&mut conn, &catalogue)?;
        chain::adopt(&mut conn, chain::keys(&settings))?;
        migrated
    };
    let app = App::new(Arc::new(settings), pool, Arc::new(catalogue));
    Ok(Opened { app, migrated, cluster })
}

/// A database of another version is refused in both languages: whoever starts the program has not chosen one.
fn refusal(problem: Problem) -> CliError {
    if problem.code == Code::DatabaseOfAnotherVersion {
        CliError::Other(format!("{}\n{}", problem.detail.zh, problem.detail.en))
    } else {
        problem.into()
    }
}
