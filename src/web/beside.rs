//! Listeners beside the server's own: an address each, with a thread of their own, for the few routes that those who watch the process
//! ask. They answer whatever the server is busy with.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web;
use actix_web::{App as Service, HttpServer};
use tracing_actix_web::TracingLogger;

use crate::web::middleware::{RequestSpan, outermost};
use crate::web::room::RouteInfo;
use crate::web::routes;
use crate::web::state::State;

/// A listener to be started.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Its name, which handlers find as [`ListenerName`].
    pub name: &'static str,
    /// Its address with the port.
    pub address: String,
    /// The paths of the routes that it serves.
    pub paths: &'static [&'static str],
}

/// The name of the listener that took a request; absent at the server's own.
#[derive(Debug, Clone, Copy)]
pub struct ListenerName(pub &'static str);

/// A listener that answers, until it is dropped.
pub(super) struct Listening {
    address: SocketAddr,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(address = %self.address, "a listener ended badly");
        }
    }
}

/// Connections at one time: few ask.
const MOST_CONNECTIONS: usize = 64;

/// Binds and starts one.
pub(super) fn start(beside: &Beside, state: &State, routes: &'static [RouteInfo]) -> io::Result<Listening> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", beside.address));
    let listener = TcpListener::bind(&beside.address).map_err(named)?;
    let address = listener.local_addr()?;
    let (started, wait) = mpsc::channel();
    let (state, name, paths) = (state.clone(), beside.name, beside.paths);
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                Service::new()
                    .app_data(state.clone())
                    .app_data(ListenerName(name))
                    .configure(|config| routes::configure_some(config, routes, paths))
                    .default_service(web::to(routes::unknown_path))
                    .wrap(from_fn(outermost))
                    .wrap(TracingLogger::<RequestSpan>::new())
            })
            .workers(1)
            .max_connections(MOST_CONNECTIONS)
            .disable_signals()
            .shutdown_timeout(1)
            .listen(listener);
            match server {
                Ok(server) => {
                    let server = server.run();
                    let _ = started.send(server.handle());
                    if let Err(error) = server.await {
                        tracing::error!(%address, %error, "a listener failed");
                    }
                }
                Err(error) => tracing::error!(%address, %error, "a listener could not be started"),
            }
        });
    })?;
    let server = wait.recv().map_err(|_| io::Error::other("a listener ended at its start"))?;
    Ok(Listening { address, server, thread: Some(thread) })
}
