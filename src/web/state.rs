//! What every handler can ask for: the application, and what the server was started with.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use actix_web::web::{self, Bytes};
use diesel::PgConnection;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Person;
use crate::db::Pool;
use crate::web::body_memory::BodyMemory;
use crate::web::metrics::Metrics;
use crate::web::room::{Place, Room};

/// Something that must be well before the server is ready for work.
pub struct ReadyCheck {
    /// Its name in the answer of `/readyz`.
    pub name: &'static str,
    /// Gives what is wrong, for the log; callers only see that it is. Runs on the blocking pool, with the connection that is kept for such
    /// questions.
    pub check: Ask,
}

/// Asks whether something is well.
pub type Ask = Box<dyn Fn(&App, &mut PgConnection) -> Result<(), String> + Send + Sync>;

/// Finds out who an access token belongs to, at this moment. 401 where it is not good.
pub type Authenticate = fn(&App, &str) -> Result<Person, Problem>;

/// Refuses a person whose session has not proved lately who is in it. 403.
pub type RequireStepUp = fn(&App, &Person) -> Result<(), Problem>;

/// How people log in, as the domain that keeps the accounts says.
#[derive(Debug, Clone, Copy)]
pub struct LogInPages {
    /// Finds out who a token belongs to.
    pub authenticate: Authenticate,
    /// Refuses who must prove again who it is.
    pub require_step_up: RequireStepUp,
    /// The page to log in at.
    pub page: &'static str,
    /// The page to set up a second factor at.
    pub set_up: &'static str,
    /// The page that renews a session and leads back; a POST to it comes from a script.
    pub renewal: &'static str,
}

/// Makes the OpenAPI document.
pub type MakeDocument = Box<dyn FnOnce() -> Result<Bytes, String> + Send>;

/// What every handler can ask for.
pub struct WebState {
    /// The application, which runs the commands.
    pub app: App,
    /// How people log in.
    pub log_in: LogInPages,
    /// The paths that are answered while the server stops as well.
    pub always_answered: Vec<&'static str>,
    /// The domains that are served.
    pub rooms: &'static [&'static Room],
    /// The places of the navigation, in their order, each with its page.
    pub places: Arc<[(&'static str, &'static Place)]>,
    /// The metrics of this server.
    pub metrics: Metrics,
    /// The OpenAPI document, as JSON, or why there is none. It is made when it is first asked for: that takes a while, and few ask.
    pub openapi: LazyLock<Result<Bytes, String>, MakeDocument>,
    /// What `/readyz` asks besides the database.
    pub ready: Vec<ReadyCheck>,
    /// One connection for `/readyz`, so that it is answered while work has taken all others.
    pub health_database: Pool,
    /// The address that people use, without a slash at its end.
    pub public_url: String,
    /// The folder of files that come in.
    pub uploads: PathBuf,
    pub(super) draining: AtomicBool,
    pub(super) body_memory: Arc<BodyMemory>,
    /// Turns for files that must be in memory whole.
    pub(super) whole_files: Semaphore,
    /// Turns for writing what is uploaded to the disk.
    pub(super) writes: Semaphore,
}

impl WebState {
    /// A turn for a file that must be in memory whole. Others wait for it, with their files on the disk.
    ///
    /// # Errors
    /// When the server ends.
    pub async fn whole_file(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.whole_files.acquire().await.map_err(Problem::internal)
    }

    /// Whether no new work is taken.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// The state, as handlers get it.
pub type State = web::Data<WebState>;
