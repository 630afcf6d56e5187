//! The application: everything a door needs, behind one `execute`.

use crate::catalogue::Catalogue;
use crate::core::clock::{Clock, SystemClock};
use crate::core::event::Work;
use crate::core::memory::Memory;
use crate::core::presence::Presence;
use crate::core::{Caller, Event, Problem};
use crate::db::tx::{self, Command, TxParts};
use crate::db::{Pool, pool::Connection};
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
    presence: Arc<Presence>,
    memory: Arc<Memory>,
    server: i64,
    wakes: Wakes,
    listener: OnceLock<Box<dyn Fn(Event) + Send + Sync>>,
}

/// The bells of the workers. A worker also polls: a bell only spares it the wait.
#[derive(Default)]
pub struct Wakes {
    /// Mails stand in the outbox.
    pub mail: Notify,
    /// An import is queued.
    pub import: Notify,
    /// A consultation waits, or an expert became free.
    pub matching: Notify,
    /// A plan is queued.
    pub plan: Notify,
    /// Rung by nobody: housekeeping goes by the hour.
    pub housekeeping: Notify,
    /// Nonconformities were listed.
    pub alerts: Notify,
    /// Rung by nobody: a day begins by itself.
    pub deadlines: Notify,
    /// Rung by nobody: figures are folded every second.
    pub figures: Notify,
    /// Rung by nobody: unused attachments are looked for by the hour.
    pub attachments: Notify,
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
        let (presence, memory) = (Arc::default(), Arc::default());
        let (wakes, listener) = (Wakes::default(), OnceLock::new());
        // 32 random bits: so many as the number of an advisory lock has.
        let server = i64::from(Uuid::new_v4().as_fields().0);
        Self(Arc::new(Parts { settings, pool, clock, catalogue, presence, memory, server, wakes, listener }))
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

    /// A connection for reading.
    ///
    /// # Errors
    /// 503 when the database is away or busy.
    pub fn conn(&self) -> Result<Connection, Problem> {
        self.0.pool.get()
    }

    /// Who is connected now.
    pub fn presence(&self) -> &Arc<Presence> {
        &self.0.presence
    }

    /// What rooms keep in memory.
    pub fn memory(&self) -> &Arc<Memory> {
        &self.0.memory
    }

    /// The number of this process among those that use the database, drawn at random at each start.
    pub fn server(&self) -> i64 {
        self.0.server
    }

    /// The bells of the workers.
    pub fn wakes(&self) -> &Wakes {
        &self.0.wakes
    }

    /// Says who is told of events besides the workers: the chat's hub. Only the first call counts.
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
        let parts = TxParts {
            conn: self.conn()?,
            now: self.clock().now(),
            catalogue: Arc::clone(self.catalogue()),
            settings: Arc::clone(self.settings()),
            presence: Arc::clone(self.presence()),
            memory: Arc::clone(self.memory()),
            server: self.0.server,
        };
        // Whoever is removed stops listening before the commit: a message that is stored after it
        // can't slip through. If the commit fails, they only have to subscribe again.
        let unsubscribe = |events: &[Event]| {
            for event in events.iter().filter(|e| matches!(e, Event::Removed(..))) {
                self.publish(event.clone());
            }
        };
        let (output, events) = tx::run(parts, caller, command, unsubscribe)?;
        for event in events {
            self.publish(event);
        }
        Ok(output)
    }

    /// Tells the workers and the hub of something that is committed.
    pub fn publish(&self, event: Event) {
        if let Event::Work(work) = event {
            self.ring(work);
        }
        if let Some(listener) = self.0.listener.get() {
            listener(event);
        }
    }

    /// Rings the bell of a worker of this process.
    pub fn ring(&self, work: Work) {
        match work {
            Work::Mail => self.0.wakes.mail.notify_one(),
            Work::Import => self.0.wakes.import.notify_one(),
            Work::List => self.0.wakes.alerts.notify_one(),
            Work::Match => self.0.wakes.matching.notify_one(),
            Work::Plan => self.0.wakes.plan.notify_one(),
        }
    }
}
