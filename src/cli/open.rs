//! From settings to an application on a migrated database.

use std::sync::Arc;

use diesel::PgConnection;

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::chat::fanout::installation;
use crate::cli::CliError;
use crate::cli::folder::private_folder;
use crate::core::{Code, Problem};
use crate::db::embedded::{ClusterOptions, PrivateCluster};
use crate::db::migrate::{self, Migrated};
use crate::db::settings::DatabaseSettings;
use crate::db::{Pool, chain, grants, reference};
use crate::server::calendar_files;
use crate::server::rooms::{FUNCTIONS, grants};
use crate::settings::{ProcessSettings, Settings};
use crate::web::known_rooms::set_known;

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
    with(settings, |settings| addresses(settings, PrivateCluster::attach_or_start))
}

/// The same for `serve`, which must own its private PostgreSQL.
pub(super) fn owned_database(settings: Settings) -> Result<Opened, CliError> {
    with(settings, |settings| addresses(settings, PrivateCluster::start))
}

/// The same at these addresses.
pub(super) fn with(
    settings: Settings,
    addresses: impl FnOnce(&Settings) -> Result<Addresses, CliError>,
) -> Result<Opened, CliError> {
    let catalogue = calendar_files::load(&settings).map_err(CliError::Other)?;
    let Addresses { service, owner, cluster } = addresses(&settings)?;
    let database = settings.section::<DatabaseSettings>();
    let pool = Pool::open(&service, database.pool_size, database.statement_timeout_ms)?;
    let migrated = match owner {
        Some(owner) => {
            let grants = grants(&grants::role(&mut *pool.get()?).map_err(Problem::from)?);
            let owner = Pool::open(&owner, 1, database.statement_timeout_ms)?;
            bring_up(&mut *owner.get()?, &settings, &catalogue, &grants)?
        }
        None => alone(&mut *pool.get()?, &settings, &catalogue)?,
    };
    let app = App::new(Arc::new(settings), pool, Arc::new(catalogue));
    set_known(app.cache(), crate::ROOMS);
    Ok(Opened { app, migrated, cluster })
}

type Started = Result<PrivateCluster, crate::db::embedded::ClusterError>;

/// How the database is reached.
pub(super) struct Addresses {
    /// By the role as which the service works.
    pub(super) service: String,
    /// By the role that owns the tables, where that is another.
    pub(super) owner: Option<String>,
    /// The private PostgreSQL, where no other is configured.
    pub(super) cluster: Option<PrivateCluster>,
}

impl Addresses {
    /// The address of the role that may most.
    pub(super) fn strongest(&self) -> &str {
        self.owner.as_ref().unwrap_or(&self.service)
    }
}

/// The configured database, or the private one. Nothing in it is changed.
///
/// # Errors
/// When the private PostgreSQL can't be had.
pub(super) fn addresses(
    settings: &Settings,
    start: impl FnOnce(ClusterOptions) -> Started,
) -> Result<Addresses, CliError> {
    let database = settings.section::<DatabaseSettings>();
    let (service, owner) = (database.url.expose(), database.migration_url.expose());
    private_folder(&settings.section::<ProcessSettings>().data_dir)?;
    if service.is_empty() {
        let cluster = start(ClusterOptions::from_settings(settings))?;
        let (service, owner) = (cluster.service_url(), Some(cluster.url()));
        return Ok(Addresses { service, owner, cluster: Some(cluster) });
    }
    let owner = (!owner.is_empty()).then(|| owner.to_owned());
    Ok(Addresses { service: service.to_owned(), owner, cluster: None })
}

/// Brings a database up to date as the role that owns it.
fn bring_up(
    conn: &mut PgConnection,
    settings: &Settings,
    catalogue: &Catalogue,
    grants: &str,
) -> Result<Migrated, CliError> {
    let migrated = migrate::up_with_grants(conn, &FUNCTIONS, grants).map_err(refusal)?;
    reference::mirror(conn, catalogue)?;
    chain::adopt(conn, chain::keys(settings))?;
    installation::ensure(conn)?;
    Ok(migrated)
}

/// With one address. A role that owns the tables migrates as well, which is more than a service needs; one that owns nothing finds the
/// database as it must be, or is refused.
fn alone(conn: &mut PgConnection, settings: &Settings, catalogue: &Catalogue) -> Result<Migrated, CliError> {
    if grants::may_migrate(conn).map_err(Problem::from)? {
        // Granted before, by who had both addresses: kept, or the service would lose its rights.
        let granted = grants::granted(conn).map_err(Problem::from)?;
        if settings.is_production() && granted.is_none() {
            tracing::warn!(
                "the service's role owns its tables, and could change or drop them: give it a role of its own in database.url, and that of \
                 the owner in database.migration_url"
            );
        }
        let grants = granted.map(|role| grants(&role)).unwrap_or_default();
        return bring_up(conn, settings, catalogue, &grants);
    }
    let grants = grants(&grants::role(conn).map_err(Problem::from)?);
    migrate::check(conn, &FUNCTIONS, &grants)?;
    Ok(Migrated { migrations: Vec::new(), replaced: false })
}

/// A database of another version is refused in both languages: whoever starts the program has not chosen one.
fn refusal(problem: Problem) -> CliError {
    if problem.code == Code::DatabaseOfAnotherVersion {
        CliError::Other(format!("{}\n{}", problem.detail.zh, problem.detail.en))
    } else {
        problem.into()
    }
}
