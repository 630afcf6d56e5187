//! The application: everything that an interface needs, behind one `execute`.

use crate::catalogue::Catalogue;
use crate::core::clock::{Clock, SystemClock};
use crate::core::wake::{Wake, WakeSignals};
use crate::core::{Caller, Event, Problem, ProcessCache};
use crate::db::Pool;
use crate::db::pool::{Connection, Snapshot};
use crate::db::tx::{self, Command, TxParts};
use crate::settings::Settings;
use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;
use uuid::Uuid;

/// One running ZeroDesk. Cheap to clone: all clones are the same one.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    settings: Arc<Settings>,
    pool: Pool,
    clock: Arc<dyn Clock>,
    catalogue: Arc<Catalogue>,
    cache: Arc<ProcessCache>,
    server: i64,
    wake_signals: WakeSignals,
    listener: OnceLock<Box<dyn Fn(Event) + Send + Sync>>,
}

impl App {
    /// An application on a database that is migrated already.
    pub fn new(settings: Arc<Settings>, pool: Pool, catalogue: Arc<Catalogue>) -> Self {
        Self::with_clock(settings, pool, catalogue, Arc::new(SystemClock))
    }

    /// The same, under another clock.
    pub fn with_clock(
        settings: Arc<Settings>,
        pool: Pool,
        catalogue: Arc<Catalogue>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (cache, wake_signals, listener) = (Arc::default(), WakeSignals::default(), OnceLock::new());
        // 32 random bits: as many as the number of an advisory lock has.
        let server = i64::from(Uuid::new_v4().as_fields().0);
        Self(Arc::new(Parts { settings, pool, clock, catalogue, cache, server, wake_signals, listener }))
    }

    /// The settings in force.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.0.settings
    }

    /// The reference data.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.0.catalogue
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The pool.
    pub fn pool(&self) -> &Pool {
        &self.0.pool
    }

    /// A connection for what answers a request by reading: all its statements see the database as it was at the first of them.
    ///
    /// # Errors
    /// 503 when the database is unavailable or busy.
    pub fn snapshot(&self) -> Result<Snapshot, Problem> {
        self.0.pool.snapshot()
    }

    /// A connection for one statement, or for work whose statements are to see what was written meanwhile.
    ///
    /// # Errors
    /// 503 when the database is unavailable or busy.
    pub fn conn(&self) -> Result<Connection, Problem> {
        self.0.pool.get()
    }

    /// Values of the domains that live as long as the process.
    pub fn cache(&self) -> &Arc<ProcessCache> {
        &self.0.cache
    }

    /// The number of this process among those that use the database, drawn at random at each start.
    pub fn server(&self) -> i64 {
        self.0.server
    }

    /// The signal by which a worker of this process is woken.
    pub fn wake_signal(&self, wake: Wake) -> Arc<Notify> {
        self.0.wake_signals.signal(wake)
    }

    /// Sets the listener that gets every published event: the chat's fan-out. Only the first call counts.
    pub fn on_event(&self, listener: impl Fn(Event) + Send + Sync + 'static) {
        if self.0.listener.set(Box::new(listener)).is_err() {
            tracing::warn!("the listener of events was set already");
        }
    }

    /// Runs a command in one transaction and, after its commit, publishes what it emitted.
    /// Blocks on the database: async callers wrap it.
    ///
    /// # Errors
    /// The command's refusal, or a failure. Nothing is written then.
    pub fn execute<C: Command>(&self, caller: &Caller, command: &C) -> Result<C::Output, Problem> {
        let mut output = None;
        self.transact(caller, C::NAME, &mut |tx| {
            output = Some(tx::run_once(tx, caller, command)?);
            Ok(())
        })?;
        output.ok_or_else(|| Problem::internal("a command was committed that was not run"))
    }

    /// The part of [`Self::execute`] that is the same for all commands.
    fn transact(&self, caller: &Caller, name: &str, body: tx::Body<'_>) -> Result<(), Problem> {
        let parts = TxParts {
            conn: self.conn()?,
            now: self.clock().now(),
            catalogue: Arc::clone(self.catalogue()),
            settings: Arc::clone(self.settings()),
            cache: Arc::clone(self.cache()),
            server: self.0.server,
        };
        // A removed participant must stop listening before the commit: a message that is stored after it
        // must not reach them. If the commit fails, they only have to subscribe again.
        let publish_early = |events: &[Event]| {
            for event in events.iter().filter(|event| event.is_published_before_commit()) {
                self.publish(event.clone());
            }
        };
        for event in tx::run(parts, caller, name, &publish_early, body)? {
            self.publish(event);
        }
        Ok(())
    }

    /// Publishes an event that is committed: wakes the worker that it names and passes it to the listener.
    pub fn publish(&self, event: impl Into<Event>) {
        let event = event.into();
        if let Some(wake) = event.get::<Wake>() {
            self.wake(wake.name());
        }
        if let Some(listener) = self.0.listener.get() {
            listener(event);
        }
    }

    /// Wakes the worker of this name, if this process has one.
    pub fn wake(&self, name: &str) {
        self.0.wake_signals.wake(name);
    }
}
