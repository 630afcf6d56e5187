//! A whole running ZeroDesk: the web server with everything that works beside it.
//!
//! Started in order (writers, hub, workers, HTTP) and stopped in the reverse one: no new work, sockets
//! closed with 1001, requests finished, the writers' queue flushed, workers ended, and what they had not noted yet of failed log-ins written.

use crate::accounts::log_in_limiter::LogInLimiter;
use crate::accounts::settings::AuthSettings;
use crate::accounts::{self};
use crate::app::App;
use crate::attachments::Files;
use crate::chat::api::ChatServer;
use crate::chat::events::MessageStored;
use crate::chat::fanout::{installation, log_reader, nats};
use crate::chat::settings::{ChatSettings, FanoutKind, FanoutSettings};
use crate::chat::volume::DailyVolume;
use crate::chat::writer::{QUEUE_BYTES, WRITERS, WriterOptions};
use crate::chat::written::Written;
use crate::chat::{ConsultationPort, Fanout, Hub, Writer};
use crate::consultations::ChatPort;
use crate::core::Problem;
use crate::core::clock::Clock;
use crate::jobs::Stop;
use crate::presence::LocalPresence;
use crate::server::metrics::DomainMetrics;
use crate::server::monitoring::METRICS_LISTENER;
use crate::server::rooms::{ROUTES, event_kinds};
use crate::server::settings::MetricsSettings;
use crate::settings::ServerSettings;
use crate::web::extra_listeners::ExtraListener;
use crate::web::known_rooms::set_known;
use crate::web::state::LogInPages;
use crate::web::{self, ReadyCheck, WebOptions};
use crate::{ROOMS, api_keys, chat, remediation};
use std::sync::Arc;
use std::thread::JoinHandle;

/// A running service. Dropped without [`Service::stop`], the web server ends at once.
pub struct Service {
    web: web::Handle,
    hub: Hub,
    writer: Writer,
    writers: Vec<JoinHandle<()>>,
    workers: Vec<JoinHandle<()>>,
    stop: Arc<Stop>,
    app: App,
}

impl Service {
    /// Starts everything for an application.
    ///
    /// # Errors
    /// When the address, a thread, the database or the mail transport can't be had.
    pub fn start(app: &App) -> Result<Self, Problem> {
        set_known(app.cache(), ROOMS);
        ROOMS.iter().flat_map(|room| room.start_checks).try_for_each(|check| check(app))?;
        let limits = app.settings().section::<ChatSettings>();
        let hub = Hub::new(app.cache().of::<LocalPresence>(), limits.frames_per_second);
        let port: Arc<dyn ConsultationPort> = Arc::new(ChatPort);
        let fanout = Fanout::new(hub.clone(), app.pool().clone(), app.server());
        let stop = Stop::new();
        let mut workers =
            vec![log_reader::spawn(fanout.clone(), Arc::clone(&port), event_kinds(), Arc::clone(&stop))?];
        if app.settings().section::<FanoutSettings>().fanout == FanoutKind::Nats {
            let installation = installation::load(&mut *app.conn()?)?;
            workers.push(nats::spawn(app.clone(), fanout.clone(), &installation, Arc::clone(&stop))?);
        }
        let (listener, written) = (fanout.clone(), app.cache().of::<Written>());
        app.on_event(move |event| {
            if let Some(MessageStored { message, .. }) = event.get()
                && let Ok(stream) = message.stream.parse()
            {
                written.note(std::iter::once((message.consultation, stream)));
            }
            listener.publish(&event);
        });
        let (publisher, deliverer) = (fanout.clone(), fanout.clone());
        let (writer, writers) = Writer::start(WriterOptions {
            url: app.pool().url().to_owned(),
            clock: Arc::new(AppClock(app.clone())),
            volume: app.cache().of::<DailyVolume>(),
            most: limits.into(),
            written: app.cache().of::<Written>(),
            writers: WRITERS,
            batch: limits.batch_messages,
            most_bytes: QUEUE_BYTES.max(limits.max_frame_bytes),
            deliver: Arc::new(move |answers| deliverer.deliver_answers(answers)),
            publish: Arc::new(move |event| publisher.publish(&event)),
        })?;
        for job in ROOMS.iter().flat_map(|room| room.jobs) {
            workers.push(job.spawn(app, &stop)?);
        }
        let mut options = web_options(app)?;
        chat::metrics::measure(app, &fanout, &writer);
        options.metrics.register(DomainMetrics::of(ROOMS, app)?)?;
        let ready = ROOMS.iter().flat_map(|room| room.ready);
        options.ready.extend(ready.map(|&(name, check)| ReadyCheck { name, check: Box::new(check) }));
        let chat = ChatServer { fanout, writer: writer.clone(), port };
        let chat = actix_web::web::Data::new(chat);
        let files = actix_web::web::Data::new(Files::open(app.settings())?);
        options.extend.push(Arc::new(move |config| {
            config.app_data(chat.clone()).app_data(files.clone());
        }));
        let web = web::start(app.clone(), options).map_err(|error| {
            let server = app.settings().section::<ServerSettings>();
            Problem::unavailable(format!("can't listen on {}:{}: {error}", server.host, server.port))
        })?;
        Ok(Self { web, hub, writer, writers, workers, stop, app: app.clone() })
    }

    /// The web server.
    pub fn web(&self) -> &web::Handle {
        &self.web
    }

    /// Stops in order; see the top of the module.
    ///
    /// # Errors
    /// When the web server had failed.
    pub fn stop(self) -> std::io::Result<()> {
        self.end(web::Handle::stop)
    }

    /// Stops in the same order, without waiting for requests that run and for connections that clients keep open.
    ///
    /// # Errors
    /// When the web server had failed.
    pub fn stop_at_once(self) -> std::io::Result<()> {
        self.end(web::Handle::stop_at_once)
    }

    fn end(self, end_web: fn(web::Handle) -> std::io::Result<()>) -> std::io::Result<()> {
        self.web.drain();
        self.hub.close_all();
        let ended = end_web(self.web);
        self.writer.close();
        self.stop.stop();
        for thread in self.writers.into_iter().chain(self.workers) {
            if thread.join().is_err() {
                tracing::error!("a worker panicked");
            }
        }
        accounts::failed_log_in::flush(&self.app);
        ended
    }
}

/// The routes and pages of all domains, with the limits on log-ins.
///
/// # Errors
/// When the metrics can't be made.
pub fn web_options(app: &App) -> Result<WebOptions, Problem> {
    let log_in = LogInPages {
        authenticate: api_keys::authenticate,
        require_step_up: accounts::factors::step_up::require_now,
        page: accounts::pages::LOG_IN_PAGE,
        set_up: accounts::factors::pages::SECURITY_PAGE,
        renewal: accounts::pages::RENEWAL_PAGE,
    };
    let mut options = WebOptions::new(ROOMS, &ROUTES, log_in)?;
    let health = &app.settings().section::<ServerSettings>().health_address;
    let metrics = &app.settings().section::<MetricsSettings>().address;
    for (name, address, paths) in
        [("health", health, &["/healthz", "/readyz"][..]), (METRICS_LISTENER, metrics, &["/metrics"][..])]
    {
        if !address.is_empty() {
            options.extra_listeners.push(ExtraListener { name, address: address.clone(), paths });
        }
    }
    let limiter = actix_web::web::Data::new(LogInLimiter::new(app.settings().section::<AuthSettings>()));
    let case_parts = actix_web::web::Data::new(remediation::pages::consultation::PARTS);
    options.extend.push(Arc::new(move |config| {
        config.app_data(limiter.clone()).app_data(case_parts.clone());
    }));
    Ok(options)
}

/// The clock of an application, for threads that outlive a borrow of it.
struct AppClock(App);

impl Clock for AppClock {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.clock().now()
    }
}
