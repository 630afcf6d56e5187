//! The server: binding, running, draining, stopping. It runs on threads of its own and heeds no signals; who starts it
//! decides when it ends.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App as Service, HttpServer};
use tokio::sync::Semaphore;
use tracing_actix_web::TracingLogger;

use crate::app::App;
use crate::core::Problem;
use crate::db::Pool;
use crate::settings::ServerSettings;
use crate::web::connections::Connections;
use crate::web::extra_listeners::{self, ExtraListener, Listening};
use crate::web::metrics::Metrics;
use crate::web::middleware::{RequestSpan, outermost};
use crate::web::room::{PageRow, Room, RouteInfo};
use crate::web::state::{LogInPages, ReadyCheck, State, WebState};
use crate::web::{assets, nav, openapi, pages, routes, upload};

/// What the rest of the program brings along.
pub struct WebOptions {
    /// The metrics, in which others have registered theirs.
    pub metrics: Metrics,
    /// Checks besides those of the database.
    pub ready: Vec<ReadyCheck>,
    /// Further data or services, such as the chat's hub: run once for each worker.
    pub extend: Vec<Extend>,
    /// The domains whose routes and pages are served.
    pub rooms: &'static [&'static Room],
    /// Their routes with method and path.
    pub routes: &'static [RouteInfo],
    /// How people log in.
    pub log_in: LogInPages,
    /// Listeners besides the server's own, each with some of the routes.
    pub extra_listeners: Vec<ExtraListener>,
}

/// Adds data or services to the server.
pub type Extend = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

impl WebOptions {
    /// The routes and pages of these domains, and nothing besides.
    ///
    /// # Errors
    /// As [`Metrics::new`].
    pub fn new(
        rooms: &'static [&'static Room],
        routes: &'static [RouteInfo],
        log_in: LogInPages,
    ) -> Result<Self, Problem> {
        let (ready, extend, extra_listeners) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { metrics: Metrics::new()?, ready, extend, rooms, routes, log_in, extra_listeners })
    }
}

/// A running server. Dropped, it ends at once; [`Handle::stop`] lets running requests finish.
pub struct Handle {
    address: SocketAddr,
    state: State,
    server: ServerHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
    extra_listeners: Vec<Listening>,
}

/// Binds and starts the server that the settings describe.
///
/// # Errors
/// When the address can't be had, or no thread.
pub fn start(app: App, options: WebOptions) -> io::Result<Handle> {
    let settings = Arc::clone(app.settings());
    let host = settings.section::<ServerSettings>().host.trim_start_matches('[').trim_end_matches(']');
    let listener = TcpListener::bind((host, settings.section::<ServerSettings>().port))?;
    let address = listener.local_addr()?;
    let (rooms, routes) = (options.rooms, options.routes);
    let pages: Arc<[&'static PageRow]> = rooms.iter().flat_map(|room| room.pages).collect();
    let state = State::new(WebState {
        log_in: options.log_in,
        always_answered: routes.iter().filter(|row| row.always_answered).map(|row| row.path).collect(),
        rooms,
        places: nav::places(pages.iter().copied()).into(),
        metrics: options.metrics,
        openapi: LazyLock::new(Box::new(move || {
            openapi::json(routes).map(Bytes::from).map_err(|problem| problem.to_string())
        })),
        ready: options.ready,
        health_database: Pool::open(app.pool().url(), 1, HEALTH_TIMEOUT_MS).map_err(io::Error::other)?,
        public_url: settings.section::<ServerSettings>().public_url(address.port()),
        uploads: upload::make_folder(&settings)?,
        draining: AtomicBool::new(false),
        body_memory: Arc::default(),
        whole_files: Semaphore::new(WHOLE_FILES),
        writes: Semaphore::new(settings.section::<ServerSettings>().worker_count()),
        app,
    });
    let (started, wait) = mpsc::channel();
    let inner = state.clone();
    let (workers, grace) = (
        settings.section::<ServerSettings>().worker_count(),
        settings.section::<ServerSettings>().shutdown_seconds,
    );
    let server = settings.section::<ServerSettings>();
    let (connections, head_time) = (Connections::new(server), Duration::from_secs(server.head_seconds));
    let most_connections = server.connections.div_ceil(workers);
    let extra_listeners =
        options.extra_listeners.iter().map(|extra| extra_listeners::start(extra, &state, routes));
    let extra_listeners = extra_listeners.collect::<io::Result<Vec<_>>>()?;
    let thread = std::thread::Builder::new().name("web".to_owned()).spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let extend: Arc<[Extend]> = options.extend.into();
            let server = HttpServer::new(move || {
                let (extend, pages) = (Arc::clone(&extend), Arc::clone(&pages));
                Service::new()
                    .app_data(inner.clone())
                    .configure(|config| routes::configure(config, routes))
                    .configure(assets::configure)
                    .configure(|config| pages::configure(config, &pages))
                    .configure(move |config| extend.iter().for_each(|add| add(config)))
                    .default_service(web::to(pages::unknown))
                    .wrap(Compress::default())
                    .wrap(from_fn(outermost))
                    .wrap(TracingLogger::<RequestSpan>::new())
            })
            .on_connect(move |connection, belongings| {
                if let Some(stream) = connection.downcast_ref::<TcpStream>() {
                    set_tcp_user_timeout(stream);
                    connections.accept(stream, belongings);
                }
            })
            .client_request_timeout(head_time)
            .max_connections(most_connections)
            // Else a small frame behind another waits until the peer has acknowledged that one, which it puts off by 40 ms.
            .tcp_nodelay(true)
            .workers(workers)
            .disable_signals()
            .shutdown_timeout(grace)
            .listen(listener)?
            .run();
            // Nobody waits any more only if the starter has panicked.
            let _ = started.send(server.handle());
            server.await
        })
    })?;
    match wait.recv() {
        Ok(server) => Ok(Handle { address, state, server, thread: Some(thread), extra_listeners }),
        Err(_) => Err(match thread.join() {
            Ok(Err(error)) => error,
            _ => io::Error::other("the web server's thread ended at its start"),
        }),
    }
}

/// Milliseconds that a statement of `/readyz` may take.
const HEALTH_TIMEOUT_MS: u64 = 5_000;

/// Files that are in memory whole at one time.
const WHOLE_FILES: usize = 2;

/// A peer that takes nothing off the wire for so long is gone, milliseconds.
const UNACKNOWLEDGED: u32 = 30_000;

/// Lets the kernel end a connection whose peer has stopped reading altogether (RFC 5482): it would hold its buffers for ever.
fn set_tcp_user_timeout(stream: &TcpStream) {
    use nix::sys::socket::{setsockopt, sockopt};
    if let Err(error) = setsockopt(stream, sockopt::TcpUserTimeout, &UNACKNOWLEDGED) {
        tracing::debug!(%error, "TCP_USER_TIMEOUT could not be set");
    }
}

impl Handle {
    /// The address really bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address really bound of an extra listener, by its place among those of the options.
    pub fn extra_listener(&self, at: usize) -> Option<SocketAddr> {
        self.extra_listeners.get(at).map(Listening::address)
    }

    /// The address that people use.
    pub fn url(&self) -> &str {
        &self.state.public_url
    }

    /// From now on new requests get 503 `draining`; those that run go on, and so do sockets.
    pub fn drain(&self) {
        self.state.draining.store(true, Ordering::Relaxed);
    }

    /// Drains, stops listening, and waits until running requests are done or `shutdown_seconds` have passed.
    ///
    /// # Errors
    /// When the server had failed.
    pub fn stop(mut self) -> io::Result<()> {
        self.drain();
        self.end(true)
    }

    /// Stops without waiting for anything: requests that run are given up, connections that clients keep open are closed.
    ///
    /// # Errors
    /// When the server had failed.
    pub fn stop_at_once(mut self) -> io::Result<()> {
        self.drain();
        self.end(false)
    }

    fn end(&mut self, graceful: bool) -> io::Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        // The order is given by the call; its future only tells that it was carried out, which the thread's end does too.
        drop(self.server.stop(graceful));
        let ended = thread.join().map_err(|_| io::Error::other("the web server panicked"));
        // They answer to the end.
        self.extra_listeners.clear();
        ended?
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Err(error) = self.end(false) {
            tracing::error!(%error, "the web server ended badly");
        }
    }
}
